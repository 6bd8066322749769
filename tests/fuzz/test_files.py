"""Files that people hand in or around: taken, or refused with the error that is documented."""

import gzip
import io
import lzma
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from grader.assignment import load_assignment
from grader.errors import AssignmentError, IntakeError, ReportError
from grader.handin.csv_table import read_table
from grader.report.pdf import render_pdf
from grader.report.seal import sealed
from grader.report.verify import verified
from grader.resources import PACKAGE
from grader.results import Result
from grader.submission.intake import open_submission
from tests.fuzz.mutations import fuzzed, mutated
from tests.report.example import sample

pytestmark = pytest.mark.fuzz

ROLES = ("kuzu.py", "check.py", "hw1.pdf")
TOML = (PACKAGE / "assignments/comp9444-25t2/assignment.toml").read_bytes()
RESULT = sample().to_json()
PDF = render_pdf("<html lang=en><title>x</title><p>x</p></html>", "", sealed(sample(), None))


def packed(kind: str) -> bytes:
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ROLES:
                archive.writestr(f"z1234567/{name}", "x = 1\n" * 20)
        return buffer.getvalue()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in ROLES:
            member = tarfile.TarInfo(f"z1234567/{name}")
            member.size = 6
            tar.addfile(member, io.BytesIO(b"x = 1\n"))
    plain = buffer.getvalue()
    return {"tar": plain, "gz": gzip.compress(plain, mtime=0), "xz": lzma.compress(plain)}[kind]


def take(data: bytes, name: str) -> None:
    """Take an archive in; only its own folder may hold anything afterwards."""
    with TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        work = Path(folder) / "work"
        work.mkdir()
        with suppress(IntakeError):
            submission = open_submission(Path(folder) / name, work, ROLES)
            assert all(path.is_relative_to(work) for _, path in submission.places)
        assert sorted(path.name for path in Path(folder).iterdir()) == sorted([name, "work"])


@given(mutated(packed("zip")))
@fuzzed
def test_a_zip_is_taken_in_or_refused(data: bytes) -> None:
    take(data, "z1234567.zip")


@given(mutated(packed("tar")))
@fuzzed
def test_a_tar_is_taken_in_or_refused(data: bytes) -> None:
    take(data, "z1234567.tar")


@given(mutated(packed("gz")))
@fuzzed
def test_a_packed_tar_is_taken_in_or_refused(data: bytes) -> None:
    take(data, "z1234567.tar.gz")


@given(mutated(packed("xz")))
@fuzzed
def test_an_xz_is_taken_in_or_refused(data: bytes) -> None:
    take(data, "z1234567.tar.xz")


@given(mutated(TOML))
@fuzzed
def test_an_assignment_is_loaded_or_refused(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "assignment.toml").write_bytes(data)
        (Path(folder) / "checks").mkdir()
        with suppress(AssignmentError):
            load_assignment(folder)


@given(mutated(RESULT.encode()))
@fuzzed
def test_a_result_is_read_or_refused(data: bytes) -> None:
    with suppress(ReportError):
        Result.from_json(data.decode(errors="surrogateescape"))


@given(mutated(PDF))
@fuzzed
def test_a_pdf_is_verified_or_refused(data: bytes) -> None:
    """What passes holds the result that was attached, whatever else was changed."""
    with suppress(ReportError):
        result, trust = verified(data, "report.pdf", None)
        assert trust == "checksum"
        assert result == sample().without_timings()


@given(mutated(b'Identifier,Full name,ID number\r\nParticipant 1,"A, B",z1234567\r\n'))
@fuzzed
def test_a_table_is_read_or_refused(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "roster.csv"
        file.write_bytes(data)
        with suppress(IntakeError):
            read_table(file)
