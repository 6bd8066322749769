"""A network that misses under the course's settings is tried with those of the report."""

from dataclasses import replace

import pytest

from grader.capturing.trusted_capture import captured
from grader.claims.found import Found, Setting
from grader.grading import Captured
from grader.train.protocol import Protocol
from grader.train.stated_training import InThisProcess, stated_protocol, train_as_stated
from grader.train.trainer import train_networks
from reference.kuzu import NetLin
from tests.tiny import tiny_settings


def found(**values: list[float]) -> Found:
    return Found(
        kind="pdf",
        settings=[
            Setting(name=name.replace("_", " "), network="NetLin", question="1.1", value=value)
            for name, numbers in values.items()
            for value in numbers
        ],
    )


@pytest.fixture
def protocol() -> Protocol:
    return tiny_settings(epochs=1).assignment.protocol


def test_stated_settings_take_the_protocol_s_place(protocol: Protocol) -> None:
    stated = stated_protocol(found(learning_rate=[0.1], momentum=[0.9, 0.9]), "NetLin", protocol)
    assert stated is not None
    assert (stated.learning_rate, stated.momentum) == (0.1, 0.9)
    assert stated.title == "learning rate 0.1, momentum 0.9"
    assert (stated.epochs, stated.batch_size) == (protocol.epochs, protocol.batch_size)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"learning_rate": [0.01]},
        {"learning_rate": [0.1, 0.05]},
        {"learning_rate": [0.0]},
        {"momentum": [1.0]},
    ],
)
def test_none_or_several_or_impossible_ones_do_not(
    values: dict[str, list[float]], protocol: Protocol
) -> None:
    assert stated_protocol(found(**values), "NetLin", protocol) is None
    assert stated_protocol(found(learning_rate=[0.1]), "NetConv", protocol) is None


def test_only_a_network_that_missed_is_trained_again() -> None:
    settings = tiny_settings(epochs=1)
    network = captured(NetLin, "NetLin")
    first = train_networks(
        {"NetLin": network},
        settings.assignment,
        replace(settings.protocol, learning_rate=1e-6),
        settings.dataset,
        InThisProcess(settings.dataset),
    ).trainings
    assert not first["NetLin"].met
    work = Captured({"NetLin": network}, frozenset(), {}, report=found(learning_rate=[0.1]))
    again = train_as_stated(work, first, settings, InThisProcess(settings.dataset))
    words, training = again["NetLin"]
    assert words.startswith("learning rate 0.1")
    assert training.accuracy > first["NetLin"].accuracy
    met = {"NetLin": first["NetLin"].model_copy(update={"met": True})}
    assert train_as_stated(work, met, settings, InThisProcess(settings.dataset)) == {}
    silent = Captured({"NetLin": network}, frozenset(), {})
    assert train_as_stated(silent, first, settings, InThisProcess(settings.dataset)) == {}
