"""Tells what a report is by its bytes: `hw1.pdf` may be a Word document or plain text."""

import zipfile
from io import BytesIO

PDF_WITHIN = 1024
"""Readers accept a PDF whose header comes after as many bytes of something else."""

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class Unreadable(Exception):
    """A report that cannot be read; the text says why and what would help."""


def kind_of(data: bytes) -> str:
    """One of "empty", "pdf", "docx", "picture", "archive", "text", "unknown"."""
    if not data.strip():
        return "empty"
    if b"%PDF-" in data[:PDF_WITHIN]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx" if _is_docx(data) else "archive"
    if data.startswith(PICTURES):
        return "picture"
    return "text" if decoded(data) is not None else "unknown"


def _is_docx(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def decoded(data: bytes) -> str | None:
    """The text in these bytes, or None where they hold none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            return None
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    strange = sum(not char.isprintable() and not char.isspace() for char in text)
    return text if strange * 20 < len(text) else None
