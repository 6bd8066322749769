import pickle
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.worker.checkpoint import load_checkpoint

TARGET = {"id": "checkpoint"}


def reply_to(content: Any, folder: Path) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    path = folder / "checkpoint.pth"
    torch.save(content, path)
    return load_checkpoint(path, TARGET)


def test_a_state_comes_back_as_float32_under_its_own_names(tmp_path: Path) -> None:
    state = {"W": torch.arange(6.0).reshape(2, 3).double().T, "H0": torch.ones(2)}
    reply, tensors = reply_to(state, tmp_path)
    assert reply["failure"] is None
    assert reply["trained"]
    assert tensors["W"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float32}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (torch.ones(2), "it holds a Tensor, not the state of a network"),
        ({}, "it holds a dict, not the state"),
        ({"W": 1}, "other things than tensors"),
        ({"W": torch.zeros(100_001)}, "1 tensors with 100001 numbers are no small network"),
        ({str(k): torch.zeros(1) for k in range(21)}, "21 tensors"),
    ],
)
def test_anything_else_is_a_failure_that_says_what_it_is(
    content: Any, found: str, tmp_path: Path
) -> None:
    reply, tensors = reply_to(content, tmp_path)
    assert found in reply["failure"]["message"]
    assert not tensors


def test_code_in_a_checkpoint_is_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"

    class Marks:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (mark,))

    path = tmp_path / "checkpoint.pth"
    path.write_bytes(pickle.dumps(Marks(), protocol=2))
    reply, _ = load_checkpoint(path, TARGET)
    assert reply["failure"]["stage"] == "import"
    assert not mark.exists()


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 broken"])
def test_a_foreign_file_is_a_failure(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pth"
    path.write_bytes(content)
    reply, _ = load_checkpoint(path, TARGET)
    assert reply["failure"]["message"]
