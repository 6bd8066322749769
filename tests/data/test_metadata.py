import json
from pathlib import Path
from typing import Any

import pytest

from grader.data.dataset import Calibration, ClassName, Threshold
from grader.data.metadata import MOST_BYTES, read_metadata
from grader.errors import DatasetError

COMPLETE: dict[str, Any] = {
    "schema": "grader.dataset/1",
    "title": "Ten digits",
    "official": False,
    "classes": [{"label": n, "roman": f"class {n}", "kana": ""} for n in range(10)],
    "thresholds": {
        "NetLin": {"low": 60.0, "high": 70.5, "source": "five seeds"},
        "NetFull": {"low": 80, "source": "five seeds"},
    },
    "calibration": {"NetLin": {"seeds": [0, 1], "low": [50.0, 60], "high": [51.5, 62.0]}},
}


def write(folder: Path, **changes: object) -> Path:
    (folder / "dataset.json").write_text(json.dumps(COMPLETE | changes))
    return folder


def test_every_field_is_read(tmp_path: Path) -> None:
    metadata = read_metadata(write(tmp_path))
    assert metadata is not None
    assert metadata.title == "Ten digits"
    assert metadata.class_names()[3] == ClassName(3, "class 3", "")
    assert metadata.threshold_map() == {
        "NetLin": Threshold(60.0, 70.5, "five seeds"),
        "NetFull": Threshold(80.0, None, "five seeds"),
    }
    assert metadata.calibration_map() == {"NetLin": Calibration((0, 1), (50.0, 60.0), (51.5, 62.0))}


def test_a_folder_without_description_has_none(tmp_path: Path) -> None:
    assert read_metadata(tmp_path) is None


def test_thresholds_and_calibration_may_be_left_out(tmp_path: Path) -> None:
    metadata = read_metadata(write(tmp_path, thresholds=None, calibration=None))
    assert metadata is not None
    assert metadata.threshold_map() is None
    assert metadata.calibration_map() is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"official": True}, "official: Input should be False"),
        ({"titel": "typo"}, "titel: Extra inputs are not permitted"),
        ({"schema": "grader.dataset/2"}, "schema: Input should be 'grader.dataset/1'"),
        ({"classes": COMPLETE["classes"][:9]}, r"labels are \[0, .* 8\], not 0 to 9 in order"),
        ({"classes": COMPLETE["classes"][::-1]}, "not 0 to 9 in order"),
        ({"thresholds": {"NetLin": {"low": 101, "source": "x"}}}, "thresholds.NetLin.low"),
        ({"thresholds": {"NetLin": {"low": "70", "source": "x"}}}, "thresholds.NetLin.low"),
        ({"thresholds": {"NetLin": {"low": 70}}}, "thresholds.NetLin.source: Field required"),
        (
            {"thresholds": {"NetLin": {"low": 70, "high": 60, "source": "x"}}},
            r"thresholds.NetLin: .*high \(60.0\) is below low \(70.0\)",
        ),
        (
            {"calibration": {"NetLin": {"seeds": [0], "low": [1, 2], "high": [3]}}},
            "low has 2 epochs, high has 1",
        ),
        (
            {"calibration": {"NetLin": {"seeds": [0], "low": [5], "high": [3]}}},
            "low is above high in some epoch",
        ),
        ({"title": "", "official": 1}, r"title: .* \(and 1 more\)"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=message) as caught:
        read_metadata(write(tmp_path, **changes))
    assert caught.value.where.endswith("dataset.json")
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"title": NaN}'])
def test_what_is_no_json_object_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dataset.json").write_bytes(content)
    with pytest.raises(DatasetError):
        read_metadata(tmp_path)


def test_a_huge_description_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "dataset.json").write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(DatasetError, match="more than 1 MiB"):
        read_metadata(tmp_path)
