"""A run is cut, kept and read back; random ones stand for any that training may give."""

import math
import pickle
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import StoreError
from grader.train.training_run import FORMAT, Epoch, TrainingRun

CLASSES = 3
LOSSES = st.floats(min_value=0, allow_nan=False, allow_infinity=False)
EPOCHS = st.builds(
    Epoch,
    loss=LOSSES,
    last_loss=LOSSES,
    test_loss=LOSSES | st.just(math.inf),
    accuracy=st.floats(0, 100),
    counts=st.tuples(*[st.tuples(*[st.integers(0, 10**6)] * (CLASSES + 1))] * CLASSES),
    predictions=st.binary(max_size=40),
    seconds=st.floats(0, 1e6),
)
DIVERGED = EPOCHS.map(
    lambda e: Epoch(math.inf, math.inf, math.inf, e.accuracy, e.counts, e.predictions, e.seconds)
)
SEEDS = st.integers(0, 2**31)


@st.composite
def runs(draw: st.DrawFn) -> TrainingRun:
    finite = draw(st.lists(EPOCHS, min_size=1, max_size=4))
    end = [draw(DIVERGED)] if draw(st.booleans()) else []
    return TrainingRun(draw(SEEDS), draw(st.floats(0, 100)), (*finite, *end))


@given(runs())
def test_a_run_is_the_same_after_it_was_kept_or_sent(run: TrainingRun) -> None:
    kept = TrainingRun.from_bytes(run.to_bytes())
    assert kept == run
    assert kept.seconds == run.seconds
    assert kept.to_bytes() == run.to_bytes()
    assert pickle.loads(pickle.dumps(run)) == run


@given(runs())
def test_a_run_is_its_epochs(run: TrainingRun) -> None:
    assert len(run.accuracies) == len(run.predictions) == len(run.epochs)
    finite = len(run.epochs) - (run.diverged is not None)
    assert len(run.losses) == len(run.test_losses) == finite
    assert all(map(math.isfinite, run.losses))
    rows = zip(run.epochs[-1].counts, run.confusion, run.outside, strict=True)
    assert all(counts == (*row, beyond) for counts, row, beyond in rows)


@given(runs(), st.integers(1, 5), st.integers(1, 5))
def test_cutting_twice_is_cutting_once(run: TrainingRun, first: int, second: int) -> None:
    few, many = sorted((first, second))
    if many > len(run.epochs) and run.diverged is None:
        with pytest.raises(ValueError, match=rf"{many} epochs of a run of {len(run.epochs)}"):
            run.truncated(many)
        return
    assert run.truncated(many).truncated(few) == run.truncated(few)
    assert run.truncated(few).accuracies == run.accuracies[:few]


@given(runs())
def test_a_run_that_diverged_answers_for_any_number_of_epochs(run: TrainingRun) -> None:
    if run.diverged is not None:
        assert run.truncated(run.diverged + 7) == run
    if len(run.epochs) > 1:
        assert run.truncated(1).diverged is None
    with pytest.raises(ValueError, match="0 epochs"):
        run.truncated(0)


EXAMPLE = TrainingRun(0, 10.0, (Epoch(1.0, 1.0, 1.0, 50.0, ((1, 0),), b"\0", 1.0),)).to_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "another format"),
        (b"\x80\x04." + EXAMPLE, "another format"),
        (EXAMPLE[:-5], "cut off"),
        (EXAMPLE + b"more", "followed by something else"),
        (FORMAT + b"not compressed", "incorrect header check"),
        (FORMAT + zlib.compress(b"{}"), "Field required"),
        (FORMAT + zlib.compress(b'{"seed": 0, "initial_accuracy": 1, "epochs": []}'), "at least 1"),
        (FORMAT + zlib.compress(b'{"seed": 0, "initial_accuracy": 101}'), "less than or equal"),
    ],
)
def test_other_bytes_are_no_run(content: bytes, message: str) -> None:
    with pytest.raises(StoreError, match=rf"kept training run: .*{message}[\s\S]*delete the cache"):
        TrainingRun.from_bytes(content)
