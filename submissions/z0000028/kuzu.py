import torch
import torch.nn as nn
import torch.nn.functional as F

class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.i2o = nn.Linear(784, 10)

    def forward(self, x):
        x = torch.flatten(x, 1)
        x = self.i2o(x)
        return F.log_softmax(input=x, dim=1)

class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.i2h = nn.Linear(784, 150)
        self.h2o = nn.Linear(150, 10)

    def forward(self, x):
        x = torch.flatten(x, 1)
        x = self.i2h(x)
        x = torch.tanh(x)
        x = self.h2o(x)
        return F.log_softmax(input=x, dim=1)

class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 40, 5)
        self.i2h = nn.Linear(640, 64)
        self.h2o = nn.Linear(64, 10)

    def forward(self, x):
        x = self.conv1(x).clamp(min=0)
        x = F.max_pool2d(x, 2)
        x = self.conv2(x).clamp(min=0)
        x = F.max_pool2d(x, 2)
        x = torch.flatten(x, 1)
        x = self.i2h(x).clamp(min=0)
        x = self.h2o(x)
        return F.log_softmax(input=x, dim=1)
