"""Writes the golden files of this folder: tiny scans by nibabel and by hand, and resampled values by SciPy.

    pip install numpy scipy nibabel
    python make_golden.py

Values are listed with i varying fastest (then j, k), channels fastest of all; affines are three rows of four.
"""

import json
import struct
import zlib
from pathlib import Path

import nibabel as nib
import numpy as np
from scipy import ndimage

HERE = Path(__file__).parent
random = np.random.default_rng(20261121)


def rotation(x, y, z):
    cx, sx, cy, sy, cz, sz = np.cos(x), np.sin(x), np.cos(y), np.sin(y), np.cos(z), np.sin(z)
    return (
        np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
        @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        @ np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    )


def affine(matrix, translation):
    result = np.eye(4)
    result[:3, :3] = matrix
    result[:3, 3] = translation
    return result


def rows(matrix):
    return [[float(x) for x in row] for row in np.asarray(matrix)[:3]]


OBLIQUE = affine(rotation(0.2, -0.3, 0.1) @ np.diag([0.9, 1.1, 2.5]), [-30.5, 12.25, 7.75])
FLIPPED = affine(rotation(0.1, 0.2, -0.4) @ np.diag([-0.7, 0.8, 3]), [40, -20, 5])
SHEARED = affine(np.array([[0, -1.5, 0.2], [0.9, 0.1, 0], [0.1, 0, 2]]), [1, 2, 3])


def scans():
    expected = {}

    def write(name, image, affine_rows=None, source="sform", values=None, order="F"):
        nib.save(image, HERE / name)
        loaded = nib.load(HERE / name)
        data = loaded.get_fdata() if values is None else values
        codes = nib.aff2axcodes(loaded.affine)
        expected[name] = {
            "size": (list(image.shape[:3]) + [1, 1])[:3],
            "affine": rows(loaded.affine) if affine_rows is None else affine_rows,
            "affine_source": source,
            "orientation": "".join(codes) if affine_rows is None else None,
            "datatype": str(loaded.get_data_dtype().name) if values is None else "uint8",
            "description": loaded.header["descrip"].item().decode(),
            "values": [float(x) for x in data.flatten(order=order)],
        }

    def integers(dtype, shape):
        info = np.iinfo(dtype)
        low, high = max(info.min, -(2**24)), min(info.max, 2**24)
        return random.integers(low, high, shape).astype(dtype)

    image = nib.Nifti1Image(integers(np.int16, (5, 4, 3)), OBLIQUE)
    image.header.set_slope_inter(0.5, -3)
    image.header["descrip"] = b"scaled"
    image.header.set_xyzt_units("mm")
    write("int16_scaled.nii.gz", image)

    image = nib.Nifti1Image(integers(np.uint8, (4, 3, 5)), None)
    image.set_qform(FLIPPED, 1)
    image.set_sform(None, 0)
    write("uint8_qform.nii", image, source="qform")

    image = nib.Nifti1Image(random.normal(size=(3, 4, 2)).astype(">f4"), OBLIQUE, nib.Nifti1Header(endianness=">"))
    image.set_data_dtype(">f4")
    write("float32_big_endian.nii.gz", image)

    image = nib.Nifti2Image(integers(np.int32, (2, 3, 4)), SHEARED)
    write("int32_nifti2.nii", image)

    image = nib.Nifti2Image(random.normal(size=(3, 3, 3)), FLIPPED, nib.Nifti2Header(endianness=">"))
    image.set_data_dtype(">f8")
    write("float64_nifti2_big_endian.nii.gz", image)

    # NIfTI's own rule for unset codes (method 1): voxel sizes alone. nibabel centres and flips instead.
    image = nib.Nifti1Image(integers(np.uint16, (3, 2, 2)), None)
    image.header.set_zooms((0.5, 2, 3))
    image.set_sform(None, 0)
    image.set_qform(None, 0)
    write("uint16_pixdim.nii", image, [[0.5, 0, 0, 0], [0, 2, 0, 0], [0, 0, 3, 0]], "pixdim")

    image = nib.Nifti1Image(integers(np.uint16, (3, 5, 2)), SHEARED * 1000)
    image.header.set_xyzt_units("micron")
    image.set_qform(None, 0)
    write("uint16_microns.nii.gz", image, rows(np.float64(np.float32(SHEARED * 1000)) * 0.001))

    image = nib.Nifti1Image(integers(np.int8, (4, 2, 3, 1)), OBLIQUE)
    write("int8_four_dimensions.nii", image)

    image = nib.Nifti1Image(integers(np.uint8, (3, 3, 3)), OBLIQUE)
    image.header["descrip"] = b"carries an extension"
    image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"drawn by hand"))
    write("uint8_extension.nii.gz", image)

    image = nib.Nifti1Image(integers(np.uint32, (6, 5)), OBLIQUE)
    write("uint32_plane.nii", image)

    colours = random.integers(0, 256, (4, 3, 2, 3)).astype(np.uint8)
    structured = colours.copy().view([("R", "u1"), ("G", "u1"), ("B", "u1")]).reshape(4, 3, 2)
    image = nib.Nifti1Image(structured, OBLIQUE)
    values = colours.transpose(2, 1, 0, 3)  # (k, j, i, channel)
    write("rgb24.nii", image, values=values, order="C")

    complex_image = nib.Nifti1Image(np.ones((2, 2, 2), np.complex64), OBLIQUE)
    nib.save(complex_image, HERE / "complex64.nii")
    nib.save(nib.Nifti1Image(integers(np.int16, (3, 3, 2, 4)), OBLIQUE), HERE / "four_dimensions.nii.gz")
    return expected


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
COLOUR_TYPES = {"grey": (0, 1), "rgb": (2, 3), "palette": (3, 1), "grey_alpha": (4, 2), "rgb_alpha": (6, 4)}


def packed(image, depth):
    lines = []
    for line in image.reshape(image.shape[0], -1):
        if depth == 16:
            content = line.astype(">u2").tobytes()
        elif depth == 8:
            content = line.astype(np.uint8).tobytes()
        else:
            bits = "".join(format(value, f"0{depth}b") for value in line)
            bits += "0" * (-len(bits) % 8)
            content = bytes(int(bits[n : n + 8], 2) for n in range(0, len(bits), 8))
        lines.append(b"\0" + content)
    return b"".join(lines)


def write_png(name, image, colours, depth, interlaced=False, gamma=None):
    height, width = image.shape[:2]
    if interlaced:
        passes = [image[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        pixels = b"".join(packed(part, depth) for part in passes if part.size)
    else:
        pixels = packed(image, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, COLOUR_TYPES[colours][0], 0, 0, int(interlaced))
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    if gamma:
        content += chunk(b"gAMA", struct.pack(">I", gamma))
    if colours == "palette":
        content += chunk(b"PLTE", random.integers(0, 256, 3 * 2**depth).astype(np.uint8).tobytes())
    content += chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(content)


def write_palette(name, expected, transparent):
    """Of a palette, the colours and the alpha of its first entries; the samples are the indices."""
    image = random.integers(0, 16, (7, 11, 1))
    colours = random.integers(0, 256, (16, 3)).astype(np.uint8)
    alpha = np.array(transparent + [255] * (16 - len(transparent)), np.uint8)
    header = struct.pack(">IIBBBBB", 11, 7, 4, 3, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"PLTE", colours.tobytes()), chunk(b"tRNS", bytes(transparent))]
    parts += [chunk(b"IDAT", zlib.compress(packed(image, 4))), chunk(b"IEND", b"")]
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    table = np.hstack([colours, alpha[:, None]])
    expected[name] = {
        "size": [11, 7, 1],
        "channels": 1,
        "datatype": "uint8",
        "values": [float(x) for x in image.flatten()],
        "colours": [float(x) for x in table[image[..., 0]].flatten()],
    }


def pictures():
    expected = {}

    def write(name, colours, depth, alpha=None, **options):
        channels = COLOUR_TYPES[colours][1]
        image = random.integers(0, 2**depth, (7, 11, channels))
        if alpha is not None:
            image[..., -1] = alpha
        write_png(name, image, colours, depth, **options)
        kept = image[..., :-1] if alpha is not None else image
        expected[name] = {
            "size": [11, 7, 1],
            "channels": kept.shape[2],
            "datatype": "uint16" if depth == 16 else "uint8",
            "values": [float(x) for x in kept.flatten()],
        }

    for depth in (1, 2, 4, 8):
        write(f"grey{depth}.png", "grey", depth)
    write("grey16_gamma.png", "grey", 16, gamma=45455)
    write("grey4_interlaced.png", "grey", 4, interlaced=True)
    write("grey16_interlaced.png", "grey", 16, interlaced=True)
    write("rgb8.png", "rgb", 8, gamma=100000)
    write("rgb16_interlaced.png", "rgb", 16, interlaced=True)
    write("grey8_opaque.png", "grey_alpha", 8, alpha=255)
    write("rgb16_opaque.png", "rgb_alpha", 16, alpha=65535)
    write("rgb8_transparent.png", "rgb_alpha", 8)
    write("palette4.png", "palette", 4)
    state = random.bit_generator.state  # what follows came later, and leaves the other files as they were
    write("grey16_alpha.png", "grey_alpha", 16)
    write_palette("palette4_transparent.png", expected, transparent=[0, 128, 255])
    random.bit_generator.state = state
    return expected


def orientations():
    result = []
    for _ in range(24):
        matrix = np.eye(3)[:, random.permutation(3)] * random.choice([-1, 1], 3)
        matrix = rotation(*random.uniform(-0.3, 0.3, 3)) @ matrix @ np.diag(random.uniform(0.4, 4, 3))
        full = affine(matrix, random.uniform(-50, 50, 3))
        result.append({"affine": rows(full), "codes": "".join(nib.aff2axcodes(full))})
    return result


def resampling():
    source = random.normal(size=(9, 7, 6))
    source_affine = OBLIQUE
    turned = affine(OBLIQUE[:3, :3] @ rotation(0.3, 0.1, -0.2), OBLIQUE[:3, 3] + [0.7, -0.4, 1.3])
    permuted = OBLIQUE @ affine(np.array([[0, 0, 0.8], [-0.77, 0, 0], [0, 0.45, 0]]), [0.21, 5.83, -0.37])
    finer = OBLIQUE @ affine(np.diag([0.8, 0.8, 0.8]), [-0.13, -0.13, -0.13])
    coarser = OBLIQUE @ affine(np.diag([1.7, 1.3, 2.2]), [0.35, 0.15, 0.6])
    beyond = OBLIQUE @ affine(np.diag([1.1, 0.9, 1.2]), [-2.33, 1.37, -3.13])
    targets = {
        "finer": (finer, (11, 9, 8)),
        "coarser": (coarser, (5, 5, 3)),
        "permuted": (permuted, (8, 15, 11)),
        "beyond": (beyond, (12, 8, 9)),
        "turned": (turned, (8, 8, 8)),
    }
    cases = []
    for name, (target_affine, size) in targets.items():
        indices = np.stack(np.meshgrid(*map(np.arange, size), indexing="ij")).reshape(3, -1)
        points = np.linalg.inv(source_affine) @ target_affine @ np.vstack([indices, np.ones(indices.shape[1])])
        inside = np.all((points[:3] >= -0.5) & (points[:3] <= np.array(source.shape)[:, None] - 0.5), axis=0)
        for order in (0, 1, 3):
            values = ndimage.map_coordinates(source, points[:3], order=order, mode="mirror")
            values = np.where(inside, values, -9).reshape(size)
            cases.append(
                {
                    "name": name,
                    "order": order,
                    "size": list(size),
                    "affine": rows(target_affine),
                    "values": [round(float(x), 7) for x in values.flatten(order="F")],
                }
            )
    return {
        "size": list(source.shape),
        "affine": rows(source_affine),
        "values": [float(np.float32(x)) for x in source.flatten(order="F")],
        "outside": -9,
        "cases": cases,
    }


def save(name, content):
    (HERE / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


save("nifti.json", scans())
save("png.json", pictures())
save("orientations.json", orientations())
save("resampling.json", resampling())
