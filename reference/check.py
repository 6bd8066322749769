"""The perceptron of Part 2 as the course's programs expect it: `MLP(hid, act)`.

With `set_weights()` it is right on all nine points with step and with sigmoid alike. The weights
are `reference.perceptron.HAND_SET`, times 10; no sigmoid output is between 0.008 and 0.992.
"""

import torch
from torch import nn

from reference.perceptron import HAND_SET, HIDDEN, SCALE

ACTS = ("step", "sig")


class MLP(nn.Module):
    """Two inputs, `hid` hidden nodes, one output: (N, 2) -> (N, 1).

    After a forward pass `hid` holds the hidden activations, (N, hid), for the plots.

    Raises:
        ValueError: `act` is neither `step` nor `sig`.
    """

    def __init__(self, hid: int = HIDDEN, act: str = "sig") -> None:
        super().__init__()
        if act not in ACTS:
            raise ValueError(f"no activation is called {act}; there are {' and '.join(ACTS)}")
        self.act = act
        self.in_hid = nn.Linear(2, hid)
        self.hid_out = nn.Linear(hid, 1)
        self.hid = torch.empty(0, hid)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Output activations, (N, 1), of the points `x`, (N, 2)."""
        self.hid = self._activate(self.in_hid(x))
        return self._activate(self.hid_out(self.hid))

    def set_weights(self, grid: str = "012") -> None:
        """Set the hand-made weights for one of the grids, rescaled for sigmoid.

        Raises:
            ValueError: the network has not four hidden nodes.
        """
        if self.in_hid.out_features != HIDDEN:
            raise ValueError(
                f"weights are set by hand for {HIDDEN} hidden nodes, not {self.in_hid.out_features}"
            )
        arrays = HAND_SET[grid].scaled(SCALE).arrays()
        with torch.no_grad():
            for parameter, array in zip(self.parameters(), arrays, strict=True):
                parameter.copy_(torch.from_numpy(array).reshape(parameter.shape))

    def _activate(self, net: torch.Tensor) -> torch.Tensor:
        return (net >= 0).float() if self.act == "step" else torch.sigmoid(net)
