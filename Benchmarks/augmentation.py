"""Compare `segment benchmark augmentation` with nnU-Net's transforms (batchgeneratorsv2), TorchIO and MONAI.

The programs run in turns (A B A B), each in its own process. For each configuration, number of cores and peer, the script
prints a row of a table. A time is "median / minimum" over the rounds: other programs on the machine disturb the minimum less.
With the transform "all", each repetition chooses at random which transforms to apply. The time is then the mean of twenty
times as many repetitions.

Order 3 is a cubic B-spline in TorchIO and MONAI, and a cubic convolution in batchgeneratorsv2. TorchIO and MONAI take the
label of the nearest voxel, like the preset standard, with which they are compared. batchgeneratorsv2 chooses labels by linear
weights, like the preset nnunet, with which it is compared. The elastic displacements of batchgeneratorsv2 are at most a fifth
of a voxel.
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
            preset = ["--preset", "nnunet" if peer == PEERS[0] else "standard"]  # labels by linear weights, or the nearest
            ours[peer].append(measure(processors, [PROGRAM, "benchmark", "augmentation", "--json", *preset, *common]))
            command = [sys.executable, FOLDER / "peer_augmentation.py", "--peer", peer, *common]
            results.append(measure(processors, command))
    for peer, results in theirs.items():
        figures = [times(results, drawn), times(ours[peer], drawn), ratios(results, ours[peer], drawn)]
        cells = [*configuration.values(), cores, peer, *figures]
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds (default: 3)")
    parser.add_argument("--repeats", type=int, default=5, help="repetitions in a round (default: 5)")
    parser.add_argument(
        "--only", default="", help="measure only configurations with this transform, size or order, such as 'affine'")
    parser.add_argument("--only-peer", default="", help="measure only peers whose name contains this text")
    options = parser.parse_args()
    print("| transform | voxels | order | cores | peer | peer, ms | segment, ms | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for configuration in CONFIGURATIONS:
        if options.only in map(str, configuration.values()) or not options.only:
            for cores in (1, 2):
                compare(configuration, cores, options)
