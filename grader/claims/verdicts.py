"""What became of each claim of a report, as result.json holds it."""

from typing import Any, Literal

from pydantic import Field

from grader.claims.found import Answer, Matrix, Place, ShownPicture
from grader.record import Record

Verdict = Literal["confirmed", "contradicted", "not reproducible", "absent"]
"""Absent is said only of a report that was read as a whole."""


Draft = dict[str, Any]
"""The fields of a claim that are known before its verdict is."""


class Claim(Record):
    """One claim: what the report says, what was computed, and where it stands.

    `id` is unique ("NetLin-matrix"). A claim that is read with doubt is never confirmed nor
    contradicted. `kind` tells a slip of arithmetic from a wrong concept, where either is known.
    `caution` is what a person should see although the claim is confirmed.
    """

    id: str
    question: str
    title: str
    verdict: Verdict
    said: str = ""
    computed: str = ""
    kind: Literal["", "arithmetic slip", "wrong concept"] = ""
    caution: str = ""
    certain: bool = True
    detail: list[str] = Field(default_factory=list)
    place: Place = Place()


class ReportClaims(Record):
    """The report as it was read, and all its claims in the order of the questions."""

    kind: str = ""
    problem: str = ""
    notes: list[str] = Field(default_factory=list)
    complete: bool = False
    pages: int = 0
    claims: list[Claim] = Field(default_factory=list)
    matrices: list[Matrix] = Field(default_factory=list)
    answers: list[Answer] = Field(default_factory=list)
    figures: list[ShownPicture] = Field(default_factory=list)
    pictures: dict[str, str] = Field(default_factory=dict)

    def claim(self, name: str) -> Claim | None:
        """The claim of that id, None where the report was not looked at for it."""
        return next((claim for claim in self.claims if claim.id == name), None)
