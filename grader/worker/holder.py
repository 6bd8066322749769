"""Keeps the namespaces of a sandbox standing until its stdin is closed, and does nothing else.

It is the first process in them: when it ends, so does all that is left there.
"""

import signal
import sys

from . import STANDING
from .limits import allow_tracing, die_with_parent


def main() -> None:
    """Say so, and wait."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process is spared all others
    die_with_parent()
    allow_tracing(allowed=False)  # it is not limited as a student's process is
    print(STANDING, flush=True)
    sys.stdin.read()
