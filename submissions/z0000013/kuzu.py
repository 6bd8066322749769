import torch
import torch.nn as nn
import torch.nn.functional as F

class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.fc1 = nn.Linear(28 * 28, 10)

    def forward(self, x):
        x = self.fc1(x.view(x.size(0), -1))
        return F.log_softmax(x, dim=1)

class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.fc1 = nn.Linear(28 * 28, 150)
        self.fc2 = nn.Linear(150, 10)

    def forward(self, x):
        x = torch.tanh(self.fc1(x.view(x.size(0), -1)))
        return F.log_softmax(self.fc2(x), dim=1)

class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, kernel_size=5)
        self.conv2 = nn.Conv2d(20, 40, kernel_size=5)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(40 * 7 * 7, 64)   # 28 / 2 / 2 = 7
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = F.relu(self.fc1(x.view(x.size(0), -1)))
        return F.log_softmax(self.fc2(x), dim=1)
