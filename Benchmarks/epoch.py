"""Compare an epoch of `segment run` with one of a plain PyTorch loop: the same volumes, network, batch and loss.

Whole hippocampus volumes, 16 base channels, 3 downsamplings, instance normalisation, batch 2, Adam, cross-entropy, no
augmentation. The programs run in turns, each in its own process. The time is that of an epoch without the first one:
sampling, steps and validation; reading the scans is not in it. PyTorch runs with both memory layouts.
"""

import argparse
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).parent
PROGRAM = FOLDER.parent / ".build/release/segment"
DATA = pathlib.Path(os.environ["SEGMENT_DATA"]) / "hippocampus"

PIPELINE = """
name: epoch
seed: 1
variables: {{data: "{data}"}}
stages:
  - load:
      images: ${{data}}/imagesTr/*.nii.gz
      labels: ${{data}}/labelsTr/{{case}}.nii.gz
      classes: {{background: 0, anterior: 1, posterior: 2}}
      group_table: ${{data}}/groups.csv
  - split: {{file: "${{data}}/splits.json"}}
  - train:
      network: {{dimensions: 3, base_channels: 16, depth: 3}}
      batch: 2
      epochs: {epochs}
      samples_per_epoch: all
"""


def peak_mebibytes(command, **options):
    """Runs a command; its output, and the peak memory of its process."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return output, usage.ru_maxrss / 1024


def ours(epochs):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "epoch.yaml"
        file.write_text(PIPELINE.format(data=DATA, epochs=epochs))
        command = [PROGRAM, "run", file, "--output", pathlib.Path(folder) / "run"]
        _, memory = peak_mebibytes(command, env=os.environ | {"SEGMENT_THREADS": "2"})
        with open(pathlib.Path(folder) / "run/progress.csv") as rows:
            return [float(row["seconds"]) for row in csv.DictReader(rows)][1:], memory


def theirs(epochs, layout):
    command = [sys.executable, FOLDER / "pytorch_epoch.py", "--epochs", str(epochs), "--format", layout, "--data", DATA]
    output, memory = peak_mebibytes(command)
    return json.loads(output)["seconds"][1:], memory


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="number of rounds (default: 2)")
    parser.add_argument("--epochs", type=int, default=3, help="epochs in a round, the first not counted (default: 3)")
    options = parser.parse_args()
    runs = {"segment": lambda: ours(options.epochs)}
    for layout in ("channels_last", "contiguous"):
        runs["PyTorch, " + layout] = lambda layout=layout: theirs(options.epochs, layout)
    seconds, memory = {name: [] for name in runs}, {name: 0 for name in runs}
    for _ in range(options.rounds):
        for name, run in runs.items():
            times, peak = run()
            seconds[name] += times
            memory[name] = max(memory[name], peak)
    base = statistics.median(seconds["segment"])
    for name in runs:
        time = statistics.median(seconds[name])
        print(
            f"{name}: {time:.1f} s an epoch, peak memory {memory[name]:.0f} MiB; "
            f"ratios to segment: {time / base:.2f} and {memory[name] / memory['segment']:.2f}")
