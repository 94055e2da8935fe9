"""Writes intensity.json: golden values of our own changes of intensities, on a small volume and on a plane.

Run in this folder with NumPy and SciPy: python3 make_intensity.py
Values are listed with i varying fastest (then j, k); sizes and wave numbers are given as i, j, k; a plane has a depth of
1. Each formula is written here in its textbook form: Fourier transforms, a generator word by word, double precision.
"""

import json

import numpy as np
from scipy.ndimage import map_coordinates

SEED = 0xFEDC_BA98_7654_3211


def philox(counter, key):
    """Philox 4x32-10, Salmon et al., SC 2011."""
    x, y, z, w = counter
    for round in range(10):
        a, b = (key[0] + round * 0x9E3779B9) & 0xFFFFFFFF, (key[1] + round * 0xBB67AE85) & 0xFFFFFFFF
        low, high = x * 0xD2511F53, z * 0xCD9E8D57
        x, y, z, w = (high >> 32) ^ y ^ a, high & 0xFFFFFFFF, (low >> 32) ^ w ^ b, low & 0xFFFFFFFF
    return x, y, z, w


def normal_numbers(count, stream):
    """As ck_noise.h has them: value 64 g + 16 n + b is the number n of block 16 g + b."""
    numbers = np.zeros((count + 63) // 64 * 64)
    for block in range(len(numbers) // 4):
        words = philox((block, 0, stream, 0), (SEED & 0xFFFFFFFF, SEED >> 32))
        for pair in (0, 2):
            radius = np.sqrt(-2 * np.log(((words[pair] >> 8) + 1) / 2**24))
            angle = 2 * np.pi * words[pair + 1] / 2**32
            at = block // 16 * 64 + block % 16
            numbers[at + 16 * pair], numbers[at + 16 * pair + 16] = radius * np.cos(angle), radius * np.sin(angle)
    return numbers[:count]


def noise(image, standard_deviation):
    return image + standard_deviation * normal_numbers(image.size, 0).reshape(image.shape)


def rician_noise(image, standard_deviation):
    real, imaginary = (standard_deviation * normal_numbers(image.size, s).reshape(image.shape) for s in (0, 1))
    return np.hypot(image - image.min() + real, imaginary) + image.min()


def bias_field(image, order, coefficients):
    """Coefficients by the exponents along k, j and i, without the constant, i's varying fastest."""
    places = np.meshgrid(*(np.linspace(-1, 1, n) if n > 1 else [0.0] for n in image.shape), indexing="ij")
    exponents = [(k, j, i) for k in range(order + 1) for j in range(order + 1) for i in range(order + 1)]
    exponents = [e for e in exponents if 0 < sum(e) <= order]
    assert len(exponents) == len(coefficients)
    terms = [np.prod([p**e for p, e in zip(places, es)], axis=0) for es in exponents]
    field = np.exp(sum(c * term for c, term in zip(coefficients, terms)))
    return (image - image.min()) * field / field.mean() + image.min()


def weighed(image, axis, shares):
    """The lines of k-space from -n/2 on, times a share each."""
    spectrum = np.fft.fftshift(np.fft.fft(image, axis=axis), axes=axis)
    spectrum *= np.expand_dims(shares, [a for a in range(3) if a != axis])
    return np.fft.ifft(np.fft.ifftshift(spectrum, axes=axis), axis=axis)


def lines(image, axis):
    return np.arange(image.shape[axis]) - image.shape[axis] // 2


def ghosting(image, axis, every, intensity, centre):
    line = lines(image, 2 - "ijk".index(axis))
    hit = (line % every == 0) & (np.abs(line) > centre * len(line) / 2)
    return weighed(image, 2 - "ijk".index(axis), np.where(hit, 1 - intensity, 1)).real


def moved(image, degrees, translation):
    """Content turned about k (i towards j) and moved along i and j; what looks beyond is the least value."""
    k, j, i = np.meshgrid(*(np.arange(n, dtype=float) for n in image.shape), indexing="ij")
    centre = [(n - 1) / 2 for n in image.shape]
    x, y = i - centre[2] - translation[0], j - centre[1] - translation[1]
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    points = [k, -s * x + c * y + centre[1], c * x + s * y + centre[2]]
    inside = np.all([(p >= -0.5) & (p <= n - 0.5) for p, n in zip(points, image.shape)], axis=0)
    clamped = [np.clip(p, 0, n - 1) for p, n in zip(points, image.shape)]
    return np.where(inside, map_coordinates(image, clamped, order=1), image.min())


def motion(image, axis, times, degrees, translations):
    """The pose at the centre of k-space is the image's own, its move being given to the first lines."""
    line = lines(image, 2 - "ijk".index(axis))
    pose = np.sum([(line + len(line) // 2 + 0.5) / len(line) >= time for time in times], axis=0)
    images = [image] + [moved(image, d, t) for d, t in zip(degrees, translations)]
    central = pose[line == 0][0]
    images[0], images[central] = images[central], images[0]
    return sum(weighed(i, 2 - "ijk".index(axis), pose == p) for p, i in enumerate(images)).real


def spikes(image, cycles, phase, amplitude):
    """A spike at a point of k-space, and its conjugate."""
    spectrum = np.zeros(image.shape, complex)
    spectrum[tuple(c % n for c, n in zip(cycles[::-1], image.shape))] = image.size * np.exp(1j * phase)
    return image + amplitude * image.std(ddof=1) * np.fft.ifftn(spectrum).real


def histogram_shift(image, moves):
    before = np.linspace(0, 1, len(moves) + 2)
    after = before + np.array([0, *moves, 0]) * before[1]
    low, span = image.min(), image.max() - image.min()
    return np.interp((image - low) / span, before, after) * span + low


FIELD = [round(0.5 * np.sin(3 * n + 1), 3) for n in range(19)]
CASES = [
    (noise, dict(standard_deviation=0.3)),
    (rician_noise, dict(standard_deviation=0.4)),
    (bias_field, dict(order=3, coefficients=FIELD)),
    (bias_field, dict(order=1, coefficients=[0.3, -0.2, 0.5])),
    (ghosting, dict(axis="i", every=3, intensity=0.7, centre=0.05)),
    (ghosting, dict(axis="j", every=2, intensity=1.0, centre=0.3)),
    (motion, dict(axis="j", times=[0.3], degrees=[8.0], translations=[[0.6, -0.4]])),
    (motion, dict(axis="i", times=[0.2, 0.7], degrees=[3.0, -5.0], translations=[[1.2, 0.3], [0.0, 1.5]])),
    (spikes, dict(cycles=[2, -3, 0], phase=0.7, amplitude=0.5)),
    (histogram_shift, dict(moves=[0.3, -0.25, 0.45, 0.0, -0.4])),
]


def listed(values):
    return [float(f"{value:.8g}") for value in np.float64(values).flatten()]


images = []
for seed, shape in ((1, (5, 6, 9)), (2, (1, 9, 11))):
    image = np.float64(np.random.default_rng(seed).standard_normal(shape).round(4))
    results = [dict(change=f.__name__, **p, values=listed(f(image, **p))) for f, p in CASES]
    images.append(
        f'{{"image": {json.dumps(listed(image))}, "results": [\n'
        + ",\n".join(json.dumps(result, sort_keys=True) for result in results)
        + f'\n], "size": {json.dumps(shape[::-1])}}}'
    )
with open("intensity.json", "w") as file:
    file.write("[\n" + ",\n".join(images) + "\n]\n")
