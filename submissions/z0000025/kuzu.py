import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def weights(n_in, n_out):
    bound = 1 / math.sqrt(n_in)
    return nn.Parameter(torch.empty(n_in, n_out).uniform_(-bound, bound))


def biases(n_in, n_out):
    bound = 1 / math.sqrt(n_in)
    return nn.Parameter(torch.empty(n_out).uniform_(-bound, bound))


class NetLin(nn.Module):
    """y = log_softmax(x W + b)"""

    def __init__(self):
        super().__init__()
        self.W = weights(784, 10)
        self.b = biases(784, 10)

    def forward(self, x):
        x = x.view(-1, 784)
        return F.log_softmax(x @ self.W + self.b, dim=1)


class NetFull(nn.Module):
    """h = tanh(x W + b), y = log_softmax(h V + c)"""

    def __init__(self):
        super().__init__()
        self.W = weights(784, 150)
        self.b = biases(784, 150)
        self.V = weights(150, 10)
        self.c = biases(150, 10)

    def forward(self, x):
        x = x.view(-1, 784)
        h = torch.tanh(x @ self.W + self.b)
        return F.log_softmax(torch.matmul(h, self.V) + self.c, dim=1)


class NetConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 40, 5)
        self.fc1 = nn.Linear(640, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        h = F.max_pool2d(F.relu(self.conv1(x)), 2)
        h = F.max_pool2d(F.relu(self.conv2(h)), 2)
        h = F.relu(self.fc1(h.view(-1, 640)))
        return F.log_softmax(self.fc2(h), dim=1)
