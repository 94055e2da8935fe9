"""Measure SciPy's zoom, NumPy's copy of a reoriented array or nibabel's reading.

Print JSON like `segment benchmark scans --json`.
"""

import argparse
import json
import resource
import statistics
import time

import nibabel as nib
import numpy as np
from scipy import ndimage


def turned(image, codes):
    axes = ["SAR".index(code) if code in "SAR" else "IPL".index(code) for code in reversed(codes)]
    flips = tuple(slice(None, None, -1 if code in "IPL" else 1) for code in reversed(codes))
    return np.ascontiguousarray(image.transpose(axes)[flips])


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--task", default="resample")
parser.add_argument("--size", default="256x256x192")
parser.add_argument("--order", type=int, default=3)
parser.add_argument("--spacing", type=float, default=0.8)
parser.add_argument("--orientation", default="SAR")
parser.add_argument("--file")
parser.add_argument("--repeats", type=int, default=3)
options = parser.parse_args()

def read():
    """Read scaled 32-bit floats in RAS, with the same memory layout as the reader of segment."""
    image = nib.as_closest_canonical(nib.load(options.file))
    return np.asfortranarray(image.get_fdata(dtype=np.float32))


width, height, depth = map(int, options.size.split("x"))
image = (np.arange(width * height * depth) % 65536).astype(np.float32).reshape(depth, height, width)
seconds = []
for _ in range(options.repeats):
    start = time.perf_counter()
    if options.task == "read":
        read()
    elif options.task == "resample":
        ndimage.zoom(image, 1 / options.spacing, order=options.order, mode="mirror")
    else:
        turned(image, options.orientation)
    seconds.append(time.perf_counter() - start)
print(
    json.dumps(
        {
            "task": options.task,
            "median_ms": 1e3 * statistics.median(seconds),
            "min_ms": 1e3 * min(seconds),
            "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
