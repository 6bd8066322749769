"""Real processes on a tiny data set: equal jobs agree, a death is survived, nothing is left."""

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import forkserver
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from grader.assignment import load_assignment
from grader.capturing.trusted_capture import captured
from grader.data import ClassName, Dataset
from grader.graphs.replay import Replay
from grader.train.protocol import KUZU
from grader.train.trainer import train_networks
from grader.train.training import train
from grader.train.training_pool import TrainingJob, TrainingPool
from tests.subjects import ASSIGNMENT

PROTOCOL = replace(KUZU, epochs=2)
LONG = replace(KUZU, epochs=100_000)


def tiny() -> Dataset:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (60, 28, 28)).astype(np.uint8)
    labels = np.arange(60, dtype=np.int64) % 10
    return Dataset(
        name="tiny",
        title="Tiny",
        official=False,
        digest="",
        classes=tuple(ClassName(label, str(label), "") for label in range(10)),
        train_images=images[:40],
        train_labels=labels[:40],
        test_images=images[40:],
        test_labels=labels[40:],
        thresholds=None,
        calibration=None,
    )


def job(seed: int = 0) -> TrainingJob:
    def build() -> nn.Module:
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.LogSoftmax(dim=1))

    return TrainingJob(captured(build, "NetLin", seeds=(0, 1)), seed, PROTOCOL, "course")


def workers() -> set[int]:
    return {process.pid or 0 for process in multiprocessing.active_children()}


def test_equal_jobs_agree_with_each_other_and_with_this_process_and_tell_of_each_epoch() -> None:
    told: list[tuple[str, int, int, int, float]] = []
    before = workers()
    with TrainingPool(tiny(), 2, lambda *event: told.append(event)) as pool:
        futures = [pool.submit(job(seed)) for seed in (0, 0, 1)]
        first, again, other = (future.result() for future in futures)
    assert first == again
    assert first != other
    assert (first.seed, other.seed) == (0, 1)

    torch.set_num_threads(1)
    here = job()
    assert first == train(Replay(here.network, 0), tiny(), PROTOCOL, seed=0, layout="course")

    epochs = [(1, first.accuracies[0]), (2, first.accuracies[1])]
    expected = [("NetLin", 0, epoch, 2, accuracy) for epoch, accuracy in epochs]
    assert sorted(event for event in told if event[1] == 0) == sorted(expected * 2)
    assert len(told) == 6
    assert workers() == before


def test_a_pool_without_a_listener_trains_as_well() -> None:
    with TrainingPool(tiny(), 1) as pool:
        assert len(pool.submit(job()).result().accuracies) == 2


def test_processes_start_when_told_and_a_pool_of_none_ends() -> None:
    before = workers()
    with TrainingPool(tiny(), 2) as pool:
        assert workers() == before
        pool.get_ready()
        pool.get_ready()
        while len(workers() - before) < 2:
            time.sleep(0.01)
    with TrainingPool(tiny(), 2):
        pass
    assert workers() == before


def test_a_machine_that_starts_no_process_is_a_fault_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As where all processes that a user may have are in use; once they are not, all is well."""
    connect, full = forkserver.connect_to_new_process, [True]

    def start(files: list[int]) -> tuple[int, int]:
        if full[0]:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return connect(files)

    monkeypatch.setattr(forkserver, "connect_to_new_process", start)
    assignment, network = load_assignment(ASSIGNMENT), job().network
    with TrainingPool(tiny(), 1) as pool:
        none = train_networks({"NetLin": network}, assignment, PROTOCOL, tiny(), pool)
        assert none.trainings == {}
        assert "Resource temporarily unavailable" in none.faults["NetLin"]
        full[0] = False
        after = train_networks({"NetLin": network}, assignment, PROTOCOL, tiny(), pool)
        assert after.faults == {}
    assert "Traceback" not in capfd.readouterr().err


def test_a_worker_that_dies_is_a_fault_and_the_next_submission_is_trained() -> None:
    assignment = load_assignment(ASSIGNMENT)
    network, before = job().network, workers()
    told: list[object] = []

    def kill_the_worker(*event: object) -> None:
        told.append(event)
        if len(told) == 1:
            for pid in workers() - before:
                os.kill(pid, signal.SIGKILL)

    with TrainingPool(tiny(), 1, kill_the_worker) as pool:
        died = train_networks({"NetLin": network}, assignment, LONG, tiny(), pool)
        assert died.trainings == {}
        assert "training NetLin failed" in died.faults["NetLin"]
        after = train_networks({"NetLin": network}, assignment, PROTOCOL, tiny(), pool)
        assert after.faults == {}
        assert len(after.trainings["NetLin"].runs[0].accuracies) == 2
    assert workers() == before


def test_a_job_in_hand_when_its_worker_dies_ends_with_an_error() -> None:
    before = workers()
    with TrainingPool(tiny(), 1) as pool:
        future = pool.submit(replace(job(), protocol=LONG))
        while not future.running():
            time.sleep(0.01)
        for pid in workers() - before:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(BrokenProcessPool):
            future.result(timeout=60)


def test_a_process_for_which_nothing_waits_ends() -> None:
    before = workers()
    with TrainingPool(tiny(), 2) as pool:
        assert pool.spare
        long, short = pool.submit(replace(job(), protocol=LONG)), pool.submit(job(1))
        assert not pool.spare
        short.result(timeout=60)
        while len(workers() - before) > 1:
            time.sleep(0.01)
        assert pool.spare
        assert not long.done()
        (last,) = workers() - before
        os.kill(last, signal.SIGKILL)
        with pytest.raises(BrokenProcessPool):
            long.result(timeout=60)


def test_a_process_that_dies_takes_no_other_run_with_it() -> None:
    before = workers()
    with TrainingPool(tiny(), 2) as pool:
        runs = [pool.submit(replace(job(seed), protocol=LONG)) for seed in (0, 1)]
        waiting = pool.submit(job())
        while len(workers() - before) < 2:
            time.sleep(0.01)
        os.kill(min(workers() - before), signal.SIGKILL)
        assert len(waiting.result(timeout=60).accuracies) == 2
        assert sorted(run.done() for run in runs) == [False, True]
        for pid in workers() - before:
            os.kill(pid, signal.SIGKILL)


def test_a_pool_that_is_left_by_an_error_does_not_wait_for_its_runs() -> None:
    def interrupted() -> None:
        with TrainingPool(tiny(), 1) as pool:
            pool.submit(replace(job(), protocol=LONG))
            raise KeyboardInterrupt

    before = workers()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert workers() == before


PROGRAM = """
from tests.train.test_training_pool import TrainingPool, job, tiny
if __name__ == "__main__":
    with TrainingPool(tiny(), 2) as pool:
        print(len(pool.submit(job()).result().accuracies))
"""


@pytest.mark.slow
def test_a_program_that_used_a_pool_ends_cleanly(tmp_path: Path) -> None:
    """Leaked semaphores and processes would be complained of on standard error."""
    (tmp_path / "program.py").write_text(PROGRAM)
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "default", str(tmp_path / "program.py")],
        env={
            **os.environ,
            "PYTHONPATH": str(root),
            "OMP_NUM_THREADS": "1",
            "TMPDIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert (done.stdout, done.stderr) == ("2\n", "")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["program.py"]
