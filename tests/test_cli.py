import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from grader import __version__
from grader import cli as command_line
from grader.cli import cli, main
from tests.sandboxes import needs_bubblewrap, processes_that_say

SCRIPT = [sys.executable, "-m", "grader"]
ROOT = Path(__file__).parents[1]


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command that does something, by its words."""
    if isinstance(command, click.Group):
        below = command.commands.items()
        return [leaf for name, child in below for leaf in leaves(child, (*path, name))]
    return [path]


def script(*args: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*SCRIPT, *args], capture_output=True, text=True, cwd=cwd, timeout=120, check=False
    )


@pytest.mark.parametrize("words", leaves(cli), ids=" ".join)
def test_help_shows_an_example(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*words, "--help"])
    assert shown.exit_code == 0
    examples = shown.output[shown.output.index("Example") :].splitlines()[1:]
    assert examples[0].strip().startswith(f"grader {' '.join(words)}")
    assert all(len(line) <= 80 for line in shown.output.splitlines())


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).output
    for name in ("run", "check", "report", "data", "reference", "doctor", "bench"):
        assert f"\n  {name} " in shown


def test_the_module_is_the_command() -> None:
    shown = script("--version")
    assert (shown.returncode, shown.stdout) == (0, f"grader, version {__version__}\n")


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["run"], "Missing argument 'PATH...'"),
        (["run", ".", "--protocol", "slow"], "'slow' is not one of"),
        (["run", ".", "--jobs", "0"], "0 is not in the range"),
        (["walk"], "No such command 'walk'"),
        (["run", ".", "--outt", "x"], "No such option"),
    ],
)
def test_wrong_usage_ends_with_two(
    args: list[str],
    found: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["grader", *args])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert found in said
    assert "Usage: " in said


@pytest.mark.parametrize(
    ("args", "code", "found"),
    [
        (["--assignment", "comp0000"], 2, "comp9444-25t2"),
        (["--assignment", "nowhere/at/all"], 2, "comp9444-25t2"),
        (["--dataset", "nowhere"], 3, "nowhere"),
    ],
)
def test_what_is_not_there_is_said_before_anything_is_graded(
    *,
    args: list[str],
    code: int,
    found: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["grader", "run", "x", "--out", str(tmp_path / "out"), *args])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    said = capsys.readouterr().err
    assert said.startswith("grader: ")
    assert found in said
    assert "\n  expected: " in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("error", "code", "found"),
    [
        (ZeroDivisionError("by nothing"), 3, "a fault of the grader"),
        (RecursionError("too deep"), 3, "a fault of the grader"),
        (MemoryError("full"), 3, "a fault of the grader"),
        (KeyboardInterrupt(), 130, "stopped: what was finished is kept"),
        (click.Abort(), 130, "stopped: what was finished is kept"),
        (ValueError("\x1b[2Jgone"), 3, "ValueError: [2Jgone"),
    ],
)
def test_no_exception_shows_a_traceback(
    *,
    error: BaseException,
    code: int,
    found: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(**_: object) -> int:
        raise error

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(command_line, "cli", fails)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    said = capsys.readouterr().err
    assert found in said
    assert "Traceback" not in said
    files = list(tmp_path.glob("grader-fault-*.txt"))
    assert len(files) == (code == 3)
    assert all(str(file) in said and "Traceback" in file.read_text() for file in files)


def test_whoever_stops_reading_is_not_bothered() -> None:
    process = subprocess.Popen(
        [*SCRIPT, "data", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait() != 3


@needs_bubblewrap
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_in_seconds(number: signal.Signals, tmp_path: Path) -> None:
    """While a student's module loops for ever, and with every process in a group of its own."""
    folder = tmp_path / "z1234567"
    folder.mkdir()
    word = f"looping-{os.getpid()}-{number.name}"
    (folder / "kuzu.py").write_text(
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', '{word}'])\n"
        "while True: pass\n"
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [*SCRIPT, "run", str(folder), "--out", str(tmp_path / "out"), "--jobs", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(scratch)},
        start_new_session=True,
    )
    until = time.monotonic() + 90
    while not processes_that_say(word) and time.monotonic() < until:
        time.sleep(0.1)
    assert processes_that_say(word)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # a terminal's Ctrl-C goes to all that it runs
    else:
        process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "stopped: what was finished is kept" in said
    assert "Traceback" not in said
    until = time.monotonic() + 10
    while _alive(process.pid, word) and time.monotonic() < until:
        time.sleep(0.1)
    assert _alive(process.pid, word) == []
    assert [path.name for path in scratch.iterdir()] == []


def _alive(session: int, word: str) -> list[int]:
    """Processes of the session that was started, or with the word among their arguments."""
    found = processes_that_say(word)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(folder.name))
    return found


def test_nothing_but_the_grader_speaks_when_it_ends() -> None:
    """torch brings a compiler whose bindings complain on stderr at the end of the process."""
    ended = script("check", "submissions/z0000020", cwd=ROOT)
    assert ended.returncode == 1
    assert "leak" not in ended.stderr
