"""Turns the finished page into a PDF that a screen reader can follow and that can reach nothing.

A report holds text that students wrote. WeasyPrint would follow any link in it to a file or a
host, so the fetcher here opens data URLs and refuses everything else.
"""

import atexit
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from grader.errors import ReportError
from grader.report.glyphs import drawable
from grader.report.pdf_drawing import drawings
from grader.report.seal import Attached

NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""Of every attachment, so that equal reports are equal files."""
PANGO_HINT = (
    "install Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, "
    "then `grader report RESULT` writes the PDF without grading again"
)


def _data_only_fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class DataOnlyFetcher(URLFetcher):  # type: ignore[misc]
        """Opens data URLs and keeps a list of the addresses that it refused."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=["data"], allow_redirects=False)
            self.refused: list[str] = []

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.lower().startswith("data:"):
                self.refused.append(url[:200])
                raise FatalURLFetchingError(f"refused to open {url[:200]!r}")
            return super().fetch(url, headers)

    return DataOnlyFetcher()


def _document(page: str, fetcher: Any) -> Any:
    """The page for WeasyPrint, whose own parser takes a sixteenth of the PDF's time.

    It mends what browsers mend; a page of ours is well formed, and an XML parser reads it into
    the same tree. Other pages are left to WeasyPrint, and those with a drawing inside, which XML
    would not know to be one.
    """
    from cssselect2 import ElementWrapper
    from weasyprint import HTML

    class WellFormed(HTML):  # type: ignore[misc]
        """A document with what `HTML` sets up, from a tree."""

        def __init__(self, root: Element) -> None:
            self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
            self.wrapper_element = ElementWrapper.from_html_root(root)
            self.etree_element = self.wrapper_element.etree_element

    if "<svg" not in page:
        with suppress(ElementTree.ParseError):
            return WellFormed(ElementTree.fromstring(page))
    return HTML(string=page, url_fetcher=fetcher)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """No garbage collection: layout makes a million objects that live to the end of it anyway.

    Measured on the sample, 8 pages: 1.4 s in place of 1.8 s, on one core of a busy machine.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@lru_cache(maxsize=1)
def _prepared(style: str) -> tuple[Any, Any]:
    """The style sheet, parsed, and the fonts in it, loaded: the same for every report."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    return CSS(string=style, font_config=fonts, url_fetcher=_data_only_fetcher()), fonts


# WeasyPrint removes the fonts' folder when they go: that must be before Python takes itself apart.
atexit.register(_prepared.cache_clear)


def render_pdf(page: str, style: str = "", attached: Sequence[Attached] = ()) -> bytes:
    """The PDF (PDF/UA-1) of a self-contained page; equal pages give equal bytes.

    Args:
        page: HTML, best well formed as XML.
        style: a style sheet with its fonts as data URLs, applied to the page.
        attached: files to put into it.

    Raises:
        ReportError: Pango is missing, or the page refers to anything but data URLs.
    """
    try:
        with redirect_stdout(sys.stderr):  # it prints a banner where Pango is missing
            from weasyprint import Attachment
            from weasyprint.urls import FatalURLFetchingError
    except OSError as error:
        found = f"WeasyPrint cannot start: {error}"
        raise ReportError("report.pdf", found, "Pango 1.44 or newer", PANGO_HINT) from None
    fetcher = _data_only_fetcher()
    pdf = b""
    # inside a drawing WeasyPrint swallows the exception, so the list has the last word
    with suppress(FatalURLFetchingError), _collection_paused():
        sheet, fonts = _prepared(style)
        pdf = _document(drawable(page), fetcher).write_pdf(
            stylesheets=[sheet],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            cache=drawings(page),
            attachments=[
                Attachment(
                    string=file.content,
                    name=file.name,
                    description=file.description,
                    created=NO_DATE,
                    modified=NO_DATE,
                )
                for file in attached
            ],
        )
    if fetcher.refused:
        raise ReportError(
            "report.pdf",
            f"refused to open {fetcher.refused[0]!r}",
            "a page that carries everything it shows",
            "report this as a bug, with result.json",
        )
    return pdf
