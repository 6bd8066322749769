import json
from pathlib import Path

import pytest

from scripts.make_sample_report import RUNS
from tests.claims.written import printed
from tests.commands.conftest import Grader
from tests.sandboxes import needs_bubblewrap


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "hw1.txt"
    matrix = printed(RUNS[0].counts.astype(int).tolist())
    lines = ["z1234567", "1.1 NetLin", *matrix, "784*10 + 10 = 7840", "\x1b[31m1.2 NetFull"]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@needs_bubblewrap
def test_what_a_machine_sees_is_printed_with_its_faults(
    grader: Grader, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("claims", report) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "hw1.txt: text, 1 page" in said
    assert "student id: z1234567" in said
    assert "confusion matrix of NetLin (text), read with certainty: 6950 of 10000" in said
    assert "[784*10 + 10 is 7850, not 7840]" in said
    assert "\x1b" not in said


@needs_bubblewrap
def test_it_is_there_for_other_programs_as_well(
    grader: Grader, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("claims", report, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["matrices"][0]["network"] == "NetLin"
    assert "pictures" not in found


@pytest.mark.parametrize("name", ["nothing.pdf", "."])
def test_what_is_no_file_is_told(
    name: str, grader: Grader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("claims", tmp_path / name) == 3
    assert "it is no file" in capsys.readouterr().err
