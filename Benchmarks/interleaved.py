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


def summary(results, mean=False):
    """The median over the rounds and the minimum; or the mean alone, where repetitions do different things."""
    middle = statistics.median(result["mean_ms" if mean else "median_ms"] for result in results)
    return (middle,) if mean else (middle, min(result["min_ms"] for result in results))


def times(results, mean=False):
    return " / ".join(f"{value:.{1 if value < 10 else 0}f}" for value in summary(results, mean))


def ratios(theirs, ours, mean=False):
    return " / ".join(f"{a / b:.1f}" for a, b in zip(summary(theirs, mean), summary(ours, mean)))
