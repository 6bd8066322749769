import pytest

from grader.claims.arithmetic import calculations, value_of


@pytest.mark.parametrize(
    ("side", "value"),
    [
        ("784*10 + 10", 7850),
        ("(784*150+150)+(150*10+10)", 119260),
        ("28*28*(10) + 10", 7850),
        ("(5*5*1)(20) + 20", 520),
        ("3^2*16", 144),
        ("100/4", 25),
        ("7-2", 5),
    ],
)
def test_a_side_has_the_value_that_whole_numbers_give_it(side: str, value: int) -> None:
    assert value_of(side) == value


@pytest.mark.parametrize(
    "side",
    [
        "",
        "784*",
        "(784*10",
        "10/3",
        "1/0",
        "9^9",
        "999999999999*999999999999",
        "(" * 500,
        "1+" * 90,
    ],
)
def test_what_is_no_calculation_has_no_value(side: str) -> None:
    assert value_of(side) is None


@pytest.mark.parametrize(
    ("text", "chains"),
    [
        ("conv1: (5 * 5 * 1) * 20 + 20 = 520", [["(5 * 5 * 1) * 20 + 20", "520"]]),
        ("28x28x10 + 10 = 7,850 parameters", [["28*28*10 + 10", "7850"]]),
        ("784×10 weights + 10 biases = 7850", [["784*10 + 10", "7850"]]),
        ("784 * 10 (weights) + 10 (bias) = 7850", [["784 * 10 + 10", "7850"]]),
        ("6*7 = 42 and 2*3 = 6", [["6*7", "42"], ["2*3", "6"]]),
        ("Fully connected: 784*10+10", [["784*10+10"]]),
        ("accuracy 70% after 10 epochs", []),
        ("loss = 0.5", []),
    ],
)
def test_a_text_is_cut_into_the_sides_of_its_calculations(
    text: str, chains: list[list[str]]
) -> None:
    assert calculations(text) == chains


def test_a_side_that_words_interrupt_is_left_out() -> None:
    for chain in calculations("w: 150 * 10 of the output layer + 2*10 = 1520"):
        values = [value_of(side) for side in chain]
        assert values == [values[0]] * len(values)
