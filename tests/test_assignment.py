"""A lecturer edits assignment.toml: what is right loads, and each slip is shown where it is."""

import shutil
from pathlib import Path

import pytest

from grader.assignment import Assignment, list_assignments, load_assignment
from grader.errors import AssignmentError, UsageError
from grader.resources import assignments_dir

SHIPPED = assignments_dir() / "comp9444-25t2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy elsewhere of the shipped assignment, free to be edited."""
    copy = tmp_path / "next-term"
    shutil.copytree(SHIPPED, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def edit(folder: Path, old: str, new: str) -> int:
    """Replace the first `old` in the copy; the line on which `new` then begins, from 1."""
    file = folder / "assignment.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def refusal(folder: Path) -> AssignmentError:
    with pytest.raises(AssignmentError) as caught:
        load_assignment(str(folder))
    return caught.value


def test_an_assignment_loads_by_id_and_by_the_path_of_a_copy(folder: Path) -> None:
    shipped, copy = load_assignment("comp9444-25t2"), load_assignment(str(folder))
    assert list_assignments() == ["comp9444-25t2"]
    assert shipped.table == copy.table
    assert shipped.digest == copy.digest
    assert copy.checks_folder == folder / "checks"


def test_a_folder_loads_by_a_relative_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert load_assignment(".").table.id == "comp9444-25t2"
    line = edit(folder, "marks = 17", "marks = 18")
    assert refusal(Path()).where == f"next-term/assignment.toml, line {line}"


def test_an_unknown_id_is_a_usage_error_with_the_nearest_one() -> None:
    with pytest.raises(UsageError) as caught:
        load_assignment("comp9444-25t1")
    assert "comp9444-25t2" in caught.value.expected
    assert caught.value.hint == "did you mean comp9444-25t2?"


def test_no_name_is_suggested_where_none_is_near() -> None:
    with pytest.raises(UsageError) as caught:
        load_assignment("physics")
    assert "did you mean" not in caught.value.hint
    assert "the path of your own" in caught.value.hint


def test_a_lecturer_may_add_a_check_and_give_it_marks(folder: Path) -> None:
    (folder / "checks" / "check_extra.py").write_text("def check_extra(subject):\n    pass\n")
    edit(folder, "netlin_accuracy = 0.1", "netlin_accuracy = 0.05\nextra = 0.05")
    checks = load_assignment(str(folder)).table.questions[0].checks
    assert [str(checks[name]) for name in ("netlin_accuracy", "extra")] == ["0.05", "0.05"]


def test_an_assignment_of_written_criteria_alone_needs_no_checks(folder: Path) -> None:
    shutil.rmtree(folder / "checks")
    text = (folder / "assignment.toml").read_text(encoding="utf-8")
    head = text[: text.index("[[questions]]")].replace("marks = 17", "marks = 1")
    essay = '[[questions.criteria]]\nid = "1-a"\ntitle = "An essay"\nmarks = 1\n'
    question = f'[[questions]]\nid = "1"\npart = "One"\ntitle = "Essay"\nmarks = 1\n{essay}'
    (folder / "assignment.toml").write_text(head + question, encoding="utf-8")
    assert load_assignment(str(folder)).table.marks == 1


def test_the_digest_covers_the_file_and_the_checks(folder: Path) -> None:
    def digest() -> str:
        return load_assignment(str(folder)).digest

    digests = [digest()]
    edit(folder, 'title = "COMP9444', 'title = "The new COMP9444')
    digests.append(digest())
    module = folder / "checks" / "check_mlp.py"
    module.write_text(module.read_text(encoding="utf-8") + "# a word more\n", encoding="utf-8")
    digests.append(digest())
    assert len(set(digests)) == 3


def test_protocol_and_thresholds_are_those_of_the_file(folder: Path) -> None:
    edit(folder, "epochs = 10", "epochs = 12")
    edit(folder, "low = 68.0, high = 72.0", "low = 67, high = 71.5")
    assignment: Assignment = load_assignment(str(folder))
    assert (assignment.protocol.name, assignment.protocol.official) == ("official", True)
    assert (assignment.protocol.epochs, assignment.protocol.learning_rate) == (12, 0.01)
    threshold = assignment.threshold("NetLin")
    assert (threshold.low, threshold.high) == (67.0, 71.5)
    assert assignment.threshold("NetFull").high is None


SLIPS = {
    # what is slipped: old text, new text, part of what is said, part of what is expected or advised
    "key at the top": (
        "marks = 17",
        "marks = 17\nmark = 17",
        "no key 'mark'",
        "did you mean marks?",
    ),
    "key of the protocol": ("epochs =", "epoch =", "no key 'epoch'", "did you mean epochs?"),
    "key of accuracy": ("margin =", "margn =", "no key 'margn'", "did you mean margin?"),
    "key of a network": ("allow = []", "alow = []", "no key 'alow'", "did you mean allow?"),
    "key of a threshold": (
        "{ low = 68.0, high",
        "{ low = 68.0, hihg",
        "no key 'hihg'",
        "did you mean high?",
    ),
    "key of the perceptron": ("setup =", "set_up =", "no key 'set_up'", "did you mean setup?"),
    "key of a question": ('part = "', 'prat = "', "no key 'prat'", "did you mean part?"),
    "key of a criterion": (
        "guidance =",
        "guidence =",
        "no key 'guidence'",
        "did you mean guidance",
    ),
    "table": ("[accuracy]", "[acuracy]", "no key 'acuracy'", "did you mean accuracy?"),
    "text for a whole number": ("epochs = 10", 'epochs = "10"', "epochs is '10'", "valid integer"),
    "yes for a number": ("marks = 17", "marks = true", "marks is True", "must be a number"),
    "text for a number": ("margin = 1.5", 'margin = "1.5"', "margin is '1.5'", "must be a number"),
    "number for a text": ('id = "1.1"', "id = 1.1", "questions.0.id is 1.1", "valid string"),
    "text for a list": ("allow = []", 'allow = "norm"', "allow is 'norm'", "valid list"),
    "unknown allowance": (
        "allow = []",
        'allow = ["drop"]',
        "allow.0 is 'drop'",
        "'dropout' or 'norm'",
    ),
    "number that is none": ("rate = 0.01", "rate = nan", "learning_rate is", "finite number"),
    "infinite number": ("rate = 0.01", "rate = inf", "learning_rate is", "finite number"),
    "no epochs": (
        "epochs = 10",
        "epochs = 0",
        "protocol.epochs is 0",
        "greater than or equal to 1",
    ),
    "negative marks": (
        "netlin_output = 0.15",
        "netlin_output = -0.15",
        "netlin_output is -0.15",
        "greater than or equal to 0",
    ),
    "percentage above 100": ("low = 84.0", "low = 840.0", "threshold.low is 840", "less than or"),
    "band upside down": (
        "low = 68.0, high = 72.0",
        "low = 72.0, high = 68.0",
        "threshold.high is 68",
        "must not be below low, which is 72",
    ),
    "seeds too few": (
        "seeds = [0, 1, 2]",
        "seeds = [0, 1]",
        "accuracy.seeds is [0, 1]",
        "3 different",
    ),
    "seed twice": ("seeds = [0, 1, 2]", "seeds = [0, 1, 1]", "seeds is [0, 1, 1]", "3 different"),
    "unknown grid": (
        'grid = "012"',
        'grid = "123"',
        "perceptron.grid is '123'",
        "one of 012, -101",
    ),
    "unknown language": (
        'languages = ["anb2n", "anb2nc3n"]',
        'languages = ["anb3n"]',
        "sequences.languages is ['anb3n']",
        "different ones of anb2n, anb2nc3n",
    ),
    "unknown network": (
        "[networks.NetConv]",
        "[networks.NetConvs]",
        "no network 'NetConvs'",
        "did you mean NetConv?",
    ),
    "module of a network": (
        'module = "kuzu.py"',
        'module = "kuzzu.py"',
        "no file 'kuzzu.py'",
        "did you mean kuzu.py?",
    ),
    "module of the perceptron": (
        'module = "check.py"',
        'module = "chek.py"',
        "no file 'chek.py'",
        "did you mean check.py?",
    ),
    "misspelt report": (
        '"hw1.pdf"]',
        '"hw1.pfd"]',
        "hw1.pdf is not listed, and evidence of question 1.4",
        "did you mean it by hw1.pfd?",
    ),
    "misspelt check": (
        "netfull_layers =",
        "netful_layers =",
        "no check 'netful_layers'",
        "did you mean netfull_layers?",
    ),
    "unknown evidence": (
        'evidence = ["accuracies",',
        'evidence = ["acuracies",',
        "no evidence 'acuracies'",
        "did you mean accuracies?",
    ),
    "question twice": ('id = "1.2"', 'id = "1.1"', "the id '1.1' is given twice", "a new id"),
    "criterion twice": (
        'id = "1.4-c"',
        'id = "1.4-a"',
        "'1.4-a' is given twice",
        "new",
    ),
    "check twice": (
        "netfull_output = 0.1\n",
        "netlin_output = 0.1\n",
        "the check 'netlin_output' is listed twice",
        "once",
    ),
    "sum of the assignment": (
        "marks = 17",
        "marks = 18",
        "has 18 marks, its questions have 17",
        "equal",
    ),
    "sum of a question": (
        "marks = 3\n",
        "marks = 4\n",
        "question 1.4 has 4 marks, its parts have 3",
        "equal",
    ),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_shown_with_its_line_and_what_would_be_right(
    slip: tuple[str, str, str, str], folder: Path
) -> None:
    old, new, found, advice = slip
    line = edit(folder, old, new) + new.rstrip("\n").count("\n")
    error = refusal(folder)
    assert error.where == f"next-term/assignment.toml, line {line}"
    assert found in error.found
    assert advice in f"{error.expected}\n{error.hint}"


@pytest.mark.parametrize(
    ("old", "missing", "line_of"),
    [
        ("epochs = 10\n", "epochs", "[protocol]"),
        ('part = "Part 1: Japanese characters"\n', "part", "[[questions]]"),
        ("threshold = { low = 68.0, high = 72.0 }\n", "threshold", "[networks.NetLin]"),
        ('id = "comp9444-25t2"\n', "id", "#"),
    ],
)
def test_a_missing_key_is_shown_at_its_table_with_the_keys_of_that_table(
    old: str, missing: str, line_of: str, folder: Path
) -> None:
    edit(folder, old, "")
    lines = (folder / "assignment.toml").read_text(encoding="utf-8").splitlines()
    line = 1 + next(i for i, text in enumerate(lines) if text.startswith(line_of))
    error = refusal(folder)
    assert error.where == f"next-term/assignment.toml, line {line}"
    assert error.found == f"the key {missing!r} is missing"
    assert missing in error.expected.split(", ")


def test_a_syntax_error_is_shown_with_its_line(folder: Path) -> None:
    line = edit(folder, "epochs = 10", "epochs = ten")
    error = refusal(folder)
    assert error.where == "next-term/assignment.toml"
    assert error.found.startswith("is not valid TOML: Invalid value")
    assert f"line {line}," in error.found


def test_a_file_in_another_encoding_is_shown_with_its_line(folder: Path) -> None:
    line = edit(folder, "[protocol]", "# Größe\n[protocol]")
    file = folder / "assignment.toml"
    file.write_bytes(file.read_bytes().replace("ö".encode(), b"\xf6"))
    error = refusal(folder)
    assert error.where == f"next-term/assignment.toml, line {line}"
    assert error.found == "the byte 0xf6 is not UTF-8"


def test_the_value_in_an_error_is_short(folder: Path) -> None:
    edit(folder, 'title = "COMP', f'title = "{"long " * 200}COMP')
    assert len(refusal(folder).found) < 100


def test_a_table_in_place_of_a_text_is_not_quoted(folder: Path) -> None:
    edit(folder, 'setup = "set_weights"', "setup = { name = 1 }")
    assert refusal(folder).found == "perceptron.setup is a table"
