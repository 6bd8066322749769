"""Pictures of the report side by side with what a right one shows: the parts of such a row."""

from dataclasses import dataclass

from markupsafe import Markup

from grader.claims.found import ShownPicture
from grader.report import rasters, text
from grader.report.figures import Figure
from grader.results import Criterion, QuestionResult, Result

POINTS = 72 / 25.4  # a millimetre
WIDTHS = {2: 85.0, 3: 56.0, 4: 42.0, 7: 21.0}  # mm: a picture in so many columns
HEIGHTS = {2: 60.0, 3: 45.0, 4: 36.0}
CAPTION = 90
NO_PICTURE = "The report has no picture for this question."


@dataclass(frozen=True)
class StudentPicture:
    """A picture of the report, what is under it there, and why it stands here if that is unsure."""

    data: Markup
    printed: Markup
    caption: str
    doubt: str


@dataclass(frozen=True)
class OraclePicture:
    """A drawing of the reference network, and what it shows."""

    figure: Figure
    caption: str


@dataclass(frozen=True)
class Strip:
    """Pictures side by side, the report's before the oracle's, in so many columns.

    `absent` is what stands in place of the report's where there are none.
    """

    columns: int
    pictures: list[StudentPicture]
    absent: str
    oracle: list[OraclePicture]


@dataclass(frozen=True)
class QuestionRow:
    """One question: strips of pictures, then an answer in words beside a drawing and the model's.

    `drawing` is None where the question asks for no answer in words. `evidence` has titles. `bare`
    says that there is nothing to see beside the oracle's pictures, so that paper goes without.
    """

    id: str
    anchor: str
    title: str
    rubric: str
    strips: list[Strip]
    words: list[str]
    model: list[str]
    drawing: OraclePicture | None
    evidence: list[tuple[str, str]]
    bare: str

    @property
    def on_paper(self) -> bool:
        """Whether paper has the row at all: one that shows nothing is named there in a line."""
        return not self.bare or bool(self.evidence)


def rubric(criteria: list[Criterion]) -> str:
    """Criteria as a line: what each asks for, its marks and the guidance."""
    return " ".join(
        f"{text.shorten(criterion.title, 120)} ({text.marks(criterion.available)})."
        f" {text.clip(criterion.guidance, 200)}".rstrip()
        for criterion in criteria
    )


def question_row(
    question: QuestionResult,
    strips: list[Strip],
    *,
    words: list[str] | None = None,
    model: list[str] | None = None,
    drawing: OraclePicture | None = None,
    evidence: list[tuple[str, str]] | None = None,
    bare: str = "",
) -> QuestionRow:
    """The row of a question, with its title and rubric."""
    return QuestionRow(
        id=question.id,
        anchor=f"sequence-{question.id}",
        title=text.shorten(question.title, 120),
        rubric=rubric(question.criteria),
        strips=strips,
        words=words or [],
        model=model or [],
        drawing=drawing,
        evidence=evidence or [],
        bare=bare,
    )


def student_pictures(question: str, result: Result) -> list[StudentPicture]:
    """The report's pictures for a question; one that could not be cut out is left out."""
    cut = result.claims.pictures
    shown = [picture for picture in result.claims.figures if picture.question == question]
    return [
        _student_picture(picture, cut[picture.picture])
        for picture in shown
        if picture.picture in cut
    ]


def _student_picture(picture: ShownPicture, data: str) -> StudentPicture:
    where = f", page {picture.page}" if picture.page else ""
    return StudentPicture(
        rasters.on_screen(data),
        rasters.on_paper(data),
        text.shorten(picture.caption or picture.name or "no caption", CAPTION) + where,
        "" if picture.certain else f"uncertain: {text.shorten(picture.because, 120)}",
    )


def absent(result: Result) -> str:
    """What to say where a picture should be."""
    if result.claims.problem:
        return "The report was not read."
    if not result.claims.complete:
        return "No picture was found; parts of the report could not be read."
    return NO_PICTURE


def bare(pictures: list[StudentPicture], result: Result) -> str:
    """What to say where the report, read to its end, has no picture; "" where there may be one."""
    return NO_PICTURE if not pictures and absent(result) == NO_PICTURE else ""
