import torch
import torch.nn as nn
import torch.nn.functional as F

class MLP(nn.Module):
    def __init__(self, hid, act='sig'):
        super().__init__()
        self.act = act
        self.in_hid = nn.Linear(2, hid)
        self.hid_out = nn.Linear(hid, 1)

    def step(self, x):
        out = torch.zeros_like(x)
        out[x >= 0] = 1
        return out

    def forward(self, input):
        if self.act == 'step':
            self.hid = self.step(self.in_hid(input))
            output = self.step(self.hid_out(self.hid))
        else:
            self.hid = F.sigmoid(self.in_hid(input))
            output = F.sigmoid(self.hid_out(self.hid))
        return output

    def set_weights(self):
        W = [[20, -20], [-20, 20], [20, 20], [-20, -20]]
        b = [-10, -10, -50, 30]
        V = [[20, 20, 20, 20]]
        c = [-30]
        self.in_hid.weight.data = torch.FloatTensor(W)
        self.in_hid.bias.data = torch.FloatTensor(b)
        self.hid_out.weight.data = torch.FloatTensor(V)
        self.hid_out.bias.data = torch.FloatTensor(c)
