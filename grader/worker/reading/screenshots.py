"""Reads lines of text in a picture: most reports show the confusion matrix as a screenshot.

Lines are found by their edges, which holds on any colours, and read whole by the recognition
model that comes in rapidocr's wheel. So no digit is lost that stands alone, and every letter has
a place and a probability. A line of numbers whose sum is not that of its neighbours is read again
at other sizes.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .layout import Line, Word
from .strips import Pixels, find_strips

HEIGHT = 48
"""Of the lines that the model was made for, in pixels."""

SMALLEST = 24
"""Pixels in either direction that a picture with lines of text has at least."""

LEAST_LINES = 5
MOST_LINES = 120
STRETCHES = (1.0, 1.25, 0.85)
"""Widths at which a line is read: as it is, and again wider and narrower."""

PARTED = 1.6
"""Of the usual distance between letters: digits that are further apart belong to two numbers."""

MANY = 8
"""Numbers on one line that make it look like a row of a matrix."""


def read_screenshot(image: Image.Image, number: int) -> tuple[str, list[Line]]:
    """The state and the lines of picture `number` of its page, in its pixels.

    Returns:
        "read" with lines, "drawing" where there is no block of text, or why it was not read.
    """
    if min(image.size) < SMALLEST:
        return "drawing", []
    pixels = np.asarray(image, np.int16)
    strips = find_strips(pixels)
    if len(strips) < LEAST_LINES:
        return "drawing", []
    if recogniser() is None:
        return "the reader of screenshots is not installed", []
    found = [_read(image, strip) for strip in strips[:MOST_LINES]]
    lines = [
        Line(words, (x0, y0, x1, y1), number)
        for words, (x0, y0, x1, y1) in zip(found, strips, strict=False)
        if words
    ]
    if not lines:
        return "drawing", []
    _read_again(image, lines)
    return "read", lines


@cache
def recogniser() -> tuple[Any, list[str], list[int]] | None:
    """The model, its alphabet ("" is no letter) and the columns of it that are ASCII."""
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        return None
    import onnxruntime

    spec = find_spec("rapidocr")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    models = sorted((Path(spec.submodule_search_locations[0]) / "models").glob("*rec*.onnx"))
    if not models:
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    session = onnxruntime.InferenceSession(
        str(models[0]), options, providers=["CPUExecutionProvider"]
    )
    letters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    alphabet = ["", *letters, " "]
    ascii_columns = [i for i, char in enumerate(alphabet) if char.isascii()]
    return session, [alphabet[i] for i in ascii_columns], ascii_columns


def _read(
    image: Image.Image, strip: tuple[float, float, float, float], stretch: float = 1.0
) -> list[Word]:
    """The words of one strip, with places in the picture."""
    x0, y0, x1, y1 = map(int, strip)
    pad = max(3, (y1 - y0) // 4)
    left, top = max(0, x0 - pad), max(0, y0 - pad)
    part = image.crop((left, top, min(image.width, x1 + pad), min(image.height, y1 + pad)))
    width = max(HEIGHT, int(part.width * HEIGHT / part.height * stretch))
    resized = part.resize((width, HEIGHT), Image.Resampling.BICUBIC)
    values = np.asarray(resized, np.float32)[:, :, ::-1].transpose(2, 0, 1)[None] / 127.5 - 1
    found = recogniser()
    assert found is not None
    session, alphabet, columns = found
    (scores,) = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(values)})
    return _decoded(scores[0][:, columns], alphabet, left, part.width / len(scores[0]))


@dataclass(frozen=True)
class _Letter:
    """A letter from one column of the model's output to another; `apart`: a space precedes it."""

    char: str
    first: int
    last: int
    sure: float
    apart: bool

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2


def _decoded(scores: Pixels, alphabet: list[str], left: float, pixels: float) -> list[Word]:
    """Letters as words, with places.

    Args:
        scores: columns x letters of the alphabet, probabilities.
        alphabet: the letters; the first is none.
        left: where the first column stands.
        pixels: width of a column.
    """
    words: list[Word] = []
    letters = _letters(scores, alphabet)
    for letter, apart in zip(letters, _parted(letters), strict=True):
        x0, x1 = left + letter.first * pixels, left + (letter.last + 1) * pixels
        if apart:
            words.append(Word(letter.char, x0, x1, letter.sure))
        else:
            word = words[-1]
            word.text, word.right = word.text + letter.char, x1
            word.sure = min(word.sure, letter.sure)
    return words


def _letters(scores: Pixels, alphabet: list[str]) -> list[_Letter]:
    """The model's choice wherever it changes."""
    choice = scores.argmax(axis=1)
    found: list[_Letter] = []
    apart = True
    for column, letter in enumerate(choice):
        if letter == 0 or (column and letter == choice[column - 1]):
            continue
        if alphabet[letter] == " ":
            apart = True
            continue
        last = column
        while last + 1 < len(choice) and choice[last + 1] == letter:
            last += 1
        sure = float(scores[column : last + 1, letter].max())
        found.append(_Letter(alphabet[letter], column, last, sure, apart))
        apart = False
    return found


def _parted(letters: list[_Letter]) -> list[bool]:
    """Before which letters a word begins: after a space, and where two digits stand far apart.

    The model leaves out many a single space between digits; digits are all of one width, so the
    distance to the next one of the same number is known.
    """
    steps = [b.middle - a.middle for a, b in pairwise(letters)]
    within = [s for s, b in zip(steps, letters[1:], strict=True) if not b.apart]
    pitch = float(np.median(within)) if within else 0.0
    parted = [letter.apart for letter in letters]
    for i, (a, b) in enumerate(pairwise(letters), start=1):
        if a.char.isdigit() and b.char.isdigit() and steps[i - 1] > PARTED * pitch:
            parted[i] = True
    return parted


def _read_again(image: Image.Image, lines: list[Line]) -> None:
    """Read rows of numbers anew that do not add up like the rows around them."""
    sums = {i: sum(_numbers(line)) for i, line in enumerate(lines) if _is_row(line)}
    if len(sums) < 2:
        return
    usual, times = Counter(sums.values()).most_common(1)[0]
    for i, total in sums.items():
        if total != usual or times == 1:
            line = lines[i]
            assert line.box is not None
            line.again = [_read(image, line.box, stretch) for stretch in STRETCHES[1:]]


def _numbers(line: Line) -> list[int]:
    text = " ".join(word.text for word in line.words)
    return [int(n) for n in re.findall(r"\d{1,6}(?=\.(?!\d)|\D|$)", text)]


def _is_row(line: Line) -> bool:
    return len(_numbers(line)) >= MANY
