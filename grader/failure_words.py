"""Explains to a student why a network could not be built or run, and what to do.

The worker sends an exception's own text; most of these texts have been seen so often that the
cure is known.
"""

import re

from grader.checking import CheckFailure
from grader.wire import Failure

_STAGES = {
    "import": "{module} cannot be imported",
    "build": "{name} cannot be built",
    "forward": "{name} is built, but its forward fails",
    "export": "{name} runs, but its graph could not be captured",
    "training": "{name} fails while training",
    "limits": "{name} was stopped",
}

_CURES: tuple[tuple[str, str], ...] = (
    (
        r"invalid character|non-printable|invalid non-ascii",
        "the line holds a character that Python does not know, often a full-width comma, bracket"
        " or quote: type it again with an English keyboard",
    ),
    (r"unexpected indent|unindent|inconsistent use of tabs", "indent with four spaces everywhere"),
    (
        r"unexpected keyword argument '(?P<word>\w+)'",
        "check the spelling of '{word}' in PyTorch's documentation",
    ),
    (
        r"missing \d+ required positional argument",
        "the course's program builds the network without arguments: give them default values",
    ),
    (
        r"mat1 and mat2 shapes cannot be multiplied \(\d+x(?P<found>\d+) and (?P<asked>\d+)x\d+\)",
        "the linear layer gets {found} inputs for each image but was made for {asked}: change its"
        " first argument to {found}, or check the flattening before it",
    ),
    (
        r"shape '\[.*\]' is invalid for input of size",
        "the view or reshape does not fit the tensor: use x.view(x.size(0), -1), which keeps the"
        " batch whatever its size",
    ),
    (
        r"there is no class named (?P<word>\w+)",
        "the class must be called {word}, exactly so",
    ),
    (r"No module named '(?P<word>[\w.]+)'", "only torch and Python's own modules are available"),
    (r"No such file or directory", "the module must not open files: move that work elsewhere"),
    (r"expected \d+D .*input", "check the shape of the tensor that this layer is given"),
    (r"NoneType", "does forward return its result?"),
)


def explain_failure(failure: Failure, name: str, module: str) -> CheckFailure:
    """A failure of the capture as a failed check: where, what was found, what to do."""
    stage = _STAGES[failure.stage].format(name=name, module=module)
    kind = f"{failure.type}: " if failure.type else ""
    first = failure.message.strip().splitlines()[0][:300] if failure.message.strip() else ""
    where = f" (line {failure.line}: {failure.source})" if failure.line else ""
    return CheckFailure(f"{stage}: {kind}{first}{where}", _expected(failure), _cure(failure))


def _expected(failure: Failure) -> str:
    if failure.stage == "import":
        return "a file that Python can import, and that does nothing else when imported"
    if failure.stage == "limits":
        return "a network that is built and run within the limits"
    return "a network that takes images of shape (N, 1, 28, 28), or points (N, 2), for any N"


def _cure(failure: Failure) -> str:
    for pattern, cure in _CURES:
        if found := re.search(pattern, failure.message, re.IGNORECASE):
            return cure.format(**found.groupdict())
    if failure.stage == "limits":
        return "look for a loop without end, a call of exit(), or very large tensors"
    return "run the course's own program on it and mend what it reports"
