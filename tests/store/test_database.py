import sqlite3
from pathlib import Path

import pytest

from grader.errors import StoreError
from grader.store.database import Database

SCHEMA = "CREATE TABLE number (n INTEGER NOT NULL);"


def numbers(database: Database) -> list[object]:
    return [n for (n,) in database.rows("SELECT n FROM number ORDER BY n")]


def fill(database: Database) -> None:
    for n in range(10_000):
        database.write("INSERT INTO number VALUES (?)", n)


def write_then_fail(database: Database) -> None:
    database.write("INSERT INTO number VALUES (1)")
    database.write("INSERT INTO number VALUES (NULL)")


def test_what_was_written_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    with Database(tmp_path / "new" / "a.sqlite", SCHEMA, 1) as database:
        database.write("INSERT INTO number VALUES (?)", 7)
    with Database(tmp_path / "new" / "a.sqlite", SCHEMA, 1) as database:
        assert numbers(database) == [7]
        assert database.row("SELECT n FROM number WHERE n = 8") is None


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with Database(tmp_path / "a.sqlite", SCHEMA, 1) as database:
        with pytest.raises(StoreError), database.transaction():
            write_then_fail(database)
        assert numbers(database) == []
        with database.transaction():
            database.write("INSERT INTO number VALUES (2)")
        assert numbers(database) == [2]


def test_a_write_survives_whoever_was_in_the_middle_of_another(tmp_path: Path) -> None:
    first = Database(tmp_path / "a.sqlite", SCHEMA, 1)
    first.write("INSERT INTO number VALUES (1)")
    first.write("BEGIN IMMEDIATE")
    first.write("INSERT INTO number VALUES (2)")
    first.close()
    with Database(tmp_path / "a.sqlite", SCHEMA, 1) as second:
        assert numbers(second) == [1]


def test_a_newer_layout_is_refused(tmp_path: Path) -> None:
    Database(tmp_path / "a.sqlite", SCHEMA, 2).close()
    with pytest.raises(StoreError, match="newer grader"):
        Database(tmp_path / "a.sqlite", SCHEMA, 1)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_text("not a database" * 1000)
    with pytest.raises(StoreError, match=r"a\.sqlite: cannot be used: file is not a database"):
        Database(tmp_path / "a.sqlite", SCHEMA, 1)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used"):
        Database(tmp_path / "file" / "a.sqlite", SCHEMA, 1)


def test_a_full_disk_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    with Database(tmp_path / "a.sqlite", SCHEMA, 1) as database:
        database.write("INSERT INTO number VALUES (1)")
        pages = database.row("PRAGMA page_count")
        assert pages is not None
        database.rows(f"PRAGMA max_page_count={pages[0]}")
        with pytest.raises(StoreError, match=r"full[\s\S]*what was finished is kept"):
            fill(database)
        with pytest.raises(StoreError), database.transaction():
            fill(database)
        assert 1 in numbers(database)
    assert sqlite3.connect(tmp_path / "a.sqlite").execute("PRAGMA integrity_check").fetchone() == (
        "ok",
    )
