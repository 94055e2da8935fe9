"""Writes membranes.json: scores of regions between membranes, and of probabilities.

Run in this folder with numpy, scipy and scikit-learn: python3 make_membranes.py

The region scores follow the equations of Arganda-Carreras et al. (2015); AUROC and AP are scikit-learn's, ECE and Brier
follow from their definitions.
"""

import json

import numpy as np
from scipy import ndimage
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

rng = np.random.default_rng(21)


def regions(membrane):
    return ndimage.label(~membrane)[0]


def thinned(labels):
    """Regions grow by one pixel at a time; where two meet a line (-1) stays."""
    labels = labels.copy()
    while True:
        padded = np.pad(labels, 1)
        around = np.stack([padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]])
        largest = np.where(around > 0, around, 0).max(0)
        smallest = np.where(around > 0, around, 10**9).min(0)
        reached = (labels == 0) & (largest > 0)
        if not reached.any():
            return np.where(labels < 0, 0, labels)
        labels[reached] = np.where(largest == smallest, largest, -1)[reached]


def scores(prediction, reference):
    inside = reference > 0
    n = inside.sum()
    p, r = prediction[inside], reference[inside]
    joint = {}
    for key in zip(r[p > 0].tolist(), p[p > 0].tolist()):
        joint[key] = joint.get(key, 0) + 1
    joint = np.array(list(joint.values()), float) / n
    t = np.bincount(r)[1:] / n
    s = np.bincount(p, minlength=2)[1:] / n
    alone = (p == 0).sum() / n

    def squares(x):
        return (x**2).sum()

    def entropy(x):
        x = x[x > 0]
        return -(x * np.log(x)).sum()

    rand = (squares(joint) + alone / n) / (0.5 * (squares(s) + alone / n) + 0.5 * squares(t))
    hs, ht, hj = entropy(s) + alone * np.log(n), entropy(t), entropy(joint) + alone * np.log(n)
    return float(rand), float(2 * (hs + ht - hj) / (hs + ht))


def membrane_values(probability, label, reference):
    """Means over the planes; `probability` is that of the membrane."""
    truth = [regions(plane) for plane in reference == 1]

    def means(masks):
        found = [regions(mask) for mask in masks]
        thin = [scores(thinned(f), t) for f, t in zip(found, truth)]
        plain = [scores(f, t) for f, t in zip(found, truth)]
        return [float(np.mean([v[0] for v in thin])), float(np.mean([v[1] for v in thin])),
                1 - float(np.mean([v[0] for v in plain]))]

    rand, information, error = means(label == 1)
    curve = [means(1 - probability.astype(np.float64) <= step / 10)[:2] for step in range(11)]
    wrong = ((label == 1) != (reference == 1)).sum()
    right = ((label != 1) & (reference != 1)).sum()
    return dict(
        VRand=rand, VInfo=information, Rand_error_2012=error, VRand_threshold=curve[3][0], VInfo_threshold=curve[3][1],
        VRand_best=max(v[0] for v in curve), VInfo_best=max(v[1] for v in curve),
        pixel_error_2012=float(wrong / (2 * right + wrong)))


def calibration(p, y):
    index = np.clip((p * 15).astype(int), 0, 14)
    return float(sum(abs(p[index == b].sum() - y[index == b].sum()) for b in range(15)) / len(p))


def probability_values(probability, reference, spacing):
    y, p = (reference == 1).ravel(), probability.astype(np.float64).ravel()
    mask = reference == 1
    planes = mask.shape[0] > 1
    structure = ndimage.generate_binary_structure(3, 1) if planes else ndimage.generate_binary_structure(2, 1)[None]
    boundary = mask & ~ndimage.binary_erosion(mask, structure)
    band = (ndimage.distance_transform_edt(~boundary, sampling=spacing) <= 2).ravel()
    steps = np.round(p * 1000) / 1000
    return dict(
        AUROC=float(roc_auc_score(y, steps)), AP=float(average_precision_score(y, steps)), ECE=calibration(p, y),
        ECE_boundary=calibration(p[band], y[band]), Brier=float(brier_score_loss(y, p)))


def membranes(shape):
    """Lines between cells that grow from random seeds, plane by plane."""
    result = np.zeros(shape, bool)
    for plane in result:
        seeds = np.ones(plane.shape, bool)
        for _ in range(9):
            seeds[rng.integers(plane.shape[0]), rng.integers(plane.shape[1])] = False
        nearest = ndimage.distance_transform_edt(seeds, return_distances=False, return_indices=True)
        cell = nearest[0] * 1000 + nearest[1]
        edge = np.zeros(plane.shape, bool)
        edge[:, 1:] |= cell[:, 1:] != cell[:, :-1]
        edge[1:] |= cell[1:] != cell[:-1]
        plane |= ndimage.binary_dilation(edge)
    return result


cases = []
for shape, spacing in (((1, 28, 32), [1.0, 1.0, 1.0]), ((3, 20, 24), [5.0, 0.8, 0.6])):
    reference = membranes(shape).astype(int)
    probability = np.stack([
        ndimage.gaussian_filter(plane.astype(float), 1.0) for plane in reference]) + rng.normal(0, 0.12, shape)
    probability = np.clip(probability * 1.3, 0, 1).round(4).astype(np.float32)
    label = (probability > 0.5).astype(int)
    cases.append(dict(
        size=list(reversed(shape)), spacing=list(reversed(spacing)), prediction="".join(map(str, label.ravel())),
        reference="".join(map(str, reference.ravel())), probability=[float(f"{v:.4f}") for v in probability.ravel()],
        values={**membrane_values(probability, label, reference), **probability_values(probability, reference, spacing)}))
    print(cases[-1]["values"])

with open("membranes.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
