"""Makes the golden files of this folder: python3 make.py, with PyTorch; everything is computed in float64.

Each optimiser does 50 steps from given weights with given gradients, first with its defaults, then with other
hyperparameters. After step 25, the learning rate is halved. The arrays are those of a small U-Net; their values follow from
the place of an array among the sorted names, the place of the number in the array, and the step. Stored, rounded to float32,
in the safetensors format: default/STEP/NAME and changed/STEP/NAME after the steps 1, 10 and 50. The hyperparameters are
in the metadata, under `default` and `changed`.
"""

import json
import pathlib
import struct

import torch

SHAPES = {
    "encoder.0.convolution1.weight": (1, 3, 3, 1, 1),
    "encoder.0.convolution2.weight": (1, 3, 3, 1, 1),
    "encoder.1.convolution1.weight": (1, 3, 3, 1, 2),
    "encoder.1.convolution2.weight": (1, 3, 3, 2, 2),
    "decoder.0.upsampling.weight": (2, 1, 2, 2, 1),
    "decoder.0.upsampling.bias": (1,),
    "decoder.0.convolution1.weight": (1, 3, 3, 2, 1),
    "decoder.0.convolution2.weight": (1, 3, 3, 1, 1),
    "head.convolution.weight": (1, 1, 1, 1, 2),
    "head.convolution.bias": (2,),
}
for block, filters in (("encoder.0", 1), ("encoder.1", 2), ("decoder.0", 1)):
    for index in (1, 2):
        SHAPES[f"{block}.normalisation{index}.scale"] = (filters,)
        SHAPES[f"{block}.normalisation{index}.shift"] = (filters,)
NAMES = sorted(SHAPES)

# By its name here: PyTorch's class, what PyTorch calls the hyperparameters, their values by default and changed.
ADAM_NAMES = dict(learning_rate="lr", beta1=0, beta2=1, epsilon="eps", weight_decay="weight_decay")
SGD_NAMES = dict(learning_rate="lr", momentum="momentum", weight_decay="weight_decay")
KINDS = {
    "adam": (torch.optim.Adam, {}, ADAM_NAMES,
             dict(learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0),
             dict(learning_rate=2e-2, beta1=0.8, beta2=0.95, epsilon=1e-3, weight_decay=0.05)),
    "adamw": (torch.optim.AdamW, {}, ADAM_NAMES,
              dict(learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.01),
              dict(learning_rate=2e-2, beta1=0.8, beta2=0.95, epsilon=1e-3, weight_decay=0.2)),
    "sgd": (torch.optim.SGD, {}, dict(learning_rate="lr", weight_decay="weight_decay"),
            dict(learning_rate=1e-2, weight_decay=0.0), dict(learning_rate=0.1, weight_decay=0.05)),
    "momentum": (torch.optim.SGD, {}, SGD_NAMES,
                 dict(learning_rate=1e-2, momentum=0.9, weight_decay=0.0),
                 dict(learning_rate=0.05, momentum=0.8, weight_decay=0.05)),
    "nesterov": (torch.optim.SGD, dict(nesterov=True), SGD_NAMES,
                 dict(learning_rate=1e-2, momentum=0.9, weight_decay=0.0),
                 dict(learning_rate=0.05, momentum=0.8, weight_decay=0.05)),
    "rmsprop": (torch.optim.RMSprop, {},
                dict(learning_rate="lr", alpha="alpha", epsilon="eps", weight_decay="weight_decay"),
                dict(learning_rate=1e-2, alpha=0.99, epsilon=1e-8, weight_decay=0.0),
                dict(learning_rate=5e-3, alpha=0.9, epsilon=1e-3, weight_decay=0.05)),
    "adagrad": (torch.optim.Adagrad, {}, dict(learning_rate="lr", epsilon="eps", weight_decay="weight_decay"),
                dict(learning_rate=1e-2, epsilon=1e-10, weight_decay=0.0),
                dict(learning_rate=0.1, epsilon=1e-2, weight_decay=0.05)),
    "adadelta": (torch.optim.Adadelta, {},
                 dict(learning_rate="lr", rho="rho", epsilon="eps", weight_decay="weight_decay"),
                 dict(learning_rate=1.0, rho=0.9, epsilon=1e-6, weight_decay=0.0),
                 dict(learning_rate=0.5, rho=0.8, epsilon=1e-3, weight_decay=0.05)),
}


def values(number, shape, function):
    count = torch.Size(shape).numel()
    return torch.tensor([function(number, i) for i in range(count)], dtype=torch.float64).reshape(shape)


def weight(number, i):
    return ((number * 31 + i * 53) % 97 - 48) / 32


def gradient(step):
    return lambda number, i: ((step * 37 + number * 29 + i * 101) % 201 - 100) / 64


def arguments(names, hyperparameters):
    result = {}
    for key, value in hyperparameters.items():
        if isinstance(names[key], int):
            result["betas"] = result.get("betas", ()) + (value,)
        else:
            result[names[key]] = value
    return result


def train(kind, fixed, names, hyperparameters, prefix):
    weights = {name: values(n, SHAPES[name], weight).requires_grad_() for n, name in enumerate(NAMES)}
    given = arguments(names, hyperparameters)
    decay = given.pop("weight_decay")
    groups = [
        dict(params=[w for w in weights.values() if w.dim() > 1], weight_decay=decay),
        dict(params=[w for w in weights.values() if w.dim() == 1], weight_decay=0),
    ]
    optimiser = kind(groups, **given, **fixed)
    arrays = {}
    for step in range(1, 51):
        for n, name in enumerate(NAMES):
            weights[name].grad = values(n, SHAPES[name], gradient(step))
        for group in optimiser.param_groups:
            group["lr"] = given["lr"] * (1 if step <= 25 else 0.5)
        optimiser.step()
        if step in (1, 10, 50):
            arrays |= {f"{prefix}/{step}/{name}": w.detach().float().clone() for name, w in weights.items()}
    return arrays


def write(path, metadata, arrays):
    header, data = {"__metadata__": metadata}, b""
    for name, array in sorted(arrays.items()):
        content = array.contiguous().numpy().astype("<f4").tobytes()
        header[name] = dict(dtype="F32", shape=list(array.shape), data_offsets=[len(data), len(data) + len(content)])
        data += content
    text = json.dumps(header, separators=(",", ":"), sort_keys=True).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


for name, (kind, fixed, names, default, changed) in KINDS.items():
    arrays = train(kind, fixed, names, default, "default") | train(kind, fixed, names, changed, "changed")
    metadata = dict(default=json.dumps(default), changed=json.dumps(changed))
    write(pathlib.Path(__file__).with_name(f"{name}.safetensors"), metadata, arrays)
