"""Terminal screenshots with a known matrix in them, as students take them.

Colours, sizes, fonts, JPEG, crops and highlights vary with the number of the screenshot, so that
each is the same on every machine that has the same fonts.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from scripts.made_up_matrix import ACCURACIES, made_up_matrix

FOLDER = Path(__file__).resolve().parents[2]
FONTS = (
    Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSansMono.ttf",
    FOLDER / "templates/fonts/mono-400.ttf",
    Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSansMono-Bold.ttf",
)
SCHEMES = (
    ((12, 12, 12), (204, 204, 204)),
    ((255, 255, 255), (20, 20, 20)),
    ((48, 10, 36), (238, 238, 236)),
    ((0, 43, 54), (131, 148, 150)),
    ((30, 30, 30), (78, 201, 176)),
    ((253, 246, 227), (101, 123, 131)),
    ((1, 36, 86), (238, 237, 240)),
    ((255, 255, 255), (0, 90, 160)),
)
SIZES = (13, 14, 16, 18, 20, 26)
QUALITIES = (None, 90, 75, 60)
SHAPES = (
    "plain",
    "highlighted row",
    "cropped left",
    "selected block",
    "integers",
    "window",
    "small",
)


@dataclass(frozen=True)
class Shot:
    """A screenshot as a PNG or JPEG file, and the matrix in it."""

    number: int
    network: str
    cells: list[list[int]]
    shape: str
    data: bytes


def terminal(cells: list[list[int]], *, integers: bool = False) -> list[str]:
    """What the course's program prints after an epoch."""
    values = np.array(cells, np.int64 if integers else np.float64)
    right = int(values.trace())
    total = int(values.sum())
    return [
        "Train Epoch: 10 [57600/60000 (96%)]\tLoss: 0.268608".replace("\t", "  "),
        *str(values).splitlines(),
        "",
        f"Test set: Average loss: 0.5097, Accuracy: {right}/{total} ({100 * right / total:.0f}%)",
    ]


def screenshot(number: int) -> Shot:
    """Screenshot `number` of a series without end."""
    network = list(ACCURACIES)[number % 3]
    cells = made_up_matrix(network, number)
    shape = SHAPES[number % len(SHAPES)]
    lines = terminal(cells, integers=shape == "integers")
    size = SIZES[number % len(SIZES)] if shape != "small" else 12
    image = _drawn(lines, number, size, shape)
    if number % 5 == 3:  # put into a document at another size
        factor = (0.9, 1.3, 0.85, 1.6)[number % 4]
        image = image.resize((int(image.width * factor), int(image.height * factor)))
    if number % 11 == 5:
        image = image.filter(ImageFilter.GaussianBlur(0.6))
    buffer = io.BytesIO()
    quality = QUALITIES[number // 2 % len(QUALITIES)]
    if quality is None:
        image.save(buffer, "PNG")
    else:
        image.save(buffer, "JPEG", quality=quality)
    return Shot(number, network, cells, shape, buffer.getvalue())


def _drawn(lines: list[str], number: int, size: int, shape: str) -> Image.Image:
    background, ink = SCHEMES[number % len(SCHEMES)]
    font = ImageFont.truetype(str(FONTS[number // 3 % len(FONTS)]), size)
    step = int(size * 1.35)
    left, top = 12, 40 if shape == "window" else 10
    width = int(max(font.getlength(line) for line in lines)) + 3 * left
    image = Image.new("RGB", (width, top + step * len(lines) + 10), background)
    draw = ImageDraw.Draw(image)
    if shape == "window":
        draw.rectangle((0, 0, width, 28), fill=(90, 90, 90))
        for i, colour in enumerate(((255, 95, 86), (255, 189, 46), (39, 201, 63))):
            draw.ellipse((10 + 20 * i, 8, 22 + 20 * i, 20), fill=colour)
    if shape == "highlighted row":
        y = top + step * 4
        draw.rectangle((0, y - 1, width, y + step - 2), fill=_mixed(background, (255, 220, 0)))
    if shape == "selected block":
        draw.rectangle((left + 60, top, width - 60, top + step * 6), fill=_mixed(background, ink))
    for i, line in enumerate(lines):
        draw.text((left, top + step * i), line, font=font, fill=ink)
    if shape == "cropped left":
        image = image.crop((left + 3, step // 2, width, image.height - step))
    return image


def _mixed(a: tuple[int, int, int], b: tuple[int, int, int]) -> tuple[int, int, int]:
    return tuple(int(0.7 * x + 0.3 * y) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]
