"""The samples are what their table says: they open, parse or not, and name only known checks.

That the grader gives each what `expected.toml` says is tested where the grader is.
"""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from grader.assignment import load_assignment
from grader.submission.intake import Submission, open_submission

SUBMISSIONS = Path(__file__).resolve().parents[2] / "submissions"
ROLES = ("kuzu.py", "check.py", "hw1.pdf")
IDS = sorted(folder.name for folder in SUBMISSIONS.glob("z*"))
FLAGSHIP = "z5567992"
UNPARSABLE = {"z0000014"}
MISSING = {"z0000020": {"kuzu.py", "hw1.pdf"}}
NOTED = {"z0000019", "z0000020", "z0000027"}
CLASSES = {"NetLin", "NetFull", "NetConv"}
COMMON_CHECKS = ("builds", "output", "layers", "parameters", "accuracy")
CHECKS = {
    *(
        f"{network}_{check}"
        for network in ("netlin", "netfull", "netconv")
        for check in COMMON_CHECKS
    ),
    *("netfull_activation", "netconv_activation", "netfull_hidden"),
    *("mlp_builds", "mlp_hidden", "mlp_step", "mlp_sigmoid", "mlp_rescaled"),
    *(f"{network}_reported_matrix" for network in ("netlin", "netfull", "netconv")),
    *(f"{network}_reported_accuracy" for network in ("netlin", "netfull", "netconv")),
    *("netfull_calculation", "netconv_calculation", "networks_counted", "mlp_table", "mlp_lines"),
    *("trained_pictures", "rescaled_pictures"),
}
OUTCOMES = {"failed", "partial", "skipped", "ungraded"}
# What a failed check takes with it; a check may need more than one other.
NEEDED_BY = {
    "output": ("accuracy",),
    "layers": ("hidden", "parameters", "accuracy"),
    "builds": ("output", "layers", "activation", "hidden", "parameters", "accuracy"),
    "step": ("sigmoid",),
}

Expected = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def scores() -> dict[str, dict[str, Any]]:
    return tomllib.loads((SUBMISSIONS / "expected.toml").read_text())


@pytest.fixture(scope="module")
def expected(scores: dict[str, dict[str, Any]]) -> Expected:
    """The checks of each sample that must not pass."""
    return {
        student: {name: entry for name, entry in entries.items() if name not in ("earned", "lost")}
        for student, entries in scores.items()
    }


def opened(student: str, workdir: Path) -> Submission:
    return open_submission(SUBMISSIONS / student, workdir, ROLES)


@pytest.mark.parametrize("student", IDS)
def test_each_sample_opens_with_every_file_it_should_have(student: str, tmp_path: Path) -> None:
    submission = opened(student, tmp_path)
    assert submission.id == student
    missing = {role for role in ROLES if submission.path_of(role) is None}
    assert missing == MISSING.get(student, set())
    assert bool(submission.notes) == (student in NOTED)


@pytest.mark.parametrize("student", IDS)
def test_each_kuzu_parses_unless_meant_not_to(student: str, tmp_path: Path) -> None:
    kuzu = opened(student, tmp_path).path_of("kuzu.py")
    if kuzu is None:
        assert "kuzu.py" in MISSING[student]
    elif student in UNPARSABLE:
        with pytest.raises(SyntaxError):
            ast.parse(kuzu.read_bytes())
    else:
        assert classes_of(kuzu) >= CLASSES


@pytest.mark.parametrize("student", IDS)
def test_each_check_parses_and_defines_the_perceptron(student: str, tmp_path: Path) -> None:
    check = opened(student, tmp_path).path_of("check.py")
    assert check is not None
    assert "MLP" in classes_of(check)


def test_no_two_samples_hold_the_same_code(tmp_path: Path) -> None:
    digests: dict[str, str] = {}
    for student in IDS:
        (tmp_path / student).mkdir()
        for file in opened(student, tmp_path / student).files:
            if file.role in {"kuzu.py", "check.py"}:
                assert digests.setdefault(file.digest, student) == student


def test_expectations_name_every_sample_and_only_known_checks(expected: Expected) -> None:
    assert sorted(expected) == IDS
    for student, checks in expected.items():
        assert set(checks) <= CHECKS, student
        for outcome in checks.values():
            assert set(outcome) == {"outcome", "reason"}
            assert outcome["outcome"] in OUTCOMES
            assert outcome["reason"]


def test_what_a_failed_check_takes_with_it_is_skipped_and_nothing_else_is(
    expected: Expected,
) -> None:
    for student, checks in expected.items():
        failed = [check for check, it in checks.items() if it["outcome"] == "failed"]
        skipped = {check for check, it in checks.items() if it["outcome"] == "skipped"}
        taken = {
            f"{prefix}_{name}"
            for prefix, _, check in (check.partition("_") for check in failed)
            for name in NEEDED_BY.get(check, ())
        }
        assert skipped == taken & CHECKS, student


def test_each_sample_loses_what_the_assignment_gives_for_what_failed(
    scores: dict[str, dict[str, Any]], expected: Expected
) -> None:
    questions = load_assignment("comp9444-25t2").table.questions
    worth = {name: float(marks) for q in questions for name, marks in q.checks.items()}
    for student, checks in expected.items():
        marks = dict.fromkeys(OUTCOMES, 0.0)
        for check, entry in checks.items():
            marks[entry["outcome"]] += worth.get(check, 0.0)  # some carry no marks
        lost, least = scores[student]["lost"], marks["failed"] + marks["skipped"]
        assert least - 1e-9 <= lost <= least + marks["partial"] + 1e-9, student
        earned = sum(worth.values()) - marks["ungraded"] - lost
        assert scores[student]["earned"] == pytest.approx(earned), student


def test_the_table_has_a_row_for_every_sample() -> None:
    rows = re.findall(r"^\| (z\d{7}) \|", (SUBMISSIONS / "README.md").read_text(), re.MULTILINE)
    assert sorted(rows) == IDS


@pytest.mark.parametrize("student", sorted(set(IDS) - {"z0000020", "z0000028"}))
def test_each_report_is_a_pdf_that_names_its_student_by_id_alone(
    student: str, tmp_path: Path
) -> None:
    report = opened(student, tmp_path).path_of("hw1.pdf")
    assert report is not None
    assert student in pages_of(report)[0]


def test_a_report_may_be_plain_text(tmp_path: Path) -> None:
    report = opened("z0000028", tmp_path).path_of("hw1.pdf")
    assert report is not None
    assert not report.read_bytes().startswith(b"%PDF")


def test_the_flagship_report_holds_the_figures_of_the_sample(tmp_path: Path) -> None:
    report = opened(FLAGSHIP, tmp_path).path_of("hw1.pdf")
    assert report is not None
    assert report.stat().st_size < 500_000
    pages = pages_of(report)
    assert 6 <= len(pages) <= 8
    text = " ".join(" ".join(pages).split())
    for figure in ("6950/10000 (70%)", "8449/10000 (84%)", "9303/10000 (93%)"):
        assert figure in text
    for figure in ("7850", "119260", "62234", "up to 25 times", "most frequent confusion is 35"):
        assert figure in text


def test_the_flagship_report_shows_three_matrices_that_add_up(tmp_path: Path) -> None:
    report = opened(FLAGSHIP, tmp_path).path_of("hw1.pdf")
    assert report is not None
    rows = re.findall(r"\[((?:\s*\d+\.){10})\]", "\n".join(pages_of(report)))
    counts = [[int(float(cell)) for cell in row.split()] for row in rows]
    assert len(counts) == 30
    assert {sum(row) for row in counts} == {1000}
    diagonals = [sum(counts[10 * k + i][i] for i in range(10)) for k in range(3)]
    assert diagonals == [6950, 8449, 9303]


def classes_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_bytes())
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def pages_of(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded() for page in document]
