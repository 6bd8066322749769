import base64

import pytest

from grader.report import networks
from grader.results import NetworkFailure

from . import example


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        base64.b64encode(b"GIF89a").decode(),
        '"><script>',
        base64.b64encode(networks.PNG + bytes(20_000)).decode(),
        "",
    ],
)
def test_only_small_pngs_are_shown(text: str) -> None:
    assert not networks.is_small_png(text)
    assert networks.is_small_png(example.noise_png(1))


def test_confusions_show_labels_counts_and_images() -> None:
    training = networks.view(example.sample())[0].training
    assert training is not None
    pair = training.pairs[0]
    assert (pair.target.kana, pair.predicted.kana, pair.count) == ("ま", "す", "146")
    assert len(pair.examples) == 5


def test_layer_table_carries_the_arithmetic() -> None:
    rows = networks.view(example.sample())[2].layers
    assert rows[1].formula == "1 × 20 × 5 × 5 + 20 = 520"
    assert (rows[1].parameters, rows[2].parameters) == ("520", "–")


def test_failure_without_a_recorded_reason() -> None:
    assert networks.failure_view(None).message == "The grader recorded no reason."
    said = networks.failure_view(NetworkFailure(stage="forward", message=" bad shape \n", line=7))
    assert (said.stage, said.line) == ("while the network was being run", "line 7")
    assert said.message == "bad shape"


def test_a_quick_look_decides_nothing() -> None:
    result = example.sample()
    protocol = result.environment.protocol.model_copy(update={"official": False})
    environment = result.environment.model_copy(update={"protocol": protocol})
    training = networks.view(result.model_copy(update={"environment": environment}))[0].training
    assert training is not None
    assert training.verdict == "69.50% right; asked for 68 to 72%: not decided"
    assert training.symbol == "?"


def test_an_infinite_test_loss_is_said_in_words() -> None:
    base = example.network("NetLin")
    assert base.training is not None
    run = base.training.runs[0].model_copy(update={"test_losses": [1.0, None]})
    training = base.training.model_copy(update={"runs": [run]})
    network = base.model_copy(update={"training": training})
    view = networks.view(example.sample().model_copy(update={"networks": {"NetLin": network}}))
    assert view[0].training is not None
    assert view[0].training.runs[0].test_loss == "infinite"
