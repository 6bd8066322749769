import base64
import io

import pytest
from PIL import Image

from grader.report import rasters


def _png(colour: tuple[int, int, int]) -> str:
    image = Image.new("RGB", (40, 20), "white")
    image.paste(colour, (5, 5, 30, 15))
    stream = io.BytesIO()
    image.quantize(8).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def _opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.split(",", 1)[1])))


def test_grey_pictures_are_printed_without_loss_and_without_a_palette() -> None:
    url = rasters.on_paper(_png((70, 70, 70)))
    image = _opened(url)
    assert url.startswith("data:image/png;base64,")
    assert (image.mode, image.size) == ("L", (40, 20))
    assert (image.getpixel((10, 10)), image.getpixel((0, 0))) == (70, 255)


def test_coloured_pictures_are_printed_in_a_form_that_is_taken_as_it_is() -> None:
    url = rasters.on_paper(_png((200, 30, 30)))
    image = _opened(url)
    assert url.startswith("data:image/jpeg;base64,")
    pixel = image.getpixel((15, 10))
    assert isinstance(pixel, tuple)
    assert pixel == pytest.approx((200, 30, 30), abs=12)


@pytest.mark.parametrize("data", ["", "AAAA", "no base64!"])
def test_what_is_no_picture_is_passed_on_as_it_is(data: str) -> None:
    assert rasters.on_paper(data) == rasters.on_screen(data)
