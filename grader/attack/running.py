"""Runs attacks side by side, each by the whole flow: take in, capture, train, check, score, report.

Every process that runs one answers for all that it starts: an orphan of a sandbox would become its
child, and be found. What is the same in all attacks, and under attack in none, is done once or kept
small: the honest submission, the networks of attacks on the intake, the number of seeds.
"""

import multiprocessing
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.attack.attack import Attack
from grader.attack.field import Field, open_field
from grader.attack.honest import HONEST, HONEST_FAULTS, HONEST_WITH_CHECK, submission_files
from grader.capturing.control import control_fault
from grader.capturing.fork_server import stand_by
from grader.capturing.isolation import Isolation, choose_isolation
from grader.capturing.sandbox import Limits
from grader.errors import CaptureError, GraderError
from grader.processes import SERVER_START, deaf_to_interrupts, die_with_program, single_threaded
from grader.scratch import remove_folder, scratch_folder
from grader.worker.limits import adopt_orphans

if TYPE_CHECKING:
    from grader.attack.judge import Honest, Verdict
    from grader.grading import Captured, Settings
    from grader.results import Result
    from grader.submission.intake import Submission
    from grader.train.training_pool import TrainingJob
    from grader.train.training_run import TrainingRun

EPOCHS: Final = 2
LIMITS: Final = Limits(
    memory=5 * 2**29,
    cpu_seconds=3,
    file_size=64 * 2**20,
    processes=64,
    open_files=64,
    silence_seconds=8,
)
"""Low, so that whoever runs into one does so soon; an honest capture needs a fifth of each."""
WAIT: Final = re.compile(r"wall-clock|limit")
"""What is said of an attack that runs until it is stopped; such are begun first."""
MOUNTS: Final = Path("/proc/self/mountinfo")


def run_attacks(attacks: Mapping[str, Attack], tier: str, jobs: int) -> "Iterator[Verdict]":
    """The verdict on each attack, in the order in which they end.

    Raises:
        GraderError: the honest submission cannot be graded here, so nothing can be said.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([SERVER_START, "grader.attack.judge", "grader.marks.marking"])
    with (
        single_threaded(),
        deaf_to_interrupts(),
        scratch_folder("grader-attacks-") as scratch,
        ProcessPoolExecutor(jobs, context, _start, (scratch,)) as pool,
        ProcessPoolExecutor(1, context, _start, (scratch,)) as aside,
    ):
        yardsticks = {
            with_check: pool.submit(_honest, tier, with_check=with_check)
            for with_check in sorted({bool(attack.check) for attack in attacks.values()})
        }
        honest = {with_check: found.result() for with_check, found in yardsticks.items()}
        waiting: list[Future[Verdict]] = [
            (aside if attack.waits else pool).submit(
                _judged, name, attack, tier, honest[bool(attack.check)]
            )
            for name, attack in sorted(attacks.items(), key=lambda item: _is_soon_over(item[1]))
        ]
        try:
            for future in as_completed(waiting):
                yield future.result()
        finally:  # whoever stops waits for those under way, which tidy up behind themselves
            pool.shutdown(wait=False, cancel_futures=True)
            aside.shutdown(wait=False, cancel_futures=True)


def _is_soon_over(attack: Attack) -> bool:
    return not WAIT.search(attack.said)


def _start(scratch: Path) -> None:
    die_with_program()
    tempfile.tempdir = str(scratch)  # such a process ends without tidying up
    adopt_orphans()
    stand_by()


def _judged(name: str, attack: Attack, tier: str, honest: "Honest") -> "Verdict":
    from grader.attack.judge import Verdict, naming, wins_of

    if attack.paper:
        from grader.report.libraries import rehearse

        rehearse()  # fonts are unpacked once, and stay until the process ends
    mounts = MOUNTS.read_text()
    started = time.monotonic()
    wins: list[str] = []
    earned, named = None, ""
    with open_field() as field:
        try:
            result = _graded(attack, field, tier)
        except GraderError as error:
            named = error.found
            if not attack.refused or attack.refused not in str(error):
                wins.append(f"was not graded: {error.where}: {error.found}")
        else:
            earned, named = result.marks.earned, naming(result, attack.said or "^$")
            wins += ["was graded"] if attack.refused else []
            wins += wins_of(result, attack, honest, field.secret)
        wins += field.traces()
    if MOUNTS.read_text() != mounts:
        wins.append("left a mount behind")
    seconds = time.monotonic() - started
    return Verdict(name, attack.idea, tuple(wins), earned, named, seconds)


def _honest(tier: str, *, with_check: bool) -> "Honest":
    from grader.attack.judge import honest_from

    attack = HONEST_WITH_CHECK if with_check else HONEST
    with open_field() as field:
        honest = honest_from(_graded(attack, field, tier))
    wrong = {name for name, outcome in honest.outcomes.items() if outcome == "failed"}
    if not wrong >= HONEST_FAULTS or "ungraded" in honest.outcomes.values():
        raise CaptureError(
            "the honest submission",
            f"has other outcomes here: {honest.outcomes}",
            f"all checks graded, and {', '.join(sorted(HONEST_FAULTS))} failed",
            "run `grader doctor`; a very busy machine may need a second try",
        )
    return honest


def _graded(attack: Attack, field: Field, tier: str) -> "Result":
    from grader.attack.packing import PACKINGS
    from grader.grading import grade

    files = {name: field.filled(text) for name, text in submission_files(attack).items()}
    place = field.folder / "submission"
    place.mkdir()
    try:
        capturing = None if attack.pack == "folder" else _captured_once
        return grade(PACKINGS[attack.pack](files, place), _settings(tier), capturing)
    finally:
        remove_folder(place)


_CAPTURED: "dict[str, Captured]" = {}


def _captured_once(submission: "Submission", settings: "Settings") -> "Captured":
    """Attacks on the intake leave the same files, to the last byte: their networks are the same."""
    from grader.grading import capture_networks

    if submission.digest not in _CAPTURED:
        _CAPTURED[submission.digest] = capture_networks(submission, settings)
    return _CAPTURED[submission.digest]


@cache
def _settings(tier: str) -> "Settings":
    from grader.assignment import load_assignment
    from grader.attack.images import attack_images
    from grader.grading import Settings

    assignment = load_assignment("comp9444-25t2")
    one_run = assignment.table.accuracy.model_copy(update={"runs": 1, "seeds": [0, 1]})
    return Settings(
        replace(assignment, table=assignment.table.model_copy(update={"accuracy": one_run})),
        attack_images(),
        replace(assignment.protocol, epochs=EPOCHS),
        choose_isolation(tier),
        _Here(),
        limits=LIMITS,
        control=_controlled_once,
    )


_CONTROLLED: set[str] = set()


def _controlled_once(isolation: Isolation, limits: Limits) -> str:
    """What a control run found; one that went well in a tier is not repeated: nobody attacks it."""
    if isolation.tier in _CONTROLLED:
        return ""
    if not (fault := control_fault(isolation, limits)):
        _CONTROLLED.add(isolation.tier)
    return fault


class _Here:
    """Trains in this process: the networks are small."""

    def submit(self, job: "TrainingJob") -> "Future[TrainingRun]":
        """One run, done when this returns."""
        from grader.attack.images import attack_images
        from grader.train.training_worker import run_job

        done: Future[TrainingRun] = Future()
        try:
            done.set_result(run_job(job, attack_images(), lambda _epoch, _accuracy: None))
        except Exception as error:
            done.set_exception(error)
        return done
