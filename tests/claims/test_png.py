"""Only a PNG that holds pixels and nothing else comes in."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from grader.claims.png import is_plain_png


def png(mode: str = "RGB", size: tuple[int, int] = (9, 5), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, "PNG", **options)
    return buffer.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def with_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 60)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_pictures_as_the_reader_writes_them_are_let_in(mode: str) -> None:
    assert is_plain_png(png(mode))


def texts() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "anything")
    return png(pnginfo=notes)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        png()[:-1],
        png() + b"more",
        png()[:40] + b"\xff" + png()[41:],
        png("RGBA"),
        texts(),
        with_header(5000, 1),
        with_header(59, 2),
        with_header(0, 1),
    ],
    ids=[
        *("empty", "gif", "cut", "trailing", "changed", "alpha", "text", "wide"),
        *("too few pixels", "no width"),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    assert not is_plain_png(data)


def test_pixels_must_fill_the_picture_exactly() -> None:
    assert is_plain_png(with_header(59, 1))
    assert not is_plain_png(with_header(58, 1))
