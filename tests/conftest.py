"""Settings of all tests."""

import os

from hypothesis import settings

# The same examples in every run, so that what passes here passes there; the nightly environment
# asks for fresh ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("fresh", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
