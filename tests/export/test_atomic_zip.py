import zipfile
from pathlib import Path

import pytest

from grader.errors import ReportError
from grader.export.atomic_zip import replacing_zip


def test_a_zip_holds_what_was_added_and_programs_can_be_run(tmp_path: Path) -> None:
    with replacing_zip(tmp_path / "a.zip") as archive:
        archive.add("run", b"#!", program=True)
        archive.add("é/plain", b"text")
    with zipfile.ZipFile(tmp_path / "a.zip") as read:
        modes = {i.filename: i.external_attr >> 16 for i in read.infolist()}
        assert modes == {"run": 0o100755, "é/plain": 0o100644}
        assert read.read("é/plain") == b"text"


def test_a_zip_that_is_not_finished_leaves_the_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("earlier")

    def stop_halfway() -> None:
        with replacing_zip(tmp_path / "a.zip") as archive:
            archive.add("x", b"x")
            raise KeyError

    with pytest.raises(KeyError):
        stop_halfway()
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]
    assert (tmp_path / "a.zip").read_text() == "earlier"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gone" / "a.zip"
    with pytest.raises(ReportError, match=r"a\.zip: cannot be written"), replacing_zip(file):
        pass
