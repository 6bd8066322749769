"""Fills the page template: one self-contained HTML document, and nothing in it unescaped."""

import base64
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.report import findings, networks, perceptron, provenance, summary
from grader.report.text import clean
from grader.resources import templates_dir
from grader.results import Result

FONTS = (
    ("Report Sans", 400, "sans-400.woff2"),
    ("Report Sans", 600, "sans-600.woff2"),
    ("Report Mono", 400, "mono-400.woff2"),
    ("Report Kana", 400, "kana-400.woff2"),
    ("Report Kana", 600, "kana-600.woff2"),
)


def _printable(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def environment() -> Environment:
    """The template engine: everything escaped, every name known, every string printable."""
    return Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def style_sheet() -> Markup:
    """The style sheet with its fonts inside."""
    faces = []
    for family, weight, name in FONTS:
        data = base64.b64encode((templates_dir() / "fonts" / name).read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};'
            f'src:url("data:font/woff2;base64,{data}") format("woff2")}}'
        )
    css = (templates_dir() / "report.css").read_text(encoding="utf-8")
    return Markup("\n".join([*faces, css]))  # both are the project's own files


def render_html(result: Result) -> str:
    """The report as one HTML page without scripts or outside references.

    Durations are left out, so equal results give equal pages whatever time they took.
    """
    template = environment().get_template("report.html.j2")
    return template.render(
        css=style_sheet(),
        summary=summary.view(result),
        parts=findings.view(result),
        networks=networks.view(result),
        perceptron=perceptron.view(result),
        output=provenance.output(result),
        provenance=provenance.view(result),
    )
