"""Settings of all tests."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from grader.capturing.fork_server import standing_by

# The same examples in every run, so that what passes here passes there; the nightly environment
# asks for fresh ones. No example has a deadline: a busy machine is no bug.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fresh", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# A shell ignores Ctrl-C for what it starts in the background, and children inherit that; tests of
# Ctrl-C must not depend on how they were started.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def forked_workers() -> Iterator[None]:
    """Saves two seconds of importing torch for each sandbox that a module's tests need."""
    with standing_by():
        yield
