import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grader.data.dataset import Images, Labels, digest_arrays
from tests.tiny import tiny_dataset


def arrays() -> tuple[Images, Labels, Images, Labels]:
    images = np.arange(3 * 784, dtype=np.uint8).reshape(3, 28, 28)
    labels = np.array([0, 1, 2])
    return images.copy(), labels.copy(), images.copy(), labels.copy()


def test_equal_arrays_have_equal_digests() -> None:
    assert digest_arrays(*arrays()) == digest_arrays(*arrays())


@given(which=st.integers(0, 3), place=st.integers(0, 2))
def test_any_change_changes_the_digest(which: int, place: int) -> None:
    changed = arrays()
    changed[which][place] += 1
    assert digest_arrays(*changed) != digest_arrays(*arrays())


def test_moving_images_from_training_to_test_changes_the_digest() -> None:
    images, labels, _, _ = arrays()
    two_one = digest_arrays(images[:2], labels[:2], images[2:], labels[2:])
    assert two_one != digest_arrays(images[:1], labels[:1], images[1:], labels[1:])


def test_the_first_images_keep_their_labels() -> None:
    whole = tiny_dataset(20, 10)
    few = whole.first(5, 3)
    assert np.array_equal(few.train_images, whole.train_images[:5])
    assert np.array_equal(few.train_labels, whole.train_labels[:5])
    assert np.array_equal(few.test_images, whole.test_images[:3])
    assert np.array_equal(few.test_labels, whole.test_labels[:3])
    assert len(whole.first(5).test_labels) == len(whole.first(5).test_images) == 10
