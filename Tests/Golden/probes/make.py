"""Makes probes.json: python3 make.py, with NumPy and scikit-learn 1.9.

Features and targets are random, drawn here and stored. For each strength: the loss over the rows that its folds hold out, with
features standardised by the other rows; and for the best one the weights and biases of all rows, of the features as they are.
"""

import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

STRENGTHS = [10 ** (4 - power / 2) for power in range(17)]


def standardised(features, rows):
    mean, deviation = features[rows].mean(0), features[rows].std(0)
    return (features - mean) / deviation, mean, deviation


def fitted(features, targets, strength, is_class):
    rows = len(targets)
    if is_class:
        model = LogisticRegression(C=1 / (rows * strength), solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(features, targets)
    else:
        model = Ridge(alpha=rows * strength, solver="svd").fit(features, targets)
    return model


def softmax_rows(values):
    powers = np.exp(values - values.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def probe(features, targets, folds, is_class):
    losses = []
    for strength in STRENGTHS:
        total = 0.0
        for fold in sorted(set(folds)):
            kept, held = folds != fold, folds == fold
            scaled, _, _ = standardised(features, kept)
            model = fitted(scaled[kept], targets[kept], strength, is_class)
            if is_class:
                p = model.predict_proba(scaled[held])
                total += -np.log(p[np.arange(held.sum()), targets[held]]).sum()
            else:
                total += ((model.predict(scaled[held]) - targets[held]) ** 2).sum()
        losses.append(total / len(targets))
    best = int(np.argmin(losses))
    scaled, mean, deviation = standardised(features, slice(None))
    model = fitted(scaled, targets, STRENGTHS[best], is_class)
    prediction = model.predict_proba(scaled) if is_class else model.predict(scaled)[:, None]
    return {
        "features": features.tolist(), "targets": targets.tolist(), "folds": folds.tolist(), "losses": losses,
        "strength": STRENGTHS[best], "predictions": prediction.tolist(),
    }


def main():
    generator = np.random.default_rng(11)
    cases = {}
    for name, rows, columns, classes in [
        ("three classes", 30, 5, 3), ("more features than rows", 18, 25, 3), ("numbers", 24, 6, 0),
        ("numbers, more features than rows", 15, 22, 0),
    ]:
        features = generator.normal(size=(rows, columns)) * generator.uniform(0.1, 30, columns) + 3
        scores = (features - 3) / features.std(0)
        if classes:
            logits = scores[:, :classes] + 0.5 * generator.gumbel(size=(rows, classes))
            targets = logits.argmax(1)
        else:
            targets = scores[:, 0] * 2 - scores[:, 1] + generator.normal(size=rows) + 40
        folds = np.argsort(np.argsort(targets, kind="stable")) % 4 if classes else np.arange(rows) % 4
        cases[name] = probe(features, targets, folds, bool(classes))
        for fold in range(4):
            assert not classes or len(set(targets[folds != fold])) == classes
    text = json.dumps(cases, separators=(",", ":"), sort_keys=True)
    (pathlib.Path(__file__).parent / "probes.json").write_text(text + "\n")


main()
