from grader.attack.attack import Attack
from grader.attack.judge import honest_from, naming, outcomes_of, wins_of
from grader.results import Flag, Result
from tests.report.example import sample

IDEA = Attack(idea="")


def changed(check: str, outcome: str) -> Result:
    result = sample()
    questions = [
        q.model_copy(
            update={
                "checks": [
                    c.model_copy(update={"outcome": outcome}) if c.id == check else c
                    for c in q.checks
                ]
            }
        )
        for q in result.questions
    ]
    return result.model_copy(update={"questions": questions})


def wins(result: Result, attack: Attack = IDEA) -> list[str]:
    honest = honest_from(sample().model_copy(update={"output": {"kuzu.py": "hello"}}))
    return list(wins_of(result, attack, honest, "secret-1"))


def test_who_changes_nothing_has_not_won() -> None:
    assert wins(sample()) == []


def test_a_mark_that_was_taken_or_lost_is_a_win() -> None:
    outcomes = outcomes_of(sample())
    lost = next(check for check, outcome in outcomes.items() if outcome == "passed")
    taken = next(check for check, outcome in outcomes.items() if outcome == "failed")
    assert wins(changed(lost, "failed")) == [f"{lost} is failed, not passed"]
    assert wins(changed(taken, "passed")) == [f"{taken} is passed, not failed"]


def test_what_the_attack_states_is_expected() -> None:
    check = next(check for check, outcome in outcomes_of(sample()).items() if outcome == "passed")
    attack = Attack(idea="", outcomes={check: "failed"})
    assert wins(changed(check, "failed"), attack) == []
    assert wins(sample(), attack) == [f"{check} is passed, not failed"]


def test_what_must_be_named_is_looked_for() -> None:
    attack = Attack(idea="", said="before any training")
    assert wins(sample(), attack) == ["the report does not say 'before any training'"]
    flag = Flag(severity="serious", where="NetLin", message="94% before any training")
    result = sample().model_copy(update={"flags": [flag]})
    assert wins(result, attack) == []
    assert naming(result, attack.said) == flag.message


def test_a_secret_anywhere_is_a_win() -> None:
    result = sample().model_copy(update={"output": {"kuzu.py": "it is secret-1"}})
    assert wins(result) == ["read a secret"]


def test_an_id_that_is_a_formula_is_no_formula_in_the_mark_sheet() -> None:
    result = sample()
    info = result.submission.model_copy(update={"id": "=1+1"})
    assert wins(result.model_copy(update={"submission": info})) == []
