from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Grader
from tests.report.example import perfect

Students = Callable[..., list[Path]]


def test_the_exit_code_is_one_while_something_fails(
    grader: Grader,
    students: Students,
    untrained: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert grader("check", *students("mine")) == 1
    assert "What to do:" in capsys.readouterr().out
    assert untrained["isolation"] == "rlimits"


def test_the_exit_code_is_zero_when_all_is_well(
    grader: Grader, students: Students, untrained: dict[str, Any]
) -> None:
    untrained["result"] = perfect()
    assert grader("check", *students("mine")) == 0


def test_the_folder_one_is_in_is_checked(
    grader: Grader,
    students: Students,
    untrained: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    untrained["result"] = perfect()
    monkeypatch.chdir(students("mine")[0])
    assert grader("check") == 0


@pytest.mark.usefixtures("untrained")
def test_an_empty_folder_cannot_be_checked(grader: Grader, tmp_path: Path) -> None:
    assert grader("check", tmp_path) == 3


@pytest.mark.usefixtures("untrained")
def test_a_report_is_written_where_it_is_wanted(
    grader: Grader, students: Students, tmp_path: Path
) -> None:
    assert grader("check", *students("mine"), "--report", tmp_path / "report") == 1
    assert (tmp_path / "report" / "mine" / "result.json").exists()


@pytest.mark.usefixtures("untrained")
def test_a_report_does_not_go_into_what_is_checked(
    grader: Grader, students: Students, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder,) = students("mine")
    assert grader("check", folder, "--report", folder / "report") == 2
    assert "--report DIR" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["kuzu.py"]
