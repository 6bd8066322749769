"""Puts a list of students beside what was handed in: names, times, and who is missing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from grader.errors import IntakeError
from grader.handin.candidate import Candidate, Layout
from grader.handin.identity import student_number
from grader.handin.roster import Person, Roster
from grader.submission.collect import display_name, listed

Key = tuple[str, str]


def enrolled(candidates: list[Candidate], roster: Roster, layout: Layout) -> list[Candidate]:
    """The candidates under the names, ids and times of the list, and those it has besides.

    Moodle's participant number counts before the student's id, and that before the address. Who is
    not on the list is kept, with a sentence that says so.

    Raises:
        IntakeError: the list has none of them, so it is another course's or lacks the column.
    """
    people = _by_key(roster.people)
    matches = [(one, _match(one, people)) for one in candidates]
    known = {person.line for _, person in matches if person is not None}
    if candidates and not known:
        raise IntakeError(
            roster.file,
            f"none of those who handed in is on it: {listed([one.student for one in candidates])}",
            "a list with their student numbers, Moodle participant numbers or email addresses",
            "check that it is this course's list; for a Moodle download take the grading worksheet",
        )
    found = [
        _identified(one, person) if person else one.noting(f"not on the list {roster.file}")
        for one, person in matches
    ]
    absent = (person for person in roster.people if person.line not in known)
    return found + [_missing(person, roster, layout) for person in absent]


def _by_key(people: Iterable[Person]) -> dict[Key, Person | None]:
    """People by whatever tells them apart; an address that two share tells nothing."""
    by_key: dict[Key, Person | None] = {}
    for person in people:
        for key in _keys(person):
            by_key[key] = None if key in by_key else person
    return by_key


def _keys(who: Candidate | Person) -> Iterator[Key]:
    """What somebody can be recognised by, the surest first."""
    if "moodle" in who.identifiers:
        yield "moodle", who.identifiers["moodle"]
    yield "student", who.student.casefold()
    if "email" in who.identifiers:
        yield "email", who.identifiers["email"].casefold()


def _match(candidate: Candidate, people: dict[Key, Person | None]) -> Person | None:
    matches = (people.get(key) for key in _keys(candidate))
    return next((person for person in matches if person is not None), None)


def _identified(candidate: Candidate, person: Person) -> Candidate:
    """The candidate as the list has it; a student number of its own that differs is mentioned."""
    student = person.student if person.numbered else candidate.student
    differs = student_number(candidate.student) and student != candidate.student
    return replace(
        candidate,
        student=student,
        name=person.name or candidate.name,
        identifiers={**candidate.identifiers, **person.identifiers},
        submitted=person.submitted or candidate.submitted,
    ).noting(f"handed in as {candidate.student}" if differs else "")


def _missing(person: Person, roster: Roster, layout: Layout) -> Candidate:
    status = f"; its status there is {display_name(person.status)}" if person.status else ""
    return Candidate(
        person.student,
        paths=(),
        layout=layout,
        name=person.name,
        identifiers=person.identifiers,
        submitted=person.submitted,
        problem="missing",
        reason=f"on the list {roster.file}, but nothing was handed in{status}",
    )
