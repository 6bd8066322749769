"""What a training process runs. The server process imports this module and with it torch."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

from grader.data import Dataset
from grader.graphs.numerics import (
    Device,
    Precision,
    require_usable,
    suited_device,
    suited_precision,
)
from grader.graphs.replay import Replay
from grader.train.trainer import cost
from grader.train.training import train
from grader.train.training_run import TrainingRun

if TYPE_CHECKING:
    from grader.train.training_pool import TrainingJob


def run_job(
    job: "TrainingJob", dataset: Dataset, on_epoch: Callable[[int, float], None]
) -> TrainingRun:
    """Train the job's network on one thread, from its weights for the job's seed.

    Raises:
        UsageError: this machine has not got the job's precision or device.
        TrainingError: the network cannot be trained.
    """
    require_usable(job.precision, job.device)
    torch.set_num_threads(1)
    precision, device = _suited(job)
    return train(
        Replay(job.network, job.seed, job.layout),
        dataset,
        job.protocol,
        seed=job.seed,
        layout=job.layout,
        precision=precision,
        device=device,
        stop=job.stop,
        on_epoch=on_epoch,
    )


def _suited(job: "TrainingJob") -> tuple[Precision, Device]:
    """What suits the job's network; the usual way needs no look at it."""
    if (job.precision, job.device) == ("fp32", "cpu"):
        return "fp32", "cpu"
    work = cost(job.network)
    return (
        suited_precision(job.network, work, job.layout, job.precision),
        suited_device(job.network, work, job.device),
    )
