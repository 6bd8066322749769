"""Lays a student's own words beside the criteria that a person judges, and raises flags.

A flag asks a person to look; it takes no mark.
"""

from grader.claims.facts import Facts
from grader.claims.judge_confusions import worst
from grader.claims.verdicts import ReportClaims
from grader.results import ClassInfo, EvidenceItem, Flag


def report_evidence(said: ReportClaims, classes: list[ClassInfo]) -> dict[str, EvidenceItem]:
    """The text of each answer, and the worst confusions of the report's own matrices."""
    items = {
        f"answer-{answer.question}": EvidenceItem(
            title=_title(answer.question, answer.pages, answer.pictures), lines=answer.lines
        )
        for answer in said.answers
    }
    facts = Facts("", False, "", classes, {}, None, 0.0, 0.0, 0.0, 0)
    lines = [
        f"{matrix.network}: " + "; ".join(worst(matrix, facts))
        for matrix in said.matrices
        if matrix.network and matrix.reliance != "uncertain"
    ]
    if lines:
        items["reported-confusions"] = EvidenceItem(
            title="Largest entries of the report's own matrices", lines=lines
        )
    return items


def report_flags(said: ReportClaims) -> list[Flag]:
    """A report that was not read, a matrix that no honest run gives, another student's id."""
    flags = []
    if said.problem:
        flags.append(Flag(severity="warning", where="hw1.pdf", message=said.problem))
    for claim in said.claims:
        if claim.verdict != "contradicted":
            continue
        if claim.id.endswith("-matrix") or claim.id == "cover-id":
            message = f"{claim.title}: {claim.said}; {claim.computed}"
            flags.append(Flag(severity="serious", where="hw1.pdf", message=message))
    return flags


def _title(question: str, pages: list[int], pictures: int) -> str:
    noun = "page" if len(pages) == 1 else "pages"
    where = f", {noun} {', '.join(map(str, pages))}" if pages else ""
    shown = f", with {pictures} {'picture' if pictures == 1 else 'pictures'}" if pictures else ""
    return f"What the report says under {question}{where}{shown}"
