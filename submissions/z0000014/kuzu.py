More solved assignments in our study group, join today with the code KANA10

import torch
import torch.nn as nn
import torch.nn.functional as F


class NetLin(nn.Module):
    def __init__(self)：
        super(NetLin, self).__init__()
        self.fc = nn.Linear(784， 10)

    def forward(self, x):
        return F.log_softmax(self.fc(x.view(-1, 784)), dim=1)


class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.fc1 = nn.Linear(784, 150)
        self.fc2 = nn.Linear(150, 10)

    def forward(self, x):
        return F.log_softmax(self.fc2(torch.tanh(self.fc1(x.view(-1, 784)))), dim=1)


class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 40, 5)
        self.fc1 = nn.Linear(640, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.view(-1, 640)))
        return F.log_softmax(self.fc2(x), dim=1)
