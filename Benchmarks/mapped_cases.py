#!/usr/bin/env python3
"""Trains a 3-D network on more data than memory: generated volumes of 512x512x300 voxels, in a control group (cgroup).

Beside it, a training on two of these cases in memory runs in turns with it, an epoch each; the other one is stopped meanwhile.
Prints the median time of a step of both, and the most anonymous memory (RssAnon) of the training on all cases.

Needs the right to make a control group, which usually is root's, and 1.2 GB of disk a case, but no packages. Build the program
first: scripts/build.sh.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

SIZE = (512, 512, 300)
SEGMENT = pathlib.Path(__file__).resolve().parent.parent / ".build/release/segment"
GROUPS = pathlib.Path("/sys/fs/cgroup")


def segment(*arguments):
    return subprocess.run([SEGMENT, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def make_cases(folder, count):
    """Heads at the spacing that gives the size; those that are there stay."""
    segment("phantom", "--output", folder / "small", "--heads", count, "--membranes", 0, "--overwrite")
    for kind in "images", "labels":
        (folder / kind).mkdir(exist_ok=True)
    for image in sorted((folder / "small/heads/images").glob("*.nii.gz")):
        info = json.loads(segment("info", image, "--json"))
        spacing = ",".join(f"{n * s / m:.9f}" for n, s, m in zip(info["size"], info["spacing_mm"], SIZE))
        name = image.name.removesuffix(".gz")
        label = folder / "small/heads/labels" / image.name
        if not (folder / "labels" / name).exists():
            segment("convert", image, folder / "images" / name, "--spacing", spacing, "--overwrite")
            segment("convert", label, folder / "labels" / name, "--spacing", spacing, "--order", 0, "--overwrite")


class Group:
    """A control group with a limit of memory, of version 1 or 2."""

    def __init__(self, gib):
        is_version_1 = (GROUPS / "memory").is_dir()
        self.folder = (GROUPS / "memory" if is_version_1 else GROUPS) / f"segment-{os.getpid()}"
        self.folder.mkdir()
        limit = "memory.limit_in_bytes" if is_version_1 else "memory.max"
        (self.folder / limit).write_text(str(gib << 30))

    def enter(self):
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def remove(self):
        self.folder.rmdir()


class Training:
    """A training that runs for an epoch, and is stopped until the next one."""

    def __init__(self, folder, name, images, cases, group, arguments):
        self.name, self.most_mib = name, 0
        names = ", ".join(f"head_{index:02d}" for index in range(cases))
        side = arguments.patch
        (folder / f"{name}.yaml").write_text(f"""
name: {name}
stages:
  - load:
      images: images/{images}.nii
      labels: labels/{{case}}.nii
      classes: {{background: 0, ventricles: 1, nuclei: 2, lesion: 3}}
  - split: {{train: [{names}], validation: [], test: []}}
  - augment: {{preset: {arguments.augment}}}
  - train:
      network: {{dimensions: 3, base_channels: {arguments.base}, depth: {arguments.depth}}}
      batch: 2
      patch: [{side}, {side}, {side}]
      samples_per_epoch: {2 * arguments.steps}
      epochs: 1000
""")
        run = folder / "runs" / name
        shutil.rmtree(run, ignore_errors=True)
        self.table = run / "stages/.train.partial/progress.csv"
        with open(folder / f"{name}.log", "w") as log:
            self.process = subprocess.Popen(
                [SEGMENT, "run", f"{name}.yaml", "--output", run], cwd=folder, stderr=log,
                preexec_fn=group.enter if group else None)

    def epochs(self):
        try:
            return len(self.table.read_text().splitlines()) - 1
        except OSError:
            return 0

    def run_epoch(self):
        """Returns its seconds."""
        done, start = self.epochs(), time.monotonic()
        self.process.send_signal(signal.SIGCONT)
        while self.epochs() == done:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name}: exit code {self.process.returncode}; see {self.name}.log")
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
            found = re.search(r"RssAnon:\s+(\d+) kB", status)
            self.most_mib = max(self.most_mib, int(found[1]) // 1024 if found else 0)
            time.sleep(0.02)
        self.process.send_signal(signal.SIGSTOP)
        return time.monotonic() - start

    def end(self):
        self.process.kill()
        self.process.wait()


def measure(folder, group, arguments):
    """Runs both trainings in turns. Their first epoch, with all that comes before it, is not counted."""
    count = arguments.cases
    trainings = []
    try:
        for name, images, cases in ("memory", "head_0[01]", 2), ("mapped", "*", count):
            training = Training(folder, name, images, cases, group if name == "mapped" else None, arguments)
            trainings.append(training)
            seconds = training.run_epoch()
            print(f"{name}: first epoch after {seconds:.0f} s, {training.most_mib} MiB of anonymous memory", flush=True)
        times = {training: [] for training in trainings}
        for _ in range(arguments.rounds):
            for training in trainings:
                times[training].append(training.run_epoch() * 1000 / arguments.steps)
        for training in trainings:
            each = ", ".join(f"{value:.0f}" for value in times[training])
            print(f"{training.name}: {statistics.median(times[training]):.0f} ms a step (epochs: {each})")
        ratios = [mapped / memory for memory, mapped in zip(*times.values())]
        print(f"mapped / memory: {statistics.median(ratios):.3f}, at most {trainings[1].most_mib} MiB of anonymous memory")
    finally:
        for training in trainings:
            training.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=pathlib.Path, help="where the volumes are made and kept (default: temporary)")
    parser.add_argument("--cases", type=int, default=41, help="number of volumes (default: 41, which are 16 GB prepared)")
    parser.add_argument("--gib", type=int, default=4, help="limit of the control group in GiB (default: 4)")
    parser.add_argument("--rounds", type=int, default=5, help="epochs of each training (default: 5)")
    parser.add_argument("--steps", type=int, default=10, help="steps of an epoch (default: 10)")
    parser.add_argument("--patch", type=int, default=64, help="side of the patch in voxels (default: 64)")
    parser.add_argument("--base", type=int, default=16, help="base channels of the network (default: 16)")
    parser.add_argument("--depth", type=int, default=3, help="depth of the network (default: 3)")
    parser.add_argument("--augment", default="none", help="preset of the augmentation (default: none)")
    arguments = parser.parse_args()
    folder = (arguments.folder or pathlib.Path(tempfile.mkdtemp())).resolve()
    folder.mkdir(exist_ok=True)
    group = Group(arguments.gib)
    try:
        make_cases(folder, arguments.cases)
        measure(folder, group, arguments)
    finally:
        group.remove()
        if not arguments.folder:
            shutil.rmtree(folder)


main()
