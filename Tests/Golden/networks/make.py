"""Makes the golden files of this folder: python3 make.py, with PyTorch and NumPy; everything is computed in float64.

A small U-Net of our layout (weights [kernel depth, height, width, in, out], transposed ones [in, stride depth, height,
width, out]) written with PyTorch's functions, and stored, rounded to float32, in the safetensors format:
input [n, c, d, h, w], labels, logits, loss, weights/..., gradients/...; after five steps of stochastic gradient descent
descended/...; after five steps of Adam trained/... and predicted, the logits in inference; losses, those of
twenty slower steps of Adam.

A rectifier or a maximum that stands at its kink makes a gradient jump by what rounding decides. The seed is thus the first
with which both trainings come to the same weights and losses when every convolution is disturbed by NOISE of its largest
output.
"""

import json
import pathlib
import struct

import numpy
import torch
import torch.nn.functional as functional

NOISE = 3e-6
STABLE_DESCENT, STABLE_LOSSES = 1e-5, 5e-5
DESCENT = dict(lr=0.1)
ADAM = dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-3)
SLOW_ADAM = ADAM | dict(lr=1e-3)


def layout(dimensions, base, depth, inputs, classes, norm):
    k, s = (3, 2) if dimensions == 3 else (1, 1)
    shapes = {}

    def block(name, channels, filters):
        for index, c in ((1, channels), (2, filters)):
            shapes[f"{name}.convolution{index}.weight"] = (k, 3, 3, c, filters)
            if norm == "none":
                shapes[f"{name}.convolution{index}.bias"] = (filters,)
                continue
            shapes[f"{name}.normalisation{index}.scale"] = (filters,)
            shapes[f"{name}.normalisation{index}.shift"] = (filters,)

    channels = inputs
    for level in range(depth + 1):
        block(f"encoder.{level}", channels, base << level)
        channels = base << level
    for level in reversed(range(depth)):
        filters = base << level
        shapes[f"decoder.{level}.upsampling.weight"] = (channels, s, 2, 2, filters)
        shapes[f"decoder.{level}.upsampling.bias"] = (filters,)
        block(f"decoder.{level}", 2 * filters, filters)
        channels = filters
    shapes["head.convolution.weight"] = (1, 1, 1, channels, classes)
    shapes["head.convolution.bias"] = (classes,)
    return shapes


noise = 0.0


def convolve(x, p, name):
    weight = p[name + ".weight"].permute(4, 3, 0, 1, 2)
    y = functional.conv3d(x, weight, p.get(name + ".bias"), padding=[size // 2 for size in weight.shape[2:]])
    return y + noise * y.abs().max().detach() * (2 * torch.rand_like(y) - 1) if noise else y


def normalise(x, p, name, norm, running, trains):
    if norm == "none":
        return x
    scale, shift = p[name + ".scale"], p[name + ".shift"]
    if norm == "instance":
        return functional.instance_norm(x, weight=scale, bias=shift, eps=1e-5)
    mean = running.setdefault(name + ".running_mean", torch.zeros_like(scale))
    variance = running.setdefault(name + ".running_variance", torch.ones_like(scale))
    return functional.batch_norm(x, mean, variance, scale, shift, training=trains, momentum=0.1, eps=1e-5)


def block(x, p, name, norm, running, trains):
    for index in (1, 2):
        x = convolve(x, p, f"{name}.convolution{index}")
        x = functional.relu(normalise(x, p, f"{name}.normalisation{index}", norm, running, trains))
    return x


def forward(x, p, dimensions, depth, norm, running, trains=True):
    window = (2 if dimensions == 3 else 1, 2, 2)
    skips = []
    for level in range(depth + 1):
        x = block(x, p, f"encoder.{level}", norm, running, trains)
        if level < depth:
            skips.append(x)
            x = functional.max_pool3d(x, window)
    for level in reversed(range(depth)):
        name = f"decoder.{level}.upsampling"
        x = functional.conv_transpose3d(x, p[name + ".weight"].permute(0, 4, 1, 2, 3), p[name + ".bias"], stride=window)
        x = block(torch.cat([x, skips[level]], 1), p, f"decoder.{level}", norm, running, trains)
    return convolve(x, p, "head.convolution")


def write(path, arrays, metadata=None):
    arrays = {name: numpy.ascontiguousarray(values, numpy.float32) for name, values in sorted(arrays.items())}
    header, offset = {"__metadata__": metadata} if metadata else {}, 0
    for name, values in arrays.items():
        header[name] = dict(dtype="F32", shape=values.shape, data_offsets=[offset, offset + values.nbytes])
        offset += values.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = struct.pack("<Q", len(text)) + text + b"".join(values.tobytes() for values in arrays.values())
    pathlib.Path(path).write_bytes(data)


def train(optimiser, steps, loss_of):
    losses = []
    for _ in range(steps):
        optimiser.zero_grad()
        loss = loss_of()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def values_of(p):
    return {name: values.detach().numpy().copy() for name, values in p.items()}


def keeping(p, training):
    """What a training gives; puts the first weights back."""
    first = {name: values.detach().clone() for name, values in p.items()}
    result = training()
    for name, values in p.items():
        values.data.copy_(first[name])
    return result


def descend(p, loss_of):
    train(torch.optim.SGD(p.values(), **DESCENT), 5, loss_of)
    return values_of(p)


def adam_losses(p, loss_of):
    return dict(losses=numpy.array(train(torch.optim.Adam(p.values(), **SLOW_ADAM), 20, loss_of)))


def is_stable(p, loss_of):
    global noise
    for training, tolerance in ((descend, STABLE_DESCENT), (adam_losses, STABLE_LOSSES)):
        expected = keeping(p, lambda: training(p, loss_of))
        for _ in range(2):
            noise = NOISE
            found = keeping(p, lambda: training(p, loss_of))
            noise = 0.0
            if any(abs(found[name] - values).max() > tolerance * abs(values).max() for name, values in expected.items()):
                return False
    return True


def parameters(generator, shapes):
    p = {}
    for name, shape in shapes.items():
        values = generator.normal(size=shape)
        if name.endswith(".weight"):
            values *= numpy.sqrt(1.5 / numpy.prod(shape[:-1] if "convolution" in name else shape[:1]))
        elif name.endswith(".scale"):
            values = 1 + 0.2 * values
        else:
            values *= 0.2
        p[name] = float32(values).requires_grad_()
    return p


def float32(values):
    return torch.tensor(values.astype(numpy.float32).astype(numpy.float64))


def make(path, dimensions, base, depth, classes, size, seed, norm="instance"):
    while not try_to_make(path, dimensions, base, depth, classes, size, seed, norm):
        seed += 100
    print(path.name, "seed", seed)


def try_to_make(path, dimensions, base, depth, classes, size, seed, norm):
    torch.manual_seed(seed)
    generator = numpy.random.default_rng(seed)
    p = parameters(generator, layout(dimensions, base, depth, size[1], classes, norm))
    x = float32(generator.normal(size=size))
    labels = torch.tensor(generator.integers(0, classes, size=(size[0], *size[2:])))

    def loss_of(running):
        return functional.cross_entropy(forward(x, p, dimensions, depth, norm, running), labels)

    if not is_stable(p, lambda: loss_of({})):
        return False
    logits = forward(x, p, dimensions, depth, norm, {})
    loss = functional.cross_entropy(logits, labels)
    for values in p.values():
        values.grad = None
    loss.backward()
    arrays = {"input": x.numpy(), "labels": labels.numpy(), "logits": logits.detach().numpy(), "loss": [loss.item()]}
    arrays |= {f"weights/{name}": values for name, values in values_of(p).items()}
    arrays |= {f"gradients/{name}": values.grad.numpy().copy() for name, values in p.items()}
    arrays |= {f"descended/{name}": values for name, values in keeping(p, lambda: descend(p, lambda: loss_of({}))).items()}
    arrays |= keeping(p, lambda: adam_losses(p, lambda: loss_of({})))
    running = {}
    train(torch.optim.Adam(p.values(), **ADAM), 5, lambda: loss_of(running))
    arrays["predicted"] = forward(x, p, dimensions, depth, norm, running, trains=False).detach().numpy()
    arrays |= {f"trained/{name}": values for name, values in values_of(p | running).items()}
    write(path, arrays)
    return True


if __name__ == "__main__":
    folder = pathlib.Path(__file__).parent
    make(folder / "unet-2d.safetensors", 2, base=4, depth=2, classes=2, size=(1, 1, 1, 16, 12), seed=1)
    make(folder / "unet-3d.safetensors", 3, base=2, depth=1, classes=3, size=(1, 2, 4, 6, 8), seed=2)
    make(folder / "unet-2d-wide.safetensors", 2, base=8, depth=1, classes=3, size=(2, 1, 1, 12, 20), seed=5)
    make(folder / "unet-3d-wide.safetensors", 3, base=8, depth=1, classes=2, size=(1, 1, 4, 8, 12), seed=6)
    size = (3, 1, 1, 8, 8)
    make(folder / "unet-2d-batch.safetensors", 2, base=3, depth=1, classes=2, size=size, seed=3, norm="batch")
    make(folder / "unet-2d-none.safetensors", 2, base=3, depth=1, classes=2, size=size, seed=4, norm="none")
