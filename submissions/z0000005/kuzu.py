from __future__ import print_function
import torch.nn as nn
import torch.nn.functional as F

class NetLin(nn.Module):
    # linear function followed by log_softmax
    def __init__(self):
        super(NetLin, self).__init__()
        self.in_to_out = nn.Linear(784, 10)

    def forward(self, x):
        x = x.view(x.shape[0], -1)
        output = self.in_to_out(x)
        return F.log_softmax(output, dim=1)

class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.in_to_hid = nn.Linear(784, 150)
        self.tanh = nn.Tanh()
        self.hid_to_out = nn.Linear(150, 10)

    def forward(self, x):
        x = x.view(x.shape[0], -1)
        hid_sum = self.in_to_hid(x)
        hidden = self.tanh(hid_sum)
        output = self.hid_to_out(hidden)
        return F.log_softmax(output, dim=1)

class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2 = nn.Conv2d(20, 40, 5)
        self.in_to_hid = nn.Linear(640, 64)
        self.hid_to_out = nn.Linear(64, 10)

    def forward(self, x):
        x = self.conv1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.conv2(x)
        x = self.maxpool(x)
        x = x.view(x.shape[0], -1)
        x = self.in_to_hid(x)
        x = self.relu(x)
        x = self.hid_to_out(x)
        return F.log_softmax(x, dim=1)
