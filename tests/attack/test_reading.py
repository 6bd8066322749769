import pytest

from grader.attack.reading import elements, page_faults, paper_faults, paper_text
from grader.report.page import render_html
from grader.report.pdf import render_pdf
from grader.report.seal import Attached
from tests.report.example import sample


def test_a_report_of_the_graders_own_is_harmless() -> None:
    page = render_html(sample())
    assert list(page_faults(page, elements(page))) == []


@pytest.mark.parametrize(
    ("injected", "fault"),
    [
        ("<script>x()</script>", "put <script> into the page"),
        ("<p onclick=x()>", "put <p onclick> into the page"),
        (
            "<a href='file:///x'>x</a>",
            "put the address 'file:///x' into the page",
        ),
    ],
)
def test_what_is_no_part_of_a_report_is_seen(injected: str, fault: str) -> None:
    page = "<html><p>x</p><a href='#x'>x</a></html>"
    assert fault in list(page_faults(page.replace("</html>", injected), elements(page)))


def test_links_and_attachments_of_a_pdf_are_seen() -> None:
    page = "<html lang=en><title>x</title><p>secret <a href='{}'>x</a></p></html>"
    assert list(paper_faults(render_pdf(page.format("#here")))) == []
    assert list(paper_faults(render_pdf(page.format("https://example.org")))) == [
        "put a link into the PDF"
    ]
    attached = render_pdf(page, attached=[Attached("passwd", b"x", "x")])
    assert "attached 'passwd'" in list(paper_faults(attached))
    assert "secret" in paper_text(attached)
