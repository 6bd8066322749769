import torch
import torch.nn as nn
import torch.nn.functional as F

# class names, for the confusion matrix below
names = [line.strip() for line in open("kmnist_classmap.csv")]


class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.fc = nn.Linear(28 * 28, 10)

    def forward(self, x):
        return F.log_softmax(self.fc(x.view(x.shape[0], -1)), dim=1)


class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.hidden = nn.Linear(28 * 28, 150)
        self.out = nn.Linear(150, 10)

    def forward(self, x):
        hidden = torch.tanh(self.hidden(x.view(x.shape[0], -1)))
        return F.log_softmax(self.out(hidden), dim=1)


class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 40, 5)
        self.hidden = nn.Linear(640, 64)
        self.out = nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.hidden(x.view(x.shape[0], -1)))
        return F.log_softmax(self.out(x), dim=1)
