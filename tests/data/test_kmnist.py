import hashlib
import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torchvision

from grader.data import kmnist
from grader.data.folder import load_folder
from grader.data.idx import read_labels
from grader.errors import DatasetError

MirrorOf = Callable[[Path], None]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def mirror_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[MirrorOf]:
    """Serves a folder as if it were KMNIST's mirror; its files count as the published ones."""
    servers: list[http.server.HTTPServer] = []

    def serve(folder: Path) -> None:
        server = http.server.HTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        sums = {name: _md5(folder / name) for name in kmnist.CHECKSUMS}
        published = torchvision.datasets.KMNIST
        monkeypatch.setattr(kmnist, "CHECKSUMS", sums)
        monkeypatch.setattr(published, "resources", list(sums.items()))
        monkeypatch.setattr(published, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def test_the_checksums_are_torchvisions() -> None:
    assert list(kmnist.CHECKSUMS.items()) == torchvision.datasets.KMNIST.resources


def test_the_classes_are_torchvisions() -> None:
    assert [c.roman for c in kmnist.CLASSES] == torchvision.datasets.KMNIST.classes
    assert "".join(c.kana for c in kmnist.CLASSES) == "おきすつなはまやれを"


def test_the_published_files_are_recognised(shared_data: Path) -> None:
    assert kmnist.first_bad_file(shared_data / "kmnist-test") == "train-images-idx3-ubyte.gz"


def test_fetched_once_then_read_from_the_cache(
    small_set: Path, tmp_path: Path, mirror_of: MirrorOf
) -> None:
    mirror_of(small_set)
    said: list[str] = []
    folder = kmnist.fetch_kmnist(tmp_path / "cache", said.append)
    assert folder == tmp_path / "cache" / "kmnist"
    assert sorted(p.name for p in folder.iterdir()) == sorted(kmnist.CHECKSUMS)
    assert [p.name for p in folder.parent.iterdir()] == ["kmnist"]
    assert len(said) == 1
    assert kmnist.fetch_kmnist(tmp_path / "cache", said.append) == folder
    assert len(said) == 1


def test_a_damaged_file_in_the_cache_is_fetched_again(
    small_set: Path, tmp_path: Path, mirror_of: MirrorOf
) -> None:
    mirror_of(small_set)
    folder = kmnist.fetch_kmnist(tmp_path)
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(b"half")
    assert kmnist.first_bad_file(folder) == "t10k-labels-idx1-ubyte.gz"
    kmnist.fetch_kmnist(tmp_path)
    assert kmnist.is_kmnist(folder)


def test_the_official_set_is_known_by_its_checksums_wherever_it_lies(
    small_set: Path, mirror_of: MirrorOf
) -> None:
    mirror_of(small_set)
    dataset = load_folder(small_set)
    assert (dataset.name, dataset.official) == ("kmnist", True)
    assert dataset.classes == kmnist.CLASSES
    assert dataset.thresholds is None


def test_a_download_that_is_not_the_published_file_is_thrown_away(
    small_set: Path, tmp_path: Path, mirror_of: MirrorOf
) -> None:
    mirror_of(small_set)
    with (small_set / "t10k-images-idx3-ubyte.gz").open("r+b") as stream:
        stream.truncate(100)
    with pytest.raises(DatasetError, match=r"t10k-images-idx3-ubyte\.gz: could not be fetched"):
        kmnist.fetch_kmnist(tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_without_a_network_the_message_says_the_way_out(
    small_set: Path, tmp_path: Path, mirror_of: MirrorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror_of(small_set)
    monkeypatch.setattr(torchvision.datasets.KMNIST, "mirrors", ["http://mirror.invalid/"])
    with pytest.raises(DatasetError, match=r"KMNIST, train-images-idx3-ubyte\.gz") as caught:
        kmnist.fetch_kmnist(tmp_path)
    assert "MD5" in caught.value.expected
    assert "--dataset bundled" in caught.value.hint


def test_a_silent_mirror_is_given_up(
    small_set: Path, tmp_path: Path, mirror_of: MirrorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror_of(small_set)
    monkeypatch.setattr(kmnist, "SILENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setattr(torchvision.datasets.KMNIST, "mirrors", [f"http://127.0.0.1:{port}/"])
        with pytest.raises(DatasetError, match="could not be fetched"):
            kmnist.fetch_kmnist(tmp_path)


def test_a_cache_that_cannot_be_written_is_named(
    small_set: Path, tmp_path: Path, mirror_of: MirrorOf
) -> None:
    mirror_of(small_set)
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="cannot be written") as caught:
        kmnist.fetch_kmnist(tmp_path / "file" / "cache")
    assert "GRADER_CACHE" in caught.value.hint


def test_every_class_has_as_many_test_images_as_is_said(shared_data: Path) -> None:
    labels = read_labels(shared_data / "kmnist-test" / "t10k-labels-idx1-ubyte.gz")
    assert tuple(np.bincount(labels)) == kmnist.TEST_COUNTS
