"""COMP9444 Assignment 1, Part 1: three networks for handwritten Hiragana."""
import torch.nn as nn
import torch.nn.functional as F


class NetLin(nn.Module):
    # 784 pixels straight to 10 classes

    def __init__(self):
        super(NetLin, self).__init__()
        self.fc = nn.Linear(28 * 28, 10)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        return F.log_softmax(self.fc(x), dim=1)


class NetFull(nn.Module):
    # one hidden layer of 150 tanh units

    def __init__(self):
        super(NetFull, self).__init__()
        self.fc1 = nn.Linear(28 * 28, 150)
        self.fc2 = nn.Linear(150, 10)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        h = F.tanh(self.fc1(x))
        return F.log_softmax(self.fc2(h), dim=1)


class NetConv(nn.Module):
    # conv 5x5 (20) - pool - conv 5x5 (40) - pool - 64 - 10

    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, kernel_size=5)
        self.conv2 = nn.Conv2d(20, 40, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(40 * 4 * 4, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))     # 28 -> 24 -> 12
        x = self.pool(F.relu(self.conv2(x)))     # 12 -> 8 -> 4
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)
