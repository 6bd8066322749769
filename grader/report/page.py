"""Fills the page template: one self-contained HTML document, and nothing in it unescaped."""

import base64
from dataclasses import dataclass
from functools import cache
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.report import claims, findings, networks, perceptron, provenance, sequences, summary
from grader.report.figures import Figure
from grader.report.text import clean, isolated
from grader.resources import templates_dir
from grader.results import Result

Medium = Literal["screen", "paper"]
REPORT = "report.html.j2"
FONTS = (
    ("Report Sans", 400, "sans-400.ttf"),
    ("Report Sans", 600, "sans-600.ttf"),
    ("Report Mono", 400, "mono-400.ttf"),
    ("Report Kana", 400, "kana-400.ttf"),
    ("Report Kana", 600, "kana-600.ttf"),
)


def _printable(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def environment() -> Environment:
    """The template engine: everything escaped, every name known, every string printable."""
    made = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["isolated"] = isolated
    return made


def prepare() -> None:
    """Compile the templates and draw what is the same for everybody: 0.35 s once."""
    for name in environment().list_templates(filter_func=_is_of_the_report):
        environment().get_template(name)
    sequences.draw_the_oracle()


def rehearsal() -> str:
    """A page with a text of each kind in a report, for paper."""
    return environment().get_template("rehearsal.html.j2").render()


def _is_of_the_report(template: str) -> bool:
    return template == REPORT or (template.startswith("_") and not template.startswith("_cohort"))


@cache
def style_sheet() -> Markup:
    """The style sheet with its fonts inside."""
    faces = []
    for family, weight, name in FONTS:
        data = base64.b64encode((templates_dir() / "fonts" / name).read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};'
            f'src:url("data:font/ttf;base64,{data}") format("truetype")}}'
        )
    css = (templates_dir() / "report.css").read_text(encoding="utf-8")
    return Markup("\n".join([*faces, css]))  # both are the project's own files


@dataclass(frozen=True)
class Contents:
    """All that a report says, computed once for both media."""

    summary: summary.Summary
    parts: list[findings.PartView]
    claims: claims.ClaimsView | None
    networks: list[networks.NetworkView]
    perceptron: perceptron.PerceptronView | None
    sequences: sequences.SequencesView | None
    output: list[provenance.Output]
    provenance: list[tuple[str, str]]


def contents(result: Result) -> Contents:
    """What the report of a result says; durations are left out, so equal results read equally."""
    return Contents(
        summary=summary.view(result),
        parts=findings.view(result),
        claims=claims.view(result),
        networks=networks.view(result),
        perceptron=perceptron.view(result),
        sequences=sequences.view(result),
        output=provenance.output(result),
        provenance=provenance.view(result),
    )


def filled(template: str, said: object, medium: Medium, **more: object) -> str:
    """A template with the fields of `said`, as a page for this medium."""
    paper = medium == "paper"
    return (
        environment()
        .get_template(template)
        .render(
            vars(said),
            css=Markup("") if paper else style_sheet(),
            paper=paper,
            draw=Figure.on_paper if paper else Figure.on_screen,
            **more,
        )
    )


def fill(said: Contents, medium: Medium) -> str:
    """The page for a browser, or the one that the PDF is made from, without its style sheet."""
    return filled(REPORT, said, medium)


def render_html(result: Result) -> str:
    """The report as one HTML page without scripts or outside references."""
    return fill(contents(result), "screen")
