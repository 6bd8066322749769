"""Reads lines of text in a picture: most reports show the confusion matrix as a screenshot.

Lines are found by their edges, which holds on any colours, and read whole by the recognition
model that comes in rapidocr's wheel. So no digit is lost that stands alone, and every letter has
a place and a probability. A line of numbers whose sum is not that of its neighbours is read again
at other sizes.
"""

import re
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .layout import Line, Word

LEAST_STEP, CONTRAST = 12.0, 0.35
"""A step in brightness between neighbouring pixels that is part of a letter: at least so much of
255, and so much of the steepest steps of the picture."""

FAINT = 0.12
"""Share of the edges in a line of text below which a row of pixels lies between two lines."""

UPRIGHT = 60
"""Pixels: an upright line that is longer is no letter's."""

HEIGHT = 48
"""Of the lines that the model was made for, in pixels."""

LEAST_LINES = 5
MOST_LINES = 120
LOWEST, HIGHEST = 6, 120
STRETCHES = (1.0, 1.25, 0.85)
"""Widths at which a line is read: as it is, and again wider and narrower."""

MANY = 8
"""Numbers on one line that make it look like a row of a matrix."""

Pixels = np.ndarray[Any, np.dtype[Any]]


def read_screenshot(image: Image.Image, number: int) -> tuple[str, list[Line]]:
    """The state and the lines of picture `number` of its page, in its pixels.

    Returns:
        "read" with lines, "drawing" where there is no block of text, or why it was not read.
    """
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


def find_strips(pixels: Pixels) -> list[tuple[int, int, int, int]]:
    """Boxes of lines of text: x0, y0, x1, y1 in pixels, from top to bottom."""
    edges = _edges(pixels)
    counts = edges.sum(axis=1)
    inky = counts[counts > 0]
    if not len(inky):
        return []
    least = max(2.0, FAINT * float(np.percentile(inky, 85)))
    strips = []
    for a, b in _runs(counts >= least):
        if LOWEST <= b - a <= HIGHEST:
            columns = np.flatnonzero(edges[a:b].any(axis=0))
            strips.append((int(columns[0]), a, int(columns[-1]) + 2, b))
    if not strips:
        return []
    usual = float(np.median([b - a for _, a, _, b in strips]))
    return [strip for strip in strips if 0.5 * usual <= strip[3] - strip[1] <= 1.8 * usual]


def _edges(pixels: Pixels) -> Pixels:
    """Where letters begin and end along each row: steps in brightness, but for upright lines.

    How large a step is one depends on the picture's contrast. A line that goes on for longer than
    a letter is the rule of a table, or the side of a selection or window.
    """
    grey = pixels @ np.array([0.3, 0.59, 0.11])
    steps = np.abs(np.diff(grey, axis=1))
    edges: Pixels = steps > max(LEAST_STEP, CONTRAST * float(np.percentile(steps, 99.5)))
    if len(edges) <= UPRIGHT:
        return edges
    sums = np.cumsum(np.pad(edges, ((1, 0), (0, 0))), axis=0, dtype=np.int32)
    full = sums[UPRIGHT:] - sums[:-UPRIGHT] >= 0.9 * UPRIGHT
    for start, column in zip(*np.nonzero(full), strict=True):
        edges[start : start + UPRIGHT, column] = False
    return edges


def _runs(inked: Pixels) -> list[tuple[int, int]]:
    """Beginnings and ends of the runs of true."""
    padded = np.concatenate([[0], inked.astype(np.int8), [0]])
    turns = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b)) for a, b in zip(turns[::2], turns[1::2], strict=True)]


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


def _decoded(scores: Pixels, alphabet: list[str], left: float, pixels: float) -> list[Word]:
    """Letters where the model's choice changes; a space parts two words.

    Args:
        scores: columns x letters of the alphabet, probabilities.
        alphabet: the letters; the first is none.
        left: where the first column stands.
        pixels: width of a column.
    """
    choice = scores.argmax(axis=1)
    words: list[Word] = []
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
        x0, x1 = left + column * pixels, left + (last + 1) * pixels
        if apart or not words:
            words.append(Word(alphabet[letter], x0, x1, sure))
        else:
            word = words[-1]
            word.text, word.right = word.text + alphabet[letter], x1
            word.sure = min(word.sure, sure)
        apart = False
    return words


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
