import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import StoreError
from grader.store.cache import FILE, LARGEST, Cache


def test_a_computation_is_found_again(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        assert cache.get("training", "k") is None
        cache.put("training", "k", b"run", "NetLin, seed 0")
        assert cache.get("training", "k") == b"run"
        assert cache.get("capture", "k") is None
    with Cache(tmp_path) as cache:
        assert cache.get("training", "k") == b"run"
        (kept,) = cache.contents()
        assert (kept.kind, kept.entries, kept.size, kept.hits) == ("training", 1, 3, 2)
        assert cache.notes("training", 5) == [("NetLin, seed 0", 3, 2)]


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    with Cache(tmp_path, limit=30) as cache:
        for key in "abc":
            cache.put("training", key, key.encode() * 10)
        assert cache.get("training", "a")
        cache.put("training", "d", b"d" * 10)
        assert [bool(cache.get("training", key)) for key in "abcd"] == [True, False, True, True]
        cache.trim(10)
        assert sum(kind.size for kind in cache.contents()) == 10


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put("capture", "k", bytes(LARGEST + 1))
        assert cache.get("capture", "k") is None


def test_a_newer_value_replaces_the_older(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put("training", "k", b"three epochs")
        cache.put("training", "k", b"ten")
        assert cache.get("training", "k") == b"ten"
        assert cache.contents()[0].size == 3


def test_a_damaged_entry_is_no_result(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put("training", "k", b"run")
        with sqlite3.connect(cache.path) as other:
            other.execute("UPDATE entry SET value = X'00'")
        other.close()
        assert cache.get("training", "k") is None
        assert cache.contents() == []


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with Cache(tmp_path) as cache:
        cache.put("training", "k", b"run")
        assert cache.get("training", "k") == b"run"
    assert (tmp_path / "cache.damaged").exists()


def test_a_cache_of_a_newer_grader_is_not_touched(tmp_path: Path) -> None:
    Cache(tmp_path).__exit__()
    with sqlite3.connect(tmp_path / FILE) as other:
        other.execute("PRAGMA user_version=99")
    other.close()
    with pytest.raises(StoreError, match="newer grader"):
        Cache(tmp_path)


def test_a_full_disk_costs_time_only(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put("training", "k", b"run")
        cache._database.rows("PRAGMA max_page_count=12")
        cache.put("training", "large", bytes(10**6))
        assert cache.get("training", "large") is None
        assert cache.get("training", "k") == b"run"


def test_clearing_gives_the_room_back(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put("capture", "k", bytes(10**6))
        cache.clear()
        assert cache.contents() == []
    assert (tmp_path / FILE).stat().st_size < 10**5


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 40)), max_size=30))
def test_it_never_outgrows_its_limit(puts: list[tuple[str, int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Cache(Path(folder), limit=50) as cache:
        for key, size in puts:
            cache.put("training", key, bytes(size))
            assert cache.get("training", key) == bytes(size)
            assert sum(kind.size for kind in cache.contents()) <= 50
