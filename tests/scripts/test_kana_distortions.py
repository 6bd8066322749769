import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.kana_distortions import Plane, Strength, distort, quantise, smooth

STILL = Strength(
    rotation=0,
    shear=0,
    log_scale=0,
    log_aspect=0,
    shift=0,
    elastic=0,
    thickness=0,
    dry_brush_chance=0,
    fragment_chance=0,
    blot_chance=0,
    holes=0,
    noise_range=(0, 0),
)


def bar() -> Plane:
    """A vertical stroke in the left half."""
    ink = np.zeros((112, 112), np.float32)
    ink[:, 20:40] = 1
    return ink


@pytest.mark.parametrize("seed", range(5))
def test_equal_seeds_give_equal_images(seed: int) -> None:
    first, second = (
        distort(bar(), bar(), np.random.default_rng(seed), Strength()) for _ in range(2)
    )
    assert np.array_equal(first, second)


def test_different_seeds_give_different_images() -> None:
    images = {
        distort(bar(), bar(), np.random.default_rng(n), Strength()).tobytes() for n in range(9)
    }
    assert len(images) == 9


def test_without_distortion_the_stroke_stays_where_it_was_drawn() -> None:
    image = distort(bar(), np.zeros_like(bar()), np.random.default_rng(0), STILL)
    assert image.shape == (28, 28)
    columns = image[14]
    assert columns[6:10].min() == 255
    assert columns[12:].max() == 0


@given(seed=st.integers(0, 2**32 - 1))
def test_images_have_sixteen_grey_levels_and_mostly_empty_paper(seed: int) -> None:
    image = distort(bar(), bar(), np.random.default_rng(seed), Strength())
    assert image.dtype == np.uint8
    assert set(np.unique(image)) <= set(range(0, 256, 17))
    assert (image == 0).mean() > 0.2


def test_quantising_clips_at_both_ends() -> None:
    assert quantise(np.array([[-1.0, 0.0, 0.5, 1.0, 9.0]])).tolist() == [[0, 0, 136, 255, 255]]


@given(level=st.floats(0, 1), sigma=st.floats(0.2, 10))
def test_blurring_an_even_surface_changes_nothing(level: float, sigma: float) -> None:
    assert np.allclose(smooth(np.full((20, 20), level), sigma), level, atol=1e-5)
