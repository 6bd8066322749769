import os
import platform

import torch

from grader import __version__
from grader.capturing.isolation import Rlimits
from grader.capturing.sandbox import Limits
from grader.environment import describe_environment
from grader.results import Environment
from tests.tiny import tiny_settings


def described() -> Environment:
    s = tiny_settings(epochs=7)
    return describe_environment(s.assignment, s.dataset, s.protocol, Rlimits(), Limits())


def test_all_that_a_mark_could_depend_on_is_named() -> None:
    found = described()
    assert (found.grader, found.torch) == (__version__, torch.__version__)
    assert found.python == platform.python_version()
    assert (found.dataset.title, found.dataset.official) == ("Bright rows", False)
    assert (found.dataset.train, found.dataset.test, len(found.dataset.classes)) == (200, 64, 10)
    assert (found.protocol.epochs, found.protocol.batch_size) == (7, 64)
    assert found.isolation.tier == "rlimits"
    assert found.isolation.limits == Limits().described()


def test_nothing_in_it_names_the_machine_or_changes_from_run_to_run() -> None:
    text = described().model_dump_json()
    assert text == described().model_dump_json()
    assert platform.node() not in text
    assert os.getcwd() not in text
