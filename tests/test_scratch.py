import os
import stat
from pathlib import Path

import pytest

from grader.scratch import remove_folder, scratch_folder


def test_a_folder_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with scratch_folder("capture-", tmp_path) as folder:
        assert folder.parent == tmp_path
        assert folder.name.startswith("capture-")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "reply.json").touch()
    assert list(tmp_path.iterdir()) == []


def test_it_is_gone_after_an_error_too(tmp_path: Path) -> None:
    def fail() -> None:
        with scratch_folder("", tmp_path):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_without_a_parent_it_is_a_temporary_one() -> None:
    with scratch_folder("grader-") as folder:
        assert folder.is_dir()
    assert not folder.exists()


def test_neither_depth_nor_permissions_keep_a_folder(tmp_path: Path) -> None:
    top, here = tmp_path / "top", os.getcwd()
    top.mkdir()
    os.chdir(top)
    try:
        for _ in range(3000):
            os.mkdir("d")
            os.chdir("d")
        os.mkdir("closed", 0)
    finally:
        os.chdir(here)
    (top / "closed").mkdir(mode=0)
    remove_folder(top)
    assert not top.exists()


def test_a_link_is_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(tmp_path)
    remove_folder(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_nothing_to_remove_is_no_error(tmp_path: Path) -> None:
    remove_folder(tmp_path / "missing")
