"""Make a data set of which only small patches are labelled: the images, and label files that are 255 (ignore) elsewhere.

    python3 Benchmarks/label_patches.py hippocampus runs/patches --patches 20 --size 20 --seed 1
    segment run pipelines/label-patches.yaml

One patch in each of so many training scans, drawn from the training part of splits.json, each of another patient as long as there are
any. Each place in the scan is as probable as any other; --foreground centres each patch on a voxel with a label (then nothing
teaches a network what tissue far from the structure looks like). Needs NumPy and nibabel.
"""

import argparse
import json
import pathlib
import shutil

import nibabel
import numpy as np

IGNORED = 255


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path, help="folder with imagesTr, labelsTr, groups.csv and splits.json")
    parser.add_argument("output", type=pathlib.Path, help="folder to write; must not exist")
    parser.add_argument("--patches", type=int, default=20)
    parser.add_argument("--size", type=int, default=20, help="voxels along each side")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--foreground", action="store_true")
    options = parser.parse_args()

    generator = np.random.default_rng(options.seed)
    splits = json.loads((options.data / "splits.json").read_text())
    split = splits[0] if isinstance(splits, list) else splits
    lines = [line.split(",") for line in (options.data / "groups.csv").read_text().split()[1:]]
    patient = dict(lines)
    order = [split["train"][index] for index in generator.permutation(len(split["train"]))]
    first = {}
    for case in order:
        first.setdefault(patient[case], case)
    chosen = (list(first.values()) + [case for case in order if case not in first.values()])[: options.patches]

    for folder in ("images", "labels"):
        (options.output / folder).mkdir(parents=True)
    voxels = 0
    for case in sorted(chosen):
        shutil.copy(options.data / "imagesTr" / f"{case}.nii.gz", options.output / "images")
        image = nibabel.load(options.data / "labelsTr" / f"{case}.nii.gz")
        labels = np.asarray(image.dataobj).astype(np.uint8)
        size = np.minimum(options.size, labels.shape)
        if options.foreground:
            places = np.argwhere(labels > 0)
            middle = places[generator.integers(len(places))]
            start = np.clip(middle - size // 2, 0, np.array(labels.shape) - size)
        else:
            start = generator.integers(0, np.array(labels.shape) - size + 1)
        box = tuple(slice(a, a + b) for a, b in zip(start, size))
        part = np.full_like(labels, IGNORED)
        part[box] = labels[box]
        voxels += int((labels[box] > 0).sum())
        header = image.header.copy()
        header.set_data_dtype(np.uint8)
        header["scl_slope"], header["scl_inter"] = 1, 0
        nibabel.save(nibabel.Nifti1Image(part, image.affine, header), options.output / "labels" / f"{case}.nii.gz")
    print(f"{len(chosen)} patches of {options.size}^3 voxels; {voxels} voxels of them are foreground")


main()
