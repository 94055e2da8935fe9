"""Print the mean foreground Dice of a run, and its 95 % bootstrap interval over patients.

    Benchmarks/bootstrap.py runs/hippocampus-3d/metrics.csv groups.csv

The mean is that of summary.json: over the cases, then over the classes. 10,000 resamples of the patients, seed 1.
"""

import csv
import random
import statistics
import sys

metrics, groups = sys.argv[1:]
with open(groups) as rows:
    patient_of = {row["case"]: row["patient"] for row in csv.DictReader(rows)}
patients = {}
with open(metrics) as rows:
    for row in csv.DictReader(rows):
        if row["metric"] == "Dice" and row["value"]:
            patients.setdefault(patient_of[row["case"]], []).append((row["label"], float(row["value"])))


def mean(names):
    classes = {}
    for name in names:
        for label, value in patients[name]:
            classes.setdefault(label, []).append(value)
    return statistics.fmean(statistics.fmean(values) for values in classes.values())


generator = random.Random(1)
names = sorted(patients)
draws = sorted(mean(generator.choices(names, k=len(names))) for _ in range(10_000))
print(f"mean foreground Dice {mean(names):.4f}, 95 % interval {draws[250]:.4f} to {draws[9749]:.4f}, {len(names)} patients")
