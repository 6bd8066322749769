"""Reads a checkpoint of torch inside the sandbox and sends its tensors back as safetensors.

A checkpoint is a pickle: it is read with `weights_only=True`, and in here all the same.
"""

from pathlib import Path
from typing import Any

import torch

from .capture import FORMAT, Reply, StageError, Tensors, failed_reply, staged

MOST_TENSORS = 20
MOST_NUMBERS = 100_000


def load_checkpoint(path: Path, target: dict[str, Any]) -> tuple[Reply, Tensors]:
    """The tensors of the state that `path` holds, as float32, under their own names."""
    try:
        tensors = staged("import", lambda: _read(path), None)
    except StageError as stage:
        return failed_reply(target["id"], stage.failure), {}
    return {"format": FORMAT, "target": target["id"], "failure": None, "trained": True}, tensors


def _read(path: Path) -> Tensors:
    state = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(state, dict) or not state:
        raise ValueError(f"it holds a {type(state).__name__}, not the state of a network")
    if not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ValueError("it holds other things than tensors")
    numbers = sum(value.numel() for value in state.values())
    if len(state) > MOST_TENSORS or numbers > MOST_NUMBERS:
        raise ValueError(f"{len(state)} tensors with {numbers} numbers are no small network")
    return {str(n): value.detach().float().contiguous().clone() for n, value in state.items()}
