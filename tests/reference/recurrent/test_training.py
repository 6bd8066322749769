import numpy as np
import pytest
import torch

from reference.languages import LANGUAGES
from reference.reber import GRAMMARS
from reference.recurrent.course import course_network, train_course
from reference.recurrent.networks import Kind, Networks, initial
from reference.recurrent.training import train

CASES: list[tuple[str, Kind, int]] = [("anb2n", "srn", 2), ("anb2nc3n", "lstm", 3)]


@pytest.mark.parametrize(("lang", "kind", "hidden"), CASES)
@pytest.mark.parametrize("seeds", [(5,), (5, 6)])
def test_it_takes_the_courses_steps(
    lang: str, kind: Kind, hidden: int, seeds: tuple[int, ...]
) -> None:
    language, steps = LANGUAGES[lang], 30
    rng = np.random.default_rng(5)
    start = initial(kind, len(language.alphabet), hidden, [rng])
    course = course_network(start, torch.float64)
    train_course(course, language.draws(rng, steps))
    found = train(language, kind, hidden, seeds, steps)[0]
    for name, parameter in course.named_parameters():
        assert found.parameters[name][0] == pytest.approx(parameter.detach().numpy(), abs=1e-12)
        assert np.abs(found.parameters[name] - start.parameters[name]).max() > 1e-9


def test_float32_as_in_the_courses_programs_stays_close_for_a_while() -> None:
    language = LANGUAGES["anb2n"]
    rng = np.random.default_rng(5)
    course = course_network(initial("srn", 2, 2, [rng]))
    train_course(course, language.draws(rng, 30))
    found = train(language, "srn", 2, (5,), 30)
    for name, parameter in course.named_parameters():
        assert found.parameters[name][0] == pytest.approx(parameter.detach().numpy(), abs=1e-5)


def test_checkpoints_are_told_and_the_last_step_is_one() -> None:
    told: list[tuple[int, float]] = []

    def tell(step: int, networks: Networks) -> None:
        told.append((step, float(networks.parameters["out_bias"][0, 0])))

    last = train(GRAMMARS["reber"], "srn", 1, (0,), 12, on_checkpoint=tell)
    assert told == [(12, float(last.parameters["out_bias"][0, 0]))]


def test_a_larger_rate_goes_further_and_decay_pulls_back() -> None:
    def size(**how: float) -> float:
        found = train(LANGUAGES["anbn"], "lstm", 2, (0,), 20, **how)  # type: ignore[arg-type]
        return float(np.abs(found.parameters["V"]).sum())

    assert size(decay=1.0) < size(decay=0.0)
    assert size(rate=0.005) != size(rate=0.5)
