import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import assignment, doctor, resources
from grader.capturing import landlocked
from grader.capturing.isolation import bubblewrap_fault
from grader.doctor import Finding, Probe, examine
from grader.errors import GraderError

REFUSALS = "bubblewrap does not work here: {}; landlock does not work here: no Landlock"
Usage = namedtuple("Usage", "total used free")


def finding(name: str) -> Finding:
    return next(probe for probe in doctor.PROBES if probe.name == name).finding()


@pytest.fixture
def without_sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(landlocked, "landlock_fault", lambda: "no Landlock")
    bubblewrap_fault.cache_clear()
    yield
    bubblewrap_fault.cache_clear()


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path))
    return tmp_path


def test_what_works_needs_no_mending() -> None:
    assert Probe("tea", lambda: "hot", "boil water").finding() == Finding(
        "tea", True, "hot", "", True
    )


def test_an_exception_becomes_one_line_and_the_line_that_mends_it() -> None:
    def attempt() -> str:
        raise OSError("no water\nin the kettle")

    assert Probe("tea", attempt, "fill the kettle", required=False).finding() == Finding(
        "tea", False, "OSError: no water in the kettle", "fill the kettle", False
    )


def test_an_errors_own_hint_is_closer_to_the_cause() -> None:
    def attempt() -> str:
        raise GraderError("the kettle", "is cold", hint="switch it on")

    found = Probe("tea", attempt, "fill the kettle").finding()
    assert (found.found, found.mend) == ("the kettle: is cold", "switch it on")


@pytest.mark.slow
def test_a_machine_that_runs_these_tests_can_grade() -> None:
    broken = [f for f in examine() if f.required and not f.ok]
    assert broken == []


def test_a_missing_sandbox_names_the_package(without_sandbox: None) -> None:
    found = finding("isolation")
    assert not found.ok
    assert found.required
    assert found.found == "sandbox: " + REFUSALS.format("the program bwrap is not installed")
    assert "apt-get install -y bubblewrap" in found.mend


@pytest.mark.parametrize(("user", "way_out"), [(0, "container"), (1000, "sysctl")])
def test_a_refused_sandbox_does_not_tell_to_install_it(
    user: int,
    way_out: str,
    without_sandbox: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    monkeypatch.setattr("os.geteuid", lambda: user)
    found = finding("isolation")
    assert found.found == "sandbox: " + REFUSALS.format("setting up uid map: Permission denied")
    assert way_out in found.mend
    assert "apt-get" not in found.mend


def test_capture_is_tried_without_a_sandbox_where_there_is_none(without_sandbox: None) -> None:
    found = finding("capture")
    assert found.ok, found.found
    assert found.found.startswith("a linear network came back from rlimits after ")


def test_a_module_that_cannot_be_captured_shows_why(
    without_sandbox: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_TINY_MODULE", "import missing_library\n")
    found = finding("capture")
    assert not found.ok
    assert "No module named 'missing_library'" in found.found
    assert "chmod" in found.mend


def test_a_missing_pango_names_the_packages() -> None:
    program = """
import cffi
def dlopen(self, name, *flags):
    raise OSError(f"cannot load library {name!r}")
cffi.FFI.dlopen = dlopen
from grader.doctor import PROBES
print(next(p for p in PROBES if p.name == "PDF").finding().mend)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in done.stdout
    assert done.stdout.count("\n") == 1, "the library's own banner is not for the user"


def test_the_reports_fonts_hold_all_kana() -> None:
    assert finding("fonts").ok


def test_a_font_without_kana_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    latin = resources.templates_dir() / "fonts" / "sans-400.ttf"
    shutil.copy(latin, tmp_path / "fonts" / "kana-400.ttf")
    monkeypatch.setattr(resources, "templates_dir", lambda: tmp_path)
    found = finding("fonts")
    assert not found.ok
    assert "kana-400.ttf: lacks おきすつなはまやれを" in found.found


def test_an_empty_font_folder_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(resources, "templates_dir", lambda: tmp_path)
    assert "there is no font for kana" in finding("fonts").found


def test_kmnist_is_wanted_but_not_needed(cache: Path) -> None:
    found = finding("KMNIST")
    assert not found.ok
    assert not found.required
    assert "not fetched yet" in found.found
    assert "grader data fetch" in found.mend
    assert finding("default data").found.endswith("(marks on it are not official)")


def test_a_damaged_kmnist_stops_the_default_data(cache: Path) -> None:
    (cache / "kmnist").mkdir()
    (cache / "kmnist" / "train-images-idx3-ubyte.gz").write_bytes(b"cut off")
    assert "missing or damaged" in finding("KMNIST").found
    default = finding("default data")
    assert not default.ok
    assert default.required
    assert "grader data fetch" in default.mend


def test_a_wrong_assignment_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "assignment.toml").write_text("marks = ")
    monkeypatch.setattr(assignment, "assignments_dir", lambda: tmp_path)
    found = finding("assignments")
    assert not found.ok
    assert "is not valid TOML" in found.found


def test_no_assignment_at_all_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assignment, "assignments_dir", lambda: tmp_path)
    assert finding("assignments").found == "assignments: there is none"


def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(2**40, 2**40, 5 * 2**20))
    found = finding("temporary files")
    assert "has 5 MiB free" in found.found
    assert "TMPDIR" in found.mend


def test_a_temporary_folder_that_is_not_there_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert "FileNotFoundError" in finding("temporary files").found


def test_bfloat16_is_read_from_the_processors_flags(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("flags\t\t: fpu avx512f avx512_bf16\n")
    assert doctor._has_bf16(cpuinfo)
    cpuinfo.write_text("flags\t\t: fpu avx512f\n")
    assert not doctor._has_bf16(cpuinfo)
