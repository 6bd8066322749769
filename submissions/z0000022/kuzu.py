import torch.nn as nn
from collections import OrderedDict


def head(n_in):
    return [("out", nn.Linear(n_in, 10)), ("prob", nn.LogSoftmax(dim=1))]


class NetLin(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(OrderedDict([("flat", nn.Flatten())] + head(784)))

    def forward(self, x):
        return self.net(x)


class NetFull(nn.Module):
    def __init__(self):
        super().__init__()
        hidden = [("flat", nn.Flatten()), ("hid", nn.Linear(784, 150)), ("act", nn.Tanh())]
        self.net = nn.Sequential(OrderedDict(hidden + head(150)))

    def forward(self, x):
        return self.net(x)


class NetConv(nn.Module):
    def __init__(self):
        super().__init__()

        def block(i, o):
            return nn.Sequential(nn.Conv2d(i, o, 5), nn.ReLU(), nn.MaxPool2d(2))

        hidden = [
            ("block1", block(1, 20)),
            ("block2", block(20, 40)),
            ("flat", nn.Flatten()),
            ("hid", nn.Linear(640, 64)),
            ("act", nn.ReLU()),
        ]
        self.net = nn.Sequential(OrderedDict(hidden + head(64)))

    def forward(self, x):
        return self.net(x)
