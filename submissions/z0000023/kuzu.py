import torch
import torch.nn as nn
import torch.nn.functional as F

class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.a = nn.Linear(784, 10)
    def forward(self, x):
        return F.log_softmax(self.a(torch.flatten(x, start_dim=1, end_dim=-1)), dim=1)

class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.a = nn.Linear(784, 150)
        self.b = nn.Linear(150, 10)
    def forward(self, x):
        return F.log_softmax(self.b(nn.Tanh()(self.a(torch.flatten(x, 1)))), dim=1)

class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.a = nn.Conv2d(1, 20, 5)
        self.b = nn.Conv2d(20, 40, 5)
        self.c = nn.Linear(640, 64)
        self.d = nn.Linear(64, 10)
    def forward(self, x):
        x = nn.MaxPool2d(2)(nn.ReLU()(self.a(x)))
        x = nn.MaxPool2d(2)(nn.ReLU()(self.b(x)))
        x = nn.ReLU()(self.c(torch.flatten(x, 1)))
        return nn.LogSoftmax(dim=1)(self.d(x))
