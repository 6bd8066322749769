import torch
import torch.nn as nn
import torch.nn.functional as F

class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.linear = nn.Linear(28*28, 10)

    def forward(self, x):
        x = x.view(-1, 28*28)
        y = self.linear(x)
        return F.softmax(y, dim=1)

class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.linear1 = nn.Linear(28*28, 150)
        self.linear2 = nn.Linear(150, 10)

    def forward(self, x):
        x = x.view(-1, 28*28)
        y = torch.tanh(self.linear1(x))
        y = self.linear2(y)
        return F.log_softmax(y, dim=1)

class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 40, 5)
        self.linear1 = nn.Linear(640, 64)
        self.linear2 = nn.Linear(64, 10)

    def forward(self, x):
        y = F.max_pool2d(torch.relu(self.conv1(x)), 2)
        y = F.max_pool2d(torch.relu(self.conv2(y)), 2)
        y = y.view(-1, 640)
        y = torch.relu(self.linear1(y))
        y = self.linear2(y)
        return F.log_softmax(y, dim=1)
