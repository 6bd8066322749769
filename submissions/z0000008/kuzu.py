import torch
import torch.nn as nn
import torch.nn.functional as F

class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.f = nn.Flatten()
        self.l = nn.Linear(784, 10)
        self.s = nn.LogSoftmax(dim=1)

    def forward(self, x):
        return self.s(self.l(self.f(x)))

class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.f = nn.Flatten()
        self.l1 = nn.Linear(784, 150)
        self.t = nn.Tanh()
        self.l2 = nn.Linear(150, 10)
        self.s = nn.LogSoftmax(dim=1)

    def forward(self, x):
        return self.s(self.l2(self.t(self.l1(self.f(x)))))

class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.c1 = nn.Conv2d(1, 20, 5)
        self.c2 = nn.Conv2d(20, 40, 5)
        self.p = nn.MaxPool2d(2, 2)
        self.r = nn.ReLU(inplace=True)
        self.f = nn.Flatten()
        self.l1 = nn.Linear(640, 64)
        self.l2 = nn.Linear(64, 10)
        self.s = nn.LogSoftmax(dim=0)

    def forward(self, x):
        x = self.p(self.r(self.c1(x)))
        x = self.p(self.r(self.c2(x)))
        x = self.r(self.l1(self.f(x)))
        return self.s(self.l2(x))
