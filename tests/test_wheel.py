"""The wheel works where the checkout does not exist.

It is built without a network and installed into an environment of its own. The libraries are
linked into that environment instead of installed a second time: torch alone takes gigabytes. A
path to `.venv` would not do, because the sandbox shows a worker its own environment only.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "submissions" / "z5567992"


def call(command: Sequence[str | Path], folder: Path) -> str:
    """What the command prints, run with nothing of this process' environment but its language."""
    clean = {"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": str(folder), "LANG": "C.UTF-8"}
    clean["OMP_NUM_THREADS"] = "1"
    done = subprocess.run(
        [str(p) for p in command],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder on the file system of the libraries, so that these can be linked."""
    scratch = ROOT / ".tox"
    scratch.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wheel-", dir=scratch) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def scripts(place: Path) -> Path:
    """Folder of the commands of an environment that holds the wheel and no link to the checkout."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    call([*pip, "wheel", "--no-build-isolation", "--no-deps", "-w", place, ROOT], place)
    environment = place / "environment"
    call([sys.executable, "-m", "venv", "--without-pip", environment], place)
    paths = {"base": str(environment), "platbase": str(environment)}
    python = environment / "bin" / "python"
    packages = Path(sysconfig.get_path("purelib", "venv", paths))
    shutil.rmtree(packages)
    shutil.copytree(
        sysconfig.get_path("purelib"),
        packages,
        symlinks=True,
        ignore=shutil.ignore_patterns("*nn_grader*"),
        copy_function=os.link,
    )
    (wheel,) = place.glob("*.whl")
    call([*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], place)
    return python.parent


@pytest.fixture(scope="module")
def empty(place: Path) -> Path:
    """Where the commands are run."""
    folder = place / "empty"
    folder.mkdir()
    return folder


def test_nothing_is_imported_from_the_checkout(scripts: Path, empty: Path) -> None:
    program = "import grader, reference; print(grader.__file__, reference.__file__)"
    for file in call([scripts / "python", "-c", program], empty).split():
        assert Path(file).is_relative_to(scripts.parent)


def test_the_command_tells_its_version(scripts: Path, empty: Path) -> None:
    from grader import __version__

    assert __version__ in call([scripts / "grader", "--version"], empty)


def test_doctor_finds_everything_that_is_needed(scripts: Path, empty: Path) -> None:
    assert "FAIL" not in call([scripts / "grader", "doctor"], empty)


def test_a_folder_outside_the_checkout_is_graded(scripts: Path, empty: Path) -> None:
    shutil.copytree(SAMPLE, empty / SAMPLE.name)
    options = ["--protocol", "quick", "--dataset", "bundled", "--out", "marks"]
    call([scripts / "grader", "run", SAMPLE.name, *options], empty)
    results = empty / "marks" / SAMPLE.name
    result = json.loads((results / "result.json").read_text(encoding="utf-8"))
    assert result["submission"]["id"] == SAMPLE.name
    parameters = {name: network["parameters"] for name, network in result["networks"].items()}
    assert parameters == {"NetLin": 7850, "NetFull": 119260, "NetConv": 62234}
    assert (results / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert (results / "report.html").stat().st_size > 0
