"""Compares `segment benchmark augmentation` with nnU-Net's transforms (batchgeneratorsv2), TorchIO and MONAI.

Interleaved, A B A B, each in a process of its own. Prints a row of a table for each configuration, number of cores and peer:
medians over the rounds and, behind a stroke, minima, which another program on the machine disturbs less. Where each
repetition draws which transforms to apply (all), a mean of twenty times as many repetitions stands instead.

Order 3 is a cubic B-spline in TorchIO and MONAI, a cubic convolution in batchgeneratorsv2. Labels go to the nearest voxel in
TorchIO and MONAI, by a vote of linear weights in batchgeneratorsv2: with which the preset nnunet is compared, since it does
so too, and standard with the others. batchgeneratorsv2's elastic displacements are at most a fifth of a voxel.
"""

import argparse
import sys

from interleaved import FOLDER, PROGRAM, measure, ratios, times

PEERS = ["batchgeneratorsv2", "torchio", "monai"]
CONFIGURATIONS = [
    *(
        dict(transform=transform, size=size, order=order)
        for transform in ("affine", "elastic", "affine+elastic")
        for size in ("128x128x96", "512x512")
        for order in (1, 3)
    ),
    dict(transform="all", size="128x128x96", order=1),
    dict(transform="all", size="512x512", order=1),
]


def compare(configuration, cores, options):
    drawn = configuration["transform"] == "all"
    common = [word for key, value in configuration.items() for word in ("--" + key, value)]
    common += ["--threads", cores, "--repeats", options.repeats * (20 if drawn else 1)]
    theirs = {peer: [] for peer in PEERS if options.only_peer in peer and (peer == PEERS[0] or not drawn)}
    ours = {peer: [] for peer in theirs}
    for _ in range(options.rounds):
        for peer, results in theirs.items():
            processors = "0,1"[: 2 * cores - 1]
            preset = ["--preset", "nnunet" if peer == PEERS[0] else "standard"]  # labels by shares, or the nearest
            ours[peer].append(measure(processors, [PROGRAM, "benchmark", "augmentation", "--json", *preset, *common]))
            command = [sys.executable, FOLDER / "peer_augmentation.py", "--peer", peer, *common]
            results.append(measure(processors, command))
    for peer, results in theirs.items():
        figures = [times(results, drawn), times(ours[peer], drawn), ratios(results, ours[peer], drawn)]
        cells = [*configuration.values(), cores, peer, *figures]
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", default="", help="a word that a configuration must contain, such as 'affine', or the order")
    parser.add_argument("--only-peer", default="", help="a part of the peer's name")
    options = parser.parse_args()
    print("| transform | voxels | order | cores | peer | peer, ms | ours, ms | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for configuration in CONFIGURATIONS:
        if options.only in map(str, configuration.values()) or not options.only:
            for cores in (1, 2):
                compare(configuration, cores, options)
