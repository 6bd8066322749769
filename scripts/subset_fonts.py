"""Cut the report's fonts down to the characters that reports use, so that a page stays small.

The sources are npm packages under the SIL Open Font License 1.1:

    npm pack @ibm/plex-sans@1.1.0 @ibm/plex-mono@2.5.0 @fontsource/ibm-plex-sans-jp@5.3.0

Unpack each; `python scripts/subset_fonts.py SANS MONO JP` (the folders) writes `templates/fonts`.
The licence reserves the name of the originals, so the subsets carry names of their own.
Same input and the same fontTools, same bytes: every time stamp is taken from the source font.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parent.parent / "templates" / "fonts"

LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin-1 and Latin Extended-A: names of people and files
    *range(0x391, 0x3CA),  # Greek
    *range(0x2010, 0x2028),  # dashes, quotes, dagger, bullet, ellipsis
    *range(0x2070, 0x2090),  # superscripts and subscripts
    *range(0x2190, 0x219A),  # arrows
    0x202F, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2122,
    0x2202, 0x2206, 0x220F, 0x2211, 0x2212, 0x2215, 0x221A, 0x221E, 0x2248, 0x2260, 0x2264, 0x2265,
    0x25CA, 0x2713, 0x2717,
]  # fmt: skip
KANA = [
    0x20, 0xA0,  # Pango takes a space behind a sign from the sign's font, and shows a box without
    *range(0x3041, 0x3097), *range(0x3099, 0x309F),
]  # fmt: skip

NAME_FAMILY, NAME_STYLE, NAME_UNIQUE, NAME_FULL, NAME_POSTSCRIPT = 1, 2, 3, 4, 6
NAME_TYPOGRAPHIC_FAMILY, NAME_TYPOGRAPHIC_STYLE = 16, 17
KEPT_NAMES = [0, 13, 14]  # copyright, licence, address of the licence


def rename(font: TTFont, family: str, style: str) -> None:
    """Give the subset a name of its own, and keep copyright and licence."""
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in KEPT_NAMES]
    full = f"{family} {style}"
    names = {
        NAME_FAMILY: full,
        NAME_STYLE: "Regular",
        NAME_UNIQUE: full,
        NAME_FULL: full,
        NAME_POSTSCRIPT: full.replace(" ", "-"),
        NAME_TYPOGRAPHIC_FAMILY: family,
        NAME_TYPOGRAPHIC_STYLE: style,
    }
    for identifier, text in names.items():
        table.setName(text, identifier, 3, 1, 0x409)


def subset(source: Path, target: str, characters: Iterable[int], family: str, style: str) -> None:
    """Write `target` with the given characters of `source`, renamed."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=["kern", "mark", "mkmk", "tnum"], hinting=False)
    options.name_IDs = KEPT_NAMES
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=list(characters))
    subsetter.subset(font)
    rename(font, family, style)
    font.flavor = None  # plain: WeasyPrint would spend a quarter of a second on unpacking woff2
    font.save(TARGET / target)


def main(sans: Path, mono: Path, jp: Path) -> None:
    """Write all fonts and the licence."""
    TARGET.mkdir(parents=True, exist_ok=True)
    sans_files = sans / "fonts" / "complete" / "woff2"
    mono_files = mono / "fonts" / "complete" / "woff2"
    subset(
        sans_files / "IBMPlexSans-Regular.woff2", "sans-400.ttf", LATIN, "Report Sans", "Regular"
    )
    subset(sans_files / "IBMPlexSans-SemiBold.woff2", "sans-600.ttf", LATIN, "Report Sans", "Bold")
    subset(
        mono_files / "IBMPlexMono-Regular.woff2", "mono-400.ttf", LATIN, "Report Mono", "Regular"
    )
    for weight, style in ((400, "Regular"), (600, "Bold")):
        source = jp / "files" / f"ibm-plex-sans-jp-japanese-{weight}-normal.woff2"
        subset(source, f"kana-{weight}.ttf", KANA, "Report Kana", style)
    licence = (sans / "LICENSE.txt").read_text(encoding="utf-8")
    (TARGET / "OFL.txt").write_text(licence, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
