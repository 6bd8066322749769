"""Tells what a regrade changed: who gained or lost what, and through which check."""

from collections.abc import Iterable, Iterator

from grader.cohort.standing import Change, CheckStanding, Standing


def changes_of(pairs: Iterable[tuple[Standing, Standing]]) -> list[Change]:
    """One entry for each student whose marks, status or outcome of any check differ."""
    return [
        Change(student=after.student, before=before.marks, after=after.marks, reasons=reasons)
        for before, after in pairs
        if (reasons := list(_reasons(before, after)))
    ]


def _reasons(before: Standing, after: Standing) -> Iterator[str]:
    if before.status != after.status:
        why = f": {after.reason}" if after.reason else ""
        yield f"{before.status} before, {after.status} now{why}"
    old = {check.id: check for check in before.checks}
    new = {check.id: check for check in after.checks}
    for name in [*old, *(name for name in new if name not in old)]:
        yield from _check(old.get(name), new.get(name))
    pending = {question.id: question.pending for question in before.questions}
    for question in after.questions:
        if question.id in pending and pending[question.id] != question.pending:
            yield (
                f"{question.id}: {pending[question.id]:g} waited for a person,"
                f" {question.pending:g} now"
            )


def _check(before: CheckStanding | None, after: CheckStanding | None) -> Iterator[str]:
    if after is None:
        assert before is not None
        if before.marks:
            yield f"{before.question} {before.id}: no longer checked, {before.marks:g} before"
        return
    marks = f"{after.marks:g} of {after.available:g}"
    why = f": {after.message}" if after.message else ""
    if before is None:
        if after.available:
            yield f"{after.question} {after.id}: new, {after.outcome}, {marks}{why}"
        return
    if (before.outcome, before.marks) == (after.outcome, after.marks):
        return
    yield (
        f"{after.question} {after.id}: {before.outcome} ({before.marks:g}) before,"
        f" {after.outcome} ({marks}) now{why}"
    )
