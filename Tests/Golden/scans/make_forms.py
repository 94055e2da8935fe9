"""Writes forms/: scans in every datatype, byte order, version, form and orientation, by nibabel, and forms.json: what they
hold, turned to RAS by nibabel and resampled by SciPy.

    pip install numpy scipy nibabel
    python make_forms.py

Values are listed with i varying fastest (then j, k), channels fastest of all; affines are three rows of four.
"""

import gzip
import json
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
from scipy import ndimage

HERE = Path(__file__).parent
FORMS = HERE / "forms"
random = np.random.default_rng(20261122)

DATATYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"]
VERSIONS = {1: (nib.Nifti1Image, nib.Nifti1Pair), 2: (nib.Nifti2Image, nib.Nifti2Pair)}
AXES = ["RAS", "LPS", "LAS", "PIR", "SRA", "ASR", "RPI", "IAL", "SLP", "PSL", "AIR", "LIP"]


def rows(matrix):
    return [[float(x) for x in row] for row in np.asarray(matrix)[:3]]


def listed(values):
    """(i, j, k) or (i, j, k, channel), as a list with the channel fastest, then i."""
    values = values if values.ndim == 4 else values[..., None]
    return [float(x) for x in values.transpose(2, 1, 0, 3).astype(np.float32).flatten()]


def rotation(x, y, z):
    cx, sx, cy, sy, cz, sz = np.cos(x), np.sin(x), np.cos(y), np.sin(y), np.cos(z), np.sin(z)
    return (
        np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
        @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        @ np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    )


def affine_for(codes, oblique):
    transform = nib.orientations.axcodes2ornt(tuple(codes))
    matrix = np.zeros((3, 3))
    for axis, (world, sign) in enumerate(transform):
        matrix[int(world), axis] = sign
    full = np.eye(4)
    turn = rotation(*random.uniform(-0.25, 0.25, 3)) if oblique else np.eye(3)
    full[:3, :3] = turn @ matrix @ np.diag(random.uniform(0.6, 2.5, 3).round(3))
    full[:3, 3] = random.uniform(-60, 60, 3).round(2)
    return full


def samples(datatype, shape):
    if datatype.startswith("float"):
        return random.normal(size=shape).astype(datatype)
    info = np.iinfo(datatype)
    low, high = max(info.min, -(2**23)), min(info.max, 2**23)
    return random.integers(low, high, shape, dtype=np.int64).astype(datatype)


def resampled(values, affine, spacing, order):
    """On the grid of another spacing over the same field of view, its centre kept."""
    old = np.sqrt((affine[:3, :3] ** 2).sum(0))
    ratio = spacing / old
    size = np.maximum(1, np.floor(np.array(values.shape) / ratio + 0.5)).astype(int)
    start = (np.array(values.shape) - 1) / 2 - ratio * (size - 1) / 2
    places = np.stack(np.meshgrid(*[start[n] + ratio[n] * np.arange(size[n]) for n in range(3)], indexing="ij"))
    return ndimage.map_coordinates(values.astype(np.float64), places, order=order, mode="mirror")


def expectation(path, datatype, frames=1, source="sform"):
    image = nib.load(path)
    data = image.get_fdata()
    canonical = nib.as_closest_canonical(image)
    spacing = np.array([1.1, 0.9, 1.3])
    expected = {
        "size": (list(image.shape[:3]) + [1, 1])[:3],
        "channels": frames,
        "datatype": datatype,
        "affine": rows(image.affine),
        "affine_source": source,
        "orientation": "".join(nib.aff2axcodes(image.affine)),
        "values": listed(data.astype(np.float32)),
        "canonical_affine": rows(canonical.affine),
        "canonical_values": listed(canonical.get_fdata().astype(np.float32)),
    }
    if data.ndim == 3:
        for order in (1, 3):
            values = resampled(data.astype(np.float32), image.affine, spacing, order)
            expected[f"order_{order}"] = {"size": list(values.shape), "values": [round(x, 6) for x in listed(values)]}
    return expected


def nifti():
    expected = {}
    number = 0
    for version, classes in VERSIONS.items():
        for datatype in DATATYPES:
            for endian in "<>":
                number += 1
                codes = AXES[number % len(AXES)]
                form = ["nii", "nii.gz", "pair", "pair.gz"][number % 4]
                is_pair = form.startswith("pair")
                header_class = classes[is_pair].header_class
                data = samples(datatype, (5, 4, 3))
                header = header_class(endianness=endian)
                image = classes[is_pair](data, affine_for(codes, number % 3 != 0), header)
                image.set_data_dtype(np.dtype(datatype).newbyteorder(endian))
                if number % 5 == 0 and not datatype.startswith("float"):
                    image.header.set_slope_inter(0.25, -7)
                image.header.set_xyzt_units("mm")
                if number % 7 == 0:
                    image.set_sform(None, 0)
                    image.set_qform(image.affine, 1)
                order = "little" if endian == "<" else "big"
                stem = f"{datatype}_nifti{version}_{order}"
                name = {"nii": ".nii", "nii.gz": ".nii.gz", "pair": ".img", "pair.gz": ".img.gz"}[form]
                nib.save(image, FORMS / (stem + name))
                expected[stem + name] = expectation(
                    FORMS / (stem + name), datatype, source="qform" if number % 7 == 0 else "sform")
    return expected


def analyze():
    expected = {}
    for endian, kind in (("<", nib.AnalyzeImage), (">", nib.Spm99AnalyzeImage), ("<", nib.Spm2AnalyzeImage)):
        data = samples("int16", (4, 5, 3))
        header = kind.header_class(endianness=endian)
        image = kind(data, None, header)
        image.header.set_data_dtype(np.dtype("int16").newbyteorder(endian))
        image.header.set_zooms((0.8, 1.2, 3))
        name = f"int16_{kind.__name__.removesuffix('Image').lower()}.hdr"
        if kind is not nib.AnalyzeImage:
            image.header["origin"][:3] = [2, 3, 1]
        # What nibabel would say of the affine stands in a .mat file of its own, which no other program reads.
        with open(FORMS / name, "wb") as file:
            image.header.write_to(file)
        with open((FORMS / name).with_suffix(".img"), "wb") as file:
            file.write(data.astype(np.dtype("int16").newbyteorder(endian)).tobytes(order="F"))
        expected[name] = expectation(FORMS / name, "int16", source="analyze")
    return expected


def several_values():
    expected = {}
    oblique = affine_for("LPS", True)
    data = samples("int16", (4, 3, 2, 3))
    nib.save(nib.Nifti1Image(data, oblique), FORMS / "channels_int16.nii.gz")
    expected["channels_int16.nii.gz"] = expectation(FORMS / "channels_int16.nii.gz", "int16", frames=3)
    data = samples("float32", (3, 2, 4, 1, 3))
    vector = nib.Nifti1Image(data, oblique)
    vector.header.set_intent("vector")
    nib.save(vector, FORMS / "vector_float32.nii")
    flat = expectation_of_vector(FORMS / "vector_float32.nii")
    expected["vector_float32.nii"] = flat
    colours = random.integers(0, 256, (4, 3, 2, 4)).astype(np.uint8)
    structured = colours.copy().view([(n, "u1") for n in "RGBA"]).reshape(4, 3, 2)
    nib.save(nib.Nifti1Image(structured, oblique), FORMS / "rgba32.nii")
    expected["rgba32.nii"] = {
        "size": [4, 3, 2], "channels": 4, "datatype": "uint8", "affine": rows(nib.load(FORMS / "rgba32.nii").affine),
        "affine_source": "sform", "orientation": "LPS", "values": listed(colours),
    }
    return expected


def expectation_of_vector(path):
    image = nib.load(path)
    values = image.get_fdata()[:, :, :, 0, :].astype(np.float32)
    return {
        "size": list(values.shape[:3]), "channels": values.shape[3], "datatype": "float32", "affine": rows(image.affine),
        "affine_source": "sform", "orientation": "".join(nib.aff2axcodes(image.affine)), "values": listed(values),
    }


shutil.rmtree(FORMS, ignore_errors=True)
FORMS.mkdir()
expected = nifti() | analyze() | several_values()
for packed in FORMS.glob("*.gz"):  # without time and name, so that the script makes the same bytes again
    packed.write_bytes(gzip.compress(gzip.decompress(packed.read_bytes()), mtime=0))
(HERE / "forms.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
print(len(expected), "scans")
