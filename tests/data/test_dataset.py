import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grader.data.dataset import Images, Labels, digest_arrays


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
