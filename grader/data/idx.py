"""Reads IDX files, gzip'd or not, and believes nothing that a header says before checking it.

IDX (the format of MNIST and KMNIST): four bytes of magic (0, 0, 8 for unsigned bytes, number of
dimensions), one big-endian 32-bit size for each dimension, then the bytes.
"""

import gzip
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from grader.data.dataset import Images, Labels
from grader.errors import DatasetError

SIDE = 28
CLASSES = 10
MOST_BYTES = 256 * 2**20
"""Most bytes after unpacking: 340,000 images, five times KMNIST."""

GZIP_MAGIC = b"\x1f\x8b"
READ_AGAIN = "copy or download the file again"
USE_IDX = "give a folder in the format of KMNIST: IDX files of unsigned bytes, gzip'd or not"


def read_images(path: Path) -> Images:
    """Images of a file: uint8 (N, 28, 28).

    Raises:
        DatasetError: the file cannot be read, is damaged, too large, or holds something else.
    """
    with _open(path) as stream:
        return parse_images(stream, str(path))


def read_labels(path: Path) -> Labels:
    """Labels of a file: int64 (N,), each 0 to 9.

    Raises:
        DatasetError: the file cannot be read, is damaged, too large, or holds something else.
    """
    with _open(path) as stream:
        return parse_labels(stream, str(path))


def count_images(path: Path) -> int:
    """Number of images that the header of a file states; the images are not read.

    Raises:
        DatasetError: the file cannot be read or is no IDX file of images.
    """
    with _open(path) as stream, _unpacked(stream, str(path)) as content:
        return _read_shape(content, 3, str(path))[0]


def parse_images(stream: IO[bytes], where: str) -> Images:
    """Like `read_images`, from an open stream; ``where`` names it in messages."""
    return _parse(stream, 3, where)


def parse_labels(stream: IO[bytes], where: str) -> Labels:
    """Like `read_labels`, from an open stream; ``where`` names it in messages."""
    labels = _parse(stream, 1, where)
    wrong = np.flatnonzero(labels >= CLASSES)
    if wrong.size:
        raise DatasetError(
            where,
            f"label {labels[wrong[0]]} at position {wrong[0]} ({wrong.size} such labels)",
            f"labels 0 to {CLASSES - 1}, since the networks have {CLASSES} outputs",
            "map the classes to 0..9, or leave the others out",
        )
    return labels.astype(np.int64)


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    try:
        if path.exists() and not path.is_file():
            raise DatasetError(str(path), "not a regular file", "an IDX file", USE_IDX)
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise DatasetError(
            str(path), error.strerror or str(error), "a readable file", READ_AGAIN
        ) from error


@contextmanager
def _unpacked(stream: IO[bytes], where: str) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """The content, unpacked where the first bytes say gzip; the file's name is not trusted."""
    packed = stream.read(2) == GZIP_MAGIC
    stream.seek(0)
    try:
        if packed:
            with gzip.GzipFile(fileobj=stream) as content:
                yield content
        else:
            yield stream
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DatasetError(where, f"damaged gzip data ({error})", "", READ_AGAIN) from error


def _parse(stream: IO[bytes], dimensions: int, where: str) -> Images:
    with _unpacked(stream, where) as content:
        shape = _read_shape(content, dimensions, where)
        size = int(np.prod(shape, dtype=object))
        data = bytearray()
        while len(data) <= size and (chunk := content.read(min(2**20, size + 1 - len(data)))):
            data += chunk
    if len(data) != size:
        found = "more bytes" if len(data) > size else f"{len(data):,} bytes"
        raise DatasetError(
            where,
            f"{found} after the header",
            f"{size:,} bytes for {' x '.join(map(str, shape))}, as the header says",
            READ_AGAIN,
        )
    return np.frombuffer(data, dtype=np.uint8).reshape(shape)


def _read_shape(content: IO[bytes] | gzip.GzipFile, dimensions: int, where: str) -> tuple[int, ...]:
    length = 4 * (1 + dimensions)
    header = content.read(length)
    kind = "images" if dimensions == 3 else "labels"
    magic = bytes((0, 0, 8, dimensions))
    if header[:4] != magic:
        found = f"starts with {header[:4].hex(' ') or 'nothing: it is empty'}"
        raise DatasetError(where, found, f"{magic.hex(' ')}, an IDX file of {kind}", USE_IDX)
    if len(header) < length:
        found = f"ends inside the header, after {len(header)} bytes"
        raise DatasetError(where, found, f"a header of {length} bytes", READ_AGAIN)
    shape = struct.unpack(f">{dimensions}I", header[4:])
    _check_shape(shape, kind, where)
    return shape


def _check_shape(shape: tuple[int, ...], kind: str, where: str) -> None:
    if shape[1:] not in ((), (SIDE, SIDE)):
        found = f"images of {shape[1]} x {shape[2]} pixels"
        raise DatasetError(
            where, found, f"{SIDE} x {SIDE} pixels", "scale the images to 28 x 28 pixels"
        )
    if shape[0] == 0:
        raise DatasetError(where, f"no {kind}", f"at least one of the {kind}", USE_IDX)
    most = MOST_BYTES // (SIDE * SIDE)
    if shape[0] > most:
        raise DatasetError(
            where, f"{shape[0]:,} {kind}", f"at most {most:,}", "use a part of the set"
        )
