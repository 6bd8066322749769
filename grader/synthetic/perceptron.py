"""Makes up check.py: hand-set weights, right and wrong, in a few spellings.

Hidden node k is on where x1 + x2 reaches a threshold; the sum is odd exactly where an odd number
of nodes is on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from grader.synthetic.faults import Outcomes, outcomes_of

HALVES: Final = (-0.5, -1.5, -2.5, -3.5, -4.5)
SIGNS: Final = (1.0, -1.0, 1.0, -1.0, 1.0)


@dataclass(frozen=True)
class Variant:
    """One way in which Part 2 is answered.

    `nodes` hidden nodes, `scaled` by a large number or not; `out_bias` before scaling: -0.5 lies
    between the sums 0 and 1, -1 makes the output's net input 0 where 1 is wanted. `centred` weights
    belong to the points {-1, 0, 1} squared. `raises`: set_weights() ends in an error.
    """

    name: str
    share: float
    found: tuple[tuple[str, str], ...] = ()
    nodes: int = 4
    scaled: bool = True
    out_bias: float = -0.5
    centred: bool = False
    raises: bool = False

    def outcomes(self) -> Outcomes:
        """Outcome of each check of Part 2 that does not pass."""
        return outcomes_of("MLP", **dict(self.found))


_NO_SIGMOID: Final = ("sigmoid", "failed")
_UNSCALED: Final = ("rescaled", "failed")

VARIANTS: Final = (
    Variant("right and rescaled", 0.41),
    Variant("a net input is 0, rescaled", 0.2, (_NO_SIGMOID,), out_bias=-1.0),
    Variant("a net input is 0, not rescaled", 0.1, (_NO_SIGMOID, _UNSCALED), out_bias=-1.0,
            scaled=False),
    Variant("not rescaled", 0.12, (("sigmoid", "partial"), _UNSCALED), scaled=False),
    Variant("weights of another year's points", 0.08, (("step", "failed"),), centred=True),
    Variant("five hidden nodes", 0.05, (("hidden", "failed"),), nodes=5),
    Variant("set_weights raises", 0.04, (("builds", "failed"),), raises=True),
)  # fmt: skip

SCALES: Final = (10.0, 15.0, 20.0)
"""From about 41 on float32 rounds a sigmoid that lies below a half to a half."""
STEPS: Final = (
    "(net >= 0).float()",
    "torch.where(net >= 0, torch.ones_like(net), torch.zeros_like(net))",
    "torch.where(net < 0, 0.0, 1.0)",
    "1.0 * (net >= 0)",
    "torch.heaviside(net, torch.ones(1))",
)
ASSIGNMENTS: Final = (
    "self.{layer}.{kind}.data = torch.tensor({values})",
    "self.{layer}.{kind}.data = torch.Tensor({values})",
    "self.{layer}.{kind}.data.copy_(torch.tensor({values}))",
    "self.{layer}.{kind} = nn.Parameter(torch.tensor({values}))",
)

_TEMPLATE: Final = """\
# {title}
import torch
import torch.nn as nn


class MLP(nn.Module):
    def __init__(self, hid, act='sig'):
        super().__init__()
        self.act = act
        self.in_hid = nn.Linear(2, hid)
        self.hid_out = nn.Linear(hid, 1)

    def {activate}(self, net):
        if self.act == 'step':
            return {step}
        return torch.sigmoid(net)

    def forward(self, input):
        self.hid = self.{activate}(self.in_hid(input))
        return self.{activate}(self.hid_out(self.hid))

    def set_weights(self):
{weights}
"""


def check_source(variant: Variant, rng: Random, title: str) -> str:
    """The text of a check.py with this answer; `title` is a comment in its first line."""
    # copy_ would not fit the layers that MLP(4) made
    assign = rng.choice([way for way in ASSIGNMENTS if variant.nodes == 4 or "copy_" not in way])
    lines = [assign.format(**given) for given in _weights(variant, rng)]
    if variant.raises:
        lines.insert(1, "self.hidden.weight.data.fill_(1)")
    return _TEMPLATE.format(
        title=title,
        activate=rng.choice(("activate", "_act", "f", "threshold")),
        step=rng.choice(STEPS),
        weights="\n".join(f"        {line}" for line in lines),
    )


def _weights(variant: Variant, rng: Random) -> list[dict[str, object]]:
    scale = rng.choice(SCALES) if variant.scaled else 1.0
    moved = 2.0 if variant.centred else 0.0
    order = rng.sample(range(variant.nodes), variant.nodes)
    biases = [scale * (HALVES[k] + moved) for k in order]
    signs = [scale * SIGNS[k] for k in order]
    return [
        _given("in_hid", "weight", [[scale, scale]] * variant.nodes),
        _given("in_hid", "bias", biases),
        _given("hid_out", "weight", [signs]),
        _given("hid_out", "bias", [scale * variant.out_bias]),
    ]


def _given(layer: str, kind: str, values: Sequence[object]) -> dict[str, object]:
    return {"layer": layer, "kind": kind, "values": values}
