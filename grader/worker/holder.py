"""Keeps the namespaces of a sandbox standing until its stdin is closed, and does nothing else."""

import sys

from . import STANDING
from .limits import allow_tracing, die_with_parent


def main() -> None:
    """Say so, and wait."""
    die_with_parent()
    allow_tracing(allowed=False)  # it is not limited as a student's process is
    print(STANDING, flush=True)
    sys.stdin.read()
