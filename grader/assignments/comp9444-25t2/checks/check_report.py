"""What the report says, held against what was computed.

Marks are given and taken only for what was read without doubt. Whatever is doubtful, unusual or
beyond the reader waits for a person; so does a matrix that contradicts itself, which is for a
person to ask about and no mistake in an answer.
"""

from grader.checking import CheckFailure, Ungraded, check
from grader.claims.verdicts import Claim
from grader.subject import Subject

SLIP = 0.5
"""Share of a calculation whose idea is right and whose arithmetic slipped."""

AS_TEXT = "put it into the report as text or screenshot"
AS_PICTURES = "put the pictures that the course's program draws under this question"

GUESSED = 2
"""A table filled in at random is right in one cell of two, so half of them right earns nothing."""


def _claim(subject: Subject, name: str, hint: str = AS_TEXT) -> Claim:
    """The claim, which was read without doubt; `hint` is for what the report does not hold.

    Raises:
        CheckFailure: there is no report, or it does not hold what was asked for.
        Ungraded: it could not be read, or not compared.
    """
    report = subject.report
    if report.problem.endswith("was not handed in"):
        raise CheckFailure(report.problem, "a report", "hand in hw1.pdf")
    if report.problem:
        raise Ungraded(f"{report.problem}; a tutor will read it")
    claim = report.claim(name)
    if claim is None:
        raise Ungraded(
            "what the report is held against could not be computed; a tutor will read it"
        )
    if claim.verdict == "absent":
        raise CheckFailure(claim.said, claim.title, hint)
    if not claim.certain:
        reason = (claim.said or claim.title).rstrip(".")
        raise Ungraded(f"not read with certainty ({reason}); a tutor will look at it")
    return claim


def _is_given(subject: Subject, name: str, hint: str = AS_TEXT) -> None:
    """The claim is there and nothing contradicts it; other images cannot."""
    claim = _claim(subject, name, hint)
    if claim.verdict == "contradicted":
        raise Ungraded(f"{claim.said}: {claim.computed.rstrip('.')}; a tutor will look at it")


def _is_right(subject: Subject, name: str, hint: str) -> None:
    claim = _claim(subject, name)
    if claim.verdict == "not reproducible":
        raise Ungraded(f"{claim.said} could not be compared; a tutor will look at it")
    if claim.verdict == "contradicted":
        raise CheckFailure(
            f"{claim.said} (page {claim.place.page})" if claim.place.page else claim.said,
            claim.computed,
            hint,
            score=SLIP if claim.kind == "arithmetic slip" else 0.0,
            detail=claim.detail,
        )


@check()
def check_netlin_reported_accuracy(subject: Subject) -> None:
    """The report gives NetLin's final accuracy."""
    _is_given(subject, "NetLin-accuracy")


@check()
def check_netlin_reported_matrix(subject: Subject) -> None:
    """The report gives NetLin's confusion matrix."""
    _is_given(subject, "NetLin-matrix")


@check()
def check_netfull_reported_accuracy(subject: Subject) -> None:
    """The report gives NetFull's final accuracy."""
    _is_given(subject, "NetFull-accuracy")


@check()
def check_netfull_reported_matrix(subject: Subject) -> None:
    """The report gives NetFull's confusion matrix."""
    _is_given(subject, "NetFull-matrix")


@check()
def check_netfull_calculation(subject: Subject) -> None:
    """The report calculates the number of NetFull's independent parameters."""
    _is_right(subject, "NetFull-parameters", "go through the layers one by one, biases too")


@check()
def check_netconv_reported_accuracy(subject: Subject) -> None:
    """The report gives NetConv's final accuracy."""
    _is_given(subject, "NetConv-accuracy")


@check()
def check_netconv_reported_matrix(subject: Subject) -> None:
    """The report gives NetConv's confusion matrix."""
    _is_given(subject, "NetConv-matrix")


@check()
def check_netconv_calculation(subject: Subject) -> None:
    """The report calculates the number of NetConv's independent parameters."""
    _is_right(subject, "NetConv-parameters", "go through the layers one by one, biases too")


@check()
def check_networks_counted(subject: Subject) -> None:
    """The report gives the number of independent parameters of all three networks."""
    names = list(subject.assignment.table.networks)
    wrong: list[str] = []
    for name in names:
        try:
            _is_right(subject, f"{name}-count", "")
        except CheckFailure as failure:
            wrong.append(f"{name}: {failure.message}")
    if wrong:
        raise CheckFailure(
            f"{len(names) - len(wrong)} of {len(names)} are right",
            "the three numbers of the networks in kuzu.py",
            "count the networks that you hand in",
            score=(len(names) - len(wrong)) / len(names),
            detail=wrong,
        )


@check()
def check_trained_pictures(subject: Subject) -> None:
    """The report shows the pictures of the five trained hidden nodes and of the output."""
    _is_given(subject, "pictures-2.1", AS_PICTURES)


@check()
def check_mlp_table(subject: Subject) -> None:
    """The report's table of activations is that of the weights in check.py."""
    claim = _claim(subject, "MLP-table")
    if claim.verdict == "contradicted":
        assert subject.hand_set is not None
        assert subject.hand_set.step is not None
        cells = sum(len(row.hidden) + 1 for row in subject.hand_set.step.rows)
        raise CheckFailure(
            claim.computed,
            "the activations that these weights give, point by point",
            "work each net input out and compare it with 0",
            score=max(0.0, 1 - GUESSED * len(claim.detail) / cells),
            detail=claim.detail,
        )


@check()
def check_mlp_lines(subject: Subject) -> None:
    """The report gives the dividing line of each hidden node, and they are those of check.py."""
    _is_right(subject, "MLP-lines", "set each hidden node's net input to 0")


@check()
def check_rescaled_pictures(subject: Subject) -> None:
    """The report shows the pictures of the four rescaled hidden nodes and of the output."""
    _is_given(subject, "pictures-2.3", AS_PICTURES)
