"""A terminal of the tests' own: what a program writes to it, as a person would receive it."""

import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TextIO


class Screen:
    """What a terminal received; whole once its `with` block is left."""

    def __init__(self) -> None:
        self._received = bytearray()

    @property
    def text(self) -> str:
        return self._received.decode()

    def read_from(self, main: int) -> None:
        """Read until nobody holds the other side: one read returns no more than has arrived."""
        while received := _read(main):
            self._received += received


@contextmanager
def terminal() -> Iterator[tuple[TextIO, Screen]]:
    """A file that is a terminal, and the screen that shows what was written to it."""
    main, side = pty.openpty()
    screen = Screen()
    reader = Thread(target=screen.read_from, args=(main,))
    reader.start()
    try:
        with os.fdopen(side, "w") as file:
            yield file, screen
    finally:
        reader.join()
        os.close(main)


def _read(main: int) -> bytes:
    try:
        return os.read(main, 65536)
    except OSError:  # Linux says EIO where other systems say end of file
        return b""
