"""Compare `segment benchmark scans` with SciPy, NumPy and nibabel.

The programs run in turns (A B A B), each in its own process. For each configuration, the script prints a row of a table: the
times on one core and on two, the ratios, and the peak memory with the size of input and output. The peers use one core. A
time is "median / minimum" over the rounds: other programs on the machine disturb the minimum less.
"""

import argparse
import pathlib
import sys
import tempfile

import nibabel as nib
import numpy as np
from scipy import ndimage

from interleaved import FOLDER, PROGRAM, measure, ratios, times

CONFIGURATIONS = [
    dict(task="resample", size="256x256x192", spacing=0.8, order=1),
    dict(task="resample", size="256x256x192", spacing=0.8, order=3),
    dict(task="resample", size="256x256x192", spacing=2.0, order=1),
    dict(task="resample", size="256x256x192", spacing=2.0, order=3),
    dict(task="reorient", size="256x256x192", orientation="LPS"),
    dict(task="reorient", size="256x256x192", orientation="SAR"),
    dict(task="reorient", size="256x256x192", orientation="ASR"),
    dict(task="reorient", size="256x256x192", orientation="ARS"),
]


def write_scan(path):
    """Write a gzipped scan of 256x256x192 int16 voxels with a slope, in PIR: smooth noisy shapes on a black background."""
    random = np.random.default_rng(1)
    smooth = ndimage.gaussian_filter(random.standard_normal((256, 256, 192)), 4)
    smooth = (smooth - smooth.min()) / (smooth.max() - smooth.min())
    body = ndimage.gaussian_filter(random.standard_normal(smooth.shape), 20) > 0
    values = ((smooth * 900 + random.standard_normal(smooth.shape) * 12) * body).clip(0).astype(np.int16)
    image = nib.Nifti1Image(values, np.array([[0, 0, 1.0, -90], [-1.0, 0, 0, 120], [0, -1.0, 0, 110], [0, 0, 0, 1]]))
    image.header.set_slope_inter(2.0, -5.0)
    nib.save(image, path)


def compare(configuration, options):
    flags = [word for key, value in configuration.items() for word in ("--" + key, value)]
    ours = [PROGRAM, "benchmark", "scans", "--json", *flags, "--repeats", options.repeats]
    peer = [sys.executable, FOLDER / "scipy_scans.py", *flags, "--repeats", 1 if configuration.get("order") == 3 else 3]
    one, two, theirs = [], [], []
    for _ in range(options.rounds):
        one.append(measure("0", [*ours, "--threads", 1]))
        theirs.append(measure("0", peer))
        two.append(measure("0,1", [*ours, "--threads", 2]))
    memory = max(result["peak_rss_mib"] for result in one + two)
    cells = [
        " ".join(str(getattr(value, "name", value)) for value in configuration.values()), times(theirs), times(one), ratios(theirs, one), times(two),
        ratios(theirs, two), f"{memory:.0f} ({one[0]['input_and_output_mib']:.0f})", f"{theirs[0]['peak_rss_mib']:.0f}",
    ]
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds (default: 3)")
    parser.add_argument("--repeats", type=int, default=7, help="repetitions of segment in a round (default: 7)")
    parser.add_argument("--only", default="", help="measure only configurations with this value, such as 'reorient'")
    options = parser.parse_args()
    print(
        "| task | peer, ms | one core, ms | ratio | two cores, ms | ratio "
        "| peak memory (input + output), MiB | peak of the peer, MiB |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        scan = pathlib.Path(folder) / "scan.nii.gz"
        write_scan(scan)
        for configuration in [*CONFIGURATIONS, dict(task="read", file=scan, orientation="RAS")]:
            if options.only in configuration.values() or not options.only:
                compare(configuration, options)
