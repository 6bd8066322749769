"""What a picture is like, from its pixels: enough to tell the plots of an assignment apart."""

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.int16]
SIDE = 480  # pixels: larger pictures are made smaller first
VIVID = 90  # the least difference between a colour's strongest and weakest part
HUES = 6  # from red to violet
FEW = 12  # pixels of a hue that are no accident
MOST_VIVID = 0.35  # share of a picture: marks on axes leave most of it bare
PALE = 225  # from which on a pixel is paper
AREAS = 0.55  # share of a picture that two or three colours fill where it shows regions
LEAST = 0.12  # share of it that a colour has at least to be a region


def look_of(image: Image.Image) -> str:
    """One of "states" (marks in many of jet's colours), "regions" (areas) and "drawing"."""
    small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.NEAREST)
    pixels = np.asarray(small, np.int16).reshape(-1, 3)
    if _in_many_colours(pixels):
        return "states"
    return "regions" if _in_areas(pixels) else "drawing"


def _in_many_colours(pixels: Pixels) -> bool:
    high, low = pixels.max(axis=1), pixels.min(axis=1)
    vivid = pixels[high - low >= VIVID].astype(np.float64)
    if not len(vivid) or len(vivid) > MOST_VIVID * len(pixels):
        return False
    red, green, blue = vivid.T
    high, spread = vivid.max(axis=1), np.ptp(vivid, axis=1)
    sector = np.select(
        [high == red, high == green],
        [(green - blue) / spread % 6, (blue - red) / spread + 2],
        (red - green) / spread + 4,
    )
    counts = np.bincount((sector + 0.5).astype(int) % HUES, minlength=HUES)
    return int((counts[[0, 1, 2, 3, 4]] >= FEW).sum()) >= 4  # red, yellow, green, cyan, blue


def _in_areas(pixels: Pixels) -> bool:
    """Whether two or three colours fill most of it, one of which is no paper."""
    coarse = pixels // 32
    keys = coarse[:, 0] * 64 + coarse[:, 1] * 8 + coarse[:, 2]
    values, counts = np.unique(keys, return_counts=True)
    largest = np.argsort(-counts)[:3]
    shares = counts[largest] / len(pixels)
    kept = [(int(values[i]), share) for i, share in zip(largest, shares, strict=True)]
    areas = [share for key, share in kept if share >= LEAST and key != _PAPER]
    return len(areas) >= 1 and sum(share for _, share in kept) >= AREAS and sum(areas) >= 0.3


_PAPER = PALE // 32 * 64 + PALE // 32 * 8 + PALE // 32
