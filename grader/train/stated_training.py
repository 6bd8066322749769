"""Trains a network that missed its threshold once more, as the student's report says it was.

Only `kuzu.py` is handed in, so a learning rate or momentum that a student changed stands in the
report alone. What the course's own protocol shows is kept; this is shown beside it.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.claims.found import Found
from grader.graphs.network import Network
from grader.results import Training
from grader.train.protocol import Protocol
from grader.train.trainer import Pool, Trained, train_networks

if TYPE_CHECKING:
    from grader.data import Dataset
    from grader.grading import Captured, Settings
    from grader.train.training_pool import TrainingJob
    from grader.train.training_run import TrainingRun

LARGEST_RATE = 1.0


def stated_protocol(found: Found, network: str, protocol: Protocol) -> Protocol | None:
    """The protocol with the learning rate and momentum that the report states for a network.

    None where it states none, several (which of them counts is not for a machine to say), those
    of the protocol, or numbers that no training has.
    """
    stated = {
        name: {s.value for s in found.settings if s.network == network and s.name == name}
        for name in ("learning rate", "momentum")
    }
    if any(len(values) > 1 for values in stated.values()):
        return None
    rate = next(iter(stated["learning rate"]), protocol.learning_rate)
    momentum = next(iter(stated["momentum"]), protocol.momentum)
    if (rate, momentum) == (protocol.learning_rate, protocol.momentum):
        return None
    if not 0 < rate <= LARGEST_RATE or not 0 <= momentum < 1:
        return None
    title = f"learning rate {rate:g}, momentum {momentum:g}"
    return replace(protocol, title=title, learning_rate=rate, momentum=momentum, may_stop=False)


def train_as_stated(
    captured: "Captured",
    trained: Mapping[str, Training],
    settings: "Settings",
    pool: Pool | None = None,
) -> dict[str, tuple[str, Training]]:
    """For each network that missed: the settings of the report in words, and what they give."""
    found, protocol = captured.report, settings.protocol
    if found is None or not protocol.official:
        return {}
    done = {}
    for name, training in trained.items():
        network = captured.networks.get(name)
        stated = stated_protocol(found, name, protocol)
        if training.met or stated is None or not isinstance(network, Network):
            continue
        again: Trained = train_networks(
            {name: network},
            settings.assignment,
            stated,
            settings.dataset,
            pool or settings.pool,
            precision=settings.precision,
            device=settings.device,
        )
        if name in again.trainings:
            done[name] = (stated.title, again.trainings[name])
    return done


class InThisProcess:
    """Runs each job at once, where there are no training processes."""

    def __init__(self, dataset: "Dataset") -> None:
        self._dataset = dataset

    def submit(self, job: "TrainingJob") -> "Future[TrainingRun]":
        """The run, finished; what it raises comes with its result."""
        from grader.train.training_worker import run_job

        future: Future[TrainingRun] = Future()
        try:
            future.set_result(run_job(job, self._dataset, lambda _epoch, _accuracy: None))
        except Exception as error:
            future.set_exception(error)
        return future
