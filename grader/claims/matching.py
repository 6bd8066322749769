"""Gives every confusion matrix of a report to the network that it belongs to.

The question it stands in says so most often. Where it does not, its diagonal does: the linear
network is the worst of the three and the convolutional one the best, in every honest report.
"""

import itertools
from collections.abc import Sequence

from grader.claims.found import Accuracy, Matrix
from grader.claims.sections import Context

NETWORKS = ("NetLin", "NetFull", "NetConv")
"""From the worst to the best."""


def give_to_networks(
    matrices: Sequence[Matrix],
    places: Sequence[tuple[Context, int, int]],
    accuracies: Sequence[Accuracy],
) -> list[Matrix]:
    """The same matrices, each with its network, or "" where nothing tells.

    Args:
        matrices: in the order of the report.
        places: of each the context of its first line, and its first and last line.
        accuracies: all that the report states.
    """
    names = [context.network for context, _, _ in places]
    if _doubtful(names):
        by_rank = _by_rank(matrices)
        names = [by_rank.get(i, name) for i, name in enumerate(names)]
    return [
        matrix.model_copy(update={"network": name or _by_accuracy(matrix, accuracies)})
        for matrix, name in zip(matrices, names, strict=True)
    ]


def _doubtful(names: Sequence[str]) -> bool:
    """Whether the questions give two matrices to one network, or none to some, out of three."""
    return len(names) == len(NETWORKS) and sorted(names) != sorted(NETWORKS)


def _by_rank(matrices: Sequence[Matrix]) -> dict[int, str]:
    """Three matrices by their diagonals, where these differ as networks do."""
    shares = [matrix.right / max(1, matrix.total) for matrix in matrices]
    order = sorted(range(len(matrices)), key=lambda i: shares[i])
    apart = all(shares[b] - shares[a] > 0.03 for a, b in itertools.pairwise(order))
    return dict(zip(order, NETWORKS, strict=True)) if apart else {}


def _by_accuracy(matrix: Matrix, accuracies: Sequence[Accuracy]) -> str:
    """The one network whose stated accuracy is the matrix's."""
    fits = {
        accuracy.network
        for accuracy in accuracies
        if accuracy.network and accuracy.right == matrix.right and accuracy.total == matrix.total
    }
    return fits.pop() if len(fits) == 1 else ""
