"""Every sample submission gets the outcomes that submissions/expected.toml says it must get."""

import tomllib
from collections.abc import Iterator
from concurrent.futures import Future
from functools import cache
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.capturing.isolation import choose_isolation
from grader.capturing.trusted_capture import captured
from grader.data import load_dataset
from grader.grading import Settings, grade
from grader.graphs.canonical import fingerprint, weights_digest
from grader.results import Marks, Result
from grader.train.training_pool import TrainingJob, TrainingPool
from grader.train.training_run import TrainingRun
from reference.kuzu import NetConv

pytestmark = pytest.mark.usefixtures("forked_workers")

SUBMISSIONS = Path(__file__).resolve().parent.parent / "submissions"
EXPECTED = tomllib.loads((SUBMISSIONS / "expected.toml").read_text(encoding="utf-8"))


class OncePool:
    """Trains equal networks with equal weights once, however many samples share them.

    A convolutional network costs half a minute. Unless `all_convolutions`, only the one that most
    samples share is trained; the others' accuracy then stays ungraded.
    """

    def __init__(self, pool: TrainingPool, *, all_convolutions: bool) -> None:
        self._pool = pool
        self._all = all_convolutions
        self._runs: dict[tuple[str, str, int], Future[TrainingRun]] = {}

    def submit(self, job: TrainingJob) -> "Future[TrainingRun]":
        mark = fingerprint(job.network)
        key = (mark, weights_digest(job.network, job.seed), job.seed)
        if key not in self._runs:
            wanted = self._all or job.network.name != "NetConv" or mark == shared_convolution()
            self._runs[key] = self._pool.submit(job) if wanted else declined()
        return self._runs[key]


@cache
def shared_convolution() -> str:
    return fingerprint(captured(NetConv, "NetConv"))


def declined() -> "Future[TrainingRun]":
    future: Future[TrainingRun] = Future()
    future.set_exception(RuntimeError("left to the nightly environment"))
    return future


@pytest.fixture(scope="module")
def pool() -> Iterator[TrainingPool]:
    with TrainingPool(load_dataset("bundled"), 2) as pool:
        yield pool


def settings_with(pool: OncePool) -> Settings:
    assignment = load_assignment("comp9444-25t2")
    dataset = load_dataset("bundled")
    return Settings(assignment, dataset, assignment.protocol, choose_isolation(), pool)


@pytest.fixture(scope="module")
def quick_settings(pool: TrainingPool) -> Settings:
    return settings_with(OncePool(pool, all_convolutions=False))


@pytest.fixture(scope="module")
def full_settings(pool: TrainingPool) -> Settings:
    return settings_with(OncePool(pool, all_convolutions=True))


def outcomes(result: Result) -> dict[str, str]:
    return {c.id: c.outcome for q in result.questions for c in q.checks if c.outcome != "passed"}


def wanted(sample: str) -> dict[str, str]:
    entries = EXPECTED[sample].items()
    return {name: entry["outcome"] for name, entry in entries if name not in ("earned", "lost")}


def require_score(sample: str, marks: Marks, declined: float = 0.0) -> None:
    assert marks.available == 17
    assert marks.earned + declined == pytest.approx(EXPECTED[sample]["earned"])
    assert marks.lost == EXPECTED[sample]["lost"]


def declined_marks(result: Result) -> float:
    """What NetConv's accuracy is worth, which is not measured here."""
    checks = (check for question in result.questions for check in question.checks)
    return next(check.available for check in checks if check.id == "netconv_accuracy")


def messages(result: Result) -> dict[str, str]:
    return {c.id: c.message for q in result.questions for c in q.checks if c.message}


@pytest.mark.parametrize("sample", sorted(EXPECTED))
def test_sample_gets_what_it_must(sample: str, quick_settings: Settings) -> None:
    result = grade(SUBMISSIONS / sample, quick_settings)
    found, declined = outcomes(result), 0.0
    if found.get("netconv_accuracy") == "ungraded":
        del found["netconv_accuracy"]
        declined = declined_marks(result)
    assert found == wanted(sample), messages(result)
    require_score(sample, result.marks, declined)


@pytest.mark.slow
@pytest.mark.parametrize("sample", sorted(EXPECTED))
def test_sample_gets_what_it_must_with_every_network_trained(
    sample: str, full_settings: Settings
) -> None:
    result = grade(SUBMISSIONS / sample, full_settings)
    assert outcomes(result) == wanted(sample), messages(result)
    require_score(sample, result.marks)
