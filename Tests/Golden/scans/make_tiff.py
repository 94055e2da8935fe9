"""Writes the golden TIFF files of this folder, and checks files that `segment` wrote.

    pip install numpy tifffile imagecodecs
    python make_tiff.py                   writes tiff_*.tif and tiff.json
    python make_tiff.py check FOLDER      compares FOLDER/*.tif with FOLDER/*.json as WritingTIFFTests leaves them

Values are listed with i varying fastest (then j, k), channels fastest of all; spacing is in millimetres.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import tifffile

HERE = Path(__file__).parent
random = np.random.default_rng(20261122)
expected = {}


def integers(dtype, shape):
    info = np.iinfo(dtype)
    low, high = max(info.min, -(2**24)), min(info.max, 2**24)
    return random.integers(low, high, shape, endpoint=True).astype(dtype)


def note(name, values, datatype=None, **facts):
    """`values` has the shape (slice, row, column, channel)."""
    expected[name] = {
        "size": [values.shape[2], values.shape[1], values.shape[0]],
        "channels": values.shape[3],
        "datatype": datatype or str(values.dtype),
        "values": [float(x) for x in values.flatten()],
        **facts,
    }


def write(name, data, values=None, datatype=None, facts=None, **options):
    """Writes `data`; expects `values`, or the data as slices of one channel."""
    name = f"tiff_{name}.tif"
    options.setdefault("metadata", None)
    tifffile.imwrite(HERE / name, data, software=None, **options)
    if values is None:
        values = data.reshape(-1, *data.shape[-2:])[..., None]
    note(name, values, datatype, **(facts or {}))


def plain():
    for dtype in ("int8", "int16", "int32", "uint32"):
        write(f"{dtype}", integers(dtype, (3, 5, 7)), photometric="minisblack")
    write("uint8_miniswhite", integers("uint8", (5, 7)), photometric="miniswhite")
    write("uint16_big_endian", integers("uint16", (2, 5, 7)), byteorder=">", photometric="minisblack")
    write("float32_bigtiff", random.normal(size=(2, 4, 3)).astype("f4"), bigtiff=True, photometric="minisblack")
    write("float64_bigtiff_big_endian", random.normal(size=(3, 3)).astype("f4").astype("f8"), bigtiff=True, byteorder=">")
    half = random.normal(size=(4, 5)).astype("f2")
    half[0, :3] = [2**-24, -(2**-20), 65504]
    write("float16", half, datatype="float32")
    bilevel = random.integers(0, 2, (5, 19)).astype(bool)
    write("bilevel", bilevel, bilevel[None, ..., None].astype("u1"), photometric="minisblack")
    big = integers("uint16", (20, 37))
    write("tiles", big, tile=(16, 16), compression="zlib")
    write("strips_lzw", big, rowsperstrip=7, compression="lzw", predictor=True)


def compressions():
    smooth = (np.add.outer(np.arange(12), np.arange(20)) * 3).astype("u1")
    for name in ("packbits", "lzma", "zstd", "lerc"):
        write(name, smooth, compression=name)
    write("deflate_float_predictor", smooth.astype("f4") / 8, compression="zlib", predictor=True)
    colours = np.stack([smooth, smooth[::-1], smooth[:, ::-1]], axis=-1)
    write("webp", colours, colours[None], compression="webp", compressionargs={"lossless": True}, photometric="rgb")


def colours():
    rgb = integers("uint8", (2, 5, 7, 3))
    write("rgb", rgb, rgb, photometric="rgb")
    planar = integers("uint16", (3, 9, 11))
    write("rgb_planar", planar, planar.transpose(1, 2, 0)[None], photometric="rgb", planarconfig="separate")
    tiles = integers("uint8", (3, 20, 33))
    write("rgb_planar_tiles", tiles, tiles.transpose(1, 2, 0)[None], photometric="rgb", planarconfig="separate",
          tile=(16, 16), compression="zlib")
    alpha = np.concatenate([rgb[0], np.full((5, 7, 1), 255, "u1")], axis=-1)
    write("rgb_opaque", alpha, alpha[None, ..., :3], photometric="rgb", extrasamples=["unassalpha"])
    alpha = integers("uint16", (5, 7, 4))
    write("rgb_transparent", alpha, alpha[None], photometric="rgb", extrasamples=["unassalpha"])
    grey = integers("uint16", (5, 7, 5))
    write("five_samples", grey, grey[None], photometric="minisblack", planarconfig="contig", extrasamples=["unspecified"] * 4)
    indices = integers("uint8", (2, 5, 7))
    table = integers("uint16", (3, 256))
    table[0, 0] = 65535
    write("palette", indices, (table[:, indices] >> 8).transpose(1, 2, 3, 0).astype("u1"), photometric="palette",
          colormap=table)


def jpeg():
    """JPEG loses little of even areas; what its decoder makes of these is told by tifffile, which uses another one."""
    grey = np.repeat(np.repeat(integers("uint8", (2, 3)), 8, axis=0), 8, axis=1)
    write("jpeg_grey", grey, compression="jpeg", compressionargs={"level": 100})
    rgb = np.repeat(np.repeat(integers("uint8", (1, 2, 3)), 16, axis=0), 16, axis=1)
    write("jpeg_ycbcr", rgb, compression="jpeg", compressionargs={"level": 100}, photometric="rgb", values=rgb[None])
    note("tiff_jpeg_ycbcr.tif", tifffile.imread(HERE / "tiff_jpeg_ycbcr.tif")[None])


def packed():
    """Samples of 4 and 12 bits, which tifffile does not write."""
    for bits in (4, 12):
        image = random.integers(0, 2**bits, (3, 5))
        rows = b""
        for line in image:
            text = "".join(format(value, f"0{bits}b") for value in line)
            text += "0" * (-len(text) % 8)
            rows += bytes(int(text[n : n + 8], 2) for n in range(0, len(text), 8))
        tags = [(256, 5), (257, 3), (258, bits), (259, 1), (262, 1), (273, 8), (277, 1), (278, 3), (279, len(rows))]
        place = 8 + len(rows) + len(rows) % 2
        directory = struct.pack("<H", len(tags))
        directory += b"".join(struct.pack("<HHII", tag, 4 if tag == 273 else 3, 1, value) for tag, value in tags)
        name = f"tiff_packed{bits}.tif"
        content = struct.pack("<2sHI", b"II", 42, place) + rows + b"\0" * (len(rows) % 2)
        (HERE / name).write_bytes(content + directory + b"\0\0\0\0")
        note(name, image[None, ..., None], "uint8" if bits == 4 else "uint16")


def described():
    stack = integers("uint16", (4, 5, 7))
    write("imagej", stack, imagej=True, resolution=(4, 2), metadata={"axes": "ZYX", "unit": "um", "spacing": 1.5},
          facts={"spacing": [0.00025, 0.0005, 0.0015]})
    write("imagej_inch", stack, imagej=True, resolution=(72, 72), metadata={"axes": "ZYX", "unit": "inch", "spacing": 1})
    hyper = integers("uint8", (3, 2, 5, 7))  # slices, channels
    write("imagej_channels", hyper, hyper.transpose(0, 2, 3, 1), imagej=True, resolution=(10, 10),
          metadata={"axes": "ZCYX", "unit": "mm", "spacing": 2}, facts={"spacing": [0.1, 0.1, 2]})
    time = integers("uint8", (2, 3, 2, 4, 5))  # frames, slices, channels
    second = time[1].transpose(0, 2, 3, 1)
    write("imagej_time", time, second, imagej=True, metadata={"axes": "TZCYX"}, facts={"frames": 2})
    sizes = {"PhysicalSizeX": 0.5, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 250, "PhysicalSizeYUnit": "nm",
             "PhysicalSizeZ": 0.002, "PhysicalSizeZUnit": "mm"}
    # OME's usual order XYCZT has channels fastest: tifffile derives the order from the axes.
    write("ome_zc", hyper, hyper.transpose(0, 2, 3, 1), ome=True, photometric="minisblack",
          metadata={"axes": "ZCYX", **sizes}, facts={"spacing": [0.0005, 0.00025, 0.002]})
    write("ome_cz", hyper, hyper.transpose(1, 2, 3, 0), ome=True, photometric="minisblack", metadata={"axes": "CZYX"})
    write("ome_time", time, second, ome=True, photometric="minisblack", metadata={"axes": "TZCYX"}, facts={"frames": 2})
    rgb = integers("uint8", (2, 4, 5, 3))
    write("ome_rgb", rgb, rgb, ome=True, photometric="rgb", metadata={"axes": "ZYXS"})


def pyramids():
    image = integers("uint8", (16, 20))
    for name, subifds in (("copies", 0), ("sub_images", 1)):
        name = f"tiff_{name}.tif"
        with tifffile.TiffWriter(HERE / name) as tiff:
            options = {"metadata": None, "software": None, "photometric": "minisblack"}
            tiff.write(image, subifds=subifds, **options)
            tiff.write(image[::2, ::2], subfiletype=1, **options)
        note(name, image[None, ..., None])


def refused():
    """Files that are well formed and still not read."""
    def keep(name, data, **options):
        options.setdefault("metadata", None)
        tifffile.imwrite(HERE / f"tiff_refused_{name}.tif", data, software=None, **options)

    with tifffile.TiffWriter(HERE / "tiff_refused_sizes.tif") as tiff:
        for shape in ((4, 5), (4, 6)):
            tiff.write(integers("uint8", shape), metadata=None, software=None)
    keep("cmyk", integers("uint8", (4, 5, 4)), photometric="separated")
    keep("complex", np.ones((4, 5), "c8"))
    keep("jpeg2000", integers("uint8", (8, 8)), compression="jpeg2000")
    keep("ycbcr", integers("uint8", (8, 8, 3)), photometric="ycbcr")
    keep("volume_tiles", integers("uint8", (16, 16, 16)), volumetric=True, tile=(16, 16, 16))


def check(folder):
    for place in sorted(Path(folder).glob("*.json")):
        facts = json.loads(place.read_text())
        with tifffile.TiffFile(place.with_suffix(".tif")) as tiff:
            assert len(tiff.pages) == facts["pages"], place
            data = tiff.asarray()
            assert str(data.dtype) == facts["datatype"], (place, data.dtype)
            assert np.array_equal(data.flatten(), np.array(facts["values"], data.dtype)), place
            if "spacing" in facts:
                assert tiff.imagej_metadata["unit"] == "mm"
                assert tiff.imagej_metadata["spacing"] == facts["spacing"][2]
                x, y = (tiff.pages[0].tags[tag].value for tag in ("XResolution", "YResolution"))
                assert np.allclose([x[1] / x[0], y[1] / y[0]], facts["spacing"][:2], rtol=1e-6)
        print(place.with_suffix(".tif").name, "agrees")


if sys.argv[1:2] == ["check"]:
    check(sys.argv[2])
else:
    for make in (plain, compressions, colours, jpeg, packed, described, pyramids, refused):
        make()
    (HERE / "tiff.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
