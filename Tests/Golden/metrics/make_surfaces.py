"""Writes surfaces.json: distances, surface overlaps, centre lines and lesions of small masks, by other programs.

Run in this folder with numpy, scipy, scikit-image, surface-distance-based-measures, torch and monai:

    python3 make_surfaces.py

HD, HD95, ASSD and MASD are MONAI's, NSD and the areas of surface elements are surface-distance's, HD of the case
`isotropic` is also scikit-image's; skeletons are scikit-image's. BoundaryIoU and the lesions follow from their definitions
with scipy's distance transform and labels.
"""

import json
import warnings

import numpy as np
import surface_distance
import torch
from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance
from scipy import ndimage
from skimage.metrics import hausdorff_distance
from skimage.morphology import skeletonize
from surface_distance import lookup_tables

warnings.filterwarnings("ignore")
rng = np.random.default_rng(16)


def blob(shape, sigma, share):
    field = ndimage.gaussian_filter(rng.normal(size=shape), sigma)
    return field >= np.quantile(field, 1 - share)


def boundary(mask):
    return mask & ~ndimage.binary_erosion(mask)


def batch(mask):
    return torch.from_numpy(np.stack([~mask, mask])[None].astype(np.float32))


def mean_distance(a, b, spacing, symmetric):
    return float(compute_average_surface_distance(batch(a), batch(b), symmetric=symmetric, spacing=spacing)[0, 0])


def band(mask, spacing, width):
    return mask & (ndimage.distance_transform_edt(~boundary(mask), sampling=spacing) <= width)


def lesions(prediction, reference):
    structure = np.ones((3,) * prediction.ndim)
    p, np_ = ndimage.label(prediction, structure)
    r, nr = ndimage.label(reference, structure)
    pairs = []
    for i in range(1, np_ + 1):
        for j in range(1, nr + 1):
            both = ((p == i) & (r == j)).sum()
            if both:
                pairs.append((both / ((p == i) | (r == j)).sum(), j, i))
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    matched, seen_p, seen_r = [], set(), set()
    for iou, j, i in pairs:
        if i not in seen_p and j not in seen_r:
            matched.append(iou)
            seen_p.add(i)
            seen_r.add(j)
    found = sum(iou > 0.1 for iou in matched)
    good = [iou for iou in matched if iou > 0.5]
    return dict(
        lesion_sensitivity=found / nr, lesion_precision=found / np_, lesion_F1=2 * found / (np_ + nr),
        lesion_false_positives=np_ - found, lesions_pred=np_, lesions_ref=nr, PQ=2 * sum(good) / (np_ + nr),
        SQ=float(np.mean(good)) if good else None, RQ=2 * len(good) / (np_ + nr))


def centre_lines(prediction, reference):
    def line(mask):
        return skeletonize(mask, method="lee") > 0

    # scikit-image removes some small objects whole; then there is nothing to compare with.
    if not line(prediction).any() or not line(reference).any():
        return {}
    precision = (line(prediction) & reference).sum() / line(prediction).sum()
    sensitivity = (line(reference) & prediction).sum() / line(reference).sum()
    return dict(
        topology_precision=precision, topology_sensitivity=sensitivity,
        clDice=2 * precision * sensitivity / (precision + sensitivity) if precision + sensitivity else 0)


def measured(prediction, reference, spacing, tolerance):
    p, r = batch(prediction), batch(reference)
    distances = surface_distance.compute_surface_distances(reference, prediction, spacing)
    bands = band(prediction, spacing, tolerance), band(reference, spacing, tolerance)
    return dict(
        HD_mm=float(compute_hausdorff_distance(p, r, spacing=spacing)[0, 0]),
        HD95_mm=float(compute_hausdorff_distance(p, r, percentile=95, spacing=spacing)[0, 0]),
        ASSD_mm=mean_distance(prediction, reference, spacing, True),
        MASD_mm=(mean_distance(prediction, reference, spacing, False)
                 + mean_distance(reference, prediction, spacing, False)) / 2,
        NSD=float(surface_distance.compute_surface_dice_at_tolerance(distances, tolerance)),
        BoundaryIoU=float((bands[0] & bands[1]).sum() / (bands[0] | bands[1]).sum()),
        **lesions(prediction, reference), **centre_lines(prediction, reference))


def shifted(mask, *steps):
    return ndimage.shift(mask.astype(np.uint8), steps, order=0).astype(bool)


def case(name, prediction, reference, spacing, tolerance):
    """Masks are (depth, height, width) or (height, width), spacing likewise."""
    depth = (1,) * (3 - prediction.ndim)
    assert prediction.any() and reference.any()
    values = measured(prediction, reference, spacing, tolerance)
    if name == "isotropic":
        assert abs(values["HD_mm"] - hausdorff_distance(boundary(prediction), boundary(reference))) < 1e-6
    return dict(
        name=name, size=list(reversed(depth + prediction.shape)), spacing=list(reversed([1.0] * len(depth) + spacing)),
        tolerance=tolerance, prediction="".join("01"[int(v)] for v in prediction.ravel()),
        reference="".join("01"[int(v)] for v in reference.ravel()), values=values)


def noise(mask, share):
    return mask ^ (rng.random(mask.shape) < share)


volume = blob((11, 18, 22), 2.5, 0.3)
flat = blob((30, 40), 4, 0.3)
tube = np.zeros((9, 16, 30), bool)
for x in range(2, 28):
    tube[3:6, int(7 + 4 * np.sin(x / 4)):int(10 + 4 * np.sin(x / 4)), x] = True
corner = np.zeros((8, 9, 10), bool)
corner[:3, :4, :5] = True
far = np.zeros((24, 20, 70), bool)
far[2:5, 2:6, 2:9] = True
cases = [
    case("isotropic", shifted(volume, 0, 1, 1), volume, [1.0, 1.0, 1.0], 1.0),
    case("anisotropic", noise(shifted(volume, 1, 0, 2), 0.01), volume, [2.5, 0.9, 0.7], 1.3),
    case("plane", shifted(flat, 2, 1), flat, [0.8, 0.5], 0.9),
    case("noise", rng.random((7, 8, 9)) < 0.5, rng.random((7, 8, 9)) < 0.5, [1.2, 0.7, 0.4], 0.5),
    case("tube", shifted(tube, 0, 1, 0) & (rng.random(tube.shape) < 0.98), tube, [1.0, 0.8, 0.8], 1.0),
    case("border", corner[::-1], corner, [3.0, 1.0, 0.5], 2.0),
    case("far", shifted(far, 17, 12, 58), far, [1.5, 0.8, 0.6], 5.0),
    case("voxels", np.eye(5, dtype=bool)[None].repeat(2, 0), np.eye(5, dtype=bool)[None, ::-1].repeat(2, 0),
         [1.0, 1.0, 1.0], 0.5),
]

# The area of the surface for each set of the eight voxels around a corner. Their code has the first voxel in its highest bit.
spacing = [2.5, 0.9, 0.7]
table = lookup_tables.create_table_neighbour_code_to_surface_area(spacing)
lengths = lookup_tables.create_table_neighbour_code_to_contour_length([0.9, 0.7])
areas = [float(table[int(f"{code:08b}"[::-1], 2)]) for code in range(256)]
plane = [float(lengths[int(f"{code:04b}"[::-1], 2)]) for code in range(16)]

with open("surfaces.json", "w") as file:
    file.write('{"spacing": [0.7, 0.9, 2.5],\n"areas": ' + json.dumps(areas) + ',\n"lengths": ' + json.dumps(plane))
    file.write(',\n"cases": [\n' + ",\n".join(json.dumps(c, default=float) for c in cases) + "\n]}\n")
