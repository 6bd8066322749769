"""What a training process runs. The server process imports this module and with it torch."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

from grader.data import Dataset
from grader.numerics import Precision, require_usable, suited_device, suited_precision
from grader.replay import Replay
from grader.trainer import cost
from grader.training import train
from grader.training_run import TrainingRun

if TYPE_CHECKING:
    from grader.training_pool import TrainingJob


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
    return train(
        Replay(job.network, job.seed, job.layout),
        dataset,
        job.protocol,
        seed=job.seed,
        layout=job.layout,
        precision=_precision(job),
        device=suited_device(job.network, job.device),
        stop=job.stop,
        on_epoch=on_epoch,
    )


def _precision(job: "TrainingJob") -> Precision:
    if job.precision == "fp32":
        return "fp32"
    return suited_precision(job.network, cost(job.network), job.layout, job.precision)
