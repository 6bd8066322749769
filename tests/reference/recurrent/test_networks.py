import numpy as np
import pytest

from reference.recurrent.networks import Kind, initial, shapes


def generators(count: int) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in range(count)]


@pytest.mark.parametrize(("kind", "parameters"), [("srn", 18), ("lstm", 96)])
def test_a_network_has_the_courses_parameters(kind: Kind, parameters: int) -> None:
    symbols, hidden = (2, 2) if kind == "srn" else (3, 3)
    assert sum(int(np.prod(s)) for s in shapes(kind, symbols, hidden).values()) == parameters


def test_an_srn_starts_near_zero_and_an_lstm_within_its_bound() -> None:
    srn = initial("srn", 2, 2, generators(200)).parameters
    spread = np.concatenate([array.ravel() for array in srn.values()]).std()
    assert spread == pytest.approx(0.001, rel=0.1)
    lstm = initial("lstm", 3, 4, generators(50)).parameters
    largest = max(np.abs(array).max() for array in lstm.values())
    assert 0.49 < largest <= 0.5
    assert "H0" not in lstm


def test_a_seed_starts_alike_alone_and_in_company() -> None:
    together = initial("lstm", 3, 3, generators(4))
    alone = initial("lstm", 3, 3, generators(4)[2:3])
    for name, array in alone.parameters.items():
        assert (together[2].parameters[name] == array).all()
