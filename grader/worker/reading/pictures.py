"""Opens pictures that lie in a report or are one: PNG, JPEG, GIF and BMP, and no others."""

import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image

from .kinds import Unreadable
from .layout import Budget, Page, Picture, Reading
from .looks import look_of
from .screenshots import read_screenshot

MOST_PIXELS = 40_000_000
MARGIN = 8
WIDEST = 1200


def opened_picture(data: bytes) -> Image.Image:
    """A picture's pixels in RGB.

    Raises:
        Unreadable: it is damaged, or far larger than any screen.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG", "GIF", "BMP"]) as image:
            return image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Unreadable("the picture is damaged, too large or of an unusual kind") from None


def read_picture(data: bytes, budget: Budget) -> Reading:
    """A report that is one picture.

    Raises:
        Unreadable: the picture cannot be opened.
    """
    page = Page(0.0, 0.0)
    add_picture(page, opened_picture(data), budget)
    return Reading("picture", [page], 1)


def add_picture(page: Page, image: Image.Image, budget: Budget) -> None:
    """Read a picture and put it, with its lines, at the end of a page without size."""
    picture = Picture(None, image.width, image.height, "beyond the limit of pictures or time")
    picture.after = sum(line.picture < 0 for line in page.lines)
    if budget.pictures > 0 and not budget.exhausted():
        budget.pictures -= 1
        started = time.process_time()
        picture.state, lines = read_screenshot(image, len(page.pictures))
        picture.look = look_of(image)
        budget.spend(started)
        page.lines += lines
    page.pictures.append(picture)


def cut_picture(data: bytes, crops: list[dict[str, Any]]) -> Iterator[Image.Image | None]:
    """Pictures of places in the one picture that the report is."""
    image = opened_picture(data)
    for crop in crops:
        yield cut_out(image, crop["box"], crop["widest"])


def cut_out(
    image: Image.Image, box: tuple[float, float, float, float], widest: int
) -> Image.Image | None:
    """A part of a picture with some margin, no wider than `widest`, 0 for what a page shows."""
    x0, y0 = max(0, int(box[0]) - MARGIN), max(0, int(box[1]) - MARGIN)
    x1, y1 = min(image.width, int(box[2]) + MARGIN), min(image.height, int(box[3]) + MARGIN)
    if x1 <= x0 or y1 <= y0:
        return None
    part = image.crop((x0, y0, x1, y1))
    part.thumbnail((widest or WIDEST, widest or WIDEST))
    return part
