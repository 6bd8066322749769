"""The course's own way to train: torch modules that step through one sequence, and autograd.

Slow, and independent of `reference.recurrent.descent`: what ours is tested and timed against.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from reference.languages import Sequence
from reference.recurrent.descent import LEARNING_RATE, WEIGHT_DECAY
from reference.recurrent.networks import Networks


class CourseNetwork(nn.Module):
    """One network; `forward` reads one-hot symbols, (1, T, K), one time after another.

    Args:
        networks: a batch that holds this one network alone.
        dtype: the course's programs use float32.
    """

    def __init__(self, networks: Networks, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        made = {
            name: nn.Parameter(torch.tensor(array[0], dtype=dtype))
            for name, array in networks.parameters.items()
        }
        self.W, self.U, self.hid_bias = made["W"], made["U"], made["hid_bias"]
        self.V, self.out_bias = made["V"], made["out_bias"]
        if networks.kind == "srn":
            self.H0 = made["H0"]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Outputs (1, T, K), hidden units (1, T, H) and context units (1, T, H).

        An SRN's context units are the hidden units of the time before.
        """
        raise NotImplementedError

    def _outputs(
        self, hidden: list[Tensor], context: list[Tensor]
    ) -> tuple[Tensor, Tensor, Tensor]:
        states = torch.stack(hidden, dim=1)
        return states @ self.V + self.out_bias, states, torch.stack(context, dim=1)


class CourseSRN(CourseNetwork):
    """A simple recurrent network."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See `CourseNetwork`."""
        state = torch.tanh(self.H0).unsqueeze(0)
        hidden, context = [], []
        for at in range(x.shape[1]):
            context.append(state)
            state = torch.tanh(x[:, at] @ self.W + state @ self.U + self.hid_bias)
            hidden.append(state)
        return self._outputs(hidden, context)


class CourseLSTM(CourseNetwork):
    """A network of long short-term memory."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See `CourseNetwork`."""
        state = inner = x.new_zeros(1, self.V.shape[0])
        hidden, context = [], []
        for at in range(x.shape[1]):
            nets = x[:, at] @ self.W + state @ self.U + self.hid_bias
            entry, forget, new, output = nets.chunk(4, dim=1)
            inner = torch.sigmoid(forget) * inner + torch.sigmoid(entry) * torch.tanh(new)
            state = torch.sigmoid(output) * torch.tanh(inner)
            hidden.append(state)
            context.append(inner)
        return self._outputs(hidden, context)


def course_network(networks: Networks, dtype: torch.dtype = torch.float32) -> CourseNetwork:
    """The one network of the batch as a torch module."""
    return (CourseSRN if networks.kind == "srn" else CourseLSTM)(networks, dtype)


def train_course(net: CourseNetwork, sequences: list[Sequence]) -> None:
    """Train in place, one step a sequence: mean NLL, SGD, no momentum, no clipping."""
    optimizer = torch.optim.SGD(net.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for sequence in sequences:
        one_hot = F.one_hot(torch.from_numpy(sequence.read), net.V.shape[1])
        outputs, _, _ = net(one_hot.to(net.V.dtype).unsqueeze(0))
        loss = F.nll_loss(
            F.log_softmax(outputs, dim=2).squeeze(0), torch.from_numpy(sequence.following)
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
