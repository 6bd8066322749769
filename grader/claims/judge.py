"""Holds a report's claims against what was computed. The flow is `judge`: one part a line."""

from grader.claims.facts import Facts
from grader.claims.found import Found
from grader.claims.judge_confusions import judge_confusions
from grader.claims.judge_losses import judge_losses
from grader.claims.judge_matrices import judge_matrices
from grader.claims.judge_parameters import judge_parameters
from grader.claims.judge_perceptron import judge_perceptron
from grader.claims.judge_pictures import judge_pictures
from grader.claims.judge_rest import judge_cover, judge_settings
from grader.claims.judge_runs import judge_runs
from grader.claims.verdicts import Claim, ReportClaims


def judge(found: Found, facts: Facts) -> ReportClaims:
    """All claims with their verdicts; none where the report could not be read."""
    claims: list[Claim] = []
    if not found.problem:
        claims += judge_cover(found, facts)
        claims += judge_matrices(found, facts)
        claims += judge_losses(found, facts)
        claims += judge_settings(found, facts)
        claims += judge_parameters(found, facts)
        claims += judge_confusions(found, facts)
        claims += judge_perceptron(found, facts)
        claims += judge_runs(found, facts)
        claims += judge_pictures(found, facts)
    return ReportClaims(
        kind=found.kind,
        problem=found.problem,
        notes=found.notes,
        complete=found.complete,
        pages=found.pages,
        claims=sorted(claims, key=lambda claim: claim.question.replace("cover", "0")),
        matrices=found.matrices,
        answers=found.answers,
        figures=found.figures,
        pictures=found.pictures,
    )
