import torch
import torch.nn as nn
import torch.nn.functional as F

image_size = 28 * 28
letters = 26


class NetLin(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(image_size, 10)

    def forward(self, x):
        n = len(x)
        return F.log_softmax(self.linear(x.reshape(n, image_size)), 1)


class NetFull(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(image_size, 150)
        self.second = nn.Linear(150, letters)

    def forward(self, x):
        n = x.size()[0]
        x = x.reshape(n, image_size)
        return F.log_softmax(self.second(torch.tanh(self.first(x))), 1)


class NetConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_a = nn.Conv2d(1, 20, 5)
        self.conv_b = nn.Conv2d(20, 40, 5)
        self.first = nn.Linear(40 * 4 * 4, 64)
        self.second = nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv_a(x)), kernel_size=2, stride=2)
        x = F.max_pool2d(F.relu(self.conv_b(x)), kernel_size=2, stride=2)
        x = F.relu(self.first(x.flatten(1)))
        return F.log_softmax(self.second(x), 1)
