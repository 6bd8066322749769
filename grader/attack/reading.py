"""Reads what a report would do to whoever opens it, not what it says."""

import ctypes
from collections.abc import Iterator
from html.parser import HTMLParser

import pypdfium2
from pypdfium2 import raw

SAFE_ADDRESSES = ("#", "data:")
ADDRESSES = ("href", "src", "action", "data", "xlink:href", "poster", "srcset", "background")
ATTACHED = {"result.json", "result.seal.json"}


class _Elements(HTMLParser):
    """Collects elements with their attributes, and every address that one names."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[tuple[str, str]] = set()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.add((tag, ""))
        for name, value in attrs:
            self.kinds.add((tag, name))
            if name in ADDRESSES and not (value or "").startswith(SAFE_ADDRESSES):
                self.addresses.add(value or "")


def elements(page: str) -> set[tuple[str, str]]:
    """Every kind of element in a page, alone and with each of its attributes."""
    parser = _Elements()
    parser.feed(page)
    return parser.kinds


def page_faults(page: str, known: set[tuple[str, str]]) -> Iterator[str]:
    """What a page holds that no report of the grader's own does."""
    parser = _Elements()
    parser.feed(page)
    for tag, attribute in sorted(parser.kinds - known):
        yield f"put <{tag} {attribute}> into the page".replace(" >", ">")
    for address in sorted(parser.addresses):
        yield f"put the address {address[:40]!r} into the page"


def paper_faults(pdf: bytes) -> Iterator[str]:
    """Attachments, scripts and outside links that a PDF must not have."""
    with pypdfium2.PdfDocument(pdf) as document:
        names = [document.get_attachment(i).get_name() for i in range(document.count_attachments())]
        yield from (f"attached {name!r}" for name in names if name not in ATTACHED)
        if raw.FPDFDoc_GetJavaScriptActionCount(document.raw):
            yield "put a script into the PDF"
        if any(_leads_outside(document, page) for page in document):
            yield "put a link into the PDF"


def paper_text(pdf: bytes) -> str:
    """All text of a PDF."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def _leads_outside(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> bool:
    """Whether a link of the page opens an address, a file or a program."""
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    inside = (raw.PDFACTION_UNSUPPORTED, raw.PDFACTION_GOTO)
    while raw.FPDFLink_Enumerate(page.raw, position, link):
        action = raw.FPDFLink_GetAction(link)
        if action and raw.FPDFAction_GetType(action) not in inside:
            return True
    return False
