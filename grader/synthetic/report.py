"""A report of plain lines and small pictures, for submissions that are made and not handed in.

A PDF of text needs two objects a page and four besides, and one for each picture, so it is written
here byte by byte: some 2 kB a page, and the same bytes on every machine.
"""

from collections.abc import Sequence
from itertools import groupby

Picture = Sequence[Sequence[int]]
"""Rows of grey values, 0 to 255, all of one length."""

WIDTH, GAP, ACROSS = 150, 12, 3
"""Points: how wide a picture is shown, what is between two, and how many stand side by side."""


def one_page_pdf(lines: Sequence[str]) -> bytes:
    """A PDF 1.4 document of A4 size with these lines of ASCII in Helvetica, 11 points."""
    return pages_pdf([lines])


def pages_pdf(pages: Sequence[Sequence[str]], pictures: Sequence[Sequence[Picture]] = ()) -> bytes:
    """The same with a page for each sequence of lines, 46 of which fit.

    Args:
        pages: lines of each page.
        pictures: of each page, shown at its foot in rows of three, the last rows lowest; none of
            the pages that are left out.
    """
    shown = [*pictures, *([()] * (len(pages) - len(pictures)))]
    kids: list[str] = []
    objects: list[str] = []
    images: list[str] = []
    first_image = 4 + 2 * len(pages)
    for number, (lines, own) in enumerate(zip(pages, shown, strict=True)):
        names = [f"/I{i} {first_image + len(images) + i} 0 R" for i in range(len(own))]
        images += [_image(picture) for picture in own]
        content = _text(lines) + _placed(own)
        kids.append(f"{3 + 2 * number} 0 R")
        drawn = f" /XObject << {' '.join(names)} >>" if names else ""
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * number} 0 R"
            f" /Resources << /Font << /F1 {first_image - 1} 0 R >>{drawn} >> >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    return _document(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>",
            *objects,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            *images,
        ]
    )


def _document(objects: Sequence[str]) -> bytes:
    document, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(document))
        document += f"{number} 0 obj\n{body}\nendobj\n"
    size = len(objects) + 1
    table = "0000000000 65535 f \n" + "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(document)}\n%%EOF\n"
    return f"{document}xref\n0 {size}\n{table}{trailer}".encode("ascii")


def _text(lines: Sequence[str]) -> str:
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    shown = "".join(f"({line}) Tj T*\n" for line in escaped)
    return f"BT /F1 11 Tf 16 TL 60 780 Td\n{shown}ET"


def _placed(pictures: Sequence[Picture]) -> str:
    rows = -(-len(pictures) // ACROSS)
    said = ""
    for i in range(len(pictures)):
        left = 60 + (WIDTH + GAP) * (i % ACROSS)
        foot = 50 + (WIDTH + GAP) * (rows - 1 - i // ACROSS)
        said += f"\nq {WIDTH} 0 0 {WIDTH} {left} {foot} cm /I{i} Do Q"
    return said


def _image(picture: Picture) -> str:
    """Run lengths in hexadecimal: short for areas of one grey, and ASCII like all the rest."""
    values = [value for row in picture for value in row]
    runs = []
    for value, group in groupby(values):
        left = len(list(group))
        while left:
            part = min(left, 128)
            runs.append(f"{257 - part if part > 1 else 0:02x}{value:02x}")
            left -= part
    data = "".join(runs) + "80>"
    return (
        f"<< /Type /XObject /Subtype /Image /Width {len(picture[0])} /Height {len(picture)}"
        f" /ColorSpace /DeviceGray /BitsPerComponent 8 /Length {len(data)}"
        f" /Filter [/ASCIIHexDecode /RunLengthDecode] >>\nstream\n{data}\nendstream"
    )
