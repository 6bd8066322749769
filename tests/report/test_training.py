import base64

import pytest

from grader.report import curves, networks, training
from grader.results import Training

from . import example


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        base64.b64encode(b"GIF89a").decode(),
        '"><script>',
        base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20_000)).decode(),
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
    assert pair.examples == 5


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


def stopped() -> Training:
    """A run that was ended after its second epoch."""
    base = example.training("NetConv")
    run = base.runs[0]
    early = run.model_copy(update={"accuracies": run.accuracies[:2], "stopped": "because"})
    return base.model_copy(
        update={
            "runs": [early],
            "decisive": 0,
            "accuracy": early.accuracies[-1],
            "decided_at": "met in the first run: because",
        }
    )


def test_a_stopped_run_is_never_shown_as_a_final_one() -> None:
    early, environment = stopped(), example.sample().environment
    shown = training.view("NetConv", early, environment)
    figure = f"{early.accuracy:.2f}%"
    assert shown.verdict.startswith(f"{figure} right after epoch 2, where training was stopped; ")
    assert shown.note == "Met in the first run: because."
    assert shown.runs[0].accuracy == f"{figure} after epoch 2"
    assert shown.matrix_caption.endswith(", after epoch 2")


def test_its_curve_says_so_and_shows_the_epochs_that_were_left_out() -> None:
    early = stopped()
    said = curves.describe("NetConv", early)
    assert f"Stopped at: {early.accuracy:.2f}% after epoch 2." in said
    assert "Final:" not in said
    drawn = curves.training_curve("NetConv", early)
    whole = curves.training_curve("NetConv", example.training("NetConv"))
    assert ">stopped<" in drawn.content
    assert ">10<" in drawn.content
    assert ">stopped<" not in whole.content
