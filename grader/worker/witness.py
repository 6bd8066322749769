"""Runs a captured network once more, as the course's program would: nothing is traced here.

A fresh process with another environment builds it again and computes a few images, so that the
trusted side can hold the graph against the network itself. What was shown to the exporter alone,
or depends on the time, the process or its environment, then differs.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from .capture import build_network, seed_generators, settle_lazy_layers, tensor_groups
from .load import load_module

ROWS = 8


def probe(seed: int, shape: list[int]) -> torch.Tensor:
    """Inputs from -1 to 1, as normalised images are: (8, *shape), the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(ROWS, *shape, generator=generator) * 2 - 1


def bear_witness(module: dict[str, Any], target: dict[str, Any], seed: int, out: Path) -> int:
    """Write weights and outputs of one network, or nothing where it fails; what it says is lost."""
    inputs = probe(seed, target["input"])
    home = tempfile.mkdtemp(dir=os.environ["HOME"])  # what it made the first time is not there
    os.chdir(home)
    os.environ.clear()
    os.environ.update(PATH="/usr/bin:/bin", HOME=home, TMPDIR=home, USER="user")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    seed_generators(0)
    student, failure = load_module(Path(module["path"]), module["name"])
    if student is None or failure is not None:
        return 1
    seed_generators(target["seeds"][0])
    network = build_network(student, target)
    settle_lazy_layers(network, target, Path(module["path"]))
    groups = tensor_groups(network)
    tensors = {f"{i}": g["tensor"].detach().clone().contiguous() for i, g in enumerate(groups)}
    with torch.no_grad():
        tensors["output"] = network.eval()(inputs).detach().clone().contiguous()
    part = out / f"{target['file']}.witness.part"
    save_file(tensors, str(part))
    part.rename(out / f"{target['file']}.witness")
    return 0
