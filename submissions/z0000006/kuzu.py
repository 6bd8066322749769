import torch
import torch.nn as nn
import torch.nn.functional as F


class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.fc = nn.Linear(784, 10)
        self.logsoftmax = nn.LogSoftmax(dim=1)

    def forward(self, x):
        x = torch.flatten(x, start_dim=1)
        return self.logsoftmax(self.fc(x))


class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.fc1 = nn.Linear(784, 150)
        self.fc2 = nn.Linear(150, 10)
        self.tanh = nn.Tanh()
        self.logsoftmax = nn.LogSoftmax(dim=1)

    def forward(self, x):
        x = torch.flatten(x, start_dim=1)
        for layer in [self.fc1, self.fc2]:
            x = self.tanh(layer(x))
        return self.logsoftmax(x)


class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 40, 5)
        self.fc1 = nn.Linear(640, 64)
        self.fc2 = nn.Linear(64, 10)
        self.logsoftmax = nn.LogSoftmax(dim=1)

    def forward(self, x):
        for conv in [self.conv1, self.conv2]:
            x = F.max_pool2d(F.relu(conv(x)), 2)
        x = torch.flatten(x, start_dim=1)
        x = F.relu(self.fc1(x))
        return self.logsoftmax(self.fc2(x))
