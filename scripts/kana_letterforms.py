"""Which font draws which letterform of which kana, and how often.

Old texts write one kana in several ways: the form taught today and the hentaigana, each a cursive
kanji of the same sound. KMNIST mixes both inside a class, which is what makes it hard for a linear
network. This table mixes them too. Hentaigana code points follow the character names of Unicode
("HENTAIGANA LETTER KI-4"); the cursive kanji are parents of those forms, in grass script.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

GLYPH_PIXELS = 112
"""Side of a drawn glyph before distortion: four times the side of a finished image."""


@dataclass(frozen=True)
class Font:
    """A font file: its package, its path below the folder of fonts, and its licence."""

    package: str
    path: str
    licence: str


KOUZAN = Font("fonts-kouzan-mouhitsu", "kouzan-mouhitsu/kouzan-mouhitsu.ttf", "public domain")
KOUZAN_GYOSHO = Font(
    "fonts-kouzan-mouhitsu", "kouzan-mouhitsu/kouzan-mouhitsu-gyosho.ttf", "public domain"
)
KOUZAN_SOUSYO = Font(
    "fonts-kouzan-mouhitsu", "kouzan-mouhitsu/KouzanBrushFontSousyo.ttf", "public domain"
)
AOYAGI_KOUZAN = Font("fonts-aoyagi-kouzan-t", "aoyagi-kouzan-t/AoyagiKouzanT.ttf", "public domain")
AOYAGI_SOSEKI = Font("fonts-aoyagi-soseki", "aoyagi-soseki/aoyagi-soseki.ttf", "public domain")
KILOJI = Font("fonts-kiloji", "kiloji/kiloji.ttf", "BSD-3-Clause")
KLEE = Font("fonts-klee", "klee/KleeOne-SemiBold.ttf", "OFL-1.1")
HANAZONO = Font("fonts-hanazono", "hanazono/HanaMinA.ttf", "Hanazono Font License or OFL-1.1")
YUJI_BOKU = Font(
    "@fontsource/yuji-boku@5.3.0",
    "@fontsource/yuji-boku/files/yuji-boku-japanese-400-normal.woff",
    "OFL-1.1",
)
YUJI_MAI = Font(
    "@fontsource/yuji-mai@5.3.0",
    "@fontsource/yuji-mai/files/yuji-mai-japanese-400-normal.woff",
    "OFL-1.1",
)
YUJI_AKEBONO = Font(
    "@fontsource/yuji-hentaigana-akebono@4.5.8",
    "@fontsource/yuji-hentaigana-akebono/files/yuji-hentaigana-akebono-all-400-normal.woff",
    "OFL-1.1",
)

MODERN_FONTS = {
    KOUZAN: 3.0,
    KOUZAN_GYOSHO: 3.0,
    KOUZAN_SOUSYO: 3.0,
    AOYAGI_KOUZAN: 2.0,
    AOYAGI_SOSEKI: 2.0,
    YUJI_BOKU: 2.0,
    YUJI_MAI: 2.0,
    KILOJI: 1.0,
    KLEE: 1.0,
}
"""Weights of the fonts that draw the modern form: brushes often, pens seldom."""


@dataclass(frozen=True)
class Kana:
    """One class: its modern form, and the kanji of the same sound whose cursive it may be.

    ``roman`` is the name KMNIST uses, ``unicode`` the one in the names of hentaigana.
    """

    roman: str
    modern: str
    unicode: str
    cursive: str

    def hentaigana(self) -> str:
        """Every hentaigana that Unicode names after this sound."""
        prefix = f"HENTAIGANA LETTER {self.unicode}-"
        return "".join(c for c in HENTAIGANA if unicodedata.name(c, "").startswith(prefix))


HENTAIGANA = tuple(map(chr, range(0x1B002, 0x1B11F)))

KANA = (
    Kana("o", "お", "O", "於"),
    Kana("ki", "き", "KI", "幾起支木喜"),
    Kana("su", "す", "SU", "春須寿数寸"),
    Kana("tsu", "つ", "TU", "徒津都川"),
    Kana("na", "な", "NA", "奈那難名"),
    Kana("ha", "は", "HA", "者波盤葉半"),
    Kana("ma", "ま", "MA", "末満万麻馬"),
    Kana("ya", "や", "YA", "也屋夜"),
    Kana("re", "れ", "RE", "礼連麗"),
    Kana("wo", "を", "WO", "乎遠越"),
)
"""The ten classes of KMNIST, in the order of their labels."""

MODERN_SHARE = 0.35
"""Part of a class drawn in the modern form; the older forms share the rest equally."""


@dataclass(frozen=True)
class Letterform:
    """One drawn shape of one kana. ``ink`` is float32 (112, 112), 0 paper to 1 ink."""

    label: int
    character: str
    font: Font
    weight: float
    ink: npt.NDArray[np.float32]


def draw_letterforms(fonts: Path, npm: Path) -> tuple[Letterform, ...]:
    """Draw every letterform of the table; weights add up to 1 within a class.

    Raises:
        SystemExit: a font is missing; the message names its package.
    """
    return tuple(
        form for label, kana in enumerate(KANA) for form in _class(label, kana, fonts, npm)
    )


def _class(label: int, kana: Kana, fonts: Path, npm: Path) -> Iterator[Letterform]:
    older = [(HANAZONO, c) for c in kana.hentaigana()] + [(YUJI_AKEBONO, kana.modern)]
    older += [(KOUZAN_SOUSYO, c) for c in kana.cursive]
    total = sum(MODERN_FONTS.values())
    for font, weight in MODERN_FONTS.items():
        ink = _draw(_locate(font, fonts, npm), kana.modern)
        yield Letterform(label, kana.modern, font, MODERN_SHARE * weight / total, ink)
    for font, character in older:
        ink = _draw(_locate(font, fonts, npm), character)
        yield Letterform(label, character, font, (1 - MODERN_SHARE) / len(older), ink)


def _locate(font: Font, fonts: Path, npm: Path) -> Path:
    path = (npm if font.package.startswith("@") else fonts) / font.path
    if not path.is_file():
        raise SystemExit(f"{path} is missing: install {font.package}")
    return path


@cache
def _characters(path: Path) -> frozenset[int]:
    return frozenset(TTFont(path, fontNumber=0, lazy=True).getBestCmap())


@cache
def _open(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, 2 * GLYPH_PIXELS)


def _draw(path: Path, character: str) -> npt.NDArray[np.float32]:
    """Draw one character so that its ink touches all four edges of the square, as KMNIST's do."""
    if ord(character) not in _characters(path):
        raise SystemExit(f"{path.name} has no glyph for {character} (U+{ord(character):04X})")
    font = _open(path)
    canvas = Image.new("L", (4 * GLYPH_PIXELS, 4 * GLYPH_PIXELS))
    ImageDraw.Draw(canvas).text((GLYPH_PIXELS, GLYPH_PIXELS), character, font=font, fill=255)
    box = canvas.getbbox()
    assert box is not None
    return _fit(canvas.crop(box))


def _fit(glyph: Image.Image) -> npt.NDArray[np.float32]:
    """Stretch towards a square, but never by more than 1.35, which keeps つ and れ readable."""
    width, height = glyph.size
    side = max(width, height)
    size = (
        round(GLYPH_PIXELS * min(1.0, 1.35 * width / side)),
        round(GLYPH_PIXELS * min(1.0, 1.35 * height / side)),
    )
    square = Image.new("L", (GLYPH_PIXELS, GLYPH_PIXELS))
    corner = ((GLYPH_PIXELS - size[0]) // 2, (GLYPH_PIXELS - size[1]) // 2)
    square.paste(glyph.resize(size, Image.Resampling.LANCZOS), corner)
    return np.asarray(square, dtype=np.float32) / np.float32(255)
