#!/usr/bin/env python3
"""Trains a 3-D network on more data than memory: generated volumes of 512x512x300 voxels, in a control group (cgroup).

It prints the time of a step with two cases in memory and with all cases mapped from the disk, and the most anonymous memory of
the process (RssAnon). It needs the right to make a control group, which usually is root's, and 0.8 GB of disk a case. It
needs no packages. Build the program first: scripts/build.sh.
"""

import argparse
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

SIZE = (512, 512, 300)
SEGMENT = pathlib.Path(__file__).resolve().parent.parent / ".build/release/segment"
GROUPS = pathlib.Path("/sys/fs/cgroup")


def segment(*arguments, **options):
    return subprocess.run([SEGMENT, *map(str, arguments)], check=True, capture_output=True, text=True, **options)


def make_cases(folder, count):
    """Heads at the spacing that gives the size; those that are there stay."""
    segment("phantom", "--output", folder / "small", "--heads", count, "--membranes", 0, "--overwrite")
    for kind in "images", "labels":
        (folder / kind).mkdir(exist_ok=True)
    for image in sorted((folder / "small/heads/images").iterdir()):
        info = json.loads(segment("info", image, "--json").stdout)
        spacing = ",".join(f"{n * s / m:.9f}" for n, s, m in zip(info["size"], info["spacing_mm"], SIZE))
        name = image.name.removesuffix(".gz")
        label = folder / "small/heads/labels" / image.name
        if not (folder / "labels" / name).exists():
            segment("convert", image, folder / "images" / name, "--spacing", spacing, "--overwrite")
            segment("convert", label, folder / "labels" / name, "--spacing", spacing, "--order", 0, "--overwrite")


def write_pipeline(folder, name, cases, arguments):
    names = [f"head_{index:02d}" for index in range(cases)]
    (folder / f"{name}.yaml").write_text(f"""
name: {name}
stages:
  - load:
      images: images/{"head_0[01]" if cases == 2 else "*"}.nii
      labels: labels/{{case}}.nii
      classes: {{background: 0, ventricles: 1, nuclei: 2, lesion: 3}}
  - split: {{train: [{", ".join(names)}], validation: [], test: []}}
  - augment: {{preset: {arguments.augment}}}
  - train:
      network: {{dimensions: 3, base_channels: {arguments.base}, depth: 3}}
      batch: 2
      patch: [{arguments.patch}, {arguments.patch}, {arguments.patch}]
      samples_per_epoch: {2 * arguments.steps}
      epochs: 2
""")


class Group:
    """A control group with a limit of memory, of version 1 or 2."""

    def __init__(self, gib):
        is_version_1 = (GROUPS / "memory").is_dir()
        self.folder = (GROUPS / "memory" if is_version_1 else GROUPS) / f"segment-{os.getpid()}"
        self.folder.mkdir()
        limit = "memory.limit_in_bytes" if is_version_1 else "memory.max"
        (self.folder / limit).write_text(str(gib << 30))

    def add(self, process):
        (self.folder / "cgroup.procs").write_text(str(process))

    def remove(self):
        self.folder.rmdir()


def run(folder, name, group, until):
    """Runs a pipeline in a group; returns the seconds, and the most anonymous memory in MiB."""
    command = [SEGMENT, "run", f"{name}.yaml", "--output", f"runs/{name}", "--until", until]
    start, most = time.monotonic(), 0
    with open(folder / f"{name}.{until}.log", "w") as log:
        process = subprocess.Popen(command, cwd=folder, stderr=log, preexec_fn=lambda: group.add(os.getpid()))
        while process.poll() is None:
            try:
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                status = ""
            found = re.search(r"RssAnon:\s+(\d+) kB", status)
            most = max(most, int(found[1]) // 1024 if found else 0)
            time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"{name}: exit code {process.returncode}; see {log.name}")
    return time.monotonic() - start, most


def step_milliseconds(folder, name, steps):
    """Of each epoch; there is no validation."""
    with open(folder / f"runs/{name}/progress.csv") as table:
        return [1000 * float(row["seconds"]) / steps for row in csv.DictReader(table)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, help="where the volumes are made and kept (default: temporary)")
    parser.add_argument("--cases", type=int, default=41, help="number of volumes (default: 41, which are 16 GB prepared)")
    parser.add_argument("--gib", type=int, default=4, help="limit of the control group in GiB (default: 4)")
    parser.add_argument("--steps", type=int, default=60, help="steps of an epoch, of which there are 2 (default: 60)")
    parser.add_argument("--patch", type=int, default=64, help="side of the patch in voxels (default: 64)")
    parser.add_argument("--base", type=int, default=16, help="base channels of the network (default: 16)")
    parser.add_argument("--augment", default="none", help="preset of the augmentation (default: none)")
    arguments = parser.parse_args()
    folder = arguments.folder or pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    group = Group(arguments.gib)
    try:
        make_cases(folder, arguments.cases)
        for name, cases in ("memory", 2), ("mapped", arguments.cases):
            write_pipeline(folder, name, cases, arguments)
            shutil.rmtree(folder / "runs" / name, ignore_errors=True)
            for until in "split", "train":
                seconds, most = run(folder, name, group, until)
                print(f"{name}, to {until}: {seconds:.0f} s, at most {most} MiB of anonymous memory", flush=True)
            steps = ", ".join(f"{step:.0f}" for step in step_milliseconds(folder, name, arguments.steps))
            print(f"{name}: {steps} ms a step, epoch by epoch", flush=True)
    finally:
        group.remove()
        if not arguments.folder:
            shutil.rmtree(folder)


main()
