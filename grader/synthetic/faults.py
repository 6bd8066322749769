"""What made-up students get wrong in kuzu.py, how often, and which checks that must cost.

The shares are chosen so that, as among 88 real NetLins, 80 are the same computation, and about a
fifth of the submissions break or miss something in NetFull or NetConv.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from grader.synthetic.layers import (
    PIXELS,
    Activation,
    Conv,
    Draft,
    End,
    Flatten,
    Linear,
    dense,
)

NETWORKS: Final = ("NetLin", "NetFull", "NetConv")

CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "netlin": ("builds", "output", "layers", "parameters", "accuracy"),
    "netfull": (
        "builds",
        "output",
        "layers",
        "activation",
        "hidden",
        "parameters",
        "accuracy",
    ),
    "netconv": ("builds", "output", "layers", "activation", "parameters", "accuracy"),
    "mlp": ("builds", "hidden", "step", "sigmoid", "rescaled"),
}
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "output": ("builds",),
    "layers": ("builds",),
    "activation": ("builds",),
    "hidden": ("builds", "layers"),
    "parameters": ("builds", "layers"),
    "accuracy": ("builds", "output", "layers"),
    "step": ("builds",),
    "sigmoid": ("builds", "step"),
    "rescaled": ("builds",),
}
"""Which checks of a network are skipped where another has failed, or wait where another does."""

Outcomes = dict[str, str]


def outcomes_of(network: str, **found: str) -> Outcomes:
    """Outcome of each check of a network that does not pass, by its full name.

    >>> outcomes_of("NetLin", layers="failed")
    {'netlin_layers': 'failed', 'netlin_parameters': 'skipped', 'netlin_accuracy': 'skipped'}
    """
    prefix, outcomes = network.lower(), {}
    for check in CHECKS[prefix]:
        needed = [found[need] for need in NEEDS.get(check, ()) if need in found]
        if check in found:
            outcomes[f"{prefix}_{check}"] = found[check]
        elif needed:
            outcomes[f"{prefix}_{check}"] = "ungraded" if "ungraded" in needed else "skipped"
    return outcomes


def merged(each: Iterable[Outcomes]) -> Outcomes:
    """The outcomes of several networks."""
    return {name: outcome for found in each for name, outcome in found.items()}


@dataclass(frozen=True)
class Fault:
    """One slip in one network.

    Args:
        name: what it is called in the manifest.
        share: of all submissions that have it.
        change: what it makes of a right network.
        fails: the check that it fails, without the network's name; "" where it costs nothing.
    """

    name: str
    share: float
    change: Callable[[Draft, Random], Draft]
    fails: str = ""

    def outcomes(self, network: str) -> Outcomes:
        """Every check that does not pass because of it."""
        return outcomes_of(network, **{self.fails: "failed"}) if self.fails else {}


def _end(end: End) -> Callable[[Draft, Random], Draft]:
    return lambda draft, _: replace(draft, layers=(*draft.layers[:-1], end))


def _on_logits(name: str) -> Callable[[Draft, Random], Draft]:
    return lambda draft, _: replace(
        draft, layers=(*draft.layers[:-1], Activation(name), draft.layers[-1])
    )


def _last_linear(draft: Draft, **changes: int | bool) -> Draft:
    *before, last, end = draft.layers
    assert isinstance(last, Linear)
    return replace(draft, layers=(*before, replace(last, **changes), end))  # type: ignore[arg-type]


def _hidden(*sizes: int, activation: str) -> Callable[[Draft, Random], Draft]:
    """Other fully connected layers behind what comes before the first."""

    def change(draft: Draft, _: Random) -> Draft:
        flat = next(layer for layer in draft.layers if isinstance(layer, Flatten))
        before = draft.layers[: draft.layers.index(flat)]
        return replace(draft, layers=(*before, *dense(flat.size, sizes, activation)))

    return change


def _activation(name: str) -> Callable[[Draft, Random], Draft]:
    def change(draft: Draft, _: Random) -> Draft:
        changed = (Activation(name) if isinstance(y, Activation) else y for y in draft.layers)
        return replace(draft, layers=tuple(changed))

    return change


def _without_last_relu_of_convolutions(draft: Draft, _: Random) -> Draft:
    last = max(i for i, layer in enumerate(draft.layers) if isinstance(layer, Conv))
    return replace(draft, layers=draft.layers[: last + 1] + draft.layers[last + 2 :])


def _odd_hidden(draft: Draft, rng: Random) -> Draft:
    return _hidden(rng.choice((64, 128, 155, 256)), activation="tanh")(draft, rng)


def _wrong_flatten(draft: Draft, _: Random) -> Draft:
    """The first fully connected layer expects what another image size would have left."""
    first = next(layer for layer in draft.layers if isinstance(layer, Linear))
    wrong = replace(first, inputs=first.inputs * 2 + 2)
    return replace(draft, layers=tuple(wrong if y is first else y for y in draft.layers))


_OUTPUTS: Final = (
    ("softmax", _end(End("softmax"))),
    ("log softmax over the batch", _end(End(dim=0))),
    ("relu on the logits", _on_logits("relu")),
    ("26 outputs", lambda draft, _: _last_linear(draft, outputs=26)),
)

FAULTS: Final[Mapping[str, tuple[Fault, ...]]] = {
    "NetLin": (
        *(Fault(name, 0.012, change, "output") for name, change in _OUTPUTS),
        Fault("a hidden layer", 0.025, _hidden(100, activation="relu"), "layers"),
        Fault("no bias", 0.018, lambda d, _: _last_linear(d, bias=False), "parameters"),
    ),
    "NetFull": (
        *(Fault(name, 0.01, change, "output") for name, change in _OUTPUTS),
        Fault("tanh on the logits", 0.015, _on_logits("tanh"), "output"),
        Fault("two hidden layers", 0.03, _hidden(120, 60, activation="tanh"), "layers"),
        Fault("relu for tanh", 0.025, _activation("relu"), "activation"),
        Fault("sigmoid for tanh", 0.01, _activation("sigmoid"), "activation"),
        Fault("hidden size not a multiple of 10", 0.03, _odd_hidden, "hidden"),
        Fault(
            "a layer that is never used",
            0.015,
            lambda d, _: replace(d, unused=Linear(PIXELS, PIXELS)),
            "parameters",
        ),
        Fault(
            "the constructor needs an argument",
            0.02,
            lambda d, _: replace(d, parameters=", hidden"),
            "builds",
        ),
    ),
    "NetConv": (
        *(Fault(name, 0.01, change, "output") for name, change in _OUTPUTS),
        Fault("no relu after the second convolution", 0.025, _without_last_relu_of_convolutions,
              "activation"),
        Fault("tanh for relu", 0.01, _activation("tanh"), "activation"),
        Fault("no fully connected layer", 0.02, _hidden(activation="relu"), "layers"),
        Fault("two fully connected layers", 0.025, _hidden(128, 64, activation="relu"), "layers"),
        Fault("layers registered twice", 0.02, lambda d, _: replace(d, registered_twice=True)),
        Fault("a misspelt keyword", 0.03, lambda d, _: replace(d, misspelt=True), "builds"),
        Fault("a wrong flatten size", 0.04, _wrong_flatten, "builds"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class FileFault:
    """Something about the whole of kuzu.py: `change` makes it of the right text.

    `breaks`: nothing can be imported then. The others cost no mark.
    """

    name: str
    share: float
    change: Callable[[str], str]
    breaks: bool = False


_TRAINS = """

# does it learn?
batch = torch.randn(64, 1, 28, 28)
for net in (NetLin(), NetFull(), NetConv()):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    F.nll_loss(net(batch), torch.randint(0, 10, (64,))).backward()
    optimizer.step()
    print("one step of", type(net).__name__)
"""


def _prints(text: str) -> str:
    """Every forward prints before it computes."""
    lines = []
    for line in text.splitlines():
        lines.append(line)
        if line.lstrip().startswith("def forward(self, "):
            x = line.split(", ")[1].split(")")[0]
            lines.append(f'        print("forward sees", {x}.shape, {x}.mean())')
    return "\n".join(lines) + "\n"


FILE_FAULTS: Final = (
    FileFault("an advert and full-width punctuation", 0.02, lambda t: f"【作业代写】\n{t}", True),
    FileFault("a bracket is missing", 0.01, lambda t: t.replace("nn.Module):", "nn.Module:", 1),
              True),
    FileFault("import opens a file that is not there", 0.015,
              lambda t: f'{t}\n\nlabels = open("./data/labels.txt").read()\n', True),
    FileFault("forward prints", 0.03, _prints),
    FileFault("import trains all networks", 0.02, lambda t: t + _TRAINS),
    FileFault("tabs", 0.02, lambda t: t.replace("    ", "\t")),
    FileFault("carriage returns and a byte order mark", 0.03,
              lambda t: "\ufeff" + t.replace("\n", "\r\n")),
)  # fmt: skip
