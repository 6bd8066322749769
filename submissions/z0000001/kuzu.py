import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 10


class NetLin(nn.Module):
    """Linear function of the pixels followed by log softmax."""

    def __init__(self):
        super().__init__()
        self.output = nn.Linear(28 * 28, CLASSES)

    def forward(self, x):
        return F.log_softmax(self.output(torch.flatten(x, 1)), dim=1)


class NetFull(nn.Module):
    """One hidden layer with tanh, then log softmax."""

    def __init__(self, hidden=150):
        super().__init__()
        self.hidden = nn.Linear(28 * 28, hidden)
        self.output = nn.Linear(hidden, CLASSES)

    def forward(self, x):
        hidden = torch.tanh(self.hidden(torch.flatten(x, 1)))
        return F.log_softmax(self.output(hidden), dim=1)


class NetConv(nn.Module):
    """Two convolutional layers, one fully connected layer, all relu, then log softmax."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(20, 40, 5), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(640, 64), nn.ReLU(), nn.Linear(64, CLASSES)
        )

    def forward(self, x):
        return F.log_softmax(self.classifier(self.features(x)), dim=1)
