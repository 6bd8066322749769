r"""Shows no box in a PDF: a sign that no font holds is written as an escape, such as `\u4f5c`.

A browser borrows from the reader's fonts. A PDF is finished: it holds signs of the report's own
fonts, and of those on the machine that wrote it.
"""

import re
import subprocess
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from grader.resources import templates_dir

LISTED = ("fc-list", ":scalable=True", "--format", "%{fontformat} %{charset}\n")
"""Fonts with the signs that they hold, by fontconfig, which Pango needs anyway."""
OUTLINES = ("TrueType", "CFF")
"""Formats that Pango draws."""
NOT_ASCII = re.compile(r"[^\0-~]")
RANGE = re.compile(r"\b([0-9a-f]+)(?:-([0-9a-f]+))?\b")


def drawable(page: str) -> str:
    r"""The page with an escape for every sign that no font here holds.

    >>> drawable("plain, déjà vu, つ \U00050000")
    'plain, déjà vu, つ \\U00050000'
    """
    if not _missing(page):
        return page
    composed = unicodedata.normalize("NFC", page)  # a font may hold é and not the accent alone
    shown = {ord(sign): _without_a_font(sign) for sign in _missing(composed)}
    return composed.translate(shown)


def _missing(page: str) -> set[str]:
    unknown = set(NOT_ASCII.findall(page)) - own_signs()
    return {sign for sign in unknown if not _is_on_this_machine(ord(sign))}


def _without_a_font(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Zs":
        return " "
    if kind == "Cf" or unicodedata.name(sign, "").startswith("VARIATION SELECTOR"):
        return sign  # nothing is drawn for it
    return sign.encode("unicode_escape").decode()


@cache
def own_signs() -> frozenset[str]:
    """What the report's fonts hold."""
    return frozenset().union(*map(signs_of, (templates_dir() / "fonts").glob("*.ttf")))


def signs_of(file: Path) -> frozenset[str]:
    """What a font holds."""
    with TTFont(file, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _is_on_this_machine(code: int) -> bool:
    return any(first <= code <= last for first, last in ranges_on_this_machine())


@cache
def ranges_on_this_machine() -> frozenset[tuple[int, int]]:
    """First and last of neighbouring signs that fonts of this machine hold, as far as is told."""
    try:
        told = subprocess.run(LISTED, capture_output=True, check=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    lines = (line.partition(" ") for line in told.decode(errors="replace").splitlines())
    return frozenset(
        (int(first, 16), int(last or first, 16))
        for kind, _, signs in lines
        if kind in OUTLINES
        for first, last in RANGE.findall(signs)
    )
