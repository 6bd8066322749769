"""Keeps what was computed once, under keys that name everything it depends on.

A cache is disposable: an entry that is damaged or gone is computed again, and nothing but time is
lost. Each entry carries its own digest, so that a damaged one is never taken for a result.
"""

import hashlib
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self, cast

from grader.errors import StoreError
from grader.store.database import Database

Kind = Literal["capture", "training"]
FILE = "cache.sqlite"
VERSION = 1
LIMIT = 4 * 2**30
"""Bytes of entries that are kept by default: two cohorts of 500 with their captures."""
LARGEST = 32 * 2**20
"""A larger entry costs more room than it saves time."""
SCHEMA = """
CREATE TABLE entry (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    digest TEXT NOT NULL,
    note TEXT NOT NULL,
    size INTEGER NOT NULL,
    made TEXT NOT NULL,
    used INTEGER NOT NULL,
    hits INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, key)
);
CREATE INDEX least_used ON entry (used);
CREATE TABLE clock (tick INTEGER NOT NULL);
INSERT INTO clock VALUES (0);
"""


@dataclass(frozen=True)
class Contents:
    """How much of one kind is kept: entries, bytes, how often they answered, and since when."""

    kind: Kind
    entries: int
    size: int
    hits: int
    oldest: str


class Cache:
    """Computations by kind and key, the least recently used dropped first. Use it in `with`."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.path = folder / FILE
        self._limit = limit
        self._database = self._opened()
        row = self._database.row("SELECT COALESCE(SUM(size), 0) FROM entry")
        self._size = cast(int, row[0]) if row else 0

    def __enter__(self) -> Self:
        """The cache itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        self._database.close()

    def get(self, kind: Kind, key: str) -> bytes | None:
        """What was computed under this key, None where it is not (or no longer) known."""
        with suppress(StoreError):  # a file that broke meanwhile is a cache that knows nothing
            return self._get(kind, key)
        return None

    def _get(self, kind: Kind, key: str) -> bytes | None:
        row = self._database.row(
            "SELECT value, digest FROM entry WHERE kind = ? AND key = ?", kind, key
        )
        if row is None:
            return None
        value = cast(bytes, row[0])
        if hashlib.sha256(value).hexdigest() != row[1]:
            self._drop(kind, key)
            return None
        with self._database.transaction():
            self._database.write(
                "UPDATE entry SET used = ?, hits = hits + 1 WHERE kind = ? AND key = ?",
                self._tick(),
                kind,
                key,
            )
        return value

    def put(self, kind: Kind, key: str, value: bytes, note: str = "") -> None:
        """Keep a computation; `note` tells a person what it is. One that is too large is not kept.

        A cache that cannot be written costs time, never a result: the error is swallowed.
        """
        if len(value) > min(LARGEST, self._limit):
            return
        with suppress(StoreError):
            self._drop(kind, key)
            self._make_room(len(value))
            with self._database.transaction():
                self._database.write(
                    "INSERT INTO entry (kind, key, value, digest, note, size, made, used)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    kind,
                    key,
                    value,
                    hashlib.sha256(value).hexdigest(),
                    note,
                    len(value),
                    datetime.now(UTC).isoformat(timespec="seconds"),
                    self._tick(),
                )
            self._size += len(value)

    def contents(self) -> list[Contents]:
        """What is kept, by kind."""
        rows = self._database.rows(
            "SELECT kind, COUNT(*), SUM(size), SUM(hits), MIN(made) FROM entry"
            " GROUP BY kind ORDER BY kind"
        )
        return [Contents(*row) for row in rows]  # type: ignore[arg-type]

    def notes(self, kind: Kind, count: int) -> list[tuple[str, int, int]]:
        """Note, bytes and hits of the entries that answered most often."""
        rows = self._database.rows(
            "SELECT note, size, hits FROM entry WHERE kind = ? ORDER BY hits DESC, used DESC"
            " LIMIT ?",
            kind,
            count,
        )
        return cast(list[tuple[str, int, int]], rows)

    def clear(self) -> None:
        """Forget everything and give the room back."""
        self._database.write("DELETE FROM entry")
        self._database.write("VACUUM")
        self._size = 0

    def trim(self, limit: int) -> None:
        """Drop the least recently used until at most `limit` bytes are left."""
        self._limit = limit
        self._make_room(0)

    def _opened(self) -> Database:
        """The file; one that is no sound database is set aside, since it can all be done again."""
        try:
            return self._connected()
        except StoreError as error:
            if not isinstance(error.__cause__, sqlite3.DatabaseError) or isinstance(
                error.__cause__, sqlite3.OperationalError
            ):
                raise
            for file in self.path.parent.glob(f"{FILE}-*"):
                file.unlink()
            self.path.replace(self.path.with_suffix(".damaged"))
            return self._connected()

    def _connected(self) -> Database:
        return Database(self.path, SCHEMA, VERSION, synchronous="NORMAL")

    def _tick(self) -> int:
        """A number that grows with every use; times of day may stand still or go back."""
        self._database.write("UPDATE clock SET tick = tick + 1")
        row = self._database.row("SELECT tick FROM clock")
        return cast(int, row[0]) if row else 0

    def _drop(self, kind: Kind, key: str) -> None:
        row = self._database.row("SELECT size FROM entry WHERE kind = ? AND key = ?", kind, key)
        if row is not None:
            self._database.write("DELETE FROM entry WHERE kind = ? AND key = ?", kind, key)
            self._size -= cast(int, row[0])

    def _make_room(self, size: int) -> None:
        while self._size + size > self._limit:
            row = self._database.row("SELECT kind, key FROM entry ORDER BY used LIMIT 1")
            if row is None:
                break
            self._drop(cast(Kind, row[0]), str(row[1]))
        self._database.rows("PRAGMA incremental_vacuum")
