"""What travels with the package is what the reference computes."""

import hashlib

import pytest

from reference.recurrent.study import Study, study
from reference.recurrent.tasks import TASKS
from reference.recurrent.trained import as_text, available, network, record


@pytest.mark.parametrize("lang", available())
def test_a_record_is_what_its_network_gives(lang: str) -> None:
    task, known = TASKS[lang], record(lang)
    again = study(network(lang), task.language, task.limit)
    for name in ("reach", "clusters", "cluster_arrows", "machine", "matches", "states"):
        assert getattr(again, name) == getattr(known.study, name)
    assert again.found.loss == pytest.approx(known.study.found.loss, rel=1e-6)
    assert again.found.determined_right == known.study.found.determined_right
    for one, other in zip(again.points, known.study.points, strict=True):
        assert one.hidden == pytest.approx(other.hidden, abs=2e-4)
        assert (one.symbol, one.colour, one.cluster) == (other.symbol, other.colour, other.cluster)


@pytest.mark.parametrize("lang", available())
def test_a_reference_succeeds_and_is_among_those_surveyed(lang: str) -> None:
    known = record(lang)
    found: Study = known.study
    assert found.found.succeeds
    assert found.matches
    assert known.origin.steps == TASKS[lang].shown * 1000 == known.survey.steps
    assert known.origin.seed in {outcome.seed for outcome in known.survey.succeeded}
    assert f"--seed {known.origin.seed}" in known.origin.command
    assert len(known.survey.succeeded) + len(known.survey.failed) == 32


def test_a_language_without_a_network_is_refused_with_those_that_have_one() -> None:
    with pytest.raises(KeyError, match="no trained network for latin; there is one for anb2n"):
        record("latin")


def test_the_text_of_a_record_is_always_the_same() -> None:
    digests = {hashlib.sha256(as_text(record("anb2n")).encode()).hexdigest() for _ in range(2)}
    assert len(digests) == 1
