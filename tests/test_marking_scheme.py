"""The marking scheme itself is marked: right work passes, each known mistake fails as it must."""

import pytest

from grader.capturing.trusted_capture import captured
from grader.checking import CheckOutcome
from grader.graphs.network import Network
from grader.marks.check_runner import run_checks
from reference.mistakes import MISTAKES, Mistake
from tests.subjects import right_networks, subject_of


@pytest.fixture(scope="module")
def networks() -> dict[str, Network]:
    return right_networks()


def outcomes(networks: dict[str, Network]) -> dict[str, CheckOutcome]:
    subject = subject_of(networks)
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
