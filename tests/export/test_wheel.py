import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

import grader
from grader.export import wheel as module
from grader.export.wheel import FILE, STEM, requirements, wheel
from grader.resources import PACKAGE


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("wheel") / FILE
    file.write_bytes(wheel())
    return file


def test_everything_that_grading_needs_is_in_it(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        names = set(archive.namelist())
    assert names >= {
        "grader/cli.py",
        "grader/worker/__main__.py",
        "grader/templates/report.css",
        "grader/templates/fonts/OFL.txt",
        "grader/assignments/comp9444-25t2/assignment.toml",
        "grader/data/bundled/dataset.json",
        "grader/export/gradescope_scripts/run_autograder",
        "reference/kuzu.py",
        f"{STEM}.dist-info/RECORD",
    }
    assert not [name for name in names if name.endswith(".pyc") or "__pycache__" in name]


def test_the_same_grader_makes_the_same_wheel(packed: Path) -> None:
    assert wheel() == packed.read_bytes()


def test_what_is_needed_is_what_the_project_says() -> None:
    assert any(one.startswith("torch>=") for one in requirements())
    with zipfile.ZipFile(BytesIO(wheel())) as archive:
        lines = archive.read(f"{STEM}.dist-info/METADATA").decode().splitlines()
    assert [line.partition(": ")[2] for line in lines if line.startswith("Requires-Dist")] == (
        requirements()
    )


def test_an_installation_says_itself_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "PACKAGE", tmp_path / "site-packages" / "grader")
    known = ["torch>=2.9", "ruff>=0.6; extra == 'dev'"]
    monkeypatch.setattr("importlib.metadata.requires", lambda _name: known)
    assert requirements() == ["torch>=2.9"]


def test_pip_installs_it(packed: Path, tmp_path: Path) -> None:
    """Into a folder of its own, from which alone the grader is then imported."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "install"]
    place = tmp_path / "installed"
    command = [*pip, "--no-deps", "--no-index", "--no-compile", "--target", str(place), str(packed)]
    subprocess.run(command, check=True, capture_output=True)
    program = (
        f"import sys; sys.path.insert(0, {str(place)!r})\n"
        "import grader, reference\n"
        "from grader.resources import templates_dir\n"
        "print(grader.__version__, grader.__file__, templates_dir())"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True
    )
    version, file, templates = done.stdout.split()
    assert version == grader.__version__
    assert Path(file).is_relative_to(place)
    assert Path(templates) == place / "grader" / "templates"
    assert (place / "bin" / "grader").is_file()
    assert not Path(file).is_relative_to(PACKAGE)
