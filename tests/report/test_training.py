import base64

import pytest

from grader.report import networks, training

from . import example


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        base64.b64encode(b"GIF89a").decode(),
        '"><script>',
        base64.b64encode(training.PNG + bytes(20_000)).decode(),
        "",
    ],
)
def test_only_small_pngs_are_shown(text: str) -> None:
    assert not training.is_small_png(text)
    assert training.is_small_png(example.noise_png(1))


def test_confusions_show_labels_counts_and_images() -> None:
    shown = networks.view(example.sample())[0].training
    assert shown is not None
    pair = shown.pairs[0]
    assert (pair.target.kana, pair.predicted.kana, pair.count) == ("ま", "す", "146")
    assert len(pair.examples) == 5


def test_a_quick_look_decides_nothing() -> None:
    result = example.sample()
    protocol = result.environment.protocol.model_copy(update={"official": False})
    environment = result.environment.model_copy(update={"protocol": protocol})
    shown = networks.view(result.model_copy(update={"environment": environment}))[0].training
    assert shown is not None
    assert shown.verdict == "69.50% right; asked for 68 to 72%: not decided"
    assert shown.symbol == "?"


def test_an_infinite_test_loss_is_said_in_words() -> None:
    base = example.network("NetLin")
    assert base.training is not None
    run = base.training.runs[0].model_copy(update={"test_losses": [1.0, None]})
    training = base.training.model_copy(update={"runs": [run]})
    network = base.model_copy(update={"training": training})
    view = networks.view(example.sample().model_copy(update={"networks": {"NetLin": network}}))
    assert view[0].training is not None
    assert view[0].training.runs[0].test_loss == "infinite"
