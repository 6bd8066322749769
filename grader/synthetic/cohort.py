"""Makes up cohorts of submissions that are like a real one in size, duplication and mistakes.

For tests, for benchmarks, and for a tutor who wants to try everything before the term. No text is
a student's; the ids are invented, from a range that real ones left behind long ago. What the grader
must make of each submission is written down beside the folder, where the grader does not look.
"""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Final, Literal

from pydantic import Field, TypeAdapter

from grader.cohort.standing import Status
from grader.record import Record
from grader.synthetic.faults import (
    FAULTS,
    FILE_FAULTS,
    NETWORKS,
    Fault,
    FileFault,
    merged,
    outcomes_of,
)
from grader.synthetic.hostile import ATTACKS, Attack
from grader.synthetic.layers import Draft, net_conv, net_full, net_lin
from grader.synthetic.perceptron import VARIANTS, Variant, check_source
from grader.synthetic.report import one_page_pdf
from grader.synthetic.sizes import conv_forms, full_sizes, spread
from grader.synthetic.source import Hand, any_hand, module_source

FIRST_ID: Final = 100_000
OTHER_ORDER: Final = 0.08
"""Share of students who create their layers last to first: equal networks, other weights."""
A_DATE: Final = (2025, 1, 1, 0, 0, 0)
"""Time stamp of every file in an archive, so that equal seeds give equal bytes."""

Layout = Literal["folders", "archives"]
Files = dict[str, bytes]


class Expected(Record):
    """What the grader must make of one submission.

    `outcomes` names every check that does not pass; an accuracy depends on the images and is named
    only where it is skipped. `networks` describes the layers of each network that builds: equal
    descriptions are equal computations. `faults` say what is not right, attacks included.
    """

    student: str
    status: Status = "graded"
    faults: list[str] = Field(default_factory=list)
    outcomes: dict[str, str] = Field(default_factory=dict)
    networks: dict[str, str] = Field(default_factory=dict)


_MANIFEST: Final = TypeAdapter(list[Expected])


@dataclass(frozen=True)
class _Broken:
    """A way in which what was handed in is not three files; `missing` is one of them."""

    name: str
    status: Status = "graded"
    missing: str = ""


BROKEN: Final = (
    _Broken("the folder is empty", "missing"),
    _Broken("the archive is damaged", "unreadable"),
    _Broken("two submissions", "duplicate"),
    _Broken("none of the files asked for", "unreadable"),
    _Broken("no kuzu.py", missing="kuzu.py"),
    _Broken("no check.py", missing="check.py"),
)


@dataclass(frozen=True)
class _Plan:
    """All that is decided about one submission before any of it is written."""

    student: str
    seed: int
    drafts: tuple[Draft, ...]
    hand: Hand
    variant: Variant = VARIANTS[0]
    faults: tuple[Fault | None, ...] = (None, None, None)
    file_fault: FileFault | None = None
    attack: Attack | None = None
    broken: _Broken | None = None


def make_cohort(
    folder: Path,
    count: int,
    seed: int,
    *,
    broken: float,
    hostile: float,
    layout: Layout = "folders",
) -> list[Expected]:
    """Write the submissions of `count` students into `folder`, and the manifest beside it.

    Args:
        folder: made if need be; gets a folder or an archive a student, named by the id.
        count: at least 1.
        seed: equal seeds give equal bytes.
        broken: share that is not three readable files.
        hostile: share that attacks the grader; some of these cost it a time limit.
        layout: "folders" or "archives" (zip).

    Returns:
        What the grader must make of each, in the order of the ids.
    """
    return _write(folder, _plans(Random(seed), count, broken, hostile), layout)


def make_equal_cohort(folder: Path, count: int, seed: int) -> list[Expected]:
    """As `make_cohort`, but all hand in the same right networks, and differ in comments alone.

    One training of each network serves them all; what is left is the cost of everything else.
    """
    rng = Random(seed)
    drafts = (net_lin(), net_full(full_sizes(rng, 1)[0]), net_conv(conv_forms(rng, 1)[0]))
    plan = _Plan("", seed, drafts, any_hand(rng))
    return _write(folder, [replace(plan, student=_id(i)) for i in range(count)], "folders")


def manifest_of(folder: Path) -> Path:
    """Where the manifest of a cohort lies: beside its folder."""
    return folder.with_name(f"{folder.name}.expected.json")


def read_manifest(folder: Path) -> list[Expected]:
    """What the grader must make of each submission in `folder`."""
    return _MANIFEST.validate_json(manifest_of(folder).read_bytes())


def _id(number: int) -> str:
    return f"z{FIRST_ID + number:07d}"


def _plans(rng: Random, count: int, broken: float, hostile: float) -> list[_Plan]:
    """Sizes, spellings and mistakes of everyone. Whoever attacks makes no mistake besides."""
    full, conv = full_sizes(rng, count), conv_forms(rng, count)
    variants = spread(rng, count, [(v, v.share) for v in VARIANTS])
    faults = [spread(rng, count, [(f, f.share) for f in FAULTS[name]]) for name in NETWORKS]
    file_faults = spread(rng, count, [(f, f.share) for f in FILE_FAULTS])
    roles = spread(rng, count, [("broken", broken), ("hostile", hostile)])
    ways, attacks = cycle(BROKEN), cycle(ATTACKS)
    plans = []
    for i in range(count):
        hand = any_hand(rng)
        hand = replace(hand, creates_backwards=rng.random() < OTHER_ORDER)
        drafts = (net_lin(), net_full(full[i]), net_conv(conv[i]))
        plan = _Plan(_id(i), rng.getrandbits(32), drafts, hand)
        if roles[i] == "broken":
            plan = replace(plan, broken=next(ways))
        elif roles[i] == "hostile":
            plan = replace(plan, attack=next(attacks))
        else:
            plan = replace(
                plan,
                variant=variants[i] or VARIANTS[0],
                faults=tuple(column[i] for column in faults),
                file_fault=file_faults[i],
            )
        plans.append(_with_faults(plan, rng))
    return plans


def _with_faults(plan: _Plan, rng: Random) -> _Plan:
    drafts = list(plan.drafts)
    for number, fault in enumerate(plan.faults):
        if fault is not None:
            drafts[number] = fault.change(drafts[number], rng)
    if plan.attack is not None:
        drafts = [plan.attack.apply(draft) for draft in drafts]
    return replace(plan, drafts=tuple(drafts))


def _write(folder: Path, plans: Sequence[_Plan], layout: Layout) -> list[Expected]:
    folder.mkdir(parents=True, exist_ok=True)
    for plan in plans:
        _place(folder, plan, _files(plan), layout)
    expected = [_expected(plan) for plan in plans]
    manifest_of(folder).write_bytes(_MANIFEST.dump_json(expected, indent=1) + b"\n")
    return expected


def _files(plan: _Plan) -> Files:
    kuzu = module_source(plan.drafts, plan.hand, f"COMP9444 assignment 1, {plan.student}")
    if plan.file_fault is not None:
        kuzu = plan.file_fault.change(kuzu)
    if plan.attack is not None:
        kuzu += plan.attack.at_import
    check = check_source(plan.variant, Random(plan.seed), f"{plan.student}, part 2")
    lines = ("COMP9444 Assignment 1", f"Student: {plan.student}", "", "A report for trials.")
    files = {
        "kuzu.py": kuzu.encode(),
        "check.py": check.encode(),
        "hw1.pdf": one_page_pdf(lines),
    }
    if plan.broken is not None:
        files.pop(plan.broken.missing, None)
    return files


def _place(folder: Path, plan: _Plan, files: Files, layout: Layout) -> None:
    way = plan.broken.name if plan.broken else ""
    if way == "the folder is empty":
        (folder / plan.student).mkdir()
    elif way == "the archive is damaged":
        content = _zipped(files)
        (folder / f"{plan.student}.zip").write_bytes(content[: len(content) // 2])
    elif way == "none of the files asked for":
        _unpack(folder / plan.student, {"notes.txt": b"to be continued\n"})
    elif way == "two submissions":
        _unpack(folder / plan.student, files)
        (folder / f"{plan.student}_again.zip").write_bytes(_zipped(files))
    elif layout == "archives":
        (folder / f"{plan.student}.zip").write_bytes(_zipped(files))
    else:
        _unpack(folder / plan.student, files)


def _unpack(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, A_DATE), content)
    return buffer.getvalue()


def _expected(plan: _Plan) -> Expected:
    """Later outcomes win: where kuzu.py cannot be imported, nothing in it is judged."""
    outcomes = plan.variant.outcomes()
    for name, fault in zip(NETWORKS, plan.faults, strict=True):
        outcomes |= fault.outcomes(name) if fault else {}
    outcomes |= plan.attack.outcomes() if plan.attack else {}
    missing = plan.broken.missing if plan.broken else ""
    if missing == "kuzu.py" or (plan.file_fault is not None and plan.file_fault.breaks):
        outcomes = {name: found for name, found in outcomes.items() if name.startswith("mlp_")}
        outcomes |= merged(outcomes_of(name, builds="failed") for name in NETWORKS)
    if missing == "check.py":
        outcomes |= outcomes_of("MLP", builds="failed")
    status = plan.broken.status if plan.broken else "graded"
    if status != "graded":
        return Expected(student=plan.student, status=status, faults=_faults(plan))
    networks = {
        draft.name: ", ".join(map(repr, draft.layers))
        for draft in plan.drafts
        if f"{draft.name.lower()}_builds" not in outcomes
    }
    return Expected(
        student=plan.student, faults=_faults(plan), outcomes=outcomes, networks=networks
    )


def _faults(plan: _Plan) -> list[str]:
    """In words: each network's, then those of files."""
    found = [
        f"{name}: {fault.name}"
        for name, fault in zip(NETWORKS, plan.faults, strict=True)
        if fault is not None
    ]
    if plan.variant is not VARIANTS[0]:
        found.append(f"check.py: {plan.variant.name}")
    if plan.file_fault is not None:
        found.append(f"kuzu.py: {plan.file_fault.name}")
    if plan.attack is not None:
        found.append(f"attack: {plan.attack.name}")
    if plan.broken is not None:
        found.append(plan.broken.name)
    return found
