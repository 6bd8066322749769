"""COMP9444 Assignment 1, Part 2: a multi-layer perceptron with weights set by hand."""
import torch
import torch.nn as nn


class MLP(nn.Module):

    def __init__(self, hid, act='sig'):
        super(MLP, self).__init__()
        self.act = act
        self.in_hid = nn.Linear(2, hid)
        self.hid_out = nn.Linear(hid, 1)
        self.hid = None

    def activate(self, net):
        if self.act == 'step':
            return (net >= 0).float()
        return torch.sigmoid(net)

    def forward(self, input):
        self.hid = self.activate(self.in_hid(input))
        return self.activate(self.hid_out(self.hid))

    def set_weights(self):
        in_hid_weight = [[1, 1], [1, 1], [-1, 1], [-1, 1]]
        hid_bias = [-2.5, -1.5, -0.5, 0.5]
        hid_out_weight = [[1, -1, 1, -1]]
        out_bias = [0]
        self.in_hid.weight.data = torch.tensor(in_hid_weight, dtype=torch.float32)
        self.in_hid.bias.data = torch.tensor(hid_bias, dtype=torch.float32)
        self.hid_out.weight.data = torch.tensor(hid_out_weight, dtype=torch.float32)
        self.hid_out.bias.data = torch.tensor(out_bias, dtype=torch.float32)
