"""Measure the U-Net of `segment benchmark network` in PyTorch, with the same options and JSON output.

--format sets the memory layout: channels_last or contiguous. --fold folds batch normalisation into the convolutions
(inference). --bfloat16 computes under autocast.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn


def block(channels, filters, norm, dimensions):
    convolution = nn.Conv2d if dimensions == 2 else nn.Conv3d
    normalisation = {
        "batch": nn.BatchNorm2d if dimensions == 2 else nn.BatchNorm3d,
        "instance": lambda c: (nn.InstanceNorm2d if dimensions == 2 else nn.InstanceNorm3d)(c, affine=True),
        "none": lambda c: nn.Identity(),
    }[norm]
    layers = []
    for inputs in (channels, filters):
        layers += [convolution(inputs, filters, 3, padding=1, bias=norm == "none"), normalisation(filters)]
        layers += [nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    def __init__(self, base, depth, norm, dimensions, classes=2):
        super().__init__()
        channels = [base << level for level in range(depth + 1)]
        inputs = [1] + channels
        self.encoder = nn.ModuleList(block(inputs[i], channels[i], norm, dimensions) for i in range(depth + 1))
        transposed = nn.ConvTranspose2d if dimensions == 2 else nn.ConvTranspose3d
        self.up = nn.ModuleList(transposed(channels[i + 1], channels[i], 2, stride=2) for i in range(depth))
        self.decoder = nn.ModuleList(block(2 * channels[i], channels[i], norm, dimensions) for i in range(depth))
        self.pool = nn.MaxPool2d(2) if dimensions == 2 else nn.MaxPool3d(2)
        self.head = (nn.Conv2d if dimensions == 2 else nn.Conv3d)(base, classes, 1)

    def forward(self, x):
        skips = []
        for stage in self.encoder[:-1]:
            x = stage(x)
            skips.append(x)
            x = self.pool(x)
        x = self.encoder[-1](x)
        for stage, up, skip in reversed(list(zip(self.decoder, self.up, skips))):
            x = stage(torch.cat([up(x), skip], 1))
        return self.head(x)


def fold(network):
    for sequence in [*network.encoder, *network.decoder]:
        for index in (0, 3):
            sequence[index] = nn.utils.fuse_conv_bn_eval(sequence[index], sequence[index + 1])
            sequence[index + 1] = nn.Identity()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dimensions", type=int, default=2)
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--base-channels", type=int, default=32)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--norm", default="batch")
    parser.add_argument("--mode", default="forward")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--format", default="channels_last")
    parser.add_argument("--fold", action="store_true")
    parser.add_argument("--bfloat16", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    extent = [int(size) for size in options.size.split("x")]
    last = torch.channels_last if options.dimensions == 2 else torch.channels_last_3d
    layout = last if options.format == "channels_last" else torch.contiguous_format
    network = UNet(options.base_channels, options.depth, options.norm, options.dimensions)
    x = torch.randn(options.batch, 1, *extent).to(memory_format=layout)
    labels = torch.randint(0, 2, (options.batch, *extent))
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=options.bfloat16)
    if options.mode == "forward":
        network.eval()
        if options.fold:
            fold(network)
        network = network.to(memory_format=layout)

        def repetition():
            with torch.inference_mode(), autocast:
                network(x)
    else:
        network = network.train().to(memory_format=layout)
        optimiser = torch.optim.Adam(network.parameters())

        def repetition():
            optimiser.zero_grad(set_to_none=True)
            with autocast:
                loss = nn.functional.cross_entropy(network(x), labels)
            loss.backward()
            optimiser.step()

    for _ in range(2):
        repetition()
    times = []
    for _ in range(options.repeats):
        start = time.perf_counter()
        repetition()
        times.append(1e3 * (time.perf_counter() - start))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(
        mode=options.mode, min_ms=min(times), median_ms=statistics.median(times), peak_rss_mib=peak,
        threads=options.threads, kernel="pytorch " + torch.__version__)))


if __name__ == "__main__":
    main()
