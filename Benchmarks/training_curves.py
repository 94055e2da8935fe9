#!/usr/bin/env python3
"""Measure how optimisers, schedules, losses and layers train: validation Dice by epoch, on membranes and hippocampus.

    SEGMENT_DATA=... Benchmarks/training_curves.sh [--output DIR] [--only NAME,...] [--picture docs/training.png]

Each variant is the pipeline of that name with a few keys of its train stage changed, and fewer epochs. Runs that are
complete are not repeated. Prints a table: the best validation Dice and its epoch. One seed each: differences below the
spread of the seeds (the variants "seed ...") mean nothing.
"""
import argparse
import csv
import os
import pathlib
import subprocess
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
EPOCHS = {"membranes": 8, "hippocampus-2d": 4}


def optimiser(kind, **keys):
    return {"optimiser": {"kind": kind, **keys}}


def network(**keys):
    return {"network": keys}


# topic -> variant -> changes of the train stage ("seed" changes the pipeline's). The first of each topic is the default.
VARIANTS = {
    "optimiser": {
        "adam": {},
        "seed 8": {"seed": 8},
        "seed 9": {"seed": 9},
        "sgd": optimiser("sgd", learning_rate=0.01),
        "momentum": optimiser("momentum", learning_rate=0.01),
        "nesterov": optimiser("nesterov", learning_rate=0.01),
        "adamw": optimiser("adamw", learning_rate=0.001),
        "rmsprop": optimiser("rmsprop", learning_rate=0.001),
        "adagrad": optimiser("adagrad", learning_rate=0.01),
        "adadelta": optimiser("adadelta", learning_rate=1.0),
    },
    "schedule": {
        "polynomial": {},
        "constant": {"schedule": "constant"},
        "cosine": {"schedule": "cosine"},
        "step": {"schedule": {"kind": "step", "every": 3}},
        "plateau": {"schedule": {"kind": "plateau", "patience": 1}},
        "warm-up": {"schedule": {"kind": "cosine", "warm_up": 1}},
        "averaging": {"weight_averaging": 0.99},
    },
    "loss": {
        "cross-entropy": {},
        "focal": {"loss": "focal"},
        "Tversky": {"loss": "tversky"},
        "soft Dice": {"loss": "soft_dice"},
        "CE + soft Dice": {"loss": "cross_entropy_and_soft_dice"},
        "class weights": {"loss": {"kind": "cross_entropy", "class_weights": "median_frequency"}},
    },
    "layers": {
        "max pooling": {},
        "anti-aliased": network(downsampling="antialiased_max_pooling"),
        "mean pooling": network(downsampling="mean_pooling"),
        "strided": network(downsampling="strided_convolution"),
        "PReLU": network(activation="prelu"),
        "group norm": network(norm="group"),
        "residual encoder": network(residual="encoder"),
        "deep supervision": network(deep_supervision=True),
    },
}


def pipeline(name, changes, folder):
    """The pipeline of a variant, written to a file."""
    text = yaml.safe_load((ROOT / "pipelines" / f"{name}.yaml").read_text())
    text["seed"] = changes.get("seed", text["seed"])
    for stage in text["stages"]:
        if "train" in stage:
            train = stage["train"]
            train["epochs"] = EPOCHS[name]
            for key, value in changes.items():
                if key == "network":
                    train["network"] = {**train["network"], **value}
                elif key != "seed":
                    train[key] = value
    file = folder / "pipeline.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(text, sort_keys=False))
    return file


def dice(name, variant, changes, output, program):
    """The validation Dice by epoch; trained if that is not done. The same training has one run."""
    folder = output / name / ("default" if not changes else variant.replace(" ", "-"))
    table = folder / "run" / "progress.csv"
    file = pipeline(name, changes, folder)
    command = [program, "run", file, "--output", folder / "run", "--until", "train"]
    with open(folder / "log.txt", "w") as log:
        status = subprocess.run(command, stdout=log, stderr=log).returncode
    if status != 0:
        print(f"{name} {variant}: exit code {status}, see {folder / 'log.txt'}", flush=True)
        return []
    with open(table) as rows:
        # Of averaged weights their own score.
        column = "averaged_weights_fg_dice" if "weight_averaging" in changes else "mean_fg_dice"
        return [float(row[column] or "nan") for row in csv.DictReader(rows)]


def draw(curves, picture):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plot
    topics, names = list(curves), list(EPOCHS)
    figure, axes = plot.subplots(len(names), len(topics), figsize=(4.2 * len(topics), 3.4 * len(names)), squeeze=False)
    for column, topic in enumerate(topics):
        for row, name in enumerate(names):
            axis = axes[row][column]
            for index, (variant, values) in enumerate(curves[topic][name].items()):
                style = dict(color="0.75") if variant.startswith("seed") else dict(color=f"C{index % 10}")
                axis.plot(range(1, len(values) + 1), values, label=variant, linewidth=1.4, **style)
            if name == "hippocampus-2d":
                axis.set_ylim(0.7, 0.87)
            axis.set_title(f"{name}: {topic}", fontsize=9)
            axis.set_xlabel("epoch", fontsize=8)
            axis.set_xticks(range(1, EPOCHS[name] + 1))
            axis.set_ylabel("validation Dice (mean of classes)", fontsize=8)
            axis.tick_params(labelsize=7)
            axis.grid(alpha=0.3)
            axis.legend(fontsize=7, loc="lower right")
    figure.tight_layout()
    figure.savefig(picture, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "runs" / "training-curves")
    parser.add_argument("--only", help="topics, with commas")
    parser.add_argument("--picture", type=pathlib.Path)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / ".build/release/segment")
    arguments = parser.parse_args()
    if "SEGMENT_DATA" not in os.environ:
        parser.error("set SEGMENT_DATA to the folder with isbi2012-em and hippocampus")
    curves = {}
    for topic, variants in VARIANTS.items():
        if arguments.only and topic not in arguments.only.split(","):
            continue
        curves[topic] = {name: {} for name in EPOCHS}
        for variant, changes in variants.items():
            for name in EPOCHS:
                values = dice(name, variant, changes, arguments.output, arguments.program)
                curves[topic][name][variant] = values
                if values:
                    best = max(range(len(values)), key=lambda epoch: values[epoch])
                    print(f"{topic:10} {variant:18} {name:16} {values[best]:.4f} in epoch {best + 1}", flush=True)
    if arguments.picture:
        draw(curves, arguments.picture)


main()
