"""Checks as a lecturer writes them, and what each comes to."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.checking import CheckOutcome
from grader.errors import AssignmentError
from grader.marks.check_runner import run_checks

HEAD = "import pytest\nfrom grader.checking import CheckFailure, Ungraded, check\n"

Run = Callable[..., dict[str, CheckOutcome]]


def write(folder: Path, source: str, name: str = "check_it.py") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(HEAD + textwrap.dedent(source), encoding="utf-8")
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Write a module of checks, run it, and give the outcomes by name."""

    def written(source: str, subject: object = None) -> dict[str, CheckOutcome]:
        found = run_checks(write(tmp_path / "checks", source), subject)
        return {outcome.id: outcome for outcome in found}

    return written


def test_a_check_that_returns_has_passed_and_its_docstring_is_its_title(run: Run) -> None:
    found = run(
        '''
        def check_it(subject):
            """Four is
            the subject."""
            assert subject == 4
        ''',
        4,
    )
    assert found["it"] == CheckOutcome("it", "Four is the subject.", "passed", 1.0)


def test_a_check_without_a_docstring_goes_by_its_name(run: Run) -> None:
    assert run("def check_it(subject): ...")["it"].title == "it"


def test_a_failure_carries_all_its_parts(run: Run) -> None:
    outcome = run("""
        def check_it(subject):
            raise CheckFailure("three.", "four", "add one", detail=["3 < 4"])
        """)["it"]
    assert (outcome.outcome, outcome.score) == ("failed", 0.0)
    assert outcome.message == "Found: three. Expected: four."
    assert (outcome.hint, outcome.detail) == ("Add one", ["3 < 4"])


def test_a_failure_with_a_score_is_partial(run: Run) -> None:
    outcome = run('def check_it(subject): raise CheckFailure("half", score=0.5)')["it"]
    assert (outcome.outcome, outcome.score, outcome.message) == ("partial", 0.5, "Found: half.")


@pytest.mark.parametrize("score", ["1.0", "-0.1", "float('nan')"])
def test_an_impossible_score_is_the_grader_s_fault(score: str, run: Run) -> None:
    outcome = run(f'def check_it(subject): raise CheckFailure("x", score={score})')["it"]
    assert outcome.outcome == "ungraded"
    assert "score" in outcome.message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("assert subject == 4", "assert 3 == 4"),
        ("assert subject == 4, 'three is not four'", "three is not four"),
        ("raise AssertionError", "It does not hold."),
        ("pytest.fail('three is not four')", "three is not four"),
    ],
)
def test_a_plain_assert_fails_with_its_own_words(body: str, message: str, run: Run) -> None:
    outcome = run(f"def check_it(subject): {body}", 3)["it"]
    assert (outcome.outcome, outcome.message) == ("failed", message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise Ungraded('nobody knows.')", "Not graded: nobody knows."),
        ("pytest.skip('not this term')", "Not graded: not this term."),
        ("1 / 0", "fault of the grader: ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "fault of the grader: SystemExit: 3"),
        ("raise MemoryError", "fault of the grader: MemoryError: "),
        ("subject.missing.more", "fault of the grader: AttributeError: "),
    ],
)
def test_whatever_else_a_check_raises_costs_nobody_a_mark(
    body: str, message: str, run: Run
) -> None:
    outcome = run(f"def check_it(subject): {body}", 3)["it"]
    assert (outcome.outcome, outcome.score) == ("ungraded", 0.0)
    assert message in outcome.message


def test_an_assertion_inside_the_grader_is_not_held_against_the_student(run: Run) -> None:
    outcome = run(
        """
        from grader.subject import Subject
        def check_it(subject): Subject(subject, {}).module_of("MLP")
        """,
        _NoPerceptron(),
    )["it"]
    assert outcome.outcome == "ungraded"
    assert "AssertionError" in outcome.message


class _NoPerceptron:
    """As much of an assignment as `Subject.module_of` reads."""

    networks: tuple[str, ...] = ()
    perceptron = None

    @property
    def table(self) -> "_NoPerceptron":
        return self


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def check_it(subject, unknown): ...", "FixtureLookupError: ('unknown'"),
        ("@pytest.fixture\ndef f(): 1 / 0\ndef check_it(subject, f): ...", "ZeroDivisionError"),
        ("@pytest.mark.skip(reason='later')\ndef check_it(subject): ...", "later"),
    ],
    ids=["unknown fixture", "broken fixture", "skipped"],
)
def test_a_check_that_cannot_start_is_ungraded_and_so_is_what_needs_it(
    source: str, message: str, run: Run
) -> None:
    found = run(source + "\n@check(needs=('it',))\ndef check_next(subject): ...")
    assert [o.outcome for o in found.values()] == ["ungraded", "ungraded"]
    assert message in found["it"].message


CHAIN = '''
def check_first(subject):
    """The first holds."""
    {body}
@check(needs=("first",))
def check_second(subject): ...
@check(needs=("second",))
def check_third(subject): ...
def check_free(subject): ...
'''


@pytest.mark.parametrize(
    ("body", "first", "others"),
    [
        ("pass", "passed", "passed"),
        ("raise CheckFailure('x', score=0.5)", "partial", "passed"),
        ("raise CheckFailure('x')", "failed", "skipped"),
        ("raise Ungraded('x')", "ungraded", "ungraded"),
    ],
)
def test_what_a_need_came_to_decides_over_the_chain(
    body: str, first: str, others: str, run: Run
) -> None:
    found = run(CHAIN.format(body=body))
    assert {name: o.outcome for name, o in found.items()} == {
        "first": first,
        "second": others,
        "third": others,
        "free": "passed",
    }
    if others != "passed":
        assert found["second"].message == "Not tried, because this did not pass: The first holds."


def test_outcomes_are_in_the_order_of_the_files(tmp_path: Path) -> None:
    folder = write(tmp_path / "checks", "def check_z(subject): ...\ndef check_a(subject): ...")
    write(folder, "@check(needs=('z',))\ndef check_b(subject): ...", "check_more.py")
    assert [o.id for o in run_checks(folder, None)] == ["z", "a", "b"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "@check(needs=('b',))\ndef check_a(subject): ...\ndef check_b(subject): ...",
            "check_a needs 'b', which does not precede it",
        ),
        ("import no_such_module", "check_it.py: ModuleNotFoundError: No module named"),
        ("def check_a(subject:", "check_it.py: SyntaxError: "),
        ("1 / 0", "check_it.py: ZeroDivisionError: division by zero"),
    ],
)
def test_a_broken_module_is_the_assignment_s_error(
    source: str, reason: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AssignmentError) as caught:
        run_checks(write(tmp_path / "checks", source), None)
    assert caught.value.where == f"{tmp_path.name}/checks"
    assert reason in caught.value.found
    assert capfd.readouterr() == ("", "")


def test_one_name_in_two_modules_is_the_assignment_s_error(tmp_path: Path) -> None:
    folder = write(tmp_path / "checks", "def check_a(subject): ...")
    write(folder, "def check_a(subject): ...", "check_more.py")
    with pytest.raises(AssignmentError, match="check_a is defined twice"):
        run_checks(folder, None)


def test_a_folder_without_checks_has_no_outcomes(tmp_path: Path) -> None:
    assert run_checks(tmp_path / "nowhere", None) == []
    assert run_checks(write(tmp_path / "checks", "def helper(): ..."), None) == []


def test_nothing_reaches_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = write(
        tmp_path / "checks",
        """
        import os, sys, warnings
        print("at import")
        def check_it(subject):
            print("out"); print("err", file=sys.stderr); os.write(2, b"raw")
            warnings.warn("careful")
            assert subject
        """,
    )
    outcomes = run_checks(folder, None)
    assert [o.outcome for o in outcomes] == ["failed"]
    assert capfd.readouterr() == ("", "")


def test_assignments_with_modules_of_one_name_do_not_mix(tmp_path: Path) -> None:
    first = write(tmp_path / "a", "TRIES = []\ndef check_a(s, subject): ...\n".replace("s, ", ""))
    second = write(tmp_path / "b", "def check_b(subject): ...")
    before = set(sys.modules)
    assert [o.id for o in run_checks(first, None)] == ["a"]
    assert [o.id for o in run_checks(second, None)] == ["b"]
    assert "check_it" not in set(sys.modules) - before


def test_a_module_starts_anew_in_every_run(run: Run) -> None:
    source = "TRIES = []\ndef check_it(subject):\n    TRIES.append(1)\n    assert len(TRIES) == 1"
    assert [run(source)["it"].outcome for _ in range(2)] == ["passed", "passed"]


def test_a_conftest_above_the_folder_and_one_in_it(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("raise SystemExit('not ours')")
    folder = write(tmp_path / "checks", "def check_it(subject, four): assert subject == four")
    (folder / "conftest.py").write_text("import pytest\n@pytest.fixture\ndef four(): return 4\n")
    assert [o.outcome for o in run_checks(folder, 4)] == ["passed"]


def test_settings_of_the_surroundings_have_no_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "checks", "def check_it(subject): ...\ndef check_b(subject): ...")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing --verbose -x")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    before = dict(os.environ)
    assert [o.outcome for o in run_checks(folder, None)] == ["passed", "passed"]
    assert dict(os.environ) == before


def test_installed_plugins_have_no_say(tmp_path: Path) -> None:
    """A plugin that any environment may hold, here one that drops every check."""
    site = tmp_path / "site"
    info = site / "dropper-1.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text("[pytest11]\ndropper = dropper\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dropper\nVersion: 1\n")
    (site / "dropper.py").write_text("def pytest_collection_modifyitems(items): items.clear()\n")
    folder = write(tmp_path / "checks", "def check_it(subject): ...")
    program = (
        "import sys; from pathlib import Path; from grader.marks.check_runner import run_checks;"
        "print([o.id for o in run_checks(Path(sys.argv[1]), None)])"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{site}"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("['it']\n", "")
