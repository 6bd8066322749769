"""Judges which required pictures are there, by their number and the question they stand in.

What a picture shows is for a person to say. That one is missing costs marks, so it is said only
where nothing in the report may be it: many reports have no headings, pictures in an appendix, or
all plots of a question in one picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.claims.facts import Facts
from grader.claims.found import Found
from grader.claims.verdicts import Claim, Draft

OWN = {"2.2": 1}
"""Pictures that other questions ask for: the diagram of the hand-set network."""


@dataclass(frozen=True)
class Required:
    """What a question asks for: in words, how many pictures, their names, and what comes next.

    `next` are beginnings of the questions that follow: a heading of one of them closes this one.
    """

    question: str
    title: str
    least: int
    names: tuple[str, ...] = ()
    next: tuple[str, ...] = ()


REQUIRED = (
    Required(
        "2.1",
        "Pictures of the five trained hidden nodes and the output",
        6,
        (*(f"hid_5_{node}" for node in range(1, 6)), "out_5"),
        ("2.2",),
    ),
    Required(
        "2.3",
        "Pictures of the four hand-set hidden nodes and the output",
        5,
        (*(f"hid_4_{node}" for node in range(1, 5)), "out_4"),
        ("3",),
    ),
    Required("3.1", "Plot of the SRN's hidden units, annotated", 1),
    Required("3.4", "Plots of the LSTM's hidden units", 3),
)


def judge_pictures(found: Found, facts: Facts) -> Iterator[Claim]:
    """One claim a question with required pictures."""
    for required in REQUIRED:
        count = max(found.shown.get(required.question, 0), _captioned(required, found))
        base: Draft = {
            "id": f"pictures-{required.question}",
            "question": required.question,
            "title": required.title,
            "said": f"{count} under this question; at least {required.least} are asked for",
        }
        if count >= required.least and _is_closed(required, found):
            yield Claim.model_validate(base | {"verdict": "confirmed"})
        elif not count and _is_absent(required, found, facts):
            base["said"] = "The report shows no picture that could be one of them."
            yield Claim.model_validate(base | {"verdict": "absent"})
        else:
            yield Claim.model_validate(base | {"verdict": "not reproducible", "certain": False})


def _captioned(required: Required, found: Found) -> int:
    """Different pictures whose captions are file names of the question, wherever they stand."""
    own = {figure.name for figure in found.figures if figure.question == required.question}
    return len(own & set(required.names))


def _is_closed(required: Required, found: Found) -> bool:
    """Whether the pictures under a question are its own and not those of one without a heading."""
    if not required.next or set(required.names) <= set(found.files):
        return True
    return any(question.startswith(required.next) for question in found.named_questions)


def _is_absent(required: Required, found: Found, facts: Facts) -> bool:
    """Whether no picture of the report can be meant, and none lies beside it."""
    if not found.complete or found.drawings or facts.loose_pictures:
        return False
    if set(required.names) & set(found.files):
        return False
    if any(figure.question == required.question for figure in found.figures):
        return False
    if not sum(found.shown.values()):
        return True
    return required.question not in found.mentioned and not _unexplained(required, found)


def _unexplained(required: Required, found: Found) -> int:
    """Pictures that may belong to the question although they do not stand under it.

    Where its heading was not recognised, its pictures stand under the last heading before it.
    """
    wanted, total = required.question, 0
    for question, count in found.shown.items():
        between = any(question < named < wanted for named in found.named_questions)
        if not question or (question < wanted and not between):
            total += max(0, count - OWN.get(question, 0))
    return total
