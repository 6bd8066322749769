"""Lets a PNG from the sandbox in: only one whose every byte is accounted for.

Reports carry it as it is, and other programs decode it, so no chunk is let through that a cropped
picture does not need, and the pixels must fill the picture exactly.
"""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 4000
MAX_BYTES = 2 * 2**20
CHANNELS = {0: 1, 2: 3, 3: 1}
"""Of the colour types grey, RGB and palette."""


def is_plain_png(data: bytes) -> bool:
    """Whether this is a PNG of grey, RGB or palette pixels, and of nothing else."""
    if len(data) > MAX_BYTES or not data.startswith(SIGNATURE):
        return False
    chunks = _chunks(data[len(SIGNATURE) :])
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1] != (b"IEND", b""):
        return False
    kinds = [kind for kind, _ in chunks]
    pixels = b"".join(content for kind, content in chunks if kind == b"IDAT")
    size = _size(chunks[0][1])
    palette = [b"PLTE"] if len(chunks[0][1]) == 13 and chunks[0][1][9] == 3 else []
    return (
        size > 0
        and kinds == [b"IHDR", *palette, *[b"IDAT"] * kinds.count(b"IDAT"), b"IEND"]
        and _inflated(pixels, size) == size
    )


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Kinds and contents, or none where a length or a checksum is wrong."""
    found = []
    while data:
        if len(data) < 12:
            return []
        length, kind = struct.unpack(">I4s", data[:8])
        if len(data) < 12 + length:
            return []
        content = data[8 : 8 + length]
        (checksum,) = struct.unpack(">I", data[8 + length : 12 + length])
        if zlib.crc32(kind + content) != checksum:
            return []
        found.append((kind, content))
        data = data[12 + length :]
    return found


def _size(header: bytes) -> int:
    """Bytes of all rows with their filter bytes, 0 where the header is not one of ours."""
    if len(header) != 13:
        return 0
    width, height, depth, colour, method, filtering, interlace = struct.unpack(">IIBBBBB", header)
    usual = (method, filtering, interlace) == (0, 0, 0)
    if not usual or not 0 < width <= LARGEST or not 0 < height <= LARGEST:
        return 0
    if colour not in CHANNELS or depth not in ((1, 2, 4, 8) if colour != 2 else (8,)):
        return 0
    return int(height * (1 + (width * CHANNELS[colour] * depth + 7) // 8))


def _inflated(data: bytes, limit: int) -> int:
    """Bytes that the stream holds, counted no further than one past the limit."""
    stream = zlib.decompressobj()
    try:
        held = len(stream.decompress(data, limit + 1))
    except zlib.error:
        return -1
    return held if stream.eof and not stream.unused_data else -1
