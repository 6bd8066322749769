import gzip
import io
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.data.idx import (
    MOST_BYTES,
    count_images,
    parse_images,
    parse_labels,
    read_images,
    read_labels,
)
from grader.errors import DatasetError

Pack = Callable[[npt.NDArray[np.uint8]], bytes]

IMAGES = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
IMAGES_HEADER = struct.pack(">4I", 0x0803, 2, 28, 28)


def images_of(content: bytes) -> npt.NDArray[np.uint8]:
    return parse_images(io.BytesIO(content), "here")


@pytest.mark.parametrize("squeeze", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_images_come_back_as_they_were_written(
    squeeze: Callable[[bytes], bytes], tmp_path: Path, pack: Pack
) -> None:
    path = tmp_path / "named-as-you-like"
    path.write_bytes(squeeze(pack(IMAGES)))
    assert np.array_equal(read_images(path), IMAGES)
    assert count_images(path) == 2


def test_labels_become_integers_that_torch_can_index_with(tmp_path: Path, pack: Pack) -> None:
    path = tmp_path / "labels"
    path.write_bytes(pack(np.array([3, 0, 9], np.uint8)))
    labels = read_labels(path)
    assert labels.dtype == np.int64
    assert labels.tolist() == [3, 0, 9]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"\x00", "starts with 00"),
        (b"GIF89a", "starts with 47 49 46 38"),
        (struct.pack(">4I", 0x0D03, 2, 28, 28), "starts with 00 00 0d 03"),
        (struct.pack(">2I", 0x0801, 2), "starts with 00 00 08 01"),
        (IMAGES_HEADER[:9], "ends inside the header, after 9 bytes"),
        (struct.pack(">4I", 0x0803, 2, 32, 28), "images of 32 x 28 pixels"),
        (struct.pack(">4I", 0x0803, 0, 28, 28), "no images"),
        (struct.pack(">4I", 0x0803, 2**32 - 1, 28, 28), "4,294,967,295 images"),
        (IMAGES_HEADER + bytes(10), "10 bytes after the header"),
        (IMAGES_HEADER + bytes(2 * 28 * 28 + 1), "more bytes after the header"),
        (gzip.compress(IMAGES_HEADER + bytes(2 * 28 * 28), mtime=0)[:-9], "damaged gzip data"),
        (gzip.compress(IMAGES_HEADER, mtime=0)[:5], "damaged gzip data"),
        (b"\x1f\x8b" + b"not gzip at all", "damaged gzip data"),
    ],
)
def test_what_is_no_whole_file_of_images_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(DatasetError, match=message) as caught:
        images_of(content)
    assert caught.value.where == "here"
    assert caught.value.hint


def test_a_header_that_claims_much_allocates_nothing() -> None:
    """Too large a size is refused at the header; one that is allowed asks for no memory yet."""
    most = MOST_BYTES // (28 * 28)
    with pytest.raises(DatasetError, match="at most"):
        images_of(struct.pack(">4I", 0x0803, most + 1, 28, 28))
    with pytest.raises(DatasetError, match="0 bytes after the header"):
        images_of(struct.pack(">4I", 0x0803, most, 28, 28))


def test_a_gzip_bomb_is_read_no_further_than_its_header_says() -> None:
    bomb = gzip.compress(IMAGES_HEADER + bytes(50 * 2**20))
    with pytest.raises(DatasetError, match="more bytes after the header"):
        images_of(bomb)


def test_labels_beyond_nine_are_refused_with_their_place(pack: Pack) -> None:
    content = pack(np.array([1, 10, 2, 200], np.uint8))
    with pytest.raises(DatasetError, match=r"label 10 at position 1 \(2 such labels\)"):
        parse_labels(io.BytesIO(content), "here")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_only_regular_files_are_opened(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "thing"
    make(path)
    with pytest.raises(DatasetError, match="not a regular file"):
        read_images(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nowhere: No such file"):
        read_images(tmp_path / "nowhere")


@given(content=st.binary(max_size=200), squeezed=st.booleans(), header=st.booleans())
def test_random_bytes_give_labels_or_one_kind_of_error(
    content: bytes, squeezed: bool, header: bool
) -> None:
    if header:
        content = struct.pack(">I", 0x0801) + content
    try:
        labels = parse_labels(io.BytesIO(gzip.compress(content) if squeezed else content), "x")
    except DatasetError:
        return
    assert content == struct.pack(">2I", 0x0801, len(labels)) + bytes(labels.tolist())


@given(place=st.integers(0, 400), value=st.integers(0, 255))
def test_a_changed_byte_of_a_gzip_file_is_noticed_or_harmless(place: int, value: int) -> None:
    whole = gzip.compress(IMAGES_HEADER + IMAGES.tobytes())
    changed = bytearray(whole)
    changed[place % len(whole)] = value
    try:
        images = images_of(bytes(changed))
    except DatasetError:
        return
    assert np.array_equal(images, IMAGES)
