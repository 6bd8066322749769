from contextlib import redirect_stderr
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from grader.cohort.progress import NAMED, CohortProgress
from tests.terminals import terminal


class Recorded:
    """A progress whose lines are kept and whose clock stands until it is moved."""

    def __init__(self, *, terminal: bool = False, quiet: bool = False, width: int = 200) -> None:
        self.now = 0.0
        self.file = StringIO()
        self.console = Console(
            file=self.file,
            force_terminal=terminal,
            color_system=None,
            width=width,
            soft_wrap=True,
            markup=False,
        )
        self.progress = CohortProgress(quiet=quiet, console=self.console, clock=lambda: self.now)

    @property
    def said(self) -> list[str]:
        return self.file.getvalue().splitlines()

    def work(self, count: int, seconds: float) -> None:
        """Grade students one after the other."""
        for number in range(count):
            self.progress.started(f"y{number}")
            self.now += seconds
            self.progress.finished(f"y{number}", "marks", seconds)

    def display(self) -> list[str]:
        """What the terminal shows now."""
        with self.console.capture() as capture:
            self.console.print(self.progress._display())
        return capture.get().splitlines()


def test_a_pipe_hears_one_line_for_each_student() -> None:
    recorded = Recorded()
    with recorded.progress as progress:
        progress.expect(3)
        progress.started("z1")
        progress.finished("z1", "2.5 earned, 13.9 pending, 0.6 lost", 12.34)
        progress.failed("z2", "z2.zip: is damaged\n  expected: a zip")
        progress.kept("z3")
        progress.note("writing the report")
    assert recorded.said == [
        "[1/3] z1: 2.5 earned, 13.9 pending, 0.6 lost (12.3 s)",
        "[2/3] z2: no marks: z2.zip: is damaged",
        "writing the report",
    ]


def test_a_pipe_hears_how_things_stand_once_a_minute() -> None:
    recorded = Recorded()
    recorded.progress.expect(500)
    recorded.work(8, 20)
    assert [line for line in recorded.said if "done" in line] == [
        "3 of 500 done, 0 without marks, 0 running, 3.0 a minute, time left 2 h 45 min",
        "6 of 500 done, 0 without marks, 0 running, 3.0 a minute, time left 2 h 44 min",
    ]
    assert len(recorded.said) == 10


def test_a_pipe_hears_it_while_networks_train_and_nobody_is_finished() -> None:
    recorded = Recorded()
    recorded.progress.expect(9)
    recorded.progress.started("z1")
    recorded.progress.stage("z1", "train")
    recorded.now = 61
    recorded.progress.trained(False)
    recorded.progress.trained(True)
    assert recorded.said == [
        "0 of 9 done, 0 without marks, 1 running, - a minute, time left -,"
        " trainings: 1 made, 0 had before"
    ]


def test_quiet_says_only_what_went_wrong() -> None:
    recorded = Recorded(quiet=True, terminal=True)
    with recorded.progress as progress:
        progress.expect(2)
        progress.note("reading the images")
        recorded.now = 3600
        progress.finished("z1", "2.5 earned", 1.0)
        progress.failed("z2", "no sandbox")
    assert recorded.said == ["[2/2] z2: no marks: no sandbox"]


def test_the_display_counts_and_names_who_is_under_way() -> None:
    recorded = Recorded(terminal=True)
    progress = recorded.progress
    progress.expect(120)
    recorded.work(4, 30)
    for number in range(10):
        progress.kept(f"x{number}")
        progress.started(f"z{number}")
    progress.stage("z0", "train")
    progress.failed("missing", "nothing handed in")
    progress.trained(False)
    progress.trained(True)
    bar, speed, *running = recorded.display()
    assert bar.startswith("━━━╸ ")
    assert bar.endswith(" 15 of 120 done, 10 of them before, 1 without marks, 10 running")
    assert speed.rstrip() == (
        "2.0 a minute, time left 52 min 30 s, trainings: 1 made, 1 had before"
    )
    names = [f"  z{number}: waiting" for number in range(1, NAMED)]
    assert [line.rstrip() for line in running] == ["  z0: train", *names, "  and 2 more"]


def test_time_left_is_unknown_until_work_is_done_and_grows_while_none_is() -> None:
    recorded = Recorded(terminal=True)
    recorded.progress.expect(13)
    for number in range(5):
        recorded.progress.kept(f"x{number}")
        recorded.progress.failed(f"w{number}", "nothing handed in")
    assert recorded.display()[1].rstrip() == "- a minute, time left -"
    recorded.work(2, 30)
    assert recorded.display()[1].rstrip() == "- a minute, time left -"
    recorded.work(1, 30)
    assert recorded.display()[1].rstrip() == "2.0 a minute, time left 0 min 00 s"
    recorded.progress.expect(23)
    recorded.now = 180
    assert recorded.display()[1].rstrip() == "1.0 a minute, time left 10 min 00 s"


def test_the_display_fits_a_narrow_terminal() -> None:
    recorded = Recorded(terminal=True, width=30)
    recorded.progress.expect(1000)
    recorded.progress.started("a student with a very long name indeed")
    lines = recorded.display()
    assert len(lines) == 3
    assert all(len(line) <= 30 for line in lines)


def test_a_terminal_is_told_of_failures_alone_and_is_left_clean_after_ctrl_c(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def interrupted() -> None:
        with CohortProgress() as progress:
            progress.expect(3)
            progress.started("z1")
            progress.finished("z1", "2.5 earned", 1.0)
            progress.failed("z2", "is damaged")
            raise KeyboardInterrupt

    with terminal() as (file, screen), redirect_stderr(file), pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "z2: no marks: is damaged" in screen.text
    assert "2.5 earned" not in screen.text
    assert "\x1b[2K" in screen.text  # erases a line
    assert screen.text.endswith(("\x1b[?25h", "\x1b[2K"))  # the cursor is back


@given(st.text(), st.text(), st.text())
def test_what_a_student_wrote_cannot_steer_the_terminal(name: str, text: str, end: str) -> None:
    recorded = Recorded()
    recorded.progress.expect(1)
    recorded.progress.stage(name, f"{text}\x1b[31m")
    recorded.progress.failed("z1\x1b[31m", f"bad\x1b]0;title\x07 [bold]x[/bold]{end}")
    recorded.progress.finished("z1", f"{text}\x9b", 1.0)
    shown = [*recorded.said, *recorded.display()]
    assert len(recorded.said) == 2
    assert "[bold]x[/bold]" in recorded.said[0]
    assert all(line.isprintable() for line in shown)
