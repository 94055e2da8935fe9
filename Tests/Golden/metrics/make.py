"""Writes random_labels.json: metrics of random label maps, computed by numpy from their definitions.

Run in this folder with numpy: python3 make.py
"""

import json

import numpy as np

IGNORED = 255


def ratio(a, b):
    return None if b == 0 else float(a) / float(b)


def metrics(prediction, reference, label, voxel_volume):
    drawn = reference != IGNORED
    p, r = (prediction == label) & drawn, (reference == label) & drawn
    tp, fp, fn, tn = (int(m.sum()) for m in (p & r, p & ~r, ~p & r, ~p & ~r & drawn))
    all_voxels = tp + fp + fn + tn
    both = None if r.sum() == 0 or tn + fp == 0 else (tp / r.sum() + tn / (tn + fp)) / 2
    product = float(tp + fp) * float(tp + fn) * float(tn + fp) * float(tn + fn)
    return dict(
        Accuracy=ratio(tp + tn, all_voxels), ErrorRate=ratio(fp + fn, all_voxels), BalancedAccuracy=both,
        MCC=None if product == 0 else (tp * tn - fp * fn) / product**0.5,
        **{"F0.5": ratio(1.25 * tp, 1.25 * tp + 0.25 * fn + fp), "F2": ratio(5 * tp, 5 * tp + 4 * fn + fp)},
        volume_difference_mm3=(int(p.sum()) - int(r.sum())) * voxel_volume,
        volume_absolute_difference_mm3=abs(int(p.sum()) - int(r.sum())) * voxel_volume,
        volume_relative_difference=ratio(int(p.sum()) - int(r.sum()), r.sum()),
        TP=tp, FP=fp, FN=fn, TN=tn, n_pred=int(p.sum()), n_ref=int(r.sum()), Dice=ratio(2 * tp, p.sum() + r.sum()),
        IoU=ratio((p & r).sum(), (p | r).sum()), Precision=ratio(tp, p.sum()), Recall=ratio(tp, r.sum()),
        Specificity=ratio(tn, tn + fp), TPR=ratio(tp, r.sum()), TNR=ratio(tn, tn + fp), FPR=ratio(fp, tn + fp),
        FNR=ratio(fn, r.sum()), volume_pred_mm3=p.sum() * voxel_volume, volume_ref_mm3=r.sum() * voxel_volume)


rng = np.random.default_rng(7)
cases = []
for size, classes in (((5, 4, 3), 4), ((7, 6, 1), 2), ((3, 3, 3), 6)):
    reference = rng.integers(0, classes, size[::-1])
    prediction = np.where(rng.random(reference.shape) < 0.6, reference, rng.integers(0, classes, reference.shape))
    reference[rng.random(reference.shape) < 0.1] = IGNORED
    if classes == 6:
        prediction[prediction == 5] = 0
        reference[reference == 4] = 0
        prediction[prediction == 3], reference[reference == 3] = 0, 0
    spacing = [0.5, 2.0, 1.25]
    cases.append(dict(
        size=size, spacing=spacing, classCount=classes, prediction=prediction.ravel().tolist(),
        reference=reference.ravel().tolist(),
        metrics=[metrics(prediction, reference, c, float(np.prod(spacing))) for c in range(1, classes)]))
with open("random_labels.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
