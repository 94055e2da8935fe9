"""Writes the DICOM files of the folder dicom: tiny series by pydicom, and what they hold.

    pip install numpy pydicom pyjpegls pylibjpeg-libjpeg SimpleITK python-gdcm pillow
    python make_dicom.py

Values are listed with i varying fastest (then j, k), channels fastest of all; affines are three rows of four. They are
what was put into the files; SimpleITK must read the same where it can (it knows no sheared grids and no slopes of slices).
"""

import io
import json
import shutil
from pathlib import Path

import gdcm
import numpy as np
import pydicom
import SimpleITK as sitk
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

HERE = Path(__file__).parent / "dicom"
random = np.random.default_rng(20261122)
expected = {}

AXIAL = np.array([[1, 0, 0], [0, 1, 0]], float)
SAGITTAL = np.array([[0, 1, 0], [0, 0, -1]], float)
ORIGIN = np.array([-10.5, 20.25, -3])
JPEG_LOSSLESS, JPEG_LS = uid.JPEGLosslessSV1, uid.JPEGLSLossless


def oblique():
    a, b = 0.3, -0.2
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    tip = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    return np.round((turn @ tip)[:, :2].T, 6)


def number(*parts):
    return uid.generate_uid(prefix="1.2.826.0.1.3680043.8.498.", entropy_srcs=[str(part) for part in parts])


def image(pixels, name, index=0, **elements):
    """A CT slice; rows and columns from the pixels, elements by keyword; None leaves one out."""
    data = Dataset()
    data.SOPClassUID = uid.CTImageStorage
    data.SOPInstanceUID = number(name, index)
    data.Modality = "CT"
    data.PatientName, data.PatientID = "Nobody^Named", "secret"
    data.StudyInstanceUID, data.SeriesInstanceUID = number(name, "study"), number(name, "series")
    data.SeriesDescription = f"tiny {name}"
    data.InstanceNumber = 7
    samples = pixels.shape[2] if pixels.ndim == 3 and pixels.shape[2] == 3 else 1
    data.Rows, data.Columns = pixels.shape[-2:] if samples == 1 else pixels.shape[:2]
    data.SamplesPerPixel = samples
    data.PhotometricInterpretation = "MONOCHROME2" if samples == 1 else "RGB"
    if samples == 3:
        data.PlanarConfiguration = 0
    data.BitsAllocated = data.BitsStored = 8 * pixels.dtype.itemsize
    data.HighBit = data.BitsStored - 1
    data.PixelRepresentation = int(pixels.dtype.kind == "i")
    data.PixelData = pixels.tobytes()
    for key, value in elements.items():
        if value is None:
            if key in data:
                delattr(data, key)
        else:
            setattr(data, key, value)
    return data


def placed(axes, position, spacing=(1.5, 0.75)):
    return {
        "ImageOrientationPatient": [float(x) for x in axes.flatten()],
        "ImagePositionPatient": [round(float(x), 6) for x in position],
        "PixelSpacing": list(spacing),
    }


def save(data, path, syntax=uid.ExplicitVRLittleEndian):
    path.parent.mkdir(parents=True, exist_ok=True)
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    pydicom.dcmwrite(
        path,
        data,
        implicit_vr=syntax == uid.ImplicitVRLittleEndian,
        little_endian=syntax != uid.ExplicitVRBigEndian,
        enforce_file_format=True,
    )
    return path


def squeeze(path, syntax):
    """Compresses a file in place by GDCM."""
    before = pydicom.dcmread(path).pixel_array
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    change.SetForce(True)
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    assert np.array_equal(pydicom.dcmread(path).pixel_array, before), path


def jpeg(pixels):
    """A frame as JPEG, baseline."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=95)
    return encapsulate([stream.getvalue()])


def affine(axes, spacing, step, origin):
    lps = np.column_stack([axes[0] * spacing[1], axes[1] * spacing[0], step, np.round(origin, 6)])
    return np.diag([-1, -1, 1]) @ lps


def note(name, values, datatype, matrix=None, channels=1, source="dicom", check=True, **more):
    """Notes what a series or file holds; values are (k, j, i) or (k, j, i, channel)."""
    values = np.asarray(values, float)
    depth, height, width = values.shape[:3]
    expected[name] = {
        "size": [width, height, depth],
        "affine": [[float(x) for x in row] for row in matrix],
        "affine_source": source,
        "channels": channels,
        "datatype": datatype,
        "description": f"tiny {name.removesuffix('.dcm')}",
        "values": [float(np.float32(x)) for x in values.flatten()],
    }
    if check:
        compare(HERE / name, values, matrix)


def compare(path, values, matrix):
    names = [str(path)] if path.is_file() else sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(path))
    scan = sitk.ReadImage(names)
    assert np.allclose(sitk.GetArrayFromImage(scan), values), path
    columns = np.array(scan.GetDirection()).reshape(3, 3) @ np.diag(scan.GetSpacing())
    theirs = np.diag([-1, -1, 1]) @ np.column_stack([columns, scan.GetOrigin()])
    known = [0, 1, 2, 3] if values.shape[0] > 1 else [0, 1, 3]  # of one slice SimpleITK does not take the thickness
    assert np.allclose(theirs[:, known], matrix[:, known], atol=1e-4), (path, theirs, matrix)


def stack(name, axes, step, dtype="<i2", count=4, order=None, limits=(-1000, 3000), syntax=None, **elements):
    """A folder of slices, its files numbered in `order`."""
    pixels = random.integers(*limits, (count, 3, 4)).astype(dtype)
    for index, place in enumerate(order or range(count)):
        data = image(pixels[index], name, index, **placed(axes, ORIGIN + index * step), **elements)
        save(data, HERE / name / f"{place}.dcm", syntax or uid.ExplicitVRLittleEndian)
    return pixels


def series():
    normal = np.array([0, 0, 2.5])
    pixels = stack("axial", AXIAL, normal, RescaleSlope=1, RescaleIntercept=-1024, BitsStored=16)
    note("axial", pixels - 1024.0, "int32", affine(AXIAL, (1.5, 0.75), normal, ORIGIN))

    across = np.cross(*SAGITTAL)
    pixels = stack("sagittal", SAGITTAL, across * 3, order=[2, 0, 3, 1], syntax=uid.ImplicitVRLittleEndian)
    note("sagittal", pixels, "int16", affine(SAGITTAL, (1.5, 0.75), across * 3, ORIGIN))

    axes = oblique()
    across = np.cross(*axes)
    pixels = stack("oblique", axes, across * 1.2, dtype="<u2", limits=(0, 65536), order=[3, 2, 1, 0])
    step = (np.round(ORIGIN + 3 * across * 1.2, 6) - ORIGIN) / 3
    note("oblique", pixels, "uint16", affine(axes, (1.5, 0.75), step, ORIGIN))

    # The files' order and the numbers in them run against the positions.
    pixels = stack("reversed", AXIAL, -normal, order=[0, 1, 2, 3])
    note("reversed", pixels[::-1], "int16", affine(AXIAL, (1.5, 0.75), normal, ORIGIN - 3 * normal))

    tilt = np.array([0, 0.6, 2.4])
    pixels = stack("tilt", AXIAL, tilt)
    note("tilt", pixels, "int16", affine(AXIAL, (1.5, 0.75), tilt, ORIGIN), check=False)

    pixels = random.integers(0, 32768, (3, 3, 4)).astype("<u2")
    slopes = [0.5, 0.125, 2.75]
    for index, slope in enumerate(slopes):
        data = image(pixels[index], "slopes", index, RescaleSlope=slope, RescaleIntercept=index, Modality="PT",
                     SOPClassUID=uid.PositronEmissionTomographyImageStorage,
                     **placed(AXIAL, ORIGIN + index * normal))
        save(data, HERE / "slopes" / f"{index}.dcm")
    values = pixels * np.array(slopes)[:, None, None] + np.arange(3)[:, None, None]
    note("slopes", values, "float32", affine(AXIAL, (1.5, 0.75), normal, ORIGIN), check=False)

    # Files without an ending, beside one that is no DICOM, compressed.
    pixels = stack("compressed", AXIAL, normal, dtype="<u2", limits=(0, 4096), BitsStored=12, HighBit=11,
                   RescaleSlope=1, RescaleIntercept=-1024)
    for index, syntax in enumerate([JPEG_LOSSLESS, JPEG_LS, uid.RLELossless]):
        kinds = gdcm.TransferSyntax
        kind = {JPEG_LOSSLESS: kinds.JPEGLosslessProcess14_1, JPEG_LS: kinds.JPEGLSLossless}.get(
            syntax, kinds.RLELossless)
        squeeze(HERE / "compressed" / f"{index}.dcm", kind)
    matrix = affine(AXIAL, (1.5, 0.75), normal, ORIGIN)
    note("compressed", pixels - 1024.0, "int16", matrix, check=False)
    for index in range(4):
        (HERE / "compressed" / f"{index}.dcm").rename(HERE / "compressed" / f"IM{index}")
    (HERE / "compressed" / "notes.txt").write_text("No scan.\n")


def files():
    step = np.array([0, 0, 4.0])
    flat = affine(AXIAL, (1.5, 0.75), step, ORIGIN)

    def single(name, pixels, values, datatype, syntax=uid.ExplicitVRLittleEndian, channels=1, check=True, **elements):
        data = image(pixels, name, **placed(AXIAL, ORIGIN), SliceThickness=4, **elements)
        save(data, HERE / f"{name}.dcm", syntax)
        note(f"{name}.dcm", values[None], datatype, flat, channels, check=check)

    # Twelve bits with a sign, four bits of something else above them, as old scanners put overlays there.
    values = random.integers(-2048, 2048, (3, 4))
    words = ((values & 0xFFF) | (random.integers(0, 16, (3, 4)) << 12)).astype("<u2")
    single("twelve_bits", words, values, "int16", BitsStored=12, HighBit=11, PixelRepresentation=1)
    high = (((values & 0xFFF) << 4) | random.integers(0, 16, (3, 4))).astype("<u2")
    single("high_bits", high, values, "int16", BitsStored=12, HighBit=15, PixelRepresentation=1, check=False)

    pixels = random.integers(0, 256, (3, 4)).astype("u1")
    # As stored; SimpleITK turns such values round.
    single("monochrome1", pixels, pixels, "uint8", check=False, PhotometricInterpretation="MONOCHROME1")
    pixels = random.integers(-30000, 30000, (3, 4)).astype(">i2")
    single("big_endian", pixels, pixels, "int16", uid.ExplicitVRBigEndian)
    pixels = random.integers(0, 2**24, (3, 4)).astype("<u4")
    single("uint32", pixels, pixels, "uint32", check=False)
    pixels = random.normal(size=(3, 4)).astype("<f4")
    single("floats", pixels, pixels, "float32", check=False, PixelData=None, FloatPixelData=pixels.tobytes(),
           BitsAllocated=32, BitsStored=None, HighBit=None, PixelRepresentation=None)

    colours = random.integers(0, 256, (3, 4, 3)).astype("u1")
    single("rgb", colours, colours, "uint8", channels=3)
    planes = np.ascontiguousarray(colours.transpose(2, 0, 1))
    single("rgb_planes", colours, colours, "uint8", channels=3, PlanarConfiguration=1, PixelData=planes.tobytes())
    single("rgb_rle", colours, colours, "uint8", channels=3)
    squeeze(HERE / "rgb_rle.dcm", gdcm.TransferSyntax.RLELossless)
    colours = np.stack([np.add.outer(np.arange(24) * a, np.arange(24) * b) for a, b in [(3, 5), (8, 0), (1, 7)]], 2)
    colours = colours.astype("u1")
    data = image(colours, "rgb_jpeg_ls", SliceThickness=4, **placed(AXIAL, ORIGIN))
    data = pydicom.dcmread(save(data, HERE / "rgb_jpeg_ls.dcm"))
    data.compress(JPEG_LS)
    save(data, HERE / "rgb_jpeg_ls.dcm", JPEG_LS)
    note("rgb_jpeg_ls.dcm", colours[None], "uint8", flat, 3)

    # Lossy, one colour everywhere: the test says which, and how near.
    flat_colour = np.zeros((16, 16, 3), "u1") + np.array([200, 100, 50], "u1")
    data = image(flat_colour, "jpeg_colour", PhotometricInterpretation="YBR_FULL_422", **placed(AXIAL, ORIGIN))
    data.PixelData = jpeg(flat_colour)
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    save(data, HERE / "jpeg_colour.dcm", uid.JPEGBaseline8Bit)

    # Lossy: the values are those of libjpeg, through pydicom.
    smooth = np.add.outer(np.arange(16) * 6, np.arange(16) * 9).astype("u1")
    data = image(smooth, "jpeg", SliceThickness=4, **placed(AXIAL, ORIGIN))
    data.PixelData = jpeg(smooth)
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    path = save(data, HERE / "jpeg.dcm", uid.JPEGBaseline8Bit)
    note("jpeg.dcm", pydicom.dcmread(path).pixel_array[None], "uint8", flat)


def measured(axes, position, slope=None, intercept=None, **content):
    """The functional groups of a frame."""
    groups = Dataset()
    plane = Dataset()
    plane.ImagePositionPatient = [round(float(x), 6) for x in position]
    groups.PlanePositionSequence = Sequence([plane])
    if slope is not None:
        scale = Dataset()
        scale.RescaleSlope, scale.RescaleIntercept, scale.RescaleType = slope, intercept, "US"
        groups.PixelValueTransformationSequence = Sequence([scale])
    if content:
        frame = Dataset()
        for key, value in content.items():
            setattr(frame, key, value)
        groups.FrameContentSequence = Sequence([frame])
    return groups


def enhanced(name, axes, frames, pixels, **elements):
    shared, turned, sizes = Dataset(), Dataset(), Dataset()
    turned.ImageOrientationPatient = [float(x) for x in axes.flatten()]
    sizes.PixelSpacing, sizes.SliceThickness = [1.5, 0.75], 2
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = Sequence([turned]), Sequence([sizes])
    return image(pixels, name, NumberOfFrames=len(frames), SOPClassUID=uid.EnhancedMRImageStorage, Modality="MR",
                 SharedFunctionalGroupsSequence=Sequence([shared]),
                 PerFrameFunctionalGroupsSequence=Sequence(frames), Rows=3, Columns=4, **elements)


def frames():
    axes = oblique()
    step = np.cross(*axes) * 2
    order = [2, 0, 3, 1]
    pixels = random.integers(0, 4096, (4, 3, 4)).astype("<u2")
    matrix = affine(axes, (1.5, 0.75), (np.round(ORIGIN + 3 * step, 6) - ORIGIN) / 3, ORIGIN)
    slopes = [1.5, 0.25, 3, 2]
    groups = [measured(axes, ORIGIN + place * step, slopes[n], n) for n, place in enumerate(order)]
    save(enhanced("enhanced", axes, groups, pixels), HERE / "enhanced.dcm")
    values = pixels * np.array(slopes)[:, None, None] + np.arange(4)[:, None, None]
    note("enhanced.dcm", values[np.argsort(order)], "float32", matrix, check=False)

    groups = [measured(axes, ORIGIN + place * step) for place in order]
    for name, kind in [("enhanced_jpeg_lossless", "JPEGLosslessProcess14_1"), ("enhanced_jpeg_ls", "JPEGLSLossless"),
                       ("enhanced_rle", "RLELossless")]:
        data = enhanced(name, axes, groups, pixels, BitsStored=12, HighBit=11)
        path = save(data, HERE / "work.dcm")
        squeeze(path, getattr(gdcm.TransferSyntax, kind))
        packed = pydicom.dcmread(path)
        data.PixelData = packed.PixelData
        data["PixelData"].VR = "OB"
        data["PixelData"].is_undefined_length = True
        save(data, HERE / f"{name}.dcm", packed.file_meta.TransferSyntaxUID)
        path.unlink()
        note(f"{name}.dcm", pixels[np.argsort(order)], "uint16", matrix, check=False)

    # Two pieces a frame, told apart by the table of offsets.
    packed = list(pydicom.encaps.generate_frames(data.PixelData, number_of_frames=4))
    data = enhanced("enhanced_pieces", axes, groups, pixels, BitsStored=12, HighBit=11)
    data.PixelData = encapsulate(packed, fragments_per_frame=2, has_bot=True)
    data["PixelData"].VR = "OB"
    data["PixelData"].is_undefined_length = True
    save(data, HERE / "enhanced_pieces.dcm", uid.RLELossless)
    note("enhanced_pieces.dcm", pixels[np.argsort(order)], "uint16", matrix, check=False)
    data.PixelData = encapsulate(packed, fragments_per_frame=2, has_bot=False)
    save(data, HERE / "refused" / "pieces.dcm", uid.RLELossless)

    # An enhanced image of two echoes at each place.
    groups = [measured(axes, ORIGIN + place * step, TemporalPositionIndex=time) for time in (1, 2) for place in (0, 1)]
    save(enhanced("times", axes, groups, pixels), HERE / "refused" / "times.dcm")

    pixels = random.integers(0, 256, (5, 3, 4)).astype("u1")
    clip = image(pixels, "clip", NumberOfFrames=5, SOPClassUID=uid.UltrasoundMultiFrameImageStorage, Modality="US",
                 Rows=3, Columns=4)
    save(clip, HERE / "clip.dcm")
    note("clip.dcm", pixels.transpose(1, 2, 0)[None], "uint8", np.eye(4)[:3], 5, "none", check=False)


def refused():
    """What is refused by name; the messages stand in the tests."""
    folder = HERE / "refused"
    pixels = np.arange(12, dtype="<u2").reshape(3, 4)
    step = np.array([0, 0, 2.0])

    def slices(name, changes, count=4):
        for index in range(count):
            elements = placed(AXIAL, ORIGIN + index * step) | {"EchoTime": 10} | changes.get(index, {})
            save(image(elements.pop("pixels", pixels), name, index, **elements), folder / name / f"{index}.dcm")

    slices("missing_slice", {2: placed(AXIAL, ORIGIN + 3 * step), 3: placed(AXIAL, ORIGIN + 4 * step)})
    slices("echoes", {1: placed(AXIAL, ORIGIN) | {"EchoTime": 20}, 2: placed(AXIAL, ORIGIN + step),
                      3: placed(AXIAL, ORIGIN + step) | {"EchoTime": 20}})
    slices("orientation", {3: placed(SAGITTAL, ORIGIN + 3 * step)})
    slices("spacing", {3: placed(AXIAL, ORIGIN + 3 * step, (1.5, 0.8))})
    slices("size", {3: {"pixels": np.zeros((2, 4), "<u2")}})
    slices("bits", {3: {"BitsStored": 12, "HighBit": 11}})
    slices("photometric", {3: {"PhotometricInterpretation": "MONOCHROME1"}})
    slices("position", {3: {"ImagePositionPatient": None}})
    slices("line", {1: placed(AXIAL, ORIGIN + step + [0.5, 0, 0])})
    slices("two_series", {3: {"SeriesInstanceUID": "1.2.3", "SeriesDescription": "scout"}})
    single = placed(AXIAL, ORIGIN)
    palette = image(pixels.astype("u1"), "palette", PhotometricInterpretation="PALETTE COLOR", **single)
    save(palette, folder / "palette.dcm")
    colours = np.zeros((3, 4, 3), "u1")
    save(image(colours, "ybr", PhotometricInterpretation="YBR_FULL", **single), folder / "ybr.dcm")
    save(image(pixels, "slope", RescaleSlope=0, RescaleIntercept=0, **single), folder / "slope.dcm")
    save(image(pixels, "deflated", **single), folder / "deflated.dcm", uid.DeflatedExplicitVRLittleEndian)
    path = folder / "jpeg2000.dcm"
    data = image(pixels, "jpeg2000", **single)
    data.PixelData = encapsulate([b"\xff\x4f\xff\x51"])
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    save(data, path, uid.JPEG2000Lossless)
    for name, kind in [("segmentation", "1.2.840.10008.5.1.4.1.1.66.4"), ("pdf", "1.2.840.10008.5.1.4.1.1.104.1"),
                       ("structures", "1.2.840.10008.5.1.4.1.1.481.3")]:
        data = image(pixels, name, SOPClassUID=kind)
        if name != "segmentation":
            del data.PixelData
        save(data, folder / "objects" / f"{name}.dcm")


shutil.rmtree(HERE, ignore_errors=True)
series()
files()
frames()
refused()
(HERE.parent / "dicom.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
