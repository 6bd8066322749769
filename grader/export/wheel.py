"""Packs the running grader as a wheel, from a checkout or an installation alike.

An installation has no build tools and perhaps no network; its files, and the few lines that pip
reads, are all there is in a wheel of pure Python (the "Binary distribution format" of PyPA).
"""

import base64
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import grader
import reference
from grader.export.atomic_zip import ZipWriter
from grader.resources import PACKAGE, templates_dir

NAME = "nn-grader"
STEM = f"nn_grader-{grader.__version__}"
FILE = f"{STEM}-py3-none-any.whl"
WHEEL = "Wheel-Version: 1.0\nGenerator: grader export\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ENTRY_POINTS = "[console_scripts]\ngrader = grader.cli:main\n"


def wheel() -> bytes:
    """The content of the wheel: grader, oracle, templates, data and what they need."""
    files = dict(_sources())
    info = f"{STEM}.dist-info"
    files[f"{info}/METADATA"] = _metadata().encode()
    files[f"{info}/WHEEL"] = WHEEL.encode()
    files[f"{info}/entry_points.txt"] = ENTRY_POINTS.encode()
    record = f"{info}/RECORD"
    files[record] = "".join([*map(_recorded, files.items()), f"{record},,\n"]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            ZipWriter(archive).add(name, content)
    return packed.getvalue()


def requirements() -> list[str]:
    """What the grader needs, as pip writes it: from the checkout, else from the installation."""
    project = PACKAGE.parent / "pyproject.toml"
    if project.is_file():
        table = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
        if table["name"] == NAME:
            return list(table["dependencies"])
    return [one for one in metadata.requires(NAME) or [] if "extra ==" not in one]


def _sources() -> Iterator[tuple[str, bytes]]:
    """Every file of the packages by its name in the wheel, sorted."""
    places = {"grader": PACKAGE, "grader/templates": templates_dir()}
    places["reference"] = Path(next(iter(reference.__path__)))
    found = {
        f"{name}/{path.relative_to(folder).as_posix()}": path
        for name, folder in places.items()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    for name in sorted(found):
        yield name, found[name].read_bytes()


def _metadata() -> str:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {NAME}",
        f"Version: {grader.__version__}",
        "Requires-Python: >=3.11",
        *(f"Requires-Dist: {one}" for one in requirements()),
    ]
    return "\n".join(lines) + "\n"


def _recorded(item: tuple[str, bytes]) -> str:
    """A line of RECORD: name, digest, size."""
    name, content = item
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"
