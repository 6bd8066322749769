import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.commands import session
from grader.grading import Settings
from grader.results import Result
from tests.report.example import sample

Grader = Callable[..., int]


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Grader]:
    """Runs the command line as the installed script does; returns the exit code."""
    before = signal.getsignal(signal.SIGTERM)

    def run(*args: object) -> int:
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return ended.value.code

    yield run
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Takes submissions in but captures and trains nothing: each gets the sample's result.

    Options of the session are kept in what is returned; a result put under "result" is given.
    """
    from grader.submission.intake import open_submission
    from tests.tiny import tiny_settings

    asked: dict[str, Any] = {"result": sample()}

    @contextmanager
    def opened(**options: Any) -> Iterator[Settings]:
        asked.update(options)
        yield tiny_settings()

    def graded(path: Path, settings: Settings) -> Result:
        import tempfile

        with tempfile.TemporaryDirectory() as workdir:
            taken = open_submission(path, Path(workdir), settings.assignment.table.files)
        result: Result = asked["result"]
        submission = result.submission.model_copy(update={"id": taken.id})
        return result.model_copy(update={"submission": submission})

    def written(result: Result, out: Path, _key: bytes | None = None) -> Path:
        folder = out / result.submission.id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "result.json").write_text(result.to_json())
        return folder

    monkeypatch.setattr("grader.capturing.fork_server.standing_by", nullcontext)
    monkeypatch.setattr(session, "grading_session", opened)
    monkeypatch.setattr("grader.grading.grade", graded)
    monkeypatch.setattr("grader.output.write_everything", written)
    return asked


@pytest.fixture
def students(tmp_path: Path) -> Callable[..., list[Path]]:
    """Makes submissions of these names, each with a kuzu.py."""

    def make(*names: str) -> list[Path]:
        folders = [tmp_path / "in" / name for name in names]
        for folder in folders:
            folder.mkdir(parents=True)
            (folder / "kuzu.py").write_text("x = 1\n")
        return folders

    return make
