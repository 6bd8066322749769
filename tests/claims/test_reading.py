"""A report is opened in the sandbox: what goes wrong there is told, and stops nothing else."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from grader.assignment import load_assignment
from grader.capturing.sandbox import Limits
from grader.claims import reading
from grader.claims.reading import cut_pictures, read_document
from grader.claims.report import class_counts, read_report
from grader.data import load_dataset
from grader.submission.intake import private_copy
from grader.synthetic.report import pages_pdf
from tests.sandboxes import bubblewrap, needs_bubblewrap
from tests.worker.reading.made import encrypted_pdf


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "submission"
    folder.mkdir(mode=0o755)
    folder.parent.chmod(0o755)
    return folder / "hw1.pdf"


def write(report: Path, data: bytes) -> Path:
    report.write_bytes(data)
    report.chmod(0o644)
    return report


@needs_bubblewrap
def test_a_report_is_read_and_cut_in_the_sandbox(report: Path) -> None:
    with private_copy(write(report, pages_pdf([["1.1  NetLin"]]))) as copy:
        document = read_document(bubblewrap(), copy, Limits())
        assert [line.text for line in document.pages[0].lines] == ["1.1 NetLin"]
        places = {"there": (0, -1, (60.0, 50.0, 120.0, 70.0)), "nowhere": (7, -1, (0.0,) * 4)}
        cut = cut_pictures(bubblewrap(), copy, places, Limits())
    assert list(cut) == ["there"]


@needs_bubblewrap
def test_a_report_that_cannot_be_opened_is_told_to_the_student(report: Path) -> None:
    table = load_assignment("comp9444-25t2").table
    with private_copy(write(report, encrypted_pdf())) as copy:
        found = read_report(copy, bubblewrap(), Limits(), table)
    assert "asks for a password" in found.problem
    assert "was not handed in" in read_report(None, bubblewrap(), Limits(), table).problem


@needs_bubblewrap
def test_a_reader_that_runs_out_of_memory_leaves_a_reason(report: Path) -> None:
    picture = io.BytesIO()
    Image.effect_noise((3000, 3000), 90).save(picture, "PNG")
    small = Limits(address_space=150 * 2**20)
    with private_copy(write(report, picture.getvalue())) as copy:
        document = read_document(bubblewrap(), copy, small)
    assert document.problem.startswith("the report could not be read")
    assert document.pages == []


@needs_bubblewrap
def test_a_reader_that_takes_too_long_is_stopped(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SECONDS", 1)
    picture = io.BytesIO()
    Image.effect_noise((6000, 6000), 90).save(picture, "PNG", compress_level=1)
    with private_copy(write(report, picture.getvalue())) as copy:
        document = read_document(bubblewrap(), copy, Limits())
    assert "limit" in document.problem


def test_a_matrix_may_have_the_class_counts_of_the_images_in_use() -> None:
    counts = class_counts(load_dataset("bundled"))
    assert counts == {"KMNIST": (1000,) * 10, "bundled": [200] * 10}
    assert set(class_counts(None)) == {"KMNIST"}
    assert json.loads(json.dumps(counts))
