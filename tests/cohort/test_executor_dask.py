"""What a cluster may do to a run; then a real one of two processes, killed midway."""

import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import KilledWorker, LocalCluster

from grader.cohort import executor_dask
from grader.cohort.executor import open_executor
from grader.cohort.executor_dask import DaskExecutor
from grader.cohort.software import Software, software
from grader.errors import CaptureError, ExecutorError, UsageError, WorkerDiedError
from tests.cohort import jobs

NOBODY = "127.0.0.1:9"


class Task:
    """A task that ends when it is told to."""

    status = "pending"

    def __init__(self) -> None:
        self.callbacks: list[Callable[[Any], None]] = []

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        self.callbacks.append(callback)

    def end(self, status: str, value: Any) -> None:
        self.status, self.value = status, value
        for callback in self.callbacks:
            callback(self)

    def result(self) -> Any:
        if isinstance(self.value, Exception):
            raise self.value
        return self.value

    def cancel(self) -> None:
        self.end("cancelled", CancelledError())


class Client:
    """Stands in for distributed.Client: workers by name, with what each of them runs."""

    def __init__(self, **workers: Software) -> None:
        self.known = workers
        self.tasks: list[Task] = []

    def wait_for_workers(self, count: int, timeout: float) -> None:
        if len(self.known) < count:
            raise TimeoutError

    def run(self, _function: object) -> dict[str, Software]:
        return dict(self.known)

    def nthreads(self) -> dict[str, int]:
        if not self.known:
            raise OSError
        return dict.fromkeys(self.known, 1)

    def submit(self, *_: object, pure: bool) -> Task:
        assert not pure  # equal jobs are still two
        self.tasks.append(Task())
        return self.tasks[-1]


def executor(client: Client) -> DaskExecutor:
    return DaskExecutor(client, NOBODY, b"")


def test_a_worker_without_the_same_software_is_an_error_at_once() -> None:
    old = {**software(), "torch": "1.13"}
    with pytest.raises(ExecutorError) as error:
        executor(Client(a=software(), b=old))
    assert str(error.value).splitlines() == [
        f"dask://127.0.0.1:9: worker b has torch 1.13 instead of {software()['torch']}",
        "  expected: the same software everywhere, so that marks do not depend on who computes"
        " them",
        "  what to do: install the same Python, torch and grader on all machines and restart the"
        " workers",
    ]


def test_workers_of_two_kinds_of_processor_are_an_error() -> None:
    with pytest.raises(ExecutorError, match="worker b has processor abacus instead of"):
        executor(Client(a=software(), b={**software(), "processor": "abacus"}))


def test_a_worker_without_the_grader_is_an_error() -> None:
    with pytest.raises(ExecutorError, match=r"python missing .* grader missing instead"):
        executor(Client(a={"grader": "missing"}))


def test_a_cluster_without_workers_is_an_error() -> None:
    with pytest.raises(ExecutorError) as error:
        executor(Client())
    assert str(error.value).splitlines() == [
        "dask://127.0.0.1:9: the cluster had no worker within 30 s",
        "  expected: at least one",
        "  what to do: start some with `dask worker 127.0.0.1:9 --nthreads 1`",
    ]


def unfit(worker: str) -> dict[str, Any]:
    return {"fit": False, "worker": worker, "value": {**software(), "torch": "1.13"}}


def test_a_job_that_an_unfit_worker_hands_back_is_handed_out_again() -> None:
    client = Client(a=software(), b=software())
    opened = executor(client)
    future = opened.submit(jobs.double, 2)
    client.known["late"] = {}
    assert opened.workers == 3
    client.tasks[-1].end("finished", unfit("late"))
    assert not future.done()
    client.tasks[-1].end("finished", {"fit": True, "worker": "a", "value": 4})
    assert future.result() == 4


def test_where_only_unfit_workers_are_left_a_job_fails() -> None:
    client = Client(a=software())
    future = executor(client).submit(jobs.double, 2)
    client.known = {"late": {}}
    client.tasks[-1].end("finished", unfit("late"))
    with pytest.raises(ExecutorError, match=r"worker late has torch 1\.13 instead of"):
        future.result()


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    client = Client(a=software())
    future = executor(client).submit(jobs.double, 2)
    worker = type("Worker", (), {"address": "tcp://a"})
    client.tasks[-1].end("error", KilledWorker("run-1", worker, 3))  # type: ignore[arg-type]
    with pytest.raises(WorkerDiedError, match="one after the other died of the same job") as error:
        future.result()
    assert error.value.hint.startswith("see their logs")


def test_a_lost_scheduler_ends_the_jobs_and_stays_lost() -> None:
    client = Client(a=software())
    opened = executor(client)
    future = opened.submit(jobs.double, 2)
    assert opened.workers == 1
    client.tasks[-1].end("cancelled", CancelledError())
    for ask in (future.result, lambda: opened.workers):
        with pytest.raises(ExecutorError) as error:
            ask()
        assert str(error.value).splitlines() == [
            "dask://127.0.0.1:9: the connection to the dask scheduler was lost",
            "  expected: a scheduler that lives as long as the grading",
            "  what to do: start it again, then the same command goes on",
        ]


def test_a_scheduler_that_does_not_answer_is_lost() -> None:
    client = Client(a=software())
    opened = executor(client)
    client.known = {}
    with pytest.raises(ExecutorError, match="was lost"):
        _ = opened.workers


def test_an_error_of_a_job_is_its_own() -> None:
    client = Client(a=software())
    future = executor(client).submit(jobs.fail)
    client.tasks[-1].end("error", CaptureError("net.py", "was not captured"))
    assert isinstance(future.exception(), CaptureError)


def test_what_is_not_done_at_the_end_is_cancelled() -> None:
    client = Client(a=software())
    opened = executor(client)
    done, waiting = opened.submit(jobs.double, 2), opened.submit(jobs.double, 3)
    client.tasks[-2].end("finished", {"fit": True, "worker": "a", "value": 4})
    opened.cancel()
    assert done.result() == 4
    with pytest.raises(ExecutorError, match="cancelled: the grader is stopping"):
        waiting.result()


def test_nobody_at_the_address_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_dask, "CONNECT_SECONDS", 1)
    with (
        pytest.raises(ExecutorError) as error,
        open_executor(f"dask://{NOBODY}", 1, jobs.start, None),
    ):
        pass
    assert str(error.value).splitlines() == [
        "dask://127.0.0.1:9: no dask scheduler answered within 1 s",
        "  expected: a scheduler that listens there",
        "  what to do: mend the address, or start one with `dask scheduler`",
    ]


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError) as error, open_executor("dask://a:1", 1, jobs.start, None):
        pass
    assert str(error.value).splitlines() == [
        "--executor dask://a:1: the package distributed is not installed",
        "  expected: the grader with its extra for clusters",
        "  what to do: pip install 'nn-grader[cluster]'",
    ]


@pytest.fixture(scope="module")
def choice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=str(tmp_path_factory.mktemp("dask")),
            silence_logs=True,
        ) as cluster,
    ):
        yield cluster.scheduler_address.replace("tcp://", "dask://")


def test_on_a_cluster_jobs_are_done_by_workers_that_were_initialised(choice: str) -> None:
    with open_executor(choice, 1, jobs.start, "setup") as opened:
        assert (opened.remote, opened.workers) == (True, 2)
        futures = [opened.submit(jobs.double, number) for number in range(20)]
        assert [future.result() for future in futures] == [2 * number for number in range(20)]
        assert opened.submit(jobs.setups).result() == ["setup"]
        error = opened.submit(jobs.fail).exception()
        assert isinstance(error, CaptureError)
        assert error.hint == "try again"


def test_on_a_cluster_a_job_whose_worker_is_killed_is_done_by_another(
    choice: str, tmp_path: Path
) -> None:
    with open_executor(choice, 1, jobs.start, None) as opened:
        futures = [opened.submit(jobs.die_the_first_time, tmp_path, n) for n in range(10)]
        assert [future.result() for future in futures] == [2 * n for n in range(10)]
        assert (tmp_path / "died").exists()


@pytest.mark.slow
def test_on_a_cluster_a_job_that_kills_every_worker_is_given_up(choice: str) -> None:
    with open_executor(choice, 1, jobs.start, None) as opened:
        with pytest.raises(WorkerDiedError, match="one after the other died of the same job"):
            opened.submit(jobs.kill_self, signal.SIGKILL).result()
        assert opened.submit(jobs.double, 4).result() == 8
