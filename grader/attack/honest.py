"""The submission that attacks are put into: right in some places, wrong in others, on purpose.

NetLin and NetConv are right. NetFull is wrong three times over: relu where tanh is asked for, 15
hidden nodes where a multiple of 10 is asked for, and far too slow a learner to reach its accuracy.
An attack that works would pass one of its checks; one that harms somebody would fail another's.
"""

from textwrap import indent

from grader.attack.attack import Attack

KUZU = """\
{start}
import torch
import torch.nn as nn
import torch.nn.functional as F


class NetLin(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return F.log_softmax(self.layer(x.view(x.shape[0], -1)), dim=1)


class NetFull(nn.Module):
    def __init__(self):
        super().__init__()
{build}
        self.hidden = nn.Linear(784, 15)
        self.output = nn.Linear(15, 10)

    def forward(self, x):
{forward}
        hidden = F.relu(self.hidden(x.view(x.shape[0], -1)))
        return F.log_softmax(self.output(hidden), dim=1)


class NetConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 4, 5)
        self.second = nn.Conv2d(4, 4, 5)
        self.hidden = nn.Linear(64, 20)
        self.output = nn.Linear(20, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.first(x)), 2)
        x = F.max_pool2d(F.relu(self.second(x)), 2)
        x = F.relu(self.hidden(x.view(x.shape[0], -1)))
        return F.log_softmax(self.output(x), dim=1)


{end}
"""

CHECK = """\
import torch
import torch.nn as nn


class MLP(nn.Module):
    def __init__(self, hid, act="sig"):
        super().__init__()
        self.act = act
        self.in_hid = nn.Linear(2, hid)
        self.hid_out = nn.Linear(hid, 1)

    def activate(self, net):
        return (net >= 0).float() if self.act == "step" else torch.sigmoid(net)

    def forward(self, x):
        return self.activate(self.hid_out(self.activate(self.in_hid(x))))

    def set_weights(self):
        with torch.no_grad():
            self.in_hid.weight.copy_(torch.tensor([[1, 1], [1, 1], [-1, 1], [-1, 1.0]]))
            self.in_hid.bias.copy_(torch.tensor([-2.5, -1.5, -0.5, -0.5]))
            self.hid_out.weight.copy_(torch.tensor([[1, -1, 1, -1.0]]))
            self.hid_out.bias.copy_(torch.tensor([0.25]))


{check}
"""

HONEST_FAULTS = {"netfull_activation", "netfull_hidden", "netfull_accuracy"}
"""Checks that the honest submission fails."""

HONEST = Attack(idea="Nothing is tried.", end='print("hello")')
HONEST_WITH_CHECK = Attack(
    idea="Nothing is tried in either file.", end='print("hello")', check="# the end"
)


def submission_files(attack: Attack) -> dict[str, str]:
    """The files of the submission with the attack in it, by name."""
    kuzu = KUZU.format(
        start=attack.start,
        end=attack.end,
        build=indent(attack.build, " " * 8),
        forward=indent(attack.forward, " " * 8),
    )
    files = {"kuzu.py": kuzu}
    if attack.check:
        files["check.py"] = CHECK.format(check=attack.check)
    return files | attack.files
