"""What one seeded training run showed. Plain data: whoever only reads a run needs no torch."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TrainingRun:
    """What one seeded training run showed.

    `losses` are means of nll over the training images as each was seen, one an epoch;
    `last_loss` is that of the very last batch. `test_losses` are means over the test images
    after each epoch; one is infinite where the network gave a right class no chance at all.
    `accuracies` are percent of the test images after each epoch, `initial_accuracy` before the
    first. `confusion` and `predictions` belong to the network as it is at the end: rows are
    targets, columns choices; `outside[target]` counts choices that are no class (a network with
    too many outputs), so a row and its `outside` add up to the test images of that class.
    `predictions` holds one byte an image, the number of classes standing for any such choice.

    `diverged` is the epoch (from 1) in which the loss stopped being a finite number, if it did.
    Training ends there, since no later step can repair the weights: `losses` and `test_losses`
    hold the epochs before it, `accuracies` also this last one, and `last_loss` is not finite.
    """

    seed: int
    losses: tuple[float, ...]
    last_loss: float
    test_losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    initial_accuracy: float
    confusion: tuple[tuple[int, ...], ...]
    outside: tuple[int, ...]
    predictions: bytes
    diverged: int | None
    seconds: float = field(compare=False)

    @property
    def accuracy(self) -> float:
        """Percent of the test images named correctly at the end."""
        return self.accuracies[-1]
