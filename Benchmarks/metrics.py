"""Compare HD95, ASSD and NSD with surface-distance and MONAI, and time overlaps of 20 classes and a bootstrap of 1,000 cases.

The masks: an ellipsoid of a tenth of 256 x 256 x 128 voxels of 0.8 x 0.8 x 2 mm, and the same moved by 2 voxels. Each
measurement runs in a new process on one core, interleaved, in several rounds; reading the files does not count.
"""

import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import nibabel
import numpy as np

from interleaved import PROGRAM, measure, ratios, times

FOLDER = pathlib.Path(__file__).parent
SIZE, SPACING = (256, 256, 128), (0.8, 0.8, 2.0)


def save(labels, path):
    affine = np.diag([*SPACING, 1])
    nibabel.save(nibabel.Nifti1Image(labels.astype(np.uint8), affine), path)


def ellipsoid():
    scale = (0.1 / (4 / 3 * np.pi)) ** (1 / 3)
    axes = np.ogrid[tuple(slice(0, n) for n in SIZE)]
    return sum(((x - (n - 1) / 2) / (scale * n)) ** 2 for x, n in zip(axes, SIZE)) <= 1


def many_classes():
    """Twenty boxes beside each other."""
    labels = np.zeros(SIZE, int)
    for index in range(20):
        i, j = index % 5 * 50 + 3, index // 5 * 62 + 3
        labels[i:i + 45, j:j + 56, 10:118] = index + 1
    return labels


def bootstrap(folder):
    """Seconds of `segment compare` of two evaluations of 1,000 cases: each row has 10,000 resamples."""
    rng = random.Random(1)

    def case(i):
        values = {"Dice": rng.random(), "HD95_mm": 9 * rng.random(), "NSD": rng.random()}
        return {"case": f"c{i}", "group": f"c{i}", "metrics": {"1": values}}

    for name in "ab":
        (folder / f"{name}.json").write_text(json.dumps({"metric_per_case": [case(i) for i in range(1000)]}))
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        command = ["taskset", "-c", "0", PROGRAM, "compare", folder / "a.json", folder / "b.json", "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--repeats", type=int, default=5)
options = parser.parse_args()

with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    reference, prediction = folder / "reference.nii.gz", folder / "prediction.nii.gz"
    mask = ellipsoid()
    save(mask, reference)
    save(np.roll(mask, 2, axis=0), prediction)
    ours, peers = [], {"surface-distance": [], "MONAI": []}
    common = ["--prediction", prediction, "--reference", reference, "--repeats", options.repeats]
    for _ in range(options.rounds):
        ours.append(measure("0", [PROGRAM, "benchmark", "metrics", *common, "--threads", 1, "--json"]))
        for peer, results in peers.items():
            results.append(measure("0", [sys.executable, FOLDER / "peer_metrics.py", "--peer", peer, *common]))
    print("HD95, ASSD and NSD        median / minimum ms      ratio      growth of memory, MiB")
    print(f"segment                   {times(ours):>20}                 {ours[-1]['growth_mib']:10.1f}")
    for peer, results in peers.items():
        growth = max(result["growth_mib"] for result in results)
        print(f"{peer:25} {times(results):>20} {ratios(results, ours):>16} {growth:10.1f}")
    values = ours[-1]["values"][0]
    print("values: " + ", ".join(f"{key} {value:.6f}" for key, value in sorted(values.items())))
    for peer, results in peers.items():
        print(f"{peer}: " + ", ".join(f"{key} {value:.6f}" for key, value in sorted(results[-1]["values"].items())))

    labels = many_classes()
    save(labels, reference)
    save(np.roll(labels, 2, axis=0), prediction)
    overlaps = measure("0", [PROGRAM, "benchmark", "metrics", *common, "--metrics", "overlap,rates,counts", "--threads", 1,
                             "--json"])
    print(f"overlap metrics of 20 classes: {overlaps['median_ms']:.1f} ms")
    print(f"bootstrap of 1,000 cases, 3 rows, with reading and writing: {bootstrap(folder):.2f} s")
