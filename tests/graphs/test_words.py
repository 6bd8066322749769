"""A step is said in words, with the sizes that matter and no others."""

import pytest
from torch import nn

from grader.capturing.trusted_capture import captured
from grader.graphs.canonical import canonical
from grader.graphs.words import operation


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (nn.Conv2d(1, 20, 5), "convolution, 20 filters"),
        (nn.Conv2d(1, 20, 5, 2, 1), "convolution, 20 filters, stride 2, padding 1"),
        (nn.Conv2d(1, 20, 5, padding="same"), "convolution, 20 filters, padding same"),
        (nn.MaxPool2d((2, 3)), "max pooling 2 x 3"),
        (nn.AvgPool2d(2), "average pooling 2 x 2"),
        (nn.AdaptiveAvgPool2d(4), "adaptive avg pool2d"),
        (nn.Flatten(), "flatten to 784"),
        (nn.Flatten(2), "reshape"),
        (nn.Linear(28, 7), "fully connected, 7 nodes"),
        (nn.Dropout(0.2), "dropout 0.2"),
        (nn.LogSoftmax(-1), "log softmax"),
        (nn.Softmax(0), "softmax over dimension 0"),
        (nn.ReLU6(), "relu6"),
        (nn.LeakyReLU(), "leaky relu"),
    ],
)
def test_a_layer_in_words(layer: nn.Module, words: str) -> None:
    steps = canonical(captured(lambda: layer, "Net"), training=True).steps
    assert operation(steps[-1]) == words
