import torch
import torch.nn as nn

class MLP(nn.Module):
    def __init__(self, hid, act='sig'):
        super(MLP, self).__init__()
        self.act = act
        self.in_hid = nn.Linear(2, hid)
        self.hid_out = nn.Linear(hid, 1)

    def forward(self, input):
        net1 = self.in_hid(input)
        if self.act == 'step':
            self.hid = torch.heaviside(net1, torch.ones(1))
        else:
            self.hid = torch.sigmoid(net1)
        net2 = self.hid_out(self.hid)
        if self.act == 'step':
            return torch.heaviside(net2, torch.ones(1))
        return torch.sigmoid(net2)

    def set_weights(self):
        self.in_hid.weight.data = torch.Tensor([[10, 10], [10, 10], [10, 10], [10, 10], [10, 10]])
        self.in_hid.bias.data = torch.Tensor([-5, -15, -25, -35, -45])
        self.hid_out.weight.data = torch.Tensor([[10, -10, 10, -10, 10]])
        self.hid_out.bias.data = torch.Tensor([-5])
