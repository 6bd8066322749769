import pickle
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from distributed.protocol.pickle import dumps

from grader.cohort.dask_worker import perform, runner, teller
from grader.cohort.software import software
from grader.errors import GraderError
from tests.cohort import jobs


def test_a_worker_is_initialised_once_for_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_started", [])
    job = pickle.dumps((jobs.setups, ()))

    def run(token: str) -> Any:
        return perform(token, pickle.dumps((jobs.start, token)), job)

    assert [run(token) for token in "aaba"][-1] == ["a", "b", "a"]


def test_an_initialiser_that_fails_is_tried_again() -> None:
    setup = pickle.dumps((jobs.start, GraderError("sandbox", "none works")))
    for _ in range(2):
        with pytest.raises(GraderError, match="none works"):
            perform("broken", setup, b"")


def test_what_is_sent_runs_where_the_grader_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = dumps(teller())  # type: ignore[no-untyped-call]  # as dask does it
    assert pickle.loads(sent)() == software()
    monkeypatch.setitem(sys.modules, "grader.cohort.software", None)
    assert pickle.loads(sent)() == {"grader": "missing"}


@dataclass
class Worker:
    """Stands in for the worker that a task runs on."""

    address: str = "tcp://a"


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """On a worker, without a cluster; the seconds that it sleeps."""
    slept: list[float] = []
    monkeypatch.setattr("distributed.get_worker", Worker)
    monkeypatch.setattr("time.sleep", slept.append)
    return slept


SETUP = pickle.dumps((jobs.start, "setup"))
JOB = pickle.dumps((jobs.double, (4,)))


def test_a_worker_with_the_expected_software_runs_the_job(naps: list[float]) -> None:
    answer = runner()(software(), "run", SETUP, JOB)
    assert answer == {"fit": True, "worker": "tcp://a", "value": 8}
    assert naps == []


def test_another_worker_tells_what_it_has_and_is_in_no_hurry_for_more(naps: list[float]) -> None:
    answer = runner()({**software(), "torch": "1.13"}, "run", b"not read", b"not read")
    assert answer == {"fit": False, "worker": "tcp://a", "value": software()}
    assert naps == [1]
