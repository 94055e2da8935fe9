"""What the comparing scripts share: processes of their own, summaries over rounds and cells of a table."""

import json
import pathlib
import statistics
import subprocess
import time

FOLDER = pathlib.Path(__file__).parent
PROGRAM = FOLDER.parent / ".build/release/segment"


def measure(cores, command):
    time.sleep(0.3)
    command = ["taskset", "-c", cores, *map(str, command)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def summary(results, middle="median_ms"):
    return statistics.median(result[middle] for result in results), min(result["min_ms"] for result in results)


def times(results, middle="median_ms"):
    return " / ".join(f"{value:.{1 if value < 10 else 0}f}" for value in summary(results, middle))


def ratios(theirs, ours, middle="median_ms"):
    return " / ".join(f"{a / b:.1f}" for a, b in zip(summary(theirs, middle), summary(ours, middle)))
