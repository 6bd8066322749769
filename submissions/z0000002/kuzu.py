# kuzu.py
import torch
import torch.nn as nn
import torch.nn.functional as F

class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        flat = x.reshape(x.shape[0], 784)
        return F.log_softmax(self.layer(flat), dim=1)

class NetFull(nn.Module):
    # deeper should be better
    def __init__(self):
        super(NetFull, self).__init__()
        self.hidden1 = nn.Linear(784, 120)
        self.hidden2 = nn.Linear(120, 60)
        self.out = nn.Linear(60, 10)

    def forward(self, x):
        flat = x.reshape(x.shape[0], 784)
        h1 = torch.tanh(self.hidden1(flat))
        h2 = torch.tanh(self.hidden2(h1))
        return F.log_softmax(self.out(h2), dim=1)

class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.c1 = nn.Conv2d(in_channels=1, out_channels=20, kernel_size=5)
        self.c2 = nn.Conv2d(in_channels=20, out_channels=40, kernel_size=5)
        self.hidden = nn.Linear(640, 64)
        self.out = nn.Linear(64, 10)

    def forward(self, x):
        a = F.max_pool2d(F.relu(self.c1(x)), 2)
        b = F.max_pool2d(F.relu(self.c2(a)), 2)
        c = F.relu(self.hidden(b.reshape(b.shape[0], 640)))
        return F.log_softmax(self.out(c), dim=1)
