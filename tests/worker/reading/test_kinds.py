"""What a report is, its bytes say; what cannot be read says why."""

import io
import zipfile

import pytest

from grader.synthetic.report import pages_pdf
from grader.worker.reading.kinds import kind_of

from .made import docx


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("hw1.pdf", "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (pages_pdf([["x"]]), "pdf"),
        (b"junk before it\n" + pages_pdf([["x"]]), "pdf"),
        (docx(["x"]), "docx"),
        (archive(), "archive"),
        (b"PK\x03\x04 and no more", "archive"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"\xff\xd8\xff....", "picture"),
        ("z1234567, お and き".encode(), "text"),
        ("a report".encode("utf-16"), "text"),
        ("naïve".encode("cp1252"), "text"),
        (bytes(range(256)), "unknown"),
    ],
)
def test_the_bytes_say_what_a_report_is(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind
