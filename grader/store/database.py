"""Opens a SQLite file so that neither a kill nor a power cut loses what was committed.

The write-ahead log with full synchronisation is SQLite's own answer to both: a commit is on the
disk before it returns, and a file that was being written is whole when it is opened again. With
normal synchronisation a power cut may take back the last commits, never break the file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

from grader.errors import StoreError

BUSY_SECONDS = 30


class Database:
    """A SQLite file of one schema version; every error becomes a StoreError that names the file."""

    def __init__(
        self,
        path: Path,
        schema: str,
        version: int,
        synchronous: Literal["FULL", "NORMAL"] = "FULL",
    ) -> None:
        self.path = path
        with self._named_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            self._connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute(f"PRAGMA synchronous={synchronous}")
            self._migrate(schema, version)

    def __enter__(self) -> Self:
        """The database itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; what was not committed is not in it."""
        self._connection.close()

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """All rows of a query."""
        with self._named_errors():
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> tuple[object, ...] | None:
        """The first row of a query, None where there is none."""
        with self._named_errors():
            found: tuple[object, ...] | None = self._connection.execute(query, values).fetchone()
            return found

    def write(self, statement: str, *values: object) -> int:
        """One statement, committed when this returns; the id of the row it inserted."""
        with self._named_errors():
            return self._connection.execute(statement, values).lastrowid or 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several statements, all of them or none."""
        with self._named_errors():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # a full disk has rolled back already
                self._connection.execute("ROLLBACK")
            raise
        with self._named_errors():
            self._connection.execute("COMMIT")

    def _migrate(self, schema: str, version: int) -> None:
        (found,) = self._connection.execute("PRAGMA user_version").fetchone()
        if found > version:
            raise StoreError(
                str(self.path),
                f"was written by a newer grader (layout {found})",
                f"layout {version}",
                "use that version of the grader, or another folder",
            )
        if found < version:
            self._connection.executescript(
                f"BEGIN; {schema} PRAGMA user_version={version}; COMMIT;"
            )

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                str(self.path),
                f"cannot be used: {error}",
                "a sound SQLite file on a disk with room",
                "make room or mend the disk and run the same command again: what was finished is"
                " kept",
            ) from error
