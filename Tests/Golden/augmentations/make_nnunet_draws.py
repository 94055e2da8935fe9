"""Writes nnunet_draws.json: how often nnU-Net applies each part of its 3-D augmentation, and what it then draws.

Run in this folder with nnunetv2 (2.8.1) and batchgeneratorsv2 (0.3.6): python3 make_nnunet_draws.py
The plan is isotropic. Each draw asks the transforms for their parameters, for an image of two channels, and applies nothing.
`applied` is a fraction of the draws; where a channel may be left out or draws for itself, of the draws times the channels.
`values` are the quantiles given that it is applied. Their axis 0 is our k: a rotation about it turns j and i.
"""

import json
import types

import numpy as np
import torch
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

DRAWS, CHANNELS, PATCH = 50_000, 2, (4, 4, 4)
QUANTILES = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1]


def pipeline():
    plans = types.SimpleNamespace(patch_size=PATCH)
    trainer = types.SimpleNamespace(configuration_manager=plans, print_to_log_file=lambda *_: None)
    rotation, dummy_2d, _, mirrors = nnUNetTrainer.configure_rotation_dummyDA_mirroring_and_inital_patch_size(trainer)
    return nnUNetTrainer.get_training_transforms(PATCH, rotation, None, mirrors, dummy_2d).transforms


def spatial(parameters):
    """Taken apart again: the matrix is the turns about axis 2, 1 and 0, multiplied, times the scale."""
    matrix = parameters["affine"]
    if matrix is None:
        return
    scale = np.cbrt(np.linalg.det(matrix))
    turn = matrix / scale
    angles = np.arctan2(turn[2, 1], turn[2, 2]), -np.arcsin(turn[2, 0]), np.arctan2(turn[1, 0], turn[0, 0])
    turned, scaled = bool(np.abs(angles).max() > 1e-9), bool(abs(scale - 1) > 1e-9)
    if turned:
        yield from zip(["rotation_degrees_k", "rotation_degrees_j", "rotation_degrees_i"], np.degrees(angles))
    if scaled:
        yield "scale", scale
    if turned and scaled:
        yield "rotation_and_scale", None


def noise(parameters):
    yield "noise_standard_deviation", parameters["sigmas"]


def blur(parameters):
    for sigmas in parameters["sigmas"]:
        yield from zip(["blur_sigma_k", "blur_sigma_j", "blur_sigma_i"], sigmas)


def factors(name, key):
    return lambda parameters: ((name, float(value)) for value in parameters[key])


def low_resolution(parameters):
    for scales in parameters["scales"]:
        assert len(set(scales.tolist())) == 1
        yield "low_resolution_scale", float(scales[0])


def gamma(parameters):
    assert parameters["retain_stats"].all()
    for value, inverted in zip(parameters["gamma"], parameters["invert_image"]):
        yield "gamma_inverted" if inverted else "gamma_plain", float(value)


def mirror(parameters):
    for axis in parameters["axes"]:
        yield "mirror_" + "kji"[axis], None


READERS = {
    "SpatialTransform": spatial,
    "GaussianNoiseTransform": noise,
    "GaussianBlurTransform": blur,
    "MultiplicativeBrightnessTransform": factors("brightness_factor", "multipliers"),
    "ContrastTransform": factors("contrast_factor", "multipliers"),
    "SimulateLowResolutionTransform": low_resolution,
    "GammaTransform": gamma,
    "MirrorTransform": mirror,
}
PER_CHANNEL = ("blur", "brightness", "contrast", "low_resolution", "gamma")

np.random.seed(1)
torch.manual_seed(1)
torch.set_num_threads(1)
image = torch.zeros((CHANNELS, *PATCH))
drawn = {}
steps = [step for step in pipeline() if type(step).__name__ != "RemoveLabelTransform"]
for _ in range(DRAWS):
    for step in steps:
        if hasattr(step, "apply_probability"):
            if not step.get_parameters()["apply_transform"]:
                continue
            step = step.transform
        for name, value in READERS[type(step).__name__](step.get_parameters(image=image)):
            drawn.setdefault(name, []).append(value)

parameters = {}
for name, values in drawn.items():
    chances = DRAWS * (CHANNELS if name.startswith(PER_CHANNEL) else 1)
    parameters[name] = dict(applied=round(len(values) / chances, 5))
    if values[0] is not None:
        parameters[name]["values"] = [float(f"{value:.5g}") for value in np.quantile(values, QUANTILES)]
with open("nnunet_draws.json", "w") as file:
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(parameters[name])}" for name in sorted(parameters))
    file.write(f'{{"channels": {CHANNELS}, "draws": {DRAWS}, "parameters": {{\n{lines}\n}}, "quantiles": {QUANTILES}}}\n')
