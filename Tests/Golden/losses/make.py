"""Makes losses.safetensors: python3 make.py, with PyTorch and NumPy; everything is computed in float64.

For a plane and a volume: logits and gradients [n, d, h, w, classes] and labels [n, d, h, w], 255 where a pixel is ignored;
of each loss its value and gradient, rounded to float32. The last class is missing in the first sample.
"""

import itertools
import json
import math
import pathlib
import struct

import numpy
import torch
import torch.nn.functional as functional

IGNORED = 255
WEIGHTS = (0.5, 2.0, 1.0, 3.0)
SHAPES = {"plane": (2, 1, 9, 8, 4), "volume": (2, 3, 4, 5, 3)}


def cross_entropy(z, y, weighted=False):
    return functional.cross_entropy(z, y, weight=weights(z, weighted), ignore_index=IGNORED)


def weights(z, weighted):
    return z.new_tensor(WEIGHTS[: z.shape[1]]) if weighted else z.new_ones(z.shape[1])


def weighted_mean(values, w, y):
    counted = y != IGNORED
    return (w * values)[counted].sum() / w[counted].sum()



def focal(z, y, gamma, weighted=False):
    index = torch.where(y == IGNORED, 0, y)
    log_p = functional.log_softmax(z, dim=1).gather(1, index[:, None])[:, 0]
    return weighted_mean(-((1 - log_p.exp()) ** gamma) * log_p, weights(z, weighted)[index], y)


def tversky(z, y, alpha=0.5, beta=0.5, gamma=1.0, by_sample=False):
    counted = (y != IGNORED)[:, None]
    p = functional.softmax(z, dim=1) * counted
    g = functional.one_hot(torch.where(y == IGNORED, 0, y), z.shape[1]).movedim(-1, 1) * counted
    axes = (2, 3, 4) if by_sample else (0, 2, 3, 4)
    hits, positives, negatives = ((a * b).sum(axes) for a, b in ((p, g), (p, 1 - g), (1 - p, g)))
    overlap = (hits + 0.5) / (hits + alpha * positives + beta * negatives + 0.5)
    return ((1 - overlap[..., 1:]) ** (1 / gamma)).mean()


def objects(labels):
    """The components of the foreground of a sample, connected by faces: a list of arrays of their pixels' places."""
    left = {tuple(place) for place in numpy.argwhere((labels != 0) & (labels != IGNORED))}
    found = []
    while left:
        open_places, component = [left.pop()], []
        while open_places:
            place = open_places.pop()
            component.append(place)
            for axis, step in itertools.product(range(3), (-1, 1)):
                neighbour = tuple(p + step * (a == axis) for a, p in enumerate(place))
                if neighbour in left:
                    left.remove(neighbour)
                    open_places.append(neighbour)
        found.append(numpy.array(component))
    return found


def border_weights(labels, weight, sigma):
    """U-Net's weight map, equation 2, of background pixels."""
    result = numpy.zeros(labels.shape)
    for sample in range(len(labels)):
        components = objects(labels[sample])
        for place in numpy.argwhere(labels[sample] == 0):
            distances = sorted(numpy.sqrt(((c - place) ** 2).sum(1).min()) for c in components)
            if len(distances) > 1:
                result[sample][tuple(place)] = weight * math.exp(-((distances[0] + distances[1]) ** 2) / (2 * sigma**2))
    return torch.from_numpy(result)


def bordered(z, y, weight, sigma, weighted=False):
    index = torch.where(y == IGNORED, 0, y)
    w = weights(z, weighted)[index] + border_weights(y.numpy(), weight, sigma)
    return weighted_mean(functional.cross_entropy(z, index, reduction="none"), w, y)


LOSSES = {
    "cross_entropy": cross_entropy,
    "cross_entropy, class weights": lambda z, y: cross_entropy(z, y, weighted=True),
    "cross_entropy, borders": lambda z, y: bordered(z, y, 10, 2),
    "cross_entropy, borders and class weights": lambda z, y: bordered(z, y, 4, 1.5, weighted=True),
    "soft_dice": tversky,
    "soft_dice, sample": lambda z, y: tversky(z, y, by_sample=True),
    "cross_entropy_and_soft_dice": lambda z, y: cross_entropy(z, y) + tversky(z, y),
    "focal": lambda z, y: focal(z, y, 2),
    "focal, class weights": lambda z, y: focal(z, y, 0.5, weighted=True),
    "tversky": lambda z, y: tversky(z, y, 0.3, 0.7),
    "tversky, focal and sample": lambda z, y: tversky(z, y, 0.6, 0.1, 4 / 3, by_sample=True),
    "sum": lambda z, y: 2 * cross_entropy(z, y) + 0.5 * tversky(z, y),
}


def write(path, arrays):
    header, offset = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + 4 * array.size]}
        offset += 4 * array.size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.astype("<f4").tobytes())


def main():
    random = numpy.random.default_rng(3)
    arrays = {}
    for name, shape in SHAPES.items():
        logits = (2 * random.standard_normal(shape)).astype(numpy.float32)
        labels = random.choice(shape[-1], shape[:-1], p=[0.6] + [0.4 / (shape[-1] - 1)] * (shape[-1] - 1))
        labels[0][labels[0] == shape[-1] - 1] = 0
        labels[random.random(labels.shape) < 0.15] = IGNORED
        arrays[f"{name}/logits"], arrays[f"{name}/labels"] = logits, labels
        for loss, function in LOSSES.items():
            z = torch.tensor(logits, dtype=torch.float64).movedim(-1, 1).requires_grad_()
            value = function(z, torch.tensor(labels))
            value.backward()
            arrays[f"{name}/{loss}/loss"] = value.detach().reshape(1).numpy()
            arrays[f"{name}/{loss}/gradient"] = z.grad.movedim(1, -1).numpy()
    write(pathlib.Path(__file__).parent / "losses.safetensors", arrays)


if __name__ == "__main__":
    main()
