"""Which classes a network mistook for which, with the images that it mistook."""

import base64
import io

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grader.data import ClassName, Dataset
from grader.marks.confusions import EXAMPLES, PAIRS, wrong_pairs
from grader.train.training import count_choices
from grader.train.training_run import Epoch, TrainingRun

CLASSES = 4


def judged(labels: list[int], choices: list[int]) -> tuple[TrainingRun, Dataset]:
    """A run that gave these choices; image number i has the grey value i, but for one corner."""
    images = np.zeros((len(labels), 28, 28), np.uint8)
    images[:] = np.arange(len(labels), dtype=np.uint8).reshape(-1, 1, 1)
    images[:, 0, 0] = 255
    dataset = Dataset(
        name="grey",
        title="Grey",
        official=False,
        digest="",
        classes=tuple(ClassName(label, str(label), "") for label in range(CLASSES)),
        train_images=images[:0],
        train_labels=np.zeros(0, np.int64),
        test_images=images,
        test_labels=np.array(labels, np.int64),
        thresholds=None,
        calibration=None,
    )
    epoch = Epoch(
        loss=1.0,
        last_loss=1.0,
        test_loss=1.0,
        accuracy=50.0,
        counts=count_choices(torch.tensor(choices), torch.tensor(labels), CLASSES),
        predictions=bytes(min(choice, CLASSES) for choice in choices),
        seconds=0.0,
    )
    return TrainingRun(0, 10.0, (epoch,)), dataset


def decoded(example: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    with Image.open(io.BytesIO(base64.b64decode(example))) as image:
        assert image.format == "PNG"
        return np.asarray(image)


def test_pairs_come_largest_first_with_their_counts_and_class_sizes() -> None:
    labels = [0] * 7 + [1] * 3 + [2] * 2
    choices = [1, 1, 1, 0, 2, 2, 0, 1, 3, 3, 0, 2]
    found = [(p.target, p.predicted, p.count, p.of) for p in wrong_pairs(*judged(labels, choices))]
    assert found == [(0, 1, 3, 7), (0, 2, 2, 7), (1, 3, 2, 3)]


def test_nothing_is_shown_where_nothing_was_mistaken() -> None:
    assert wrong_pairs(*judged([0, 1, 2, 3], [0, 1, 2, 3])) == []


def test_examples_are_the_first_images_of_their_pair_dark_on_light() -> None:
    labels = [0, 1] * 10
    choices = [1, 1] * 10
    (pair,) = wrong_pairs(*judged(labels, choices))
    images = [decoded(example) for example in pair.examples]
    assert {image.shape for image in images} == {(28, 28)}
    assert [int(image[5, 5]) for image in images] == [255 - i for i in range(0, 20, 2)][:EXAMPLES]
    assert {int(image[0, 0]) for image in images} == {0}


def test_a_choice_that_is_no_class_is_no_pair() -> None:
    assert wrong_pairs(*judged([0, 1, 2], [9, 9, 2])) == []


LABELS = st.lists(
    st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES + 1)), min_size=1, max_size=60
)


@given(LABELS)
def test_every_pair_is_counted_as_one_would_by_hand(cells: list[tuple[int, int]]) -> None:
    labels, choices = ([cell[i] for cell in cells] for i in (0, 1))
    pairs = wrong_pairs(*judged(labels, choices))
    counts = {c: cells.count(c) for c in set(cells) if c[0] != c[1] and c[1] < CLASSES}
    assert len(pairs) == min(PAIRS, len(counts))
    assert [p.count for p in pairs] == sorted(counts.values(), reverse=True)[:PAIRS]
    for pair in pairs:
        assert pair.count == counts[pair.target, pair.predicted]
        assert pair.of == labels.count(pair.target)
        assert len(pair.examples) == min(EXAMPLES, pair.count)
        greys = [255 - int(decoded(example)[5, 5]) for example in pair.examples]
        assert all(cells[i] == (pair.target, pair.predicted) for i in greys)


def test_the_same_run_gives_the_same_bytes() -> None:
    work = judged([0, 0, 1, 1], [1, 1, 0, 1])
    assert wrong_pairs(*work) == wrong_pairs(*work) != []
