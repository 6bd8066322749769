import torch
from torch import nn

SCALE = 10  # makes sigmoid behave like the step function


class MLP(nn.Module):
    def __init__(self, hid, act="sig"):
        super().__init__()
        self.in_hid = nn.Linear(2, hid)
        self.hid_out = nn.Linear(hid, 1)
        self.act = act

    def _apply_act(self, u):
        if self.act == "sig":
            return torch.sigmoid(u)
        return torch.where(u >= 0, torch.ones_like(u), torch.zeros_like(u))

    def forward(self, input):
        self.hid = self._apply_act(self.in_hid(input))
        return self._apply_act(self.hid_out(self.hid))

    def set_weights(self):
        # node k switches on when x1 + x2 passes k - 0.5; the sum is odd
        # exactly when an odd number of nodes is on
        in_hid = SCALE * torch.tensor([[1.0, 1.0]] * 4)
        thresholds = SCALE * torch.tensor([-0.5, -1.5, -2.5, -3.5])
        hid_out = SCALE * torch.tensor([[1.0, -1.0, 1.0, -1.0]])
        bias = SCALE * torch.tensor([-0.5])
        self.in_hid.weight.data, self.in_hid.bias.data = in_hid, thresholds
        self.hid_out.weight.data, self.hid_out.bias.data = hid_out, bias
