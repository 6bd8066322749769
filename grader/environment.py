"""Describes the machine, the data and the settings that a mark could depend on."""

import platform

import torch

import grader
from grader.assignment import Assignment
from grader.capturing.isolation import Isolation
from grader.capturing.sandbox import Limits
from grader.data import Dataset
from grader.graphs.numerics import Device, Precision, described, described_device
from grader.results import ClassInfo, DatasetInfo, Environment, IsolationInfo, ProtocolInfo
from grader.train.protocol import Protocol


def describe_environment(
    assignment: Assignment,
    dataset: Dataset,
    protocol: Protocol,
    isolation: Isolation,
    limits: Limits,
    *,
    precision: Precision = "fp32",
    device: Device = "cpu",
) -> Environment:
    """Versions and settings; nothing that changes from run to run, and no name of the machine."""
    return Environment(
        grader=grader.__version__,
        python=platform.python_version(),
        torch=torch.__version__,
        platform=f"{platform.system()} {platform.machine()}",
        dataset=DatasetInfo(
            name=dataset.name,
            title=dataset.title,
            official=dataset.official,
            digest=dataset.digest,
            train=len(dataset.train_labels),
            test=len(dataset.test_labels),
            classes=[ClassInfo(label=c.label, roman=c.roman, kana=c.kana) for c in dataset.classes],
        ),
        isolation=IsolationInfo(
            tier=isolation.tier, detail=isolation.detail, limits=limits.described()
        ),
        precision=described(precision),
        device=described_device(device),
        layout="channels last, fused SGD",
        threads=1,
        seeds=list(assignment.table.accuracy.seeds),
        protocol=ProtocolInfo(
            name=protocol.name,
            title=protocol.title,
            official=protocol.official,
            epochs=protocol.epochs,
            batch_size=protocol.batch_size,
            learning_rate=protocol.learning_rate,
            momentum=protocol.momentum,
            description=protocol.description,
        ),
    )
