import torch
import torch.nn as nn
import torch.nn.functional as F

DEBUG = True


def debug(name, tensor):
    if DEBUG:
        print("=" * 70)
        print(name, "has shape", tuple(tensor.shape), "and type", tensor.dtype)
        for row in range(2000):
            print("   row", row, "of", name, "-" * 40)


class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        print("making NetLin")
        self.fc1 = nn.Linear(784, 10)

    def forward(self, x):
        debug("input", x)
        x = x.view(x.shape[0], -1)
        out = F.log_softmax(self.fc1(x), dim=1)
        debug("output", out)
        return out


class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        print("making NetFull")
        self.fc1 = nn.Linear(784, 150)
        self.fc2 = nn.Linear(150, 10)

    def forward(self, x):
        debug("input", x)
        x = x.view(x.shape[0], -1)
        x = torch.tanh(self.fc1(x))
        debug("hidden", x)
        return F.log_softmax(self.fc2(x), dim=1)


class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        print("making NetConv")
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 40, 5)
        self.fc1 = nn.Linear(640, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        debug("conv1", x)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        debug("conv2", x)
        x = x.view(x.shape[0], -1)
        x = F.relu(self.fc1(x))
        debug("fc1", x)
        return F.log_softmax(self.fc2(x), dim=1)
