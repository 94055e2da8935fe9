"""Makes the golden files of the layers, layer-*.safetensors: python3 make_layers.py [name], with PyTorch and NumPy; everything
is computed in float64.

Each is a small U-Net with one of the keys of a network changed, and some with all of them, in 2-D and in 3-D: input, labels, logits (and
those of the further outputs, logits.1, ...), loss, weights/... and gradients/... The metadata key `network` is the network's
configuration as model cards have it. The layout of weights is that of make.py.

The seed is the first with which the gradients stay when every convolution is disturbed by NOISE of its largest output.
"""

import json
import pathlib
import sys

import numpy
import torch
import torch.nn.functional as functional

import make

STABLE = 1e-4
DEFAULTS = dict(
    classes=3, norm="instance", activation="relu", upsampling="transposed", downsampling="max_pooling", residual=False,
    dropout=0, groups=8, deep_supervision=False, convolutions=2, max_channels=None, kernels=None, pooling=None)


class UNet:
    """The network of a configuration; its parameters are made as they are first asked for."""

    def __init__(self, configuration, generator):
        self.c = DEFAULTS | configuration
        self.generator, self.p, self.noise = generator, {}, 0.0
        self.is_volumetric = self.c["dimensions"] == 3

    def kernel(self, level):
        lengths = self.c["kernels"]
        return tuple(reversed(lengths[level])) if lengths else (3 if self.is_volumetric else 1, 3, 3)

    def window(self, level):
        """What the resolution is divided by from this level to the next."""
        factors = self.c["pooling"]
        return tuple(reversed(factors[level])) if factors else (2 if self.is_volumetric else 1, 2, 2)

    def channels(self, level):
        return min(self.c["base_channels"] << level, self.c["max_channels"] or 1 << 30)

    def parameter(self, name, shape, mean, deviation):
        if name not in self.p:
            values = mean + deviation * self.generator.normal(size=shape)
            self.p[name] = make.float32(values).requires_grad_()
        return self.p[name]

    def convolve(self, x, name, filters, kernel, has_bias, stride=(1, 1, 1)):
        shape = (*kernel, x.shape[1], filters)
        weight = self.parameter(name + ".weight", shape, 0, numpy.sqrt(1.5 / numpy.prod(shape[:-1])))
        bias = self.parameter(name + ".bias", (filters,), 0, 0.2) if has_bias else None
        y = functional.conv3d(x, weight.permute(4, 3, 0, 1, 2), bias, stride, [size // 2 for size in kernel])
        return y + self.noise * y.abs().max().detach() * (2 * torch.rand_like(y) - 1) if self.noise else y

    def normalise(self, x, name):
        norm = self.c["norm"]
        if norm == "none":
            return x
        scale = self.parameter(name + ".scale", (x.shape[1],), 1, 0.2)
        shift = self.parameter(name + ".shift", (x.shape[1],), 0, 0.2)
        if norm == "group":
            return functional.group_norm(x, self.c["groups"], scale, shift, eps=1e-5)
        if norm == "batch":
            return functional.batch_norm(x, None, None, scale, shift, training=True, eps=1e-5)
        return functional.instance_norm(x, weight=scale, bias=shift, eps=1e-5)

    def activate(self, x, name):
        activation = self.c["activation"]
        if activation == "prelu":
            return functional.prelu(x, self.parameter(name + ".slope", (x.shape[1],), 0.25, 0.1))
        return functional.leaky_relu(x, 0.01 if activation == "leaky_relu" else 0)

    def convolution(self, x, name, index, filters, kernel, stride=(1, 1, 1)):
        x = self.convolve(x, f"{name}.convolution{index}", filters, kernel, self.c["norm"] == "none", stride)
        return self.normalise(x, f"{name}.normalisation{index}")

    def block(self, x, name, level, is_residual, stride=(1, 1, 1)):
        filters, kernel, count = self.channels(level), self.kernel(level), self.c["convolutions"]
        y = self.convolution(x, name, 1, filters, kernel, stride)
        for index in range(2, count + 1):
            y = self.convolution(self.activate(y, f"{name}.activation{index - 1}"), name, index, filters, kernel)
        if not is_residual:
            return self.activate(y, f"{name}.activation{count}")
        shortcut = functional.avg_pool3d(x, stride) if stride != (1, 1, 1) else x
        if shortcut.shape[1] != filters:
            shortcut = self.convolution(shortcut, name + ".shortcut", 1, filters, (1, 1, 1))
        return self.activate(y + shortcut, f"{name}.activation{count}")

    def downsample(self, x, window):
        kind = self.c["downsampling"]
        if kind == "max_pooling":
            return functional.max_pool3d(x, window)
        if kind == "mean_pooling":
            return functional.avg_pool3d(x, window)
        if kind == "antialiased_max_pooling":
            return self.blur(functional.max_pool3d(x, window, stride=1), window)
        return x

    def blur(self, x, window):
        """[1, 2, 1] / 4 along each axis, with stride 2 and reflected borders."""
        depth, channels = window[0] == 2, x.shape[1]
        line = torch.tensor([0.25, 0.5, 0.25], dtype=x.dtype)
        kernel = line[:, None] * line[None, :]
        kernel = line[:, None, None] * kernel if depth else kernel[None]
        x = functional.pad(x, (1, 1, 1, 1, int(depth), int(depth)), mode="reflect")
        return functional.conv3d(x, kernel.expand(channels, 1, *kernel.shape), stride=window, groups=channels)

    def upsample(self, x, name, filters, window):
        if self.c["upsampling"] == "linear":
            return functional.interpolate(x, scale_factor=window, mode="trilinear")
        shape = (x.shape[1], *window, filters)
        weight = self.parameter(name + ".weight", shape, 0, numpy.sqrt(1.5 / shape[0]))
        bias = self.parameter(name + ".bias", (filters,), 0, 0.2)
        return functional.conv_transpose3d(x, weight.permute(0, 4, 1, 2, 3), bias, stride=window)

    def head(self, x, name):
        return self.convolve(x, name + ".convolution", self.c["classes"], (1, 1, 1), True)

    def forward(self, x):
        depth, skips, outputs = self.c["depth"], [], []
        is_strided = self.c["downsampling"] == "strided_convolution"
        for level in range(depth + 1):
            stride = self.window(level - 1) if is_strided and level > 0 else (1, 1, 1)
            x = self.block(x, f"encoder.{level}", level, self.c["residual"] in (True, "encoder"), stride)
            if level < depth:
                skips.append(x)
                x = self.downsample(x, self.window(level))
        for level in reversed(range(depth)):
            x = self.upsample(x, f"decoder.{level}.upsampling", self.channels(level), self.window(level))
            x = self.block(torch.cat([x, skips[level]], 1), f"decoder.{level}", level, self.c["residual"] is True)
            if self.c["deep_supervision"] and 0 < level < depth - 1:
                outputs.append(self.head(x, f"head.{level}"))
        return [self.head(x, "head")] + outputs[::-1]

    def loss(self, outputs, labels):
        """Cross-entropy; of deep supervision the mean weighted by 1, 1/2, 1/4, ..."""
        weights = numpy.array([0.5**level for level in range(len(outputs))])
        total = 0
        for level, (logits, weight) in enumerate(zip(outputs, weights / weights.sum())):
            total = total + weight * functional.cross_entropy(logits, self.nearest(labels, level), ignore_index=255)
        return total

    def nearest(self, labels, level):
        """The label nearest to the middle of the block of pixels of each pixel of a level; of two the later one."""
        steps = numpy.prod([(1, 1, 1)] + [self.window(above) for above in range(level)], axis=0)
        return labels[:, *(slice(step // 2, None, step) for step in steps)]


def gradients(net, x, labels, noise=0.0):
    net.noise = noise
    for values in net.p.values():
        values.grad = None
    outputs = net.forward(x)
    loss = net.loss(outputs, labels)
    loss.backward()
    net.noise = 0.0
    return outputs, loss, {name: values.grad.numpy().copy() for name, values in net.p.items()}


def is_near(found, expected):
    return all(abs(found[name] - values).max() <= STABLE * abs(values).max() + 1e-9 for name, values in expected.items())


def try_to_make(path, configuration, size, seed):
    torch.manual_seed(seed)
    generator = numpy.random.default_rng(seed)
    net = UNet(configuration | dict(input_channels=size[1]), generator)
    x = make.float32(generator.normal(size=size))
    labels = generator.integers(0, net.c["classes"], size=(size[0], *size[2:]))
    labels[generator.random(size=labels.shape) < 0.1] = 255
    labels = torch.tensor(labels)
    outputs, loss, expected = gradients(net, x, labels)
    if not all(is_near(gradients(net, x, labels, make.NOISE)[2], expected) for _ in range(4)):
        return False
    arrays = {"input": x.numpy(), "labels": labels.numpy(), "loss": numpy.array([loss.item()])}
    for index, logits in enumerate(outputs):
        arrays["logits" + (f".{index}" if index else "")] = logits.detach().numpy()
    arrays |= {f"weights/{name}": values for name, values in make.values_of(net.p).items()}
    arrays |= {f"gradients/{name}": values for name, values in expected.items()}
    make.write(path, arrays, dict(network=json.dumps(net.c, sort_keys=True)))
    return True


PLANE = (dict(dimensions=2, base_channels=4, depth=2), (2, 2, 1, 12, 16))
VOLUME = (dict(dimensions=3, base_channels=4, depth=1), (1, 2, 4, 8, 6))
EVERYTHING = dict(
    norm="group", groups=2, activation="prelu", downsampling="strided_convolution", residual="encoder", deep_supervision=True)
LAYERS = {
    "residual": dict(residual=True),
    "linear-leaky": dict(upsampling="linear", activation="leaky_relu"),
    "antialiased": dict(downsampling="antialiased_max_pooling"),
    "mean-pooling": dict(downsampling="mean_pooling"),
    "strided": dict(downsampling="strided_convolution"),
    "strided-residual": dict(downsampling="strided_convolution", residual=True),
    "prelu": dict(activation="prelu"),
    "prelu-none": dict(activation="prelu", norm="none"),
    "group": dict(norm="group", groups=2),
    "residual-encoder": dict(residual="encoder"),
    "deep-supervision": dict(deep_supervision=True),
    "deep-supervision-4": dict(
        deep_supervision=True, depth=4, dimensions=2, norm="group", groups=2, downsampling="mean_pooling"),
    "everything": EVERYTHING,
}
# Of volumes alone: thick slices, another number of convolutions, a maximum of channels.
THICK = dict(
    dimensions=3, base_channels=4, depth=2, max_channels=6, convolutions=3, kernels=[[3, 3, 1], [3, 3, 3], [1, 3, 3]],
    pooling=[[2, 2, 1], [1, 2, 2]])
VOLUMES = {
    "thick-linear-residual": THICK | dict(upsampling="linear", residual=True, convolutions=1),
    "thick-strided-supervised": THICK | dict(
        depth=3, base_channels=2, downsampling="strided_convolution", deep_supervision=True, convolutions=2,
        kernels=[[3, 3, 1], [3, 3, 3], [3, 3, 3], [3, 3, 3]], pooling=[[2, 2, 1], [2, 2, 2], [2, 1, 2]]),
    "thick-antialiased": THICK | dict(downsampling="antialiased_max_pooling", pooling=[[2, 2, 1], [2, 2, 2]]),
}


if __name__ == "__main__":
    folder = pathlib.Path(__file__).parent
    for name, configuration in VOLUMES.items():
        if not sys.argv[1:] or name in sys.argv[1:]:
            seed = 1
            while not try_to_make(folder / f"layer-{name}-3d.safetensors", configuration, (1, 2, 8, 16, 16), seed):
                seed += 1
            print(name, 3, "seed", seed)
    for name, changes in LAYERS.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        for (shape, size), dimensions in ((PLANE, 2), (VOLUME, 3)):
            if changes.get("dimensions", dimensions) != dimensions:
                continue
            if changes.get("deep_supervision"):
                depth = changes.get("depth", 3)
                shape = shape | dict(depth=depth, base_channels=2)
                size = (1, 2, 1, 2 << depth, 3 << depth) if dimensions == 2 else (1, 2, 16, 16, 16)
            seed = 1
            while not try_to_make(folder / f"layer-{name}-{dimensions}d.safetensors", shape | changes, size, seed):
                seed += 1
            print(name, dimensions, "seed", seed)
