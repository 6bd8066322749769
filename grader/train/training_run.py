"""What one seeded training run showed. Plain data: whoever only reads a run needs no torch.

Training has no schedule: no step depends on how many will follow. A run of few epochs is
therefore the beginning of a longer one, and a longer one that was kept answers for both.
"""

import math
import zlib
from dataclasses import dataclass, field, replace
from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

from grader.errors import StoreError

FORMAT: Final = b"grader.training/1\n"
LARGEST: Final = 512 * 2**20
"""Bytes of a run's text; one of a hundred epochs on a set of a million images is smaller."""
JSON: Final = ConfigDict(
    extra="forbid",
    ser_json_bytes="base64",
    val_json_bytes="base64",
    ser_json_inf_nan="constants",
)

Loss = Annotated[float, Field(allow_inf_nan=True)]
Percent = Annotated[float, Field(ge=0, le=100)]
Counts = tuple[tuple[int, ...], ...]
"""K rows (targets) of how often each of K classes was chosen, and last, what is no class."""


@with_config(JSON)
@dataclass(frozen=True)
class Epoch:
    """One pass over the training images and the test after it.

    `loss` is the mean of nll over the training images as each was seen, `last_loss` that of the
    last batch; both are infinite where a batch's was no finite number. `test_loss` is the mean
    over the test images, infinite where the network gave a right class no chance or computes no
    numbers. `accuracy` is percent of the test images. `predictions` holds one byte a test image;
    the number of classes stands for any choice that is no class.
    """

    loss: Loss
    last_loss: Loss
    test_loss: Loss
    accuracy: Percent
    counts: Counts
    predictions: bytes
    seconds: float = field(compare=False)


@with_config(JSON)
@dataclass(frozen=True)
class TrainingRun:
    """What one seeded training run showed, epoch by epoch, at least one.

    Training ends in an epoch whose loss is no finite number, since no later step can repair the
    weights; `losses` and `test_losses` hold the epochs before it, `accuracies` and `predictions`
    also this last one. `initial_accuracy` is percent of the test images before the first epoch.
    """

    seed: int
    initial_accuracy: Percent
    epochs: Annotated[tuple[Epoch, ...], Field(min_length=1)]

    @property
    def losses(self) -> tuple[float, ...]:
        """Mean training loss of each epoch."""
        return tuple(epoch.loss for epoch in self._finite)

    @property
    def last_loss(self) -> float:
        """Loss of the very last batch."""
        return self.epochs[-1].last_loss

    @property
    def test_losses(self) -> tuple[float, ...]:
        """Mean test loss after each epoch."""
        return tuple(epoch.test_loss for epoch in self._finite)

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Percent of the test images named correctly after each epoch."""
        return tuple(epoch.accuracy for epoch in self.epochs)

    @property
    def accuracy(self) -> float:
        """Percent of the test images named correctly at the end."""
        return self.epochs[-1].accuracy

    @property
    def confusion(self) -> Counts:
        """Rows are targets, columns choices, at the end."""
        return tuple(row[:-1] for row in self.epochs[-1].counts)

    @property
    def outside(self) -> tuple[int, ...]:
        """For each target, how many choices were no class (of a network with too many outputs).

        A row of `confusion` and its `outside` add up to the test images of that class.
        """
        return tuple(row[-1] for row in self.epochs[-1].counts)

    @property
    def predictions(self) -> tuple[bytes, ...]:
        """The choice for each test image, after each epoch."""
        return tuple(epoch.predictions for epoch in self.epochs)

    @property
    def diverged(self) -> int | None:
        """The epoch, from 1, in which the loss stopped being a finite number, if it did."""
        return None if math.isfinite(self.epochs[-1].loss) else len(self.epochs)

    @property
    def seconds(self) -> float:
        """How long it took, on the clock."""
        return math.fsum(epoch.seconds for epoch in self.epochs)

    @property
    def _finite(self) -> tuple[Epoch, ...]:
        return self.epochs if self.diverged is None else self.epochs[:-1]

    def truncated(self, epochs: int) -> Self:
        """The run that ending after `epochs`, at least 1, would have given.

        Raises:
            ValueError: the run ended earlier, and not because it diverged.
        """
        if epochs < 1 or (epochs > len(self.epochs) and self.diverged is None):
            raise ValueError(f"{epochs} epochs of a run of {len(self.epochs)}")
        return replace(self, epochs=self.epochs[:epochs])

    def to_bytes(self) -> bytes:
        """The run as compressed JSON behind a line that names the format."""
        return FORMAT + zlib.compress(_adapter.dump_json(self))

    @classmethod
    def from_bytes(cls, content: bytes) -> "TrainingRun":
        """The run that `to_bytes` was called on, equal to the last digit.

        Raises:
            StoreError: the bytes are no run in this format.
        """
        try:
            if not content.startswith(FORMAT):
                raise ValueError("another format")
            unpacker = zlib.decompressobj()
            text = unpacker.decompress(content[len(FORMAT) :], LARGEST)
            if not unpacker.eof or unpacker.unused_data:
                raise ValueError("cut off, too long or followed by something else")
            return _adapter.validate_json(text)
        except (ValueError, zlib.error) as error:
            reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
            raise StoreError(
                "kept training run",
                str(reason),
                f"compressed JSON in the format {FORMAT.decode().strip()}",
                "delete the cache; what it held is computed again",
            ) from error


_adapter = TypeAdapter(TrainingRun)
