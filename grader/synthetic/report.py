"""A report of plain lines, for submissions that are made and not handed in.

A PDF of text needs two objects a page and four besides, so it is written here byte by byte: some
2 kB each, and the same bytes on every machine.
"""

from collections.abc import Sequence


def one_page_pdf(lines: Sequence[str]) -> bytes:
    """A PDF 1.4 document of A4 size with these lines of ASCII in Helvetica, 11 points."""
    return pages_pdf([lines])


def pages_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """The same with a page for each sequence of lines, 46 of which fit."""
    kids = " ".join(f"{3 + 2 * i} 0 R" for i in range(len(pages)))
    font = 3 + 2 * len(pages)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
    ]
    for number, lines in enumerate(pages):
        text = _shown(lines)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * number} 0 R"
            f" /Resources << /Font << /F1 {font} 0 R >> >> >>",
            f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        ]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    document, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(document))
        document += f"{number} 0 obj\n{body}\nendobj\n"
    size = len(objects) + 1
    table = "0000000000 65535 f \n" + "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(document)}\n%%EOF\n"
    return f"{document}xref\n0 {size}\n{table}{trailer}".encode("ascii")


def _shown(lines: Sequence[str]) -> str:
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    shown = "".join(f"({line}) Tj T*\n" for line in escaped)
    return f"BT /F1 11 Tf 16 TL 60 780 Td\n{shown}ET"
