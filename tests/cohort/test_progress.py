from io import StringIO

from rich.console import Console

from grader.cohort.progress import CohortProgress


class Recorded:
    """A progress whose lines are kept and whose clock stands until it is moved."""

    def __init__(self, *, terminal: bool = False, quiet: bool = False) -> None:
        self.now = 0.0
        self.file = StringIO()
        console = Console(file=self.file, force_terminal=terminal, width=200, soft_wrap=True)
        self.progress = CohortProgress(quiet=quiet, console=console, clock=lambda: self.now)

    @property
    def said(self) -> list[str]:
        return self.file.getvalue().splitlines()


def test_a_pipe_hears_one_line_for_each_student() -> None:
    recorded = Recorded()
    with recorded.progress as progress:
        progress.expect(3)
        progress.started("z1")
        progress.finished("z1", "2.5 earned, 13.9 pending, 0.6 lost", 12.34)
        progress.failed("z2", "z2.zip: is damaged\n  expected: a zip")
        progress.kept("z3")
    assert recorded.said == [
        "[1/3] z1: 2.5 earned, 13.9 pending, 0.6 lost (12.3 s)",
        "[2/3] z2: no marks: z2.zip: is damaged",
    ]


def test_quiet_says_only_what_went_wrong() -> None:
    recorded = Recorded(quiet=True)
    recorded.progress.expect(2)
    recorded.progress.note("reading the images")
    recorded.progress.finished("z1", "2.5 earned", 1.0)
    recorded.progress.failed("z2", "no sandbox")
    assert recorded.said == ["[2/2] z2: no marks: no sandbox"]


def test_rate_and_time_left_come_from_the_work_done() -> None:
    recorded = Recorded()
    progress = recorded.progress
    progress.expect(100)
    assert "a minute" not in progress.line()
    for number in range(10):
        progress.started(f"z{number}")
        recorded.now += 30
        progress.finished(f"z{number}", "marks", 30)
    for number in range(10, 20):
        progress.kept(f"z{number}")
    assert progress.line().startswith(
        "20 of 100, 10 graded before, 0 without marks, 0 under way, 2.0 a minute, 40 min 00 s left"
    )


def test_the_live_line_names_who_is_under_way_and_leaves_nothing_behind() -> None:
    recorded = Recorded(terminal=True)
    with recorded.progress as progress:
        progress.expect(9)
        progress.stage("z1", "capture")
        progress.stage("z2", "train")
        assert progress.line().endswith("2 under way: z1 (capture), z2 (train)")
    assert recorded.file.getvalue().rstrip().endswith("\x1b[?25h") or "\x1b[2K" in "".join(
        recorded.said
    )


def test_what_a_student_wrote_cannot_steer_the_terminal() -> None:
    recorded = Recorded()
    recorded.progress.expect(1)
    recorded.progress.failed("z1\x1b[31m", "bad\x1b]0;title\x07 name [bold]x[/bold]")
    (line,) = recorded.said
    assert "\x1b" not in line
    assert "\x07" not in line
