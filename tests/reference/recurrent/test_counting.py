import numpy as np
import pytest

from reference.languages import LANGUAGES
from reference.recurrent.counting import counters, movements
from reference.recurrent.fixed_points import fixed_points
from reference.recurrent.networks import Networks
from reference.recurrent.observation import observe
from tests.reference.recurrent import counters as made
from tests.reference.recurrent import made_up


def test_the_movements_of_a_perfect_counter_are_its_steps() -> None:
    language = LANGUAGES["anb2nc3n"]
    found = movements(observe(made.perfect(language), language), language.alphabet)
    moved = {(m.layer, m.unit, m.symbol): m for m in found}
    up, down = moved["context", 1, "A"], moved["context", 1, "B"]
    assert (up.mean, up.spread, up.correlation) == (2 * made.STEP, 0, 1)
    assert (down.mean, down.spread) == (-made.STEP, 0)
    assert moved["context", 2, "B"].mean == 0
    assert moved["context", 1, "C"].correlation == 0
    assert counters(found, "C")[0].unit == 2
    assert moved["context", 2, "C"].correlation == pytest.approx(1, abs=0.01)


def test_points_of_rest_are_at_rest_and_their_eigenvalues_the_slope() -> None:
    weights = {
        "H0": np.zeros((1, 2)),
        "W": np.zeros((1, 2, 2)),
        "U": np.array([[[-2.0, 0.0], [0.0, 0.5]]]),
        "hid_bias": np.zeros((1, 2)),
        "V": np.zeros((1, 2, 2)),
        "out_bias": np.zeros((1, 2)),
    }
    (a, b) = fixed_points(Networks("srn", weights), "AB")
    assert (a.symbol, b.symbol) == ("A", "B")
    assert a.hidden == (0, 0)
    assert a.eigenvalues == ((-2.0, 0.0), (0.5, 0.0))
    assert not a.attracts


def test_a_unit_that_holds_itself_up_has_three_points_of_rest() -> None:
    weights = {
        "H0": np.zeros((1, 1)),
        "W": np.zeros((1, 1, 1)),
        "U": np.full((1, 1, 1), 2.0),
        "hid_bias": np.zeros((1, 1)),
        "V": np.zeros((1, 1, 1)),
        "out_bias": np.zeros((1, 1)),
    }
    found = fixed_points(Networks("srn", weights), "A")
    assert [point.attracts for point in found] == [True, False, True]
    assert [point.hidden[0] for point in found] == pytest.approx([-0.9575, 0, 0.9575], abs=1e-3)


def test_eigenvalues_predict_the_next_step_near_a_point_of_rest() -> None:
    networks = made_up.networks("srn", 2, 2)
    p = {name: array[0] for name, array in networks.parameters.items()}
    for point in fixed_points(networks, "AB"):
        net = p["W"]["AB".index(point.symbol)] + p["hid_bias"]
        at = np.array(point.hidden)
        assert np.tanh(net + at @ p["U"]) == pytest.approx(at, abs=2e-3)
        jacobian = (1 - at**2)[:, None] * p["U"].T
        traced = sum(value for value, _ in point.eigenvalues)
        assert traced == pytest.approx(np.trace(jacobian), abs=5e-3)


def test_no_point_of_rest_is_looked_for_in_an_lstm() -> None:
    assert fixed_points(made_up.networks("lstm", 2, 2), "AB") == ()
