import io
from contextlib import redirect_stderr

import pytest

from grader.progress import Progress
from tests.terminals import terminal


@pytest.fixture(autouse=True)
def plain_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def told(*, quiet: bool = False) -> str:
    with redirect_stderr(io.StringIO()) as stream:
        with Progress(quiet=quiet) as progress:
            progress.stage("train")
            progress.epoch("NetLin", 0, 1, 2, 61.5)
            progress.epoch("NetLin", 0, 2, 2, 69.25)
            progress.pause()
            progress.note("[red]z1234567\x1b[2J[/red] :100:\n  what to do: rest")
        return stream.getvalue()


def test_a_pipe_gets_plain_lines_and_only_the_last_epoch() -> None:
    assert told().splitlines() == [
        "training ...",
        "  NetLin, seed 0: 69.25% after 2 epochs",
        "[red]z1234567[2J[/red] :100:",
        "  what to do: rest",
    ]


def test_quiet_says_nothing() -> None:
    assert told(quiet=True) == ""


def test_a_terminal_gets_a_live_line_that_goes_away() -> None:
    with terminal() as (file, screen), redirect_stderr(file), Progress() as progress:
        progress.stage("train")
        progress.epoch("NetLin", 0, 1, 2, 61.5)
    assert "training" in screen.text
    assert "\x1b[2K" in screen.text  # erases the line
    assert screen.text.rstrip("\r\n").endswith(("\x1b[?25h", "\x1b[2K"))  # the cursor is back
