"""Compares `segment benchmark network` with PyTorch: interleaved, A B A B, each in a process of its own.

Prints a line a configuration: the medians over all repetitions, the ratios of time and of peak memory. The faster of
PyTorch's layouts counts, for forward passes also with the normalisation folded.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

FOLDER = pathlib.Path(__file__).parent
PROGRAM = FOLDER.parent / ".build/release/segment"

CONFIGURATIONS = [
    dict(mode="forward", base_channels=32, size="256x256", batch=4, norm="batch", bar=3.0),
    dict(mode="forward", base_channels=32, size="512x512", batch=1, norm="batch", bar=3.0),
    dict(mode="forward", base_channels=64, size="256x256", batch=4, norm="batch", bar=3.0),
    dict(mode="step", base_channels=32, size="256x256", batch=4, norm="batch", bar=2.7),
    dict(mode="step", base_channels=32, size="512x512", batch=1, norm="batch", bar=2.7),
    dict(mode="step", base_channels=64, size="256x256", batch=4, norm="batch", bar=2.7),
    dict(mode="step", base_channels=32, size="256x256", batch=4, norm="instance", bar=3.0),
    dict(mode="forward", dimensions=3, depth=2, base_channels=32, size="64x64x64", batch=2, norm="instance", bar=3.0),
    dict(mode="step", dimensions=3, depth=2, base_channels=32, size="64x64x64", batch=2, norm="instance", bar=3.0),
    dict(mode="forward", dimensions=3, depth=2, base_channels=32, size="40x56x40", batch=2, norm="instance", bar=3.0),
    dict(mode="step", dimensions=3, depth=2, base_channels=32, size="40x56x40", batch=2, norm="instance", bar=2.5),
]


def flags(configuration, repeats):
    values = {key: value for key, value in configuration.items() if key != "bar"} | dict(threads=2, repeats=repeats)
    return [word for key, value in values.items() for word in ("--" + key.replace("_", "-"), str(value))]


def peers(configuration, with_bfloat16):
    for layout in ("channels_last", "contiguous"):
        yield layout, ["--format", layout]
    if configuration["mode"] == "forward" and configuration["norm"] == "batch":
        yield "channels_last, folded", ["--format", "channels_last", "--fold"]
    if with_bfloat16:
        yield "bfloat16", ["--format", "channels_last", "--bfloat16"]


def measure(command):
    time.sleep(0.5)
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def summary(results):
    return statistics.median(result["median_ms"] for result in results), max(r["peak_rss_mib"] for r in results)


def compare(configuration, rounds, repeats, with_bfloat16):
    common = flags(configuration, repeats)
    ours, theirs = [], {}
    for _ in range(rounds):
        ours.append(measure([PROGRAM, "benchmark", "network", "--json", *common]))
        for name, extra in peers(configuration, with_bfloat16):
            command = [sys.executable, FOLDER / "pytorch_network.py", *common, *extra]
            theirs.setdefault(name, []).append(measure(command))
    time_of_ours, memory_of_ours = summary(ours)
    for name, results in sorted(theirs.items(), key=lambda item: summary(item[1])[0]):
        milliseconds, memory = summary(results)
        print(
            f"{' '.join(common[:-4])}: {time_of_ours:.0f} ms against {milliseconds:.0f} ms ({name}): "
            f"{milliseconds / time_of_ours:.2f}x (bar {configuration['bar']}x); "
            f"{memory_of_ours:.0f} against {memory:.0f} MiB: {memory_of_ours / memory:.2f}x", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", default="", help="words that a configuration's flags must contain, such as 'step'")
    parser.add_argument("--bfloat16", action="store_true", help="PyTorch's autocast as well")
    options = parser.parse_args()
    for configuration in CONFIGURATIONS:
        if options.only in " ".join(flags(configuration, 0)):
            compare(configuration, options.rounds, options.repeats, options.bfloat16)
