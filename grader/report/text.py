"""Makes any string safe to print: students choose file names, messages and output freely.

Escaping for HTML is the template engine's work. What it leaves in can still spoil a page: control
characters, characters that turn the reading direction round, and texts without an end.
"""

import re
import unicodedata

from markupsafe import Markup, escape

BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
GUTTER = 2
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _visible(character: str) -> str:
    if character in "\n\t":
        return character
    code = ord(character)
    if unicodedata.category(character) in UNPRINTABLE or character in BIDI_CONTROLS:
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return "\ufffd" if code & 0xFFFE == 0xFFFE else character


def clean(text: str) -> str:
    r"""Write control, surrogate and direction characters as escapes, e.g. `\x1b`.

    >>> clean("red: \x1b[31m")
    'red: \\x1b[31m'
    """
    lines = text.replace("\r\n", "\n")
    return lines if lines.isascii() and lines.isprintable() else "".join(map(_visible, lines))


def isolated(text: str) -> Markup:
    """Text within a sentence whose reading direction must not turn the rest of it round.

    Only letters that read from the right have that power; an element for every other text would
    be a twentieth of the time that a PDF takes.

    >>> isolated("a < b")
    Markup('a &lt; b')
    >>> isolated("\u05d0")
    Markup('<bdi>\u05d0</bdi>')
    """
    shown = clean(text)
    turns = not shown.isascii() and any(
        unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in shown
    )
    return Markup("<bdi>{}</bdi>").format(shown) if turns else escape(shown)


def clip(text: str, limit: int) -> str:
    """Cut a text after `limit` characters and say how many are missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rstrip()} … ({len(text) - limit:,} more characters in result.json)"


def shorten(text: str, limit: int) -> str:
    """Cut a name after `limit` characters, with an ellipsis in place of the rest.

    >>> shorten("a" * 9, 4)
    'aaa…'
    """
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clip_lines(lines: list[str], most: int, width: int) -> list[str]:
    """Keep at most `most` lines of at most `width` characters, and say how many are missing."""
    kept = [clip(line, width) for line in lines[:most]]
    missing = len(lines) - most
    return [*kept, f"… {missing:,} more lines in result.json"] if missing > 0 else kept


def tabulated(lines: list[str], width: int) -> list[str]:
    """Set short lines side by side, in as many columns as `width` characters of one width hold.

    >>> tabulated(["a: 1", "bb: 22", "c: 3"], 20)
    ['a: 1    bb: 22', 'c: 3']
    """
    longest = max(map(len, lines), default=0)
    columns = min(3, max(1, (width + GUTTER) // (longest + GUTTER)))
    return [
        "".join(f"{line:<{longest + GUTTER}}" for line in lines[start : start + columns]).rstrip()
        for start in range(0, len(lines), columns)
    ]


def mathematical(text: str) -> str:
    """Set a formula of the grader's own with proper signs: ×, −, ≥ and indices.

    >>> mathematical("1 x 20 x 5 x 5 + 20 = 520")
    '1 × 20 × 5 × 5 + 20 = 520'
    >>> mathematical("-x1 + x2 - 0.5 = 0")
    '−x₁ + x₂ − 0.5 = 0'
    """
    text = re.sub(r"(?<=[\d)]) [x*] (?=[\d(])", " × ", text)
    text = re.sub(r"x([12])\b", lambda match: "x" + "₁₂"[int(match[1]) - 1], text)
    return re.sub(r"(?<!\w)-", "−", text).replace(">=", "≥").replace("<=", "≤")


def figure(value: float, places: int = 2) -> str:
    """A number with at most `places` decimals, no trailing zeros and a true minus sign.

    >>> figure(1.50), figure(-0.001), figure(17)
    ('1.5', '0', '17')
    """
    text = f"{value:.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")


def percent(value: float) -> str:
    """An accuracy in percent with two decimals, as 10,000 test images allow."""
    return f"{value:.2f}%"


def count(value: int, noun: str) -> str:
    """A counted noun: "1 mark", "3 marks"."""
    return f"{value:,} {noun}" if value == 1 else f"{value:,} {noun}s"


def marks(value: float) -> str:
    """A number of marks with its noun: "1 mark", "0.25 marks"."""
    return f"{figure(value)} {'mark' if value == 1 else 'marks'}"


def shape(sizes: list[int]) -> str:
    """A tensor's shape without the batch dimension: "20 × 12 × 12"."""
    return " × ".join(map(str, sizes))
