import torch
import torch.nn as nn

class MLP(nn.Module):
    def __init__(self, hid, act='sig'):
        super(MLP, self).__init__()
        self.act = act
        # input to hidden
        self.in_hid = nn.Linear(2, hid)
        # hidden to output
        self.hid_out = nn.Linear(hid, 1)

    def forward(self, input):
        hid_sum = self.in_hid(input)
        self.hid = torch.sigmoid(hid_sum) if self.act == 'sig' else torch.where(hid_sum < 0, 0.0, 1.0)
        out_sum = self.hid_out(self.hid)
        return torch.sigmoid(out_sum) if self.act == 'sig' else torch.where(out_sum < 0, 0.0, 1.0)

    def set_weights(self):
        s = 10
        self.in_hid.weight.data.copy_(s * torch.tensor([[-1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]]))
        self.in_hid.bias.data.copy_(s * torch.tensor([1.5, -2.5, -0.5, -0.5]))
        self.hid_out.weight.data.copy_(s * torch.tensor([[1.0, 1.0, 1.0, 1.0]]))
        self.hid_out.bias.data.copy_(s * torch.tensor([-1.5]))
