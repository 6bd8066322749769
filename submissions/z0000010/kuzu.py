import torch
import torch.nn as nn
import torch.nn.functional as F

class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.W = nn.Linear(784, 10)

    def forward(self, x):
        B, C, H, W = x.shape
        return F.log_softmax(self.W(x.reshape(B, C * H * W)), dim=1)

class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.W1 = nn.Linear(784, 150)
        self.W2 = nn.Linear(150, 10)

    def forward(self, x):
        B, C, H, W = x.shape
        u = torch.tanh(self.W1(x.reshape(B, C * H * W)))
        return F.log_softmax(self.W2(u), dim=1)

class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 8, 5)
        self.conv2 = nn.Conv2d(8, 16, 5)
        self.out = nn.Linear(16 * 4 * 4, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return F.log_softmax(self.out(torch.flatten(x, 1)), dim=1)
