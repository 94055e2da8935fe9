"""Time HD95, ASSD and NSD at 1 mm of two label files by surface-distance or MONAI; print JSON."""

import argparse
import json
import os
import statistics
import time
import warnings

os.environ["OMP_NUM_THREADS"] = "1"
warnings.filterwarnings("ignore")

import nibabel
import numpy as np

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--peer", choices=["surface-distance", "MONAI"], required=True)
parser.add_argument("--prediction", required=True)
parser.add_argument("--reference", required=True)
parser.add_argument("--repeats", type=int, default=5)
options = parser.parse_args()

files = [nibabel.load(path) for path in (options.prediction, options.reference)]
spacing = [float(length) for length in files[1].header.get_zooms()[:3]]
prediction, reference = (np.asarray(file.dataobj) == 1 for file in files)


def memory(name):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


if options.peer == "surface-distance":
    import surface_distance

    def measured():
        distances = surface_distance.compute_surface_distances(reference, prediction, spacing)
        directed = surface_distance.compute_average_surface_distance(distances)
        return dict(
            HD95=float(surface_distance.compute_robust_hausdorff(distances, 95)), mean_of_directed=float(np.mean(directed)),
            NSD=float(surface_distance.compute_surface_dice_at_tolerance(distances, 1.0)))
else:
    import torch
    from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance, compute_surface_dice

    torch.set_num_threads(1)
    p, r = (torch.from_numpy(np.stack([~mask, mask])[None].astype(np.float32)) for mask in (prediction, reference))

    def measured():
        return dict(
            HD95=float(compute_hausdorff_distance(p, r, percentile=95, spacing=spacing)[0, 0]),
            ASSD=float(compute_average_surface_distance(p, r, symmetric=True, spacing=spacing)[0, 0]),
            NSD=float(compute_surface_dice(p, r, [1.0], spacing=spacing, use_subvoxels=True)[0, 0]))

with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
before = memory("VmRSS")
values = measured()
milliseconds = []
for _ in range(options.repeats):
    start = time.perf_counter()
    measured()
    milliseconds.append(1e3 * (time.perf_counter() - start))
print(json.dumps(dict(
    median_ms=statistics.median(milliseconds), min_ms=min(milliseconds), growth_mib=memory("VmHWM") - before,
    values=values)))
