"""Measure how long a peer takes to augment an image with its labels. Print JSON like `segment benchmark augmentation --json`.

--transform affine is a rotation and a scaling in nnU-Net's ranges. elastic has the peer's default settings, or those of its
tutorials. all is nnU-Net's whole augmentation with its own probabilities. Each repetition has new random values. Its input
is a copy, which is made before the clock starts.
"""

import argparse
import json
import math
import statistics
import time
import types
import warnings

import numpy as np
import torch
from scipy import ndimage

SCALE = (0.7, 1.4)


def image_and_labels(shape):
    """A synthetic z-scored image, smooth shapes with noise, and labels: the shapes divided into three classes."""
    random = np.random.default_rng(1)
    smooth = ndimage.gaussian_filter(random.standard_normal(shape), 6)
    image = smooth / smooth.std() + 0.2 * random.standard_normal(shape)
    labels = np.digitize(smooth, np.quantile(smooth, [0.7, 0.9]))
    return (torch.from_numpy(array[None]) for array in (np.float32(image), np.int16(labels)))


def batchgeneratorsv2(options, shape, image, labels):
    """nnU-Net's transforms for a plane or an isotropic volume; only its SpatialTransform unless --transform is all."""
    from batchgeneratorsv2.transforms.noise.gaussian_blur import GaussianBlurTransform
    from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

    trainer = types.SimpleNamespace(
        configuration_manager=types.SimpleNamespace(patch_size=shape), print_to_log_file=lambda *_: None)
    rotation, dummy_2d, _, mirrors = nnUNetTrainer.configure_rotation_dummyDA_mirroring_and_inital_patch_size(trainer)
    augment = nnUNetTrainer.get_training_transforms(shape, rotation, None, mirrors, dummy_2d)
    if options.transform == "all":
        for step in augment.transforms:  # the blur tries two methods for each kernel size, once in a training
            if isinstance(getattr(step, "transform", None), GaussianBlurTransform):
                [step.transform(image=image.clone()) for _ in range(40)]
    else:
        augment = augment.transforms[0]
        augment.p_rotation = augment.p_scaling = float("affine" in options.transform)
        augment.p_elastic_deform = float("elastic" in options.transform)
        augment.mode_image = {1: "bilinear", 3: "bicubic"}[options.order]
    return lambda: dict(image=image.clone(), segmentation=labels.clone()), lambda data: augment(**data)


def torchio(options, shape, image, labels):
    import SimpleITK
    import torchio

    SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(options.threads)
    interpolation = dict(image_interpolation={1: "linear", 3: "bspline"}[options.order])
    affine = dict(
        scales=SCALE, degrees=30 if len(shape) == 3 else 180, isotropic=True, default_pad_value=0, **interpolation)
    augment = {
        "affine": lambda: torchio.RandomAffine(**affine),
        "elastic": lambda: torchio.RandomElasticDeformation(**interpolation),
        "affine+elastic": lambda: torchio.RandomAffineElasticDeformation(True, affine, interpolation),
    }[options.transform]()
    image, labels = (x.reshape(1, -1, *shape[-2:]).permute(0, 3, 2, 1).contiguous() for x in (image, labels))
    return lambda: torchio.Subject(
        image=torchio.ScalarImage(tensor=image.clone()), labels=torchio.LabelMap(tensor=labels.clone())), augment


def monai(options, shape, image, labels):
    import monai.transforms

    monai.data.set_track_meta(False)
    angles = [math.radians(30)] * 3 if len(shape) == 3 else [math.pi]
    turns = dict(rotate_range=angles, scale_range=[tuple(scale - 1 for scale in SCALE)] * len(shape))
    common = dict(keys=["image", "labels"], prob=1, mode=["bilinear", "nearest"], padding_mode=["zeros", "zeros"])
    if options.order == 3:
        common |= dict(mode=[3, "nearest"], padding_mode=["constant", "zeros"])
    if "affine" in options.transform:
        common |= turns
    if options.transform == "affine":
        augment = monai.transforms.RandAffined(spatial_size=shape, cache_grid=True, **common)
    elif len(shape) == 3:
        augment = monai.transforms.Rand3DElasticd(sigma_range=(5, 8), magnitude_range=(100, 200), **common)
    else:
        augment = monai.transforms.Rand2DElasticd(spacing=(30, 30), magnitude_range=(5, 6), **common)
    return lambda: dict(image=image.clone(), labels=labels.clone()), augment


if __name__ == "__main__":
    peers = dict(batchgeneratorsv2=batchgeneratorsv2, torchio=torchio, monai=monai)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", choices=peers, default="batchgeneratorsv2")
    parser.add_argument("--transform", choices=["affine", "elastic", "affine+elastic", "all"], default="affine")
    parser.add_argument("--size", default="128x128x96")
    parser.add_argument("--order", type=int, choices=[1, 3], default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    if options.transform == "all" and options.peer != "batchgeneratorsv2":
        parser.error("--transform all needs --peer batchgeneratorsv2")
    warnings.simplefilter("ignore")
    torch.set_num_threads(options.threads)
    torch.seed()
    shape = tuple(int(extent) for extent in reversed(options.size.split("x")))
    fresh, augment = peers[options.peer](options, shape, *image_and_labels(shape))
    seconds = []
    for _ in range(2 + options.repeats):
        data = fresh()
        start = time.perf_counter()
        augment(data)
        seconds.append(time.perf_counter() - start)
    seconds = seconds[2:]
    print(
        json.dumps(
            {
                "transform": options.transform,
                "median_ms": 1e3 * statistics.median(seconds),
                "mean_ms": 1e3 * statistics.mean(seconds),
                "min_ms": 1e3 * min(seconds),
            }
        )
    )
