"""What a machine computes with. Workers that agree in it give the same results, bit for bit."""

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import grader
import reference
from grader.resources import PACKAGE

Software = Mapping[str, str]
"""Versions by name, to be compared and shown."""


@cache
def versions() -> Software:
    """Of Python, torch and the grader, whose version alone does not tell one checkout from another.

    Imports no torch.
    """
    return {
        "python": platform.python_version(),
        "torch": version("torch"),
        "grader": f"{grader.__version__} (source {_source_digest()})",
    }


@cache
def software() -> Software:
    """All that the results of this machine depend on. Imports torch."""
    import torch

    return {
        **versions(),
        "torch build": torch.__version__,
        "processor": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
    }


def differences(found: Software, expected: Software) -> str:
    """What of the expected was not found, in words; "" where all was.

    >>> differences({"python": "3.11.9", "torch": "2.15.0"}, {"python": "3.12.1"})
    'python 3.11.9 instead of 3.12.1'
    """
    return ", ".join(
        f"{name} {found.get(name, 'missing')} instead of {wanted}"
        for name, wanted in expected.items()
        if found.get(name) != wanted
    )


def _source_digest() -> str:
    """The first digits of a digest of all Python files, which a wheel and a checkout share."""
    digest = hashlib.sha256()
    for root in (PACKAGE, *map(Path, reference.__path__)):
        for file in sorted(root.rglob("*.py")):
            digest.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]
