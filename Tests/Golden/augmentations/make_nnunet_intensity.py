"""Writes nnunet_intensity.json: what nnU-Net's intensity transforms make of a small volume and a plane, for fixed parameters.

Run in this folder with batchgeneratorsv2 (0.3.6): python3 make_nnunet_intensity.py
Values are listed with i varying fastest (then j, k), sizes and sigmas given as i, j, k; a plane has a depth of 1 and is
transformed in 2-D, without the sigma along k. The mean is not 0, for what is done about it to be seen. Gamma keeps mean and
standard deviation, contrast the range. Values of float32, to 7 digits.
"""

import json

import numpy as np
import torch
from batchgeneratorsv2.transforms.intensity.brightness import MultiplicativeBrightnessTransform
from batchgeneratorsv2.transforms.intensity.contrast import ContrastTransform
from batchgeneratorsv2.transforms.intensity.gamma import GammaTransform
from batchgeneratorsv2.transforms.noise.gaussian_blur import GaussianBlurTransform
from batchgeneratorsv2.transforms.spatial.low_resolution import SimulateLowResolutionTransform
from scipy.ndimage import gaussian_filter

CHANNEL = torch.tensor([0])


def brightness(image, factor):
    transform = MultiplicativeBrightnessTransform(factor, synchronize_channels=False)
    return transform._apply_to_image(image, apply_to_channel=CHANNEL, multipliers=torch.tensor([factor]))


def contrast(image, factor):
    transform = ContrastTransform(factor, preserve_range=True, synchronize_channels=False)
    return transform._apply_to_image(image, apply_to_channel=CHANNEL, multipliers=torch.tensor([factor]))


def gamma(image, gamma, inverted):
    transform = GammaTransform(gamma, int(inverted), synchronize_channels=False, p_per_channel=1, p_retain_stats=1)
    parameters = dict(gamma=torch.tensor([gamma]), invert_image=torch.tensor([inverted]))
    return transform._apply_to_image(image, apply_to_channel=CHANNEL, retain_stats=torch.tensor([True]), **parameters)


def blur(image, sigmas):
    sigmas = sigmas[: image.ndim - 1][::-1]
    return GaussianBlurTransform()._apply_to_image(image, apply_to_channel=torch.tensor([True]), sigmas=[sigmas])


def low_resolution(image, scale):
    transform = SimulateLowResolutionTransform(scale, False, True, ignore_axes=None)
    scales = torch.full((1, image.ndim - 1), scale)
    return transform._apply_to_image(image, apply_to_channel=CHANNEL, scales=scales)


CASES = [
    (brightness, dict(factor=0.8)),
    (brightness, dict(factor=1.2)),
    (contrast, dict(factor=0.8)),
    (contrast, dict(factor=1.2)),
    (gamma, dict(gamma=0.75, inverted=False)),
    (gamma, dict(gamma=1.4, inverted=False)),
    (gamma, dict(gamma=0.75, inverted=True)),
    (gamma, dict(gamma=1.4, inverted=True)),
    (blur, dict(sigmas=[0.55, 0.75, 0.95])),
    (blur, dict(sigmas=[0.95, 0.6, 0.5])),
    (low_resolution, dict(scale=0.5)),
    (low_resolution, dict(scale=0.73)),
]


def listed(values):
    return [float(f"{value:.7g}") for value in np.float64(values).flatten()]


torch.set_num_threads(1)
images = []
for seed, shape in ((1, (7, 8, 9)), (2, (9, 11))):
    random = np.random.default_rng(seed)
    image = gaussian_filter(random.standard_normal(shape), 1)
    image = image / image.std() + 0.3 * random.standard_normal(shape)
    image = np.float32(((image - image.mean()) / image.std() + 0.4).round(4))
    results = []
    for transform, parameters in CASES:
        values = transform(torch.from_numpy(image[None].copy()), **parameters)[0].numpy()
        results.append(dict(transform=transform.__name__, **parameters, values=listed(values)))
    images.append((json.dumps((*shape[::-1], 1)[:3]), json.dumps(listed(image)), results))

blocks = [
    f'{{"image": {image}, "results": [\n' + ",\n".join(json.dumps(r, sort_keys=True) for r in results) + f'\n], "size": {size}}}'
    for size, image, results in images
]
with open("nnunet_intensity.json", "w") as file:
    file.write("[\n" + ",\n".join(blocks) + "\n]\n")
