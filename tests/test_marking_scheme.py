"""The marking scheme itself is marked: right work passes, each known mistake fails as it must."""

import pytest

from grader.capturing.trusted_capture import captured
from grader.checking import CheckOutcome
from grader.graphs.network import Network
from grader.marks.check_runner import run_checks
from grader.wire import Failure
from reference.mistakes import MISTAKES, Mistake
from reference.mistakes.perceptron import PERCEPTRON_MISTAKES, PerceptronMistake
from reference.perceptron import GRIDS, HAND_SET
from tests.subjects import captured_mlp, mlp_of, right_networks, subject_of


@pytest.fixture(scope="module")
def networks() -> dict[str, Network]:
    return right_networks()


def outcomes(
    networks: dict[str, Network], mlp: dict[str, Network | Failure] | None = None
) -> dict[str, CheckOutcome]:
    subject = subject_of(networks, mlp)
    return {o.id: o for o in run_checks(subject.assignment.checks_folder, subject)}


def test_the_reference_passes_every_check(networks: dict[str, Network]) -> None:
    found = outcomes(networks)
    assert len(found) == 36
    assert {o.id: o.message for o in found.values() if o.outcome != "passed"} == {}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.network}-{m.id}")
def test_every_known_mistake_fails_the_checks_it_names_and_no_other(
    mistake: Mistake, networks: dict[str, Network]
) -> None:
    wrong = captured(lambda: mistake.build(mistake.default), mistake.network)
    found = outcomes({**networks, mistake.network: wrong})
    failed = {o.id for o in found.values() if o.outcome == "failed"}
    assert failed == set(mistake.fails)
    skipped = {o.id for o in found.values() if o.outcome == "skipped"}
    prefix = mistake.network.lower()
    assert all(name.startswith(prefix) for name in skipped)
    assert not [o for o in found.values() if o.outcome == "ungraded"]


@pytest.mark.parametrize("mistake", PERCEPTRON_MISTAKES, ids=lambda m: m.id)
def test_every_known_mistake_in_hand_set_weights_fails_the_checks_it_names_and_no_other(
    mistake: PerceptronMistake, networks: dict[str, Network]
) -> None:
    weights = mistake.example(HAND_SET["012"], GRIDS["012"])
    found = outcomes(networks, captured_mlp(lambda act: mlp_of(weights, act)))
    wrong = {o.id for o in found.values() if o.outcome in ("failed", "partial")}
    assert wrong == set(mistake.fails)
    assert {o.id for o in found.values() if o.outcome == "skipped"} <= {"mlp_sigmoid"}
    assert not [o for o in found.values() if o.outcome == "ungraded"]
