"""Compare `segment benchmark network` with PyTorch and, with --openvino, with OpenVINO.

The programs run in turns (A B A B), each in its own process. For each configuration and each variant of a peer, the script
prints a line: the median times, the ratio of the times, the required ratio, and the peak memory. The fastest variant comes
first. PyTorch runs with both memory layouts. In inference, it also runs with the batch normalisation folded.
"""

import argparse
import json
import os
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
    dict(mode="forward", dimensions=3, depth=2, base_channels=32, size="64x64x64", batch=2, norm="instance", bar=4.0),
    dict(mode="step", dimensions=3, depth=2, base_channels=32, size="64x64x64", batch=2, norm="instance", bar=4.0),
    dict(mode="forward", dimensions=3, depth=2, base_channels=32, size="40x56x40", batch=2, norm="instance", bar=3.3),
    dict(mode="step", dimensions=3, depth=2, base_channels=32, size="40x56x40", batch=2, norm="instance", bar=3.3),
    dict(mode="forward", dimensions=3, depth=3, base_channels=16, size="48x64x48", batch=2, norm="instance", bar=3.3),
    dict(mode="step", dimensions=3, depth=3, base_channels=16, size="48x64x48", batch=2, norm="instance", bar=3.3),
]


def flags(configuration, repeats):
    values = {key: value for key, value in configuration.items() if key != "bar"} | dict(threads=2, repeats=repeats)
    return [word for key, value in values.items() for word in ("--" + key.replace("_", "-"), str(value))]


AVX2 = dict(SEGMENT_KERNEL="avx2", ATEN_CPU_CAPABILITY="avx2", ONEDNN_MAX_CPU_ISA="AVX2")


def peers(configuration, options):
    for layout in ("channels_last", "contiguous"):
        yield layout, ["pytorch_network.py", "--format", layout]
    if configuration["mode"] == "forward" and configuration["norm"] == "batch":
        yield "channels_last, folded", ["pytorch_network.py", "--format", "channels_last", "--fold"]
    if options.bfloat16:
        yield "bfloat16", ["pytorch_network.py", "--format", "channels_last", "--bfloat16"]
    if options.openvino and configuration["mode"] == "forward":
        yield "OpenVINO", ["openvino_network.py"]
        if options.bfloat16:
            yield "OpenVINO, bfloat16", ["openvino_network.py", "--bfloat16"]


def measure(command, environment):
    time.sleep(0.5)
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | environment)
    return json.loads(result.stdout)


def summary(results):
    return statistics.median(result["median_ms"] for result in results), max(r["peak_rss_mib"] for r in results)


def compare(configuration, options):
    common = flags(configuration, options.repeats)
    environment = AVX2 if options.avx2 else {}
    ours, theirs = [], {}
    for _ in range(options.rounds):
        for name, (script, *extra) in peers(configuration, options):
            ours.append(measure([PROGRAM, "benchmark", "network", "--json", *common], environment))
            command = [sys.executable, FOLDER / script, *common, *extra]
            theirs.setdefault(name, []).append(measure(command, environment))
    time_of_ours, memory_of_ours = summary(ours)
    for name, results in sorted(theirs.items(), key=lambda item: summary(item[1])[0]):
        milliseconds, memory = summary(results)
        print(
            f"{' '.join(common[:-4])}: segment {time_of_ours:.0f} ms; {name}: {milliseconds:.0f} ms; "
            f"ratio {milliseconds / time_of_ours:.2f} (required {configuration['bar']}); "
            f"peak memory {memory_of_ours:.0f} and {memory:.0f} MiB, ratio {memory_of_ours / memory:.2f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds (default: 3)")
    parser.add_argument("--repeats", type=int, default=5, help="repetitions in a round (default: 5)")
    parser.add_argument(
        "--only", default="", help="measure only configurations whose options contain this text, such as 'step'")
    parser.add_argument("--bfloat16", action="store_true", help="measure the peers with bfloat16 too")
    parser.add_argument("--openvino", action="store_true", help="measure OpenVINO too, in inference")
    parser.add_argument("--avx2", action="store_true", help="limit all programs to AVX2")
    options = parser.parse_args()
    for configuration in CONFIGURATIONS:
        if options.only in " ".join(flags(configuration, 0)):
            compare(configuration, options)
