"""Says whether the result inside a PDF was altered, and whether the pages say the same."""

import hmac
from pathlib import Path
from typing import Final, Literal

import pypdfium2
from pydantic import ValidationError

from grader.errors import ReportError
from grader.report.page import contents, fill, style_sheet
from grader.report.pdf import render_pdf
from grader.report.seal import RESULT_NAME, SEAL_NAME, Seal, seal_of
from grader.results import Result

MOST_BYTES: Final = 256 * 2**20
MOST_ATTACHED: Final = 64 * 2**20

Trust = Literal["checksum", "key", "key not given"]


def verified(pdf: bytes, where: str, key: bytes | None) -> tuple[Result, Trust]:
    """The attached result, if it is what the seal says, and what that rests on.

    Raises:
        ReportError: no report of this program, or the result or its seal was altered.
    """
    content, sealed = attachments(pdf, where)
    try:
        seal = Seal.model_validate_json(sealed)
    except ValidationError:
        raise _altered(where, "its seal is malformed") from None
    mine = seal_of(content, key)
    if not hmac.compare_digest(mine.sha256.encode(), seal.sha256.encode()):
        raise _altered(where, f"the attached {RESULT_NAME} has another digest than its seal")
    if key is not None and not hmac.compare_digest(
        (mine.hmac_sha256 or "").encode(), (seal.hmac_sha256 or "").encode()
    ):
        found = "with another key" if seal.hmac_sha256 else "without a key"
        raise _altered(where, f"it was sealed {found}")
    try:
        result = Result.from_json(content.decode(), where)
    except UnicodeDecodeError:
        raise _altered(where, f"the attached {RESULT_NAME} is no text") from None
    if key is not None:
        return result, "key"
    return result, "key not given" if seal.hmac_sha256 else "checksum"


def attachments(pdf: bytes, where: str) -> tuple[bytes, bytes]:
    """The attached result and its seal.

    Raises:
        ReportError: the file is no PDF, or does not hold exactly one of each.
    """
    found: dict[str, list[bytes]] = {}
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            for number in range(document.count_attachments()):
                attachment = document.get_attachment(number)
                data = bytes(attachment.get_data())[: MOST_ATTACHED + 1]
                found.setdefault(attachment.get_name(), []).append(data)
    except pypdfium2.PdfiumError as error:
        raise ReportError(where, f"no readable PDF ({error})", "a report.pdf") from None
    pair = [found.get(name, []) for name in (RESULT_NAME, SEAL_NAME)]
    if [len(copies) for copies in pair] != [1, 1] or len(found) != 2:
        names = ", ".join(sorted(found)) or "nothing"
        raise ReportError(
            where,
            f"attached is {ascii(names)[1:-1][:200]}",
            f"one {RESULT_NAME} and one {SEAL_NAME}",
            "give the report.pdf as the grader wrote it",
        )
    return pair[0][0], pair[1][0]


def differing_page(pdf: bytes, result: Result) -> int | None:
    """Number of the first page whose text is not what the result makes it; None where all are.

    Only meaningful for a report that this very version wrote.
    """
    mine = page_texts(render_pdf(fill(contents(result), "paper"), style_sheet()))
    theirs = page_texts(pdf)
    for number in range(max(len(mine), len(theirs))):
        if mine[number : number + 1] != theirs[number : number + 1]:
            return number + 1
    return None


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def read_pdf(path: Path) -> bytes:
    """The bytes of a file, if it can be a report.

    Raises:
        ReportError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ReportError(
            str(path), f"cannot be read ({error.strerror})", "a report.pdf", "check the path"
        ) from None
    if len(data) > MOST_BYTES:
        raise ReportError(str(path), f"is larger than {MOST_BYTES} bytes", "a report.pdf")
    return data


def _altered(where: str, found: str) -> ReportError:
    return ReportError(
        where,
        f"ALTERED: {found}",
        "a result and a seal that belong together",
        "trust neither; grade the submission again",
    )
