import torch
import torch.nn as nn
import torch.nn.functional as F

class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.linear_layer = nn.Linear(784, 10)

    def forward(self, x):
        pixels = torch.reshape(x, (-1, 784))
        return F.log_softmax(self.linear_layer(pixels), dim=1)

class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.hidden_layer = nn.Linear(784, 150)
        self.output_layer = nn.Linear(150, 10)

    def forward(self, x):
        pixels = torch.reshape(x, (-1, 784))
        hidden = self.hidden_layer(pixels)
        hidden = F.tanh(hidden)
        return F.log_softmax(self.output_layer(hidden), dim=1)

class NetConv(nn.Module):
    def __init__(self):
        super(NetConv, self).__init__()
        self.conv_1 = nn.Conv2d(1, 20, 5, stride=1, padding=0)
        self.conv_2 = nn.Conv2d(20, 40, 5, stride=1, padding=0)
        self.hidden_layer = nn.Linear(640, 64)
        self.output_layer = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu_(self.conv_1(x))
        x = F.max_pool2d(x, 2)
        x = F.relu_(self.conv_2(x))
        x = F.max_pool2d(x, 2)
        x = F.relu_(self.hidden_layer(torch.reshape(x, (-1, 640))))
        return F.log_softmax(self.output_layer(x), dim=1)
