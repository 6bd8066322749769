import torch
import torch.nn as nn
import torch.nn.functional as F


class NetLin(nn.Module):
    def __init__(self):
        super(NetLin, self).__init__()
        self.fc_out = nn.Linear(784, 10)

    def forward(self, input):
        batch = input.shape[0]
        return F.log_softmax(self.fc_out(input.view(batch, -1)), dim=1)


class NetFull(nn.Module):
    def __init__(self):
        super(NetFull, self).__init__()
        self.fc_hidden = nn.Linear(784, 150)
        self.fc_out = nn.Linear(150, 10)

    def forward(self, input):
        batch = input.shape[0]
        hidden = torch.tanh(self.fc_hidden(input.view(batch, -1)))
        return F.log_softmax(self.fc_out(hidden), dim=1)


class NetConv(nn.Module):
    """The stride shrinks the image, so there is no pooling: 28 -> 12 -> 8."""

    def __init__(self):
        super(NetConv, self).__init__()
        self.conv1 = nn.Conv2d(1, 24, kernel_size=5, stride=2)
        self.conv2 = nn.Conv2d(24, 48, kernel_size=5)
        self.fc_hidden = nn.Linear(48 * 8 * 8, 100)
        self.fc_out = nn.Linear(100, 10)

    def forward(self, input):
        batch = input.shape[0]
        x = torch.relu(self.conv1(input))
        x = torch.relu(self.conv2(x))
        x = torch.relu(self.fc_hidden(x.view(batch, -1)))
        return F.log_softmax(self.fc_out(x), dim=1)
