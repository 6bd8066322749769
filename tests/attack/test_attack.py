from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.attack.attack import (
    CATALOGUE,
    PLACEHOLDER,
    Attack,
    chosen_attacks,
    load_attacks,
    read_attack,
)
from grader.attack.honest import HONEST, HONEST_WITH_CHECK, submission_files
from grader.attack.packing import PACKINGS
from grader.errors import AssignmentError, UsageError
from grader.marks.declared_checks import declared_checks
from grader.synthetic.faults import CHECKS


def test_the_catalogue_holds_what_was_promised() -> None:
    attacks = load_attacks()
    assert len(attacks) >= 50
    ideas = [attack.idea for attack in attacks.values()]
    assert len(set(ideas)) == len(ideas)
    assert {attack.pack for attack in attacks.values()} == set(PACKINGS)


@pytest.mark.parametrize("file", sorted(CATALOGUE.glob("*.toml")), ids=lambda file: file.stem)
def test_each_attack_is_small_and_names_known_checks(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 40
    assignment = load_assignment("comp9444-25t2")
    known = {f"{prefix}_{name}" for prefix, names in CHECKS.items() for name in names}
    known |= set(declared_checks(assignment.checks_folder))
    assert set(read_attack(file).changed()) <= known


@pytest.mark.parametrize("name", sorted(load_attacks()))
def test_each_attack_is_python(name: str) -> None:
    """One that does not parse would be graded as broken, and look as if it had been held."""
    files = submission_files(load_attacks()[name])
    for file in ("kuzu.py", "check.py"):
        if file in files:
            compile(PLACEHOLDER.sub("1", files[file]), file, "exec")


def test_lines_go_where_they_belong() -> None:
    attack = Attack(idea="", start="A = 1", end="B = 2", build="C = 3", forward="D = 4\nE = 5")
    lines = submission_files(attack)["kuzu.py"].splitlines()
    assert lines[0] == "A = 1"
    assert lines.index("        D = 4") + 1 == lines.index("        E = 5")
    assert lines.index("        C = 3") < lines.index("        D = 4") < lines.index("B = 2")


def test_check_py_is_handed_in_with_an_attack_on_it_only() -> None:
    assert set(submission_files(HONEST)) == {"kuzu.py"}
    assert set(submission_files(HONEST_WITH_CHECK)) == {"kuzu.py", "check.py"}


def test_what_an_attack_may_change_is_told_check_by_check() -> None:
    attack = Attack(idea="", builds={"NetConv": "ungraded"}, outcomes={"netlin_output": "failed"})
    assert attack.changed() == {
        **{
            f"netconv_{name}": "ungraded"
            for name in ("builds", "output", "layers", "activation", "parameters", "accuracy")
        },
        "netlin_output": "failed",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [("idea = 3", "idea"), ("idea = 'x'\nspeed = 1", "speed"), ("idea = ", "Invalid value")],
)
def test_a_malformed_attack_is_named(text: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text(text)
    with pytest.raises(AssignmentError, match=found) as caught:
        read_attack(tmp_path / "odd.toml")
    assert caught.value.where == "odd.toml"


def test_attacks_are_chosen_by_name() -> None:
    assert list(chosen_attacks(("zip-slip", "crash"))) == ["zip-slip", "crash"]
    assert chosen_attacks(()) == load_attacks()
    with pytest.raises(UsageError, match="no attack 'kindness'"):
        chosen_attacks(("kindness",))
