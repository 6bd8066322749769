import torch
import torch.nn as nn
import torch.nn.functional as F


class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, x):
        return F.log_softmax(self.fc(x.view(x.size(0), 784)), dim=1)


class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.fc1 = nn.Linear(784, 150)
        self.fc2 = nn.Linear(150, 10)
        self.fc3 = nn.Linear(150, 150)   # second hidden layer, did not help

    def forward(self, x):
        x = torch.tanh(self.fc1(x.view(x.size(0), 784)))
        # x = torch.tanh(self.fc3(x))
        return F.log_softmax(self.fc2(x), dim=1)


class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 40, 5)
        self.convs = nn.ModuleList([self.conv1, self.conv2])
        self.fc1 = nn.Linear(640, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        for conv in self.convs:
            x = F.max_pool2d(F.relu(conv(x)), 2)
        x = F.relu(self.fc1(x.view(x.size(0), 640)))
        return F.log_softmax(self.fc2(x), dim=1)
