"""Writes map_coordinates.json: images (orders 1 and 3) and labels (nearest, largest share) sampled by SciPy through spatial transforms written out anew.

Run in this folder with numpy and scipy: python3 make.py
The elastic field is a cubic B-spline of its control points: SciPy's order 3 without prefilter.
"""

import json

import numpy as np
from scipy.ndimage import map_coordinates

OUTSIDE, IGNORED = -1.0, 255


def rotation(degrees):
    """About i (from j to k), then j (from k to i), then k (from i to j)."""
    x, y, z = np.radians(degrees)
    about_i = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    about_j = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_k = np.array([[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]])
    return about_k @ about_j @ about_i


def displacement(field, points):
    """The field at points (3, n) given in the unit of length from the centre."""
    count = np.array(field["controlPoints"])
    lattice = np.array(field["displacements"]).reshape(count[2], count[1], count[0], 3)
    knots = []
    for axis in range(3 if count[2] > 1 else 2):
        cells = count[axis] - 3
        knots.append(1 + np.clip(points[axis] / field["spacing"][axis] + cells / 2, 0, cells))
    if count[2] == 1:
        lattice = lattice[0]
    return np.array([map_coordinates(lattice[..., c], knots[::-1], order=3, prefilter=False) for c in range(3)])


def sample(case):
    transform = case["transform"]
    spacing = np.array(case["spacing"])[:, None]
    out = case["outputSize"]
    k, j, i = np.meshgrid(*(np.arange(n) for n in out[::-1]), indexing="ij")
    points = np.array([i.ravel(), j.ravel(), k.ravel()], float)
    centre = (np.array(out)[:, None] - 1) / 2
    at = (points - centre) * spacing
    if "elastic" in transform:
        at = at + displacement(transform["elastic"], at)
    rigid, stretch = transform["rigid"], transform["stretch"]
    flip = np.diag([-1.0 if axis in rigid["flips"] else 1.0 for axis in "ijk"])
    scale = np.diag(np.array(stretch["stretch"]) * stretch["zoom"])
    a, b, c = np.tan(np.radians(stretch["shearDegrees"]))
    shear = np.array([[1, a, b], [0, 1, c], [0, 0, 1]])
    forward = rotation(rigid["rotationDegrees"]) @ flip @ shear @ scale
    back = np.linalg.solve(forward, at - np.array(rigid["translation"])[:, None])
    voxels = back / spacing + centre + np.array(case["origin"])[:, None]

    size = np.array(case["inputSize"])[:, None]
    assert np.abs((voxels + 0.5) - np.round(voxels + 0.5))[size[:, 0] > 1].min() > 1e-4, "a tie: take another seed"
    inside = np.all((voxels >= -0.5) & (voxels < size - 0.5), axis=0)
    shape = case["inputSize"][::-1]
    image = map_coordinates(np.array(case["image"]).reshape(shape), voxels[::-1], order=1, mode="nearest")
    labels = map_coordinates(np.array(case["labels"]).reshape(shape), voxels[::-1], order=0, mode="nearest")
    # The cubic spline is mirrored at the outermost samples; points beyond them are clamped to them.
    clamped = np.clip(voxels, 0, size - 1)
    cubic = map_coordinates(np.array(case["image"]).reshape(shape), clamped[::-1], order=3, mode="mirror")
    classes = np.array(case["labels"]).reshape(shape)[None] == np.arange(4)[:, None, None, None]
    shares = [map_coordinates(one.astype(float), voxels[::-1], order=1, mode="nearest") for one in classes]
    first, second = np.sort(shares, axis=0)[[-1, -2]]
    assert (first - second)[inside].min() > 1e-4, "equal shares: take another seed"
    case["sampledCubic"] = [round(float(v), 6) for v in np.where(inside, cubic, OUTSIDE)]
    case["electedLabels"] = [int(v) for v in np.where(inside, np.argmax(shares, axis=0), IGNORED)]
    case["sampledImage"] = [round(float(v), 6) for v in np.where(inside, image, OUTSIDE)]
    case["sampledLabels"] = [int(v) for v in np.where(inside, labels, IGNORED)]
    assert 0.5 < inside.mean() < 1


def make(seed, name, input_size, output_size, origin, spacing, transform, control_points=None, control_spacing=0.0):
    rng = np.random.default_rng(seed)
    count = int(np.prod(input_size))
    case = dict(name=name, inputSize=input_size, outputSize=output_size, origin=origin, spacing=spacing)
    case["transform"] = dict(transform, restraint=1)
    if control_points:
        size = (int(np.prod(control_points)), 3)
        moves = rng.uniform(-0.3, 0.3, size) * control_spacing
        if control_points[2] == 1:
            moves[:, 2] = 0
        case["transform"]["elastic"] = dict(
            controlPoints=control_points, spacing=[control_spacing] * 3,
            displacements=moves.round(3).tolist())
    case["image"] = rng.uniform(0, 10, count).round(2).tolist()
    case["labels"] = rng.integers(0, 4, count).tolist()
    sample(case)
    return case


plane = dict(
    rigid=dict(rotationDegrees=[0, 0, 25], translation=[0.7, -1.1, 0], flips=["i"]),
    stretch=dict(zoom=1.1, stretch=[0.9, 1.2, 1], shearDegrees=[8, 0, 0]))
volume = dict(
    rigid=dict(rotationDegrees=[10, -15, 20], translation=[0.4, -0.6, 0.9], flips=["j", "k"]),
    stretch=dict(zoom=1.15, stretch=[1.1, 0.95, 1.05], shearDegrees=[5, -4, 3]))
cases = [
    make(1, "plane, affine", [9, 7, 1], [9, 7, 1], [0, 0, 0], [1, 1, 1], plane),
    make(2, "anisotropic plane, affine and elastic, smaller window", [11, 9, 1], [8, 6, 1], [2, 1, 0], [2, 1, 1], plane,
         [6, 5, 1], 6.0),
    make(3, "anisotropic volume, affine", [6, 5, 4], [6, 5, 4], [0, 0, 0], [1, 1, 2.5], volume),
    make(4, "anisotropic volume, affine and elastic, larger window", [6, 5, 4], [7, 5, 5], [-1, 0, 0], [1, 1.5, 2],
         volume, [5, 5, 5], 5.0),
]
with open("map_coordinates.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
