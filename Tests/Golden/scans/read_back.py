"""Has `segment convert` write every scan of forms/, as it is, turned to RAS and resampled, and reads the results with
nibabel: values and affines must be those of forms.json.

    pip install numpy nibabel
    python read_back.py ../../../.build/release/segment
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import nibabel as nib
import numpy as np

HERE = Path(__file__).parent
segment = sys.argv[1]
forms = json.loads((HERE / "forms.json").read_text())
checked = 0


def convert(name, target, *options):
    series = ["--fourth-dimension", "channels"] if name.startswith("channels") else []
    command = [segment, "convert", HERE / "forms" / name, target, *options, *series]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return nib.load(target)


def values(image):
    if image.get_data_dtype().fields:  # colours
        colours = np.asarray(image.dataobj)
        data = np.stack([colours[name] for name in colours.dtype.names], axis=-1)
    else:
        data = image.get_fdata(dtype=np.float32)
    data = data if data.ndim == 4 else data[..., None]
    return data.transpose(2, 1, 0, 3).flatten()


def check(name, what, image, expected_values, expected_affine, tolerance=0.0):
    global checked
    assert np.allclose(image.affine[:3], expected_affine, atol=1e-4), (name, what, image.affine, expected_affine)
    found, expected = values(image), np.array(expected_values, np.float32)
    scale = max(1, np.abs(expected).max())
    assert found.shape == expected.shape, (name, what)
    assert np.abs(found - expected).max() <= tolerance * scale, (name, what, np.abs(found - expected).max())
    checked += 1


with tempfile.TemporaryDirectory() as folder:
    for number, (name, form) in enumerate(forms.items()):
        target = Path(folder) / f"{number}{'.nii.gz' if number % 2 else '.nii'}"
        check(name, "as it is", convert(name, target), form["values"], form["affine"])
        if "canonical_values" in form and form["channels"] == 1:
            turned = convert(name, target, "--orientation", "RAS")
            check(name, "RAS", turned, form["canonical_values"], form["canonical_affine"])
        for order in (1, 3):
            if f"order_{order}" not in form or not form["datatype"].startswith("float"):
                continue  # whole numbers are rounded to their datatype
            resampled = convert(name, target, "--spacing", "1.1,0.9,1.3", "--order", str(order))
            check(name, f"order {order}", resampled, form[f"order_{order}"]["values"], resampled.affine[:3], 2e-6)
            assert np.allclose(resampled.header.get_zooms()[:3], (1.1, 0.9, 1.3), atol=1e-5)
print(checked, "files written by segment hold for nibabel what they should")
