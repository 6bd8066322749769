"""What a brush, old paper and a page cutter do to a letterform, as seeded transformations.

Every strength below was tuned by training: the three reference networks separate on the finished
set nearly as they do on KMNIST. Lengths are in pixels of the finished 28x28 image.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]

SIDE = 28
OVERSAMPLING = 2
FINE = SIDE * OVERSAMPLING
"""Images are made at twice their size and averaged down, so that edges are grey, not jagged."""


@dataclass(frozen=True)
class Strength:
    """Standard deviations of a normal draw, unless the name or a note says otherwise."""

    rotation: float = 0.06
    """Radians."""
    shear: float = 0.08
    log_scale: float = 0.06
    log_aspect: float = 0.06
    shift: float = 0.36
    elastic: float = 0.7
    level: float = 0.30
    """Mean level at which blurred ink counts as ink: the lower, the bolder the stroke."""
    thickness: float = 0.08
    """Standard deviation of that level."""
    dry_brush_chance: float = 0.5
    fragment_chance: float = 0.6
    blot_chance: float = 0.3
    blot_radius_range: tuple[float, float] = (0.8, 2.0)
    holes: float = 2.0
    """Mean number of worm holes."""
    hole_radius_range: tuple[float, float] = (0.8, 4.0)
    gain_range: tuple[float, float] = (2.4, 3.4)
    """Contrast: ink saturates. Strong contrast lets a network learn from few images."""
    blur_range: tuple[float, float] = (0.2, 0.5)
    noise_range: tuple[float, float] = (0.2, 0.5)
    """Grain of the ink before it saturates; paper has none, so that files stay small."""


def distort(
    ink: Plane, neighbour: Plane, rng: np.random.Generator, strength: Strength
) -> npt.NDArray[np.uint8]:
    """Turn a letterform (square, 0 to 1) into an image: uint8 (28, 28), ink white on black.

    Args:
        ink: the letterform to be read.
        neighbour: another one, of which a stroke may hang into the picture.
        rng: consumed in a fixed order, so equal generators give equal images.
        strength: how far to go.
    """
    picture = _write(ink, np.zeros(2), rng, strength)
    if rng.random() < strength.fragment_chance:
        picture = np.maximum(picture, _fragment(neighbour, rng, strength))
    if rng.random() < strength.dry_brush_chance:
        picture = picture * _streaks(rng)
    if rng.random() < strength.blot_chance:
        picture = np.maximum(picture, _spot(rng, strength.blot_radius_range))
    for _ in range(rng.poisson(strength.holes)):
        picture = picture * (1 - _spot(rng, strength.hole_radius_range))
    picture = smooth(picture, OVERSAMPLING * rng.uniform(*strength.blur_range))
    small = picture.reshape(SIDE, OVERSAMPLING, SIDE, OVERSAMPLING).mean(axis=(1, 3))
    small = small * rng.uniform(*strength.gain_range)
    grain = rng.normal(0, rng.uniform(*strength.noise_range), small.shape)
    return quantise(small + grain * (small > 0.02))


def quantise(picture: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """Round to 16 grey levels, 17 apart: unseen by the eye, and fewer bytes when packed."""
    return np.asarray(17 * np.clip(np.rint(picture * 15), 0, 15), dtype=np.uint8)


def smooth(picture: npt.NDArray[np.floating], sigma: float) -> Plane:
    """Blur a square by a Gaussian of ``sigma`` pixels; weights at the edges add up to 1 too."""
    kernel = _gaussian(picture.shape[0], sigma)
    return _as_plane(kernel @ picture @ kernel.T)


def _as_plane(picture: npt.NDArray[np.floating]) -> Plane:
    return np.asarray(picture, dtype=np.float32)


def _gaussian(side: int, sigma: float) -> npt.NDArray[np.float64]:
    distance = np.subtract.outer(np.arange(side), np.arange(side)) / sigma
    weights = np.exp(-0.5 * distance**2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def _write(
    ink: Plane, offset: npt.NDArray[np.floating], rng: np.random.Generator, strength: Strength
) -> Plane:
    """One letterform by an unsteady hand, its centre moved by ``offset`` (rows, columns)."""
    grid = np.mgrid[0:FINE, 0:FINE] / OVERSAMPLING - (SIDE - 1) / 2
    moved = grid - offset[:, None, None] - rng.normal(0, strength.shift, (2, 1, 1))
    moved = np.tensordot(_affine(rng, strength), moved, axes=1)
    wobble = np.stack([smooth(rng.normal(0, 1, (FINE, FINE)), 7.0) for _ in range(2)])
    moved = moved + wobble * (strength.elastic / wobble.std())
    picture = _sample(ink, moved)
    level = np.clip(rng.normal(strength.level, strength.thickness), 0.22, 0.6)
    return _as_plane(np.clip((smooth(picture, 1.0) - level) / 0.3 + 0.5, 0, 1))


def _affine(rng: np.random.Generator, strength: Strength) -> npt.NDArray[np.float64]:
    """Output to source, 2x2, in (row, column) order."""
    angle, shear = rng.normal(0, strength.rotation), rng.normal(0, strength.shear)
    scale = np.exp(rng.normal(0, strength.log_scale))
    aspect = np.exp(rng.normal(0, strength.log_aspect) / 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.array([[1.0, 0.0], [shear, 1.0]])
    return np.asarray(turn @ slant @ np.diag([aspect, 1 / aspect]) / scale, dtype=np.float64)


def _sample(ink: Plane, where: npt.NDArray[np.floating]) -> Plane:
    """Bilinear look-up; ``where`` is (2, h, w) in finished pixels from the centre; outside is 0."""
    padded = np.pad(ink, 1)
    per_pixel = ink.shape[0] / (SIDE - 2)
    at = np.clip(where * per_pixel + (ink.shape[0] + 1) / 2, 0, ink.shape[0] + 0.999)
    row, column = at.astype(np.intp)
    down, right = at - (row, column)
    top = padded[row, column] * (1 - right) + padded[row, column + 1] * right
    bottom = padded[row + 1, column] * (1 - right) + padded[row + 1, column + 1] * right
    return _as_plane(top * (1 - down) + bottom * down)


def _fragment(neighbour: Plane, rng: np.random.Generator, strength: Strength) -> Plane:
    """The end of the character above or below: columns of text are written top to bottom."""
    side = -1 if rng.random() < 0.5 else 1
    offset = np.array([side * rng.uniform(20, 27), rng.normal(0, 4)])
    return _write(neighbour, offset, rng, strength)


def _streaks(rng: np.random.Generator) -> Plane:
    """Bristles that ran out of ink: long streaks along a random direction."""
    angle = rng.uniform(0, np.pi)
    rows, columns = np.mgrid[0:FINE, 0:FINE]
    across = rows * np.cos(angle) + columns * np.sin(angle)
    bristles = np.convolve(rng.normal(0, 1, 4 * FINE), [0.25, 0.5, 0.25], mode="same")
    bristles = bristles / bristles.std()
    fade = smooth(rng.normal(0, 1, (FINE, FINE)), 6.0)
    field = bristles[np.rint(across + 1.5 * FINE).astype(np.intp)] + fade / fade.std()
    return _as_plane(np.clip(0.9 - 0.3 * np.maximum(field, 0), 0.2, 1))


def _spot(rng: np.random.Generator, radius_range: tuple[float, float]) -> Plane:
    """A round drop of ink, or the hole of a worm, anywhere in the picture."""
    rows, columns = np.mgrid[0:FINE, 0:FINE] / OVERSAMPLING
    row, column = rng.uniform(0, SIDE, 2)
    distance = np.hypot(rows - row, columns - column)
    return _as_plane(np.clip(rng.uniform(*radius_range) - distance + 0.5, 0, 1))
