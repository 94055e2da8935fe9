"""Writes resampling.json: images and labels resampled by SciPy, along the axes and across them.

Run in this folder with numpy and scipy: python3 make.py
Values are listed with i varying fastest (then j, k), channels fastest of all; affines are three rows of four, from the
target's indices to the source's. An order of 0 along an axis takes the nearest sample there, half-way the later one; a
label of -1 stands where two classes share a voxel equally.
"""

import json
from pathlib import Path

import numpy as np
from scipy import ndimage

random = np.random.default_rng(20261122)


def field_of_view(size, ratios):
    """nnU-Net's and ours: the same field of view, the centre kept."""
    target = [max(1, round(n / r)) for n, r in zip(size, ratios)]
    starts = [(n - 1) / 2 - r * (m - 1) / 2 for n, m, r in zip(size, target, ratios)]
    return target, np.column_stack([np.diag(ratios), starts])


def corners(size, factors):
    """SciPy's zoom: the outermost voxel centres stay."""
    target = [round(n * f) for n, f in zip(size, factors)]
    steps = [(n - 1) / (m - 1) if m > 1 else 1 for n, m in zip(size, target)]
    return target, np.column_stack([np.diag(steps), np.zeros(3)])


def turned(size, target, degrees, shift):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.array([[c, -s, 0.1], [s, c, 0], [0, 0.15, 0.9]])
    centre = (np.array(size) - 1) / 2 - matrix @ ((np.array(target) - 1) / 2)
    return target, np.column_stack([matrix, centre + shift])


def points_of(target, rows):
    indices = np.stack(np.meshgrid(*map(np.arange, target), indexing="ij")).reshape(3, -1)
    return rows @ np.vstack([indices, np.ones(indices.shape[1])])


def sampled(image, points, orders):
    points = np.array(points)
    for axis, order in enumerate(orders):
        if order == 0:
            points[axis] = np.clip(np.floor(points[axis] + 0.5), 0, image.shape[axis] - 1)
    return ndimage.map_coordinates(image, points, order=max(orders), mode="mirror")


def listed(values, size):
    return values.reshape([*size, -1]).transpose(2, 1, 0, 3).flatten()


def image_case(name, size, channels, target, rows, orders, zoom=None):
    image = np.float32(random.integers(-99, 100, (*size, channels)))
    points = points_of(target, rows)
    inside = np.all((points >= -0.501) & (points <= np.array(size)[:, None] - 0.499), axis=0)
    values = [np.where(inside, sampled(np.float64(image[..., c]), points, orders), -9) for c in range(channels)]
    if zoom:
        for c in range(channels):
            values[c] = ndimage.zoom(np.float64(image[..., c]), zoom, order=orders[0], mode="mirror").flatten()
    return {
        "name": name,
        "sourceSize": size,
        "channels": channels,
        "source": [int(x) for x in listed(image, size)],
        "size": list(map(int, target)),
        "affine": rows.tolist(),
        "orders": orders,
        "values": [round(float(x), 4) for x in listed(np.stack(values, axis=-1), target)],
    }


def label_case(name, size, target, rows, orders):
    noise = ndimage.gaussian_filter(random.normal(size=(4, *size)), (0, 1.5, 1.5, 1.5))
    labels = np.array([0, 2, 3, 255])[noise.argmax(axis=0)]
    points = points_of(target, rows)
    inside = np.all((points >= -0.501) & (points <= np.array(size)[:, None] - 0.499), axis=0)
    classes = np.unique(labels)
    shares = np.stack([sampled(np.float64(labels == c), points, orders) for c in classes])
    best = np.sort(shares, axis=0)
    values = np.where(best[-1] - best[-2] > 1e-5, classes[shares.argmax(axis=0)], -1)
    return {
        "name": name,
        "sourceSize": size,
        "source": [int(x) for x in listed(labels, size)],
        "size": list(map(int, target)),
        "affine": rows.tolist(),
        "orders": orders,
        "values": [int(x) for x in listed(np.where(inside, values, 7), target)],
    }


def both(name, size, channels, grid):
    return [image_case(f"{name}, order {order}", size, channels, *grid, [order] * 3) for order in (1, 3)]


permuted = np.array([[0, 0, 0.8, 0.2], [-0.77, 0, 0, 9.1], [0, 0.45, 0, -0.37]])
images = [
    *both("finer", [35, 4, 5], 1, field_of_view([35, 4, 5], [0.8, 0.8, 0.8])),
    *both("coarser", [37, 8, 5], 1, field_of_view([37, 8, 5], [2.3, 1.7, 1.4])),
    *both("finer and coarser", [5, 33, 4], 1, field_of_view([5, 33, 4], [0.4, 2.6, 1.5])),
    *both("channels", [6, 5, 4], 3, field_of_view([6, 5, 4], [0.7, 0.9, 1.3])),
    *both("plane", [11, 10, 1], 2, field_of_view([11, 10, 1], [0.9, 1.2, 1])),
    *both("line", [1, 41, 1], 1, field_of_view([1, 41, 1], [1, 0.6, 1])),
    *both("sagittal slice", [1, 9, 12], 1, field_of_view([1, 9, 12], [0.5, 0.7, 0.8])),
    *both("many slices", [3, 2, 90], 1, field_of_view([3, 2, 90], [0.9, 1.1, 0.9])),
    *both("permuted", [9, 10, 7], 1, ([8, 13, 11], permuted)),
    *both("turned", [9, 8, 7], 1, turned([9, 8, 7], [8, 7, 8], 25, 0.1)),
    *both("turned channels", [6, 7, 5], 2, turned([6, 7, 5], [7, 6, 5], -40, 0.2)),
    image_case("thick slices", [8, 7, 5], 1, *field_of_view([8, 7, 5], [0.8, 0.7, 0.23]), [3, 3, 0]),
    image_case("thick sagittal slices", [5, 6, 7], 2, *field_of_view([5, 6, 7], [0.23, 0.7, 0.8]), [0, 3, 3]),
    image_case("thick slices, linear", [8, 7, 5], 1, *field_of_view([8, 7, 5], [0.8, 0.7, 0.23]), [1, 1, 0]),
    image_case("thick slices, turned", [9, 8, 7], 1, *turned([9, 8, 7], [8, 7, 8], 25, 0.1), [3, 3, 0]),
]
for order in (1, 3):
    size, factors = [11, 8, 10], [1.3, 1.25, 0.7]
    images.append(image_case(f"zoom, order {order}", size, 1, *corners(size, factors), [order] * 3, factors))
labels = [
    label_case("finer", [14, 11, 9], *field_of_view([14, 11, 9], [0.7, 0.8, 0.83]), [1, 1, 1]),
    label_case("coarser", [20, 13, 12], *field_of_view([20, 13, 12], [1.3, 1.7, 2.1]), [1, 1, 1]),
    label_case("plane", [11, 10, 1], *field_of_view([11, 10, 1], [0.9, 0.6, 1]), [1, 1, 1]),
    label_case("permuted", [9, 10, 7], [12, 15, 11], permuted, [1, 1, 1]),
    label_case("turned", [12, 9, 10], *turned([12, 9, 10], [11, 12, 9], 25, 0.13), [1, 1, 1]),
    label_case("thick slices", [8, 7, 5], *field_of_view([8, 7, 5], [0.8, 0.7, 0.23]), [1, 1, 0]),
    label_case("thick slices, turned", [12, 9, 10], *turned([12, 9, 10], [11, 12, 9], 25, 0.13), [1, 1, 0]),
]
content = {"outside": -9, "outsideLabel": 7, "images": images, "labels": labels}
(Path(__file__).parent / "resampling.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
