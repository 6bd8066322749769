import io
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from grader.results import CheckResult, Flag, Outcome, QuestionResult, Result
from grader.summary import print_checks, print_summary
from tests.report.example import broken, sample, ungraded
from tests.terminals import terminal

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\n\u202e[red]bold[/red] :100:"


@pytest.fixture(autouse=True)
def plain_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def check(message: str, outcome: Outcome = "failed", hint: str = "") -> CheckResult:
    return CheckResult(
        id="c",
        title="The network is right.",
        outcome=outcome,
        score=0,
        marks=0,
        available=1,
        message=message,
        hint=hint,
    )


def result_with(*checks: CheckResult, flags: list[Flag] | None = None) -> Result:
    question = QuestionResult(
        id="1.1",
        part="1",
        title="NetLin",
        available=1,
        earned=0,
        pending=0,
        checks=list(checks),
        criteria=[],
    )
    return sample().model_copy(update={"questions": [question], "flags": flags or []})


def summary(result: Result) -> str:
    with redirect_stdout(io.StringIO()) as out:
        print_summary(result, Path("out/z5567992"))
    return out.getvalue()


def on_a_terminal(result: Result) -> str:
    """What a terminal receives."""
    with terminal() as (file, screen), redirect_stdout(file):
        print_checks(result)
    return screen.text


def test_marks_networks_and_the_report_are_shown() -> None:
    text = summary(sample())
    for part in ("z5567992", "NetLin", "7850", "119260", "62234", "total"):
        assert part in text
    assert text.splitlines()[-1] == "Report: out/z5567992/report.pdf"


def test_a_question_takes_one_line_however_long_its_title() -> None:
    result = sample()
    question = result.questions[0].model_copy(update={"title": "word " * 30})
    lines = summary(result.model_copy(update={"questions": [question]})).splitlines()
    assert lines[2].startswith("1.1")
    assert "word…" in lines[2]
    assert lines[3].startswith("total")


@pytest.mark.parametrize("result", [sample(), broken(), ungraded()], ids=["sample", "broken", "un"])
def test_a_pipe_gets_80_columns_and_no_escape_code(result: Result) -> None:
    text = summary(result)
    assert "\x1b" not in text
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80


def test_a_terminal_gets_colours_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    result = result_with(check("wrong"))
    assert "\x1b[31m" in on_a_terminal(result)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in on_a_terminal(result)


@pytest.mark.parametrize("where", ["message", "hint", "flag"])
def test_no_escape_code_of_a_student_reaches_a_terminal(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    message = ESCAPES if where == "message" else "wrong"
    hint = ESCAPES if where == "hint" else ""
    flag = Flag(severity="info", where="here", message=ESCAPES if where == "flag" else "look")
    shown = on_a_terminal(result_with(check(message, hint=hint), flags=[flag]))
    for code in ("\x1b]", "\x1b[2J", "\x9b", "\x07", "\u202e"):
        assert code not in shown
    assert "[red]bold[/red] :100:" in shown


def test_nobody_can_forge_a_line() -> None:
    text = summary(result_with(check("wrong\npass 1.2 NetFull is right.")))
    assert not any(line.startswith("pass 1.2") for line in text.splitlines())


def test_the_same_reason_is_told_once() -> None:
    text = summary(result_with(check("No such file."), check("No such file.")))
    assert text.count("No such file.") == 1
    assert text.count("For the same reason.") == 1


def test_two_reasons_are_both_told() -> None:
    text = summary(result_with(check("First."), check("Second.")))
    assert "For the same reason." not in text


def test_a_check_without_a_message_has_no_reason_to_repeat() -> None:
    text = summary(result_with(check(""), check("")))
    assert "For the same reason." not in text


def test_only_what_did_not_pass_is_explained() -> None:
    text = summary(result_with(check("fine", "passed"), check("left out", "skipped")))
    assert "fine" not in text
    assert "left out" not in text


def test_a_student_sees_every_check() -> None:
    with redirect_stdout(io.StringIO()) as out:
        print_checks(result_with(check("", "passed"), check("", "skipped"), check("", "ungraded")))
    signs = [line.split()[0] for line in out.getvalue().splitlines() if line.startswith("  ")]
    assert signs == ["pass", "skip", "????"]


@pytest.mark.parametrize("printed", [print_checks, lambda result: print_summary(result, None)])
def test_data_set_and_accuracies_are_told_and_a_shorter_training_is_labelled(
    printed: Callable[[Result], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(result: Result) -> str:
        with redirect_stdout(io.StringIO()) as out:
            printed(result)
        return " ".join(out.getvalue().split())

    result = sample()
    environment = result.environment
    assert f"Measured on: {environment.dataset.title}. These marks are not official." in told(
        result
    )
    assert "no accuracy mark" not in told(result)
    assert "7850 69.50% not decided" in told(result)
    official = environment.dataset.model_copy(update={"official": True})
    quick = environment.protocol.model_copy(update={"official": False, "title": "Quick look"})
    other = environment.model_copy(update={"dataset": official, "protocol": quick})
    changed = told(result.model_copy(update={"environment": other}))
    assert f"Measured on: {environment.dataset.title}. Quick look: no accuracy mark." in changed
