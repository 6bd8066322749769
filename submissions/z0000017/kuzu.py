import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class NetLin(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Linear(784, 10)

    def forward(self, x):
        return F.log_softmax(self.w(x.flatten(1)), dim=1)


class NetFull(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1 = nn.Linear(784, 150)
        self.w2 = nn.Linear(150, 10)

    def forward(self, x):
        return F.log_softmax(self.w2(torch.tanh(self.w1(x.flatten(1)))), dim=1)


class NetConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 20, 5)
        self.c2 = nn.Conv2d(20, 40, 5)
        self.w1 = nn.Linear(640, 64)
        self.w2 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c2(x)), 2)
        return F.log_softmax(self.w2(F.relu(self.w1(x.flatten(1)))), dim=1)


# quick test that everything learns
images = torch.randn(64, 1, 28, 28)
labels = torch.randint(0, 10, (64,))
for net in (NetLin(), NetFull(), NetConv()):
    optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.5)
    for step in range(5):
        optimizer.zero_grad()
        loss = F.nll_loss(net(images), labels)
        loss.backward()
        optimizer.step()
    print(type(net).__name__, "loss after five steps:", round(loss.item(), 3))
