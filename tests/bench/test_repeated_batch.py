"""Workers that answer for one submission answer for all: what the command does is then its own."""

from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader.bench.repeated_batch import Repeating, main
from grader.cohort.stages import CaptureReply, FinishReply, Spent, capture, finish, train
from grader.cohort.standing import Standing
from grader.errors import CaptureError
from grader.results import Result
from grader.synthetic.cohort import make_equal_cohort
from tests.sandboxes import needs_bubblewrap

SPENT = Spent(2.0, 3.0)


class Workers:
    """Answers each stage, or fails in it."""

    workers = 2
    remote = False

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = False

    def submit(self, function: Any, /, *args: Any) -> "Future[Any]":
        self.asked.append(function.__name__)
        future: Future[Any] = Future()
        if self.broken:
            future.set_exception(CaptureError("the sandbox", "did not start"))
        elif function is capture:
            args[1].write_bytes(b"packet")
            future.set_result(CaptureReply(None, SPENT))
        elif function is finish:
            name = args[0].submission.id
            files = {"result.json": f"of {name}".encode(), "report.pdf": name.encode()}
            standing = Standing(student=name, status="graded", folder=name)
            future.set_result(FinishReply(files, standing, SPENT))
        else:
            future.set_result("a run")
        return future


def order(student: str) -> Any:
    return SimpleNamespace(submission=SimpleNamespace(id=student))


def test_a_capture_is_made_once_and_written_again(tmp_path: Path) -> None:
    repeating = Repeating(workers := Workers())
    first = repeating.submit(capture, "a", tmp_path / "1").result()
    second = repeating.submit(capture, "b", tmp_path / "2").result()
    assert workers.asked == ["capture"]
    assert (tmp_path / "2").read_bytes() == b"packet"
    assert (first.spent, second.spent) == (SPENT, Spent(0.0, 0.0))


def test_a_submission_is_finished_once_and_comes_again_under_other_names() -> None:
    repeating = Repeating(workers := Workers())
    repeating.submit(finish, order("z1111111")).result()
    reply = cast(FinishReply, repeating.submit(finish, order("z2222222")).result())
    assert workers.asked == ["finish"]
    assert reply.files == {"result.json": b"of z2222222", "report.pdf": b"z1111111"}
    assert (reply.standing.student, reply.standing.folder) == ("z2222222", "z2222222")


def test_what_failed_is_asked_for_again_and_a_training_always(tmp_path: Path) -> None:
    repeating = Repeating(workers := Workers())
    workers.broken = True
    assert repeating.submit(capture, "a", tmp_path / "1").exception()
    workers.broken = False
    repeating.submit(capture, "a", tmp_path / "1").result()
    for _ in range(2):
        assert repeating.submit(train, "order").result() == "a run"
    assert workers.asked == ["capture", "capture", "train", "train"]
    assert repeating.workers == 2


@pytest.mark.slow
@needs_bubblewrap
def test_everyone_has_results_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    expected = make_equal_cohort(tmp_path / "cohort", 4, 1)
    out = tmp_path / "out"
    assert main(str(tmp_path / "cohort"), str(out), "2", "bundled", "comp9444-25t2") == 0
    for one in expected:
        file = out / one.student / "result.json"
        assert Result.from_json(file.read_text(), str(file)).submission.id == one.student
    assert (out / "cohort.pdf").exists()
