import torch
from torch import nn, tanh, relu
from torch.nn.functional import log_softmax, max_pool2d


class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.lin = nn.Linear(in_features=784, out_features=10, bias=True)

    def forward(self, x):
        return log_softmax(self.lin(x.flatten(1)), dim=1)


class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.hid = nn.Linear(in_features=784, out_features=150, bias=True)
        self.out = nn.Linear(in_features=150, out_features=10, bias=True)

    def forward(self, x):
        return log_softmax(self.out(tanh(self.hid(x.flatten(1)))), dim=1)


class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=20, kernel_size=5)
        self.conv2 = nn.Conv2d(in_channels=20, out_channels=40, kernal_size=5)
        self.hid = nn.Linear(in_features=640, out_features=64)
        self.out = nn.Linear(in_features=64, out_features=10)

    def forward(self, x):
        x = max_pool2d(relu(self.conv1(x)), 2)
        x = max_pool2d(relu(self.conv2(x)), 2)
        return log_softmax(self.out(relu(self.hid(x.flatten(1)))), dim=1)
