"""A plain PyTorch loop: trains the network of pytorch_network.py on whole hippocampus volumes and validates it on whole cases."""

import argparse
import json
import pathlib
import time

import nibabel
import numpy as np
import torch
from torch import nn

from pytorch_network import UNet

WINDOW = (48, 64, 48)


class Volumes(torch.utils.data.Dataset):
    """Whole volumes, normalised and padded to the window; voxels beyond a volume have the label -100, which is ignored."""

    def __init__(self, folder, cases):
        self.samples = []
        for case in cases:
            image = nibabel.load(folder / f"imagesTr/{case}.nii.gz").get_fdata(dtype=np.float32)
            labels = nibabel.load(folder / f"labelsTr/{case}.nii.gz").get_fdata(dtype=np.float32).astype(np.int64)
            image = (image - image.mean()) / image.std()
            before = [(window - size) // 2 for window, size in zip(WINDOW, image.shape)]
            padding = [(b, window - size - b) for b, window, size in zip(before, WINDOW, image.shape)]
            self.samples.append((
                torch.from_numpy(np.pad(image, padding))[None],
                torch.from_numpy(np.pad(labels, padding, constant_values=-100))))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        return self.samples[index]


def dice(predicted, labels, value):
    counted = labels >= 0
    found, truth = (predicted == value) & counted, labels == value
    return (2 * (found & truth).sum() / (found.sum() + truth.sum())).item()


def validate(network, volumes, layout):
    network.eval()
    scores = []
    with torch.inference_mode():
        for image, labels in volumes:
            logits = network(image[None].to(memory_format=layout))
            nn.functional.cross_entropy(logits, labels[None])
            predicted = logits[0].argmax(0)
            scores.append([dice(predicted, labels, value) for value in (1, 2)])
    return float(np.mean(scores))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--format", default="channels_last")
    parser.add_argument("--data", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(1)
    layout = torch.channels_last_3d if options.format == "channels_last" else torch.contiguous_format
    split = json.loads((options.data / "splits.json").read_text())[0]
    training, validation = Volumes(options.data, split["train"]), Volumes(options.data, split["val"])
    network = UNet(16, 3, "instance", 3, classes=3).to(memory_format=layout)
    optimiser = torch.optim.Adam(network.parameters())
    loader = torch.utils.data.DataLoader(training, batch_size=2, shuffle=True)
    seconds, scores = [], []
    for _ in range(options.epochs):
        start = time.perf_counter()
        network.train()
        for images, labels in loader:
            optimiser.zero_grad(set_to_none=True)
            nn.functional.cross_entropy(network(images.to(memory_format=layout)), labels).backward()
            optimiser.step()
        scores.append(validate(network, validation, layout))
        seconds.append(time.perf_counter() - start)
    print(json.dumps(dict(seconds=seconds, dice=scores)))


if __name__ == "__main__":
    main()
