"""Writes tests.json: Wilcoxon's signed-rank test of some differences, by scipy.

Run in this folder with numpy and scipy: python3 make_tests.py
"""

import json

import numpy as np
from scipy.stats import wilcoxon

rng = np.random.default_rng(5)
cases = []
for count, ties in ((3, False), (8, False), (25, False), (50, False), (90, True), (200, True), (120, False)):
    differences = rng.normal(0.3, 1, count)
    if ties:
        differences = np.round(differences * 4) / 4
    kept = differences[differences != 0]
    method = "exact" if len(kept) <= 50 else "approx"
    assert method == "approx" or not ties
    result = wilcoxon(kept, method=method)
    positive = float(wilcoxon(kept, alternative="greater", method=method).statistic)
    cases.append(dict(differences=differences.tolist(), p=float(result.pvalue), positive=positive))
with open("tests.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
