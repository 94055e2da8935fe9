"""Functions of the comparison scripts: run a command in a new process, summarise the rounds, format cells of a table."""

import json
import pathlib
import statistics
import subprocess
import time

FOLDER = pathlib.Path(__file__).parent
PROGRAM = FOLDER.parent / ".build/release/segment"


def measure(cores, command):
    """The JSON output of a command that runs on the given cores, such as "0,1"."""
    time.sleep(0.3)
    command = ["taskset", "-c", cores, *map(str, command)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def summary(results, mean=False):
    """The median of the rounds' medians, and the minimum; the median of the means only, if repetitions do different work."""
    middle = statistics.median(result["mean_ms" if mean else "median_ms"] for result in results)
    return (middle,) if mean else (middle, min(result["min_ms"] for result in results))


def times(results, mean=False):
    return " / ".join(f"{value:.{1 if value < 10 else 0}f}" for value in summary(results, mean))


def ratios(theirs, ours, mean=False):
    return " / ".join(f"{a / b:.1f}" for a, b in zip(summary(theirs, mean), summary(ours, mean)))
