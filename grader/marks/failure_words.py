"""Explains to a student why a network could not be built or run, and what to do.

The worker sends an exception's own text; most of these texts have been seen so often that the
cure is known.
"""

import re

from grader.checking import CheckFailure
from grader.wire import Failure
from reference.dimensions import NETWORKS

_STAGES = {
    "import": "{module} cannot be imported",
    "build": "{name} cannot be built",
    "forward": "{name} is built, but its forward fails",
    "export": "{name} runs, but its graph could not be captured",
    "training": "{name} fails while training",
    "limits": "{name} was stopped",
    "fault": "{name} was not captured, through no fault of the student's",
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
        r"(?P<word>Net\w+)\.__init__\(\) missing \d+ required",
        "the course's program builds {word} without arguments: give them default values",
    ),
    (
        r"MLP\.__init__\(\) (takes|missing)",
        "the course's program builds MLP(hid, act): let __init__ take these two, besides self",
    ),
    (
        r"(?P<word>\w+)\.__init__\(\) missing \d+ required",
        "give {word} every argument that it needs; PyTorch's documentation lists them",
    ),
    (
        r"forward\(\) (takes \d+ positional|missing \d+ required)",
        "forward takes self and one tensor, the batch, and nothing else",
    ),
    (
        r"missing the required \"forward\" function",
        "write the method forward(self, x); check its spelling and that it is indented into the"
        " class",
    ),
    (
        r"before Module\.__init__\(\) call",
        "call super().__init__() on the first line of __init__",
    ),
    (
        r"object has no attribute '(?P<word>\w+)'",
        "check the spelling of '{word}', and that __init__ makes it",
    ),
    (
        r"name '(?P<word>\w+)' is not defined",
        "check the spelling of '{word}', or import it at the top of the file",
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
        r"to have (?P<asked>\d+) channels, but got (?P<found>\d+) channels",
        "the convolution gets {found} channels but was made for {asked}: its first argument is the"
        " number of filters of the layer before it",
    ),
    (
        r"Kernel size can't be greater|Output size is too small",
        "the image has become smaller than the kernel: use smaller kernels, fewer pools or padding",
    ),
    (
        r"expected \d+D .*input",
        "a convolution takes (N, channels, height, width): flatten only after the last one",
    ),
    (
        r"Dimension out of range",
        "check the dim argument: the scores of the classes are in dim=1 of (N, classes)",
    ),
    (
        r"must be floating point|must have the same dtype",
        "weights are 32-bit floats: write 1.0 for 1, or dtype=torch.float32",
    ),
    (
        r"cannot assign '.*' as parameter '(?P<word>\w+)'",
        "assign to {word}.data, or wrap the tensor in nn.Parameter",
    ),
    (
        r"leaf Variable that requires grad",
        "change weights inside `with torch.no_grad():`, or through .data",
    ),
    (
        r"there is no class named (?P<word>\w+)",
        "the class must be called {word}, exactly so",
    ),
    (r"No module named '(?P<word>[\w.]+)'", "only torch and Python's own modules are available"),
    (r"No such file or directory", "the module must not open files: move that work elsewhere"),
    (r"no NVIDIA|not compiled with CUDA", "leave the device to the course's program: no .cuda()"),
    (
        r"MLP\.set_weights: ",
        "assign tensors of these shapes, with ordinary numbers, in set_weights()",
    ),
    (r"for nine points", "return one output for each point, in the shape (N, 1)"),
    (r"NoneType", "does forward return its result?"),
)


def explain_failure(failure: Failure, name: str, module: str) -> CheckFailure:
    """A failure of the capture as a failed check: where, what was found, what to do."""
    stage = _STAGES[failure.stage].format(name=name, module=module)
    kind = f"{failure.type}: " if failure.type else ""
    first = failure.message.strip().splitlines()[0][:300] if failure.message.strip() else ""
    where = f" (line {failure.line}: {failure.source})" if failure.line else ""
    return CheckFailure(f"{stage}: {kind}{first}{where}", _expected(failure, name), _cure(failure))


def _expected(failure: Failure, name: str) -> str:
    if failure.stage == "import":
        return "a file that Python can import, and that does nothing else when imported"
    if failure.stage == "limits":
        return "a network that is built and run within the limits"
    if name in NETWORKS:
        return "a network that takes images of shape (N, 1, 28, 28) for any N"
    return "a network that takes points of shape (N, 2) for any N, and gives one output a point"


def _cure(failure: Failure) -> str:
    for pattern, cure in _CURES:
        if found := re.search(pattern, failure.message, re.IGNORECASE):
            return cure.format(**found.groupdict())
    if failure.stage == "limits":
        return "look for a loop without end, a call of exit(), or very large tensors"
    return "run the course's own program on it and mend what it reports"
