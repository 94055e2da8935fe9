"""Measure what a training step costs with a frozen part, as a share of a full step of the same network.

The programs run in turns (A B C D A B C D), each in its own process. Prints a line for each network and part: the median
times, the ratio to the full step, and the required ratio.
"""

import json
import pathlib
import statistics
import subprocess
import sys

PROGRAM = pathlib.Path(__file__).parent.parent / ".build/release/segment"
NETWORKS = {
    "2-D base 32 depth 4, batch norm, 4x256x256": (
        ["--size", "256x256", "--batch", "4", "--base-channels", "32", "--depth", "4"], 0.78),
    "3-D base 32 depth 3, instance norm, 2x64x64x64": (
        ["--dimensions", "3", "--size", "64x64x64", "--batch", "2", "--base-channels", "32", "--depth", "3",
         "--norm", "instance"], 0.80),
}
PARTS = {
    "everything": ([], None),
    "decoder and head (encoder frozen)": (["--cut", "encoder"], "encoder"),
    "head": (["--cut", "head"], 0.40),
    "head, cached features": (["--cut", "head", "--cached"], 0.10),
}


def measure(network, part):
    command = [PROGRAM, "benchmark", "network", "--mode", "step", "--repeats", "5", "--json", *network, *part]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["median_ms"]


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
for title, (network, bar) in NETWORKS.items():
    times = {name: [] for name in PARTS}
    for _ in range(rounds):
        for name, (part, _) in PARTS.items():
            times[name].append(measure(network, part))
    full = statistics.median(times["everything"])
    print(title)
    for name, (_, required) in PARTS.items():
        middle = statistics.median(times[name])
        limit = bar if required == "encoder" else required
        note = "" if limit is None else f", required {limit:.2f}" + ("" if middle / full <= limit else "  MISSED")
        print(f"  {name}: {middle:.1f} ms, ratio {middle / full:.3f}{note}", flush=True)
