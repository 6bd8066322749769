"""A seeded cohort as a real one looks, with everything in it that a report must survive.

Networks, sizes, accuracies and mistakes are spread as in real submissions (80 of 88 equal NetLins,
dozens of sizes of the others). Among the students are hostile strings, two submissions, none,
unreadable ones, faults of the grader, ungraded checks, flags, early stops and equal weights.
"""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.cohort.standing import (
    Change,
    CheckStanding,
    Cohort,
    NetworkStanding,
    QuestionStanding,
    Standing,
    Status,
)
from grader.results import AssignmentInfo, Diagnosis, Flag, Marks, Outcome

from .. import example

PARTS = (
    "Part 1: Japanese characters",
    "Part 2: multi-layer perceptron",
    "Part 3: recurrent networks",
)


@dataclass(frozen=True)
class Asked:
    """One check: the chance that a submission passes it, and what it says where it does not."""

    id: str
    title: str
    available: float
    passes: float
    messages: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question: marks of its checks and `written` marks that wait for a person."""

    id: str
    part: str
    title: str
    checks: tuple[Asked, ...]
    written: float


def _network_checks(name: str, marks: tuple[float, float, float], passes: float) -> list[Asked]:
    key = name.lower()
    return [
        Asked(
            f"{key}_builds",
            f"{name} can be imported, built without arguments and run on a batch of images.",
            0.0,
            0.97,
            (
                f"Found: {name} is built, but its forward fails: mat1 and mat2 shapes cannot be "
                "multiplied (64x{n} and 784x10).",
                f"Found: {name} cannot be imported: invalid character '，' (U+FF0C), line {{n}}.",
            ),
        ),
        Asked(
            f"{key}_output",
            f"{name} returns ten log probabilities for each image: log softmax of the output.",
            marks[0],
            0.95,
            (
                "Found: log softmax over dimension 0. Expected: over the ten classes.",
                "Found: {n} outputs for each image. Expected: 10.",
            ),
        ),
        Asked(
            f"{key}_layers",
            f"{name} has the layers that the assignment asks for, and no others.",
            marks[1],
            0.9,
            ("Found: {n} layers with weights. Expected: another number.",),
        ),
        Asked(
            f"{key}_accuracy",
            f"{name} reaches the accuracy that is asked for on the test set after ten epochs.",
            marks[2],
            passes,
            (),
        ),
    ]


QUESTIONS = (
    Question(
        "1.1",
        PARTS[0],
        "NetLin: a linear function of the pixels",
        tuple(_network_checks("NetLin", (0.2, 0.2, 0.1), 0.96)),
        0.5,
    ),
    Question(
        "1.2",
        PARTS[0],
        "NetFull: one tanh hidden layer",
        (
            *_network_checks("NetFull", (0.1, 0.1, 0.15), 0.85),
            Asked(
                "netfull_hidden",
                "The size of NetFull's hidden layer is a multiple of 10.",
                0.15,
                0.88,
                ("Found: {n} hidden nodes. Expected: a multiple of 10.",),
            ),
        ),
        0.5,
    ),
    Question(
        "1.3",
        PARTS[0],
        "NetConv: two convolutions and one fully connected layer",
        tuple(_network_checks("NetConv", (0.15, 0.15, 0.2), 0.75)),
        0.5,
    ),
    Question("1.4", PARTS[0], "Discussion of the three networks", (), 3.0),
    Question("2.1", PARTS[1], "Training five sigmoid hidden nodes", (), 1.0),
    Question(
        "2.2",
        PARTS[1],
        "Four step hidden nodes, set by hand",
        (
            Asked(
                "mlp_step",
                "With step at hidden and output nodes, all nine points are right.",
                1.0,
                0.9,
                ("Found: {n} of 9 points are right. Expected: all of them.",),
            ),
        ),
        1.0,
    ),
    Question(
        "2.3",
        PARTS[1],
        "The same network with sigmoid, rescaled",
        (
            Asked(
                "mlp_sigmoid",
                "With sigmoid in place of step, all nine points are still right.",
                0.4,
                0.6,
                (
                    "Found: 5 of 9 points are right as handed in, 9 of 9 with every weight and "
                    "bias times 10. Expected: all of them.",
                    "Found: {n} of 9 points are right as handed in, 5 of 9 with every weight and "
                    "bias times 10. Expected: all of them.",
                ),
            ),
            Asked(
                "mlp_rescaled",
                "check.py holds the rescaled weights, with which sigmoid mimics step.",
                0.2,
                0.7,
                (
                    "Found: the largest weight is {n}. Expected: the weights after "
                    "multiplication by a large number such as 10.",
                ),
            ),
        ),
        0.4,
    ),
    Question("3.1", PARTS[2], "SRN on a^n b^2n: the plot of its hidden units", (), 1.0),
    Question("3.2", PARTS[2], "The finite state machine equivalent to that picture", (), 1.0),
    Question("3.3", PARTS[2], "How the SRN predicts", (), 1.0),
    Question("3.4", PARTS[2], "LSTM on a^n b^2n c^3n", (), 1.0),
    Question("3.5", PARTS[2], "How the LSTM counts", (), 3.0),
)
LIMITS = {"NetLin": (68.0, 72.0), "NetFull": (84.0, None), "NetConv": (93.0, None)}
MISTAKES = {
    "NetLin": ("relu-on-logits", "A relu stands between the linear layer and log softmax."),
    "NetFull": ("relu-for-tanh", "The hidden layer uses relu in place of tanh."),
    "NetConv": ("no-relu-after-conv2", "The relu after the second convolution is missing."),
    "MLP": ("zero-net-input", "The output bias leaves net inputs of exactly 0."),
}
COLOURS = "Amber Cobalt Copper Crimson Ivory Jade Ochre Russet Scarlet Teal Umber Violet".split()
BIRDS = "Avocet Bittern Curlew Dunlin Egret Fulmar Godwit Heron Ibis Knot Lapwing Wren".split()
FOREIGN = ("Ñandú Åström-Çelik", "かわせみ", "زرقاء النورس", example.HOSTILE[2])


def digest(text: str) -> str:
    """A digest that is the same for equal texts."""
    return hashlib.sha256(text.encode()).hexdigest()


class _Student:
    """Draws one student's results."""

    def __init__(self, index: int, chance: random.Random, named: bool) -> None:
        self.index, self.chance = index, chance
        self.id = f"z{5100000 + 37 * index:07d}"
        bird = f"{COLOURS[index % 12]} {BIRDS[index * 7 % 12]}"
        self.name = (FOREIGN[index % 29] if index % 29 < 4 and index else bird) if named else ""

    def without_marks(self) -> Standing | None:
        reasons: dict[int, tuple[Status, str]] = {
            3: ("missing", "no submission was found"),
            11: (
                "duplicate",
                f"2 submissions: {self.id}.zip, late/{self.id}.zip: keep one of them",
            ),
            17: ("unreadable", "hw1.zip: not an archive; it starts with '<!DOCTYPE html>'"),
            23: ("fault", "the sandbox did not answer within 60 s, twice"),
            31: ("missing", "no submission was found"),
            37: ("unreadable", f"{example.HOSTILE[6]} {example.HOSTILE[0]}"),
        }
        found = reasons.get(self.index % 40)
        if found is None:
            return None
        status, reason = found
        return Standing(student=self.id, name=self.name, status=status, reason=reason)

    def network(self, name: str) -> NetworkStanding:
        low, high = LIMITS[name]
        if self.chance.random() < 0.03:
            return NetworkStanding(captured=False, failure=self.chance.choice(["import", "export"]))
        size = {
            "NetLin": lambda: self.chance.choice([7840] + [7850] * 19),
            "NetFull": lambda: (
                795 * self.chance.choice([50, 83, 100, 100, 150, 200, 260, 500]) + 10
            ),
            "NetConv": lambda: int(10 ** self.chance.uniform(4.0, 6.6)),
        }[name]()
        shape = f"{name} {size}"
        equal = random.Random(shape)  # equal networks have equal accuracies
        middle = 69.7 if high else low + (1.2 if name == "NetConv" else 1.0)
        accuracy = round(equal.gauss(middle, 0.15 if high else 0.8), 2)
        if self.chance.random() < 0.03:
            accuracy = round(self.chance.uniform(10, low), 2)
        met = low <= accuracy <= (high or 100)
        early = name != "NetLin" and abs(accuracy - low) > 1.0
        mistake = None
        if not met and self.chance.random() < 0.6:
            mistake = Diagnosis(mistake=MISTAKES[name][0], sentence=MISTAKES[name][1])
        return NetworkStanding(
            captured=True,
            parameters=size,
            fingerprint=digest(shape),
            weights_digest=digest(shape + "seed 0"),
            accuracy=accuracy,
            low=low,
            high=high,
            met=met,
            epochs=self.chance.randint(4, 8) if early else 10,
            asked=10,
            seconds=round(size / 4000 + self.chance.uniform(2, 9), 3),
            cached=name == "NetLin" and self.index > 2,
            mistake=mistake,
        )

    def perceptron(self) -> NetworkStanding:
        kind = self.chance.choice(["a", "b", "own", "own", "own", "own", "own", "own"])
        weights = kind if kind != "own" else self.id
        mistake = Diagnosis(mistake=MISTAKES["MLP"][0], sentence=MISTAKES["MLP"][1])
        return NetworkStanding(
            captured=True, weights_digest=digest(weights), mistake=mistake if kind == "a" else None
        )

    def check(self, asked: Asked, networks: dict[str, NetworkStanding], broken: bool) -> Outcome:
        network = networks.get({"netl": "NetLin", "netf": "NetFull"}.get(asked.id[:4], "NetConv"))
        if asked.id.endswith("_accuracy") and network and network.captured and not broken:
            return "passed" if network.met else "failed"
        if broken:
            return "skipped"
        if self.index % 30 == 7 and asked.id == "netconv_output":
            return "ungraded"
        if self.chance.random() < asked.passes:
            return "passed"
        return "partial" if asked.id == "mlp_sigmoid" and self.chance.random() < 0.7 else "failed"

    def checked(
        self, question: Question, networks: dict[str, NetworkStanding]
    ) -> list[CheckStanding]:
        checks: list[CheckStanding] = []
        broken = False
        for asked in question.checks:
            outcome = self.check(asked, networks, broken)
            broken = broken or (asked.id.endswith("_builds") and outcome != "passed")
            share = {"passed": 1.0, "partial": 0.5}.get(outcome, 0.0)
            message = ""
            if outcome in ("failed", "partial"):
                figure = self.chance.randint(2, 8)
                texts = asked.messages or (
                    "Found: missed in each of 3 runs, nearest in the second: "
                    f"{80 + figure}.{figure}1%, 0.{figure} points too low (at least 84%).",
                )
                message = self.chance.choice(texts).format(n=figure)
            elif outcome == "ungraded":
                message = "The sandbox stopped before it answered."
            checks.append(
                CheckStanding(
                    id=asked.id,
                    question=question.id,
                    title=asked.title,
                    outcome=outcome,
                    marks=round(share * asked.available, 4),
                    available=asked.available,
                    message=message,
                )
            )
        return checks

    def flags(self) -> list[Flag]:
        found = []
        if self.index % 9 == 0:
            found.append(
                Flag(
                    severity="warning",
                    where="NetConv",
                    message="dropout is registered and never used",
                )
            )
        if self.index % 14 == 5:
            found.append(
                Flag(
                    severity="serious",
                    where="NetFull",
                    message=f"names {40 + self.index % 9}.{self.index % 7}% of the test images "
                    "before any training",
                )
            )
        if self.index % 20 == 6:
            text = self.chance.choice(example.HOSTILE)
            found.append(Flag(severity="warning", where=text[:40], message=text))
        if self.index % 3 == 0:
            found.append(Flag(severity="info", where="submission", message="notes.txt is not read"))
        return found

    def graded(self) -> Standing:
        networks = {name: self.network(name) for name in LIMITS}
        questions, checks = [], []
        for question in QUESTIONS:
            found = self.checked(question, networks)
            held = sum(c.available for c in found if c.outcome == "ungraded")
            checks += found
            questions.append(
                QuestionStanding(
                    id=question.id,
                    part=question.part,
                    title=question.title,
                    available=round(sum(c.available for c in found) + question.written, 4),
                    earned=round(sum(c.marks for c in found), 4),
                    pending=round(question.written + held, 4),
                )
            )
        trained = sum(n.seconds for n in networks.values() if not n.cached)
        return Standing(
            student=self.id,
            name=self.name,
            status="graded",
            folder=f"reports/{self.id}",
            submission_digest=digest(self.id),
            marks=_total(questions),
            questions=questions,
            checks=checks,
            networks=networks | {"MLP": self.perceptron()},
            flags=self.flags(),
            seconds={
                "intake": 0.02,
                "capture": round(self.chance.uniform(2.5, 4), 3),
                "train": round(trained, 3),
                "check": round(self.chance.uniform(0.1, 0.3), 3),
                "score": 0.01,
                "report": round(self.chance.uniform(1.5, 2.5), 3),
            },
        )


def _total(questions: list[QuestionStanding]) -> Marks:
    return Marks(
        available=round(sum(q.available for q in questions), 4),
        earned=round(sum(q.earned for q in questions), 4),
        pending=round(sum(q.pending for q in questions), 4),
    )


def _changes(standings: list[Standing], chance: random.Random) -> list[Change]:
    graded = [standing for standing in standings if standing.marks]
    if not graded:
        return []
    changes = []
    for standing in chance.sample(graded[1:], min(14, len(graded) - 1)):
        after = standing.marks
        assert after is not None
        step = chance.choice([0.2, 0.2, -0.15, 0.0])
        before = after.model_copy(update={"earned": round(max(0.0, after.earned - step), 4)})
        reason = f"1.3 netconv_accuracy: its marks changed by {step}"
        changes.append(
            Change(student=standing.student, before=before, after=after, reasons=[reason])
        )
    reasons = ["unreadable before, graded now", example.HOSTILE[0]]
    first = graded[0]
    changes.append(Change(student=first.student, before=None, after=first.marks, reasons=reasons))
    return sorted(changes, key=lambda change: change.student)


def hostile() -> Standing:
    """A student whose every string was made to spoil a page."""
    bad = example.HOSTILE
    return Standing(
        student=bad[0],
        name=bad[1] + bad[5],
        status="graded",
        folder='../"><script>alert(1)</script> javascript:x',
        marks=Marks(available=17, earned=0, pending=0.5),
        questions=[
            QuestionStanding(
                id=text[:12], part=text, title=text, available=1, earned=0, pending=0.25
            )
            for text in bad[:2]
        ],
        checks=[
            CheckStanding(
                id=text,
                question=bad[0][:12],
                title=text,
                outcome="failed",
                marks=0,
                available=0.1,
                message=f"{text}\n{text}",
            )
            for text in bad
        ],
        networks={
            bad[0]: NetworkStanding(
                captured=True,
                parameters=0,
                fingerprint="x",
                accuracy=0.0,
                low=0.0,
                met=True,
                epochs=0,
                asked=10,
                mistake=Diagnosis(mistake=bad[2], sentence=bad[2]),
            ),
            bad[6]: NetworkStanding(captured=False, failure=bad[3]),
        },
        flags=[Flag(severity="serious", where=text, message=text) for text in bad],
        seconds={bad[0]: 1.0},
    )


def cohort(
    size: int = 120,
    *,
    seed: int = 7,
    official: bool = False,
    named: bool = True,
    regraded: bool = True,
) -> Cohort:
    """A cohort of `size` students."""
    chance = random.Random(seed)
    students = [_Student(index, chance, named) for index in range(size)]
    standings = [student.without_marks() or student.graded() for student in students]
    changes = _changes(standings, chance) if regraded else []
    return cohort_of(*standings, changes=changes, official=official)


def broken() -> Cohort:
    """Hostile students only, and nobody else to compare them with."""
    standing = hostile()
    text = example.HOSTILE[3]
    fault = Standing(student=text, name=text, status="fault", reason=text)
    change = Change(student=text, before=standing.marks, after=None, reasons=example.HOSTILE)
    return cohort_of(standing, fault, changes=[change])


def empty() -> Cohort:
    """Nobody: a folder without a submission in it."""
    return cohort_of(official=True)


def cohort_of(
    *standings: Standing, changes: Sequence[Change] = (), official: bool = False
) -> Cohort:
    """A cohort of just these."""
    return Cohort(
        assignment=AssignmentInfo(
            id="comp9444-25t2", title="COMP9444 25T2, Assignment 1", digest=example.DIGEST
        ),
        environment=example.environment(official=official),
        standings=list(standings),
        changes=list(changes),
    )


def graded(student: str, earned: float = 1.0, **fields: Any) -> Standing:
    """A graded student with 2 marks of which half a mark waits, and whatever else is given."""
    marks = Marks(available=2, earned=earned, pending=0.5)
    base: dict[str, Any] = {"marks": marks, "folder": f"reports/{student}"}
    return Standing(student=student, status="graded", **(base | fields))


def checked(outcome: Outcome, message: str = "", **fields: Any) -> CheckStanding:
    """One check worth a mark."""
    marks = {"passed": 1.0, "partial": 0.5}.get(outcome, 0.0)
    base: dict[str, Any] = {
        "id": "shape",
        "question": "1.1",
        "title": "The shape is right.",
        "available": 1.0,
    }
    return CheckStanding(outcome=outcome, message=message, marks=marks, **(base | fields))


def trained(accuracy: float, **fields: Any) -> NetworkStanding:
    """A network that was trained for ten epochs and asked to reach 84%."""
    base: dict[str, Any] = {
        "captured": True,
        "parameters": 1000,
        "fingerprint": "a",
        "weights_digest": "w",
        "accuracy": accuracy,
        "low": 84.0,
        "met": accuracy >= 84,
        "epochs": 10,
        "asked": 10,
        "seconds": 2.0,
    }
    return NetworkStanding(**(base | fields))
