"""In which order the parts of a submission are asked for."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from grader.assignment import load_assignment
from grader.cohort.case import CAPTURE, FINISH, TRAIN, Case
from grader.cohort.packet import Card, Outline
from grader.data import load_dataset
from grader.train.protocol import KUZU


def card(cost: int) -> Card:
    return Card(graph="g", weights={0: "w"}, layout="fast", cost=cost, trainable=True)


def asked_for(**costs: int) -> list[tuple[str, tuple[int, int]]]:
    """Networks in the order in which they are asked for, with how urgent each is."""
    asked: list[tuple[str, tuple[int, int]]] = []

    def request(_card: Card, order: Any, *, urgency: tuple[int, int], **_rest: object) -> None:
        asked.append((order.name, urgency))

    office = SimpleNamespace(
        assignment=load_assignment("comp9444-25t2"),
        dataset=load_dataset("bundled"),
        protocol=KUZU,
        precision="fp32",
        device="cpu",
        remote=False,
        trainings=SimpleNamespace(request=request),
        on_stage=lambda _id, _stage: None,
    )
    submission = SimpleNamespace(id="z0000001")
    case = Case(cast(Any, office), cast(Any, submission), Path("folder"), 0, print, print)
    networks = {name: SimpleNamespace(card=card(cost)) for name, cost in costs.items()}
    case._train(cast(Outline, SimpleNamespace(networks=networks, failures={})))
    return asked


def test_all_that_a_submission_trains_is_as_urgent_as_its_longest() -> None:
    assert asked_for(NetLin=7, NetFull=90, NetConv=5000) == [
        ("NetConv", (TRAIN, -5000)),
        ("NetFull", (TRAIN, -5000)),
        ("NetLin", (TRAIN, -5000)),
    ]


def test_the_submission_with_the_longest_training_goes_first() -> None:
    light, heavy = asked_for(NetLin=7, NetConv=800), asked_for(NetLin=7, NetConv=5000)
    assert max(urgency for _, urgency in heavy) < min(urgency for _, urgency in light)
    assert FINISH < CAPTURE < TRAIN
