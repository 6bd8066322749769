"""Writes and reads networks as safetensors: names, numbers and what made them, and no code."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from reference.recurrent.networks import KINDS, Kind, Networks, shapes

SUFFIX: Final = ".safetensors"


@dataclass(frozen=True)
class Origin:
    """How a network came about: language, kind, and the command that repeats it.

    `seed` and `steps` are None where nobody knows them: somebody else trained it.
    """

    language: str
    kind: Kind
    seed: int | None
    steps: int | None
    command: str


def save(path: Path, networks: Networks, origin: Origin) -> None:
    """Write the one network of the batch, in float32 as the course's programs compute.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {n: array[0].astype(np.float32) for n, array in networks.parameters.items()}
    save_file(arrays, path, {"origin": json.dumps(vars(origin))})


def load(path: Path) -> tuple[Networks, Origin]:
    """Read what `save` wrote.

    Raises:
        ValueError: the file is none of ours; says what is wrong with it.
    """
    try:
        with safe_open(path, "numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            made: Any = json.loads((file.metadata() or {})["origin"])
            origin = Origin(**made)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is no checkpoint of the reference: {error}") from error
    return assemble(origin.kind, arrays), origin


def assemble(kind: str, arrays: dict[str, Any]) -> Networks:
    """One network from its parameters.

    Raises:
        ValueError: parameters are missing, foreign, of wrong shape or not finite.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of network is called {kind}; there are {' and '.join(KINDS)}")
    found = {name: np.asarray(array).shape for name, array in arrays.items()}
    output = found.get("V", ())
    wanted = shapes(kind, output[1], output[0]) if len(output) == 2 else {}
    if not wanted or found != wanted:
        expected = wanted or shapes(kind, 2, 2)
        raise ValueError(
            f"parameters {_listed(found)}; a network of kind {kind} with as many "
            f"symbols and hidden units has {_listed(expected)}"
        )
    doubles = {name: np.asarray(array, np.float64)[None] for name, array in arrays.items()}
    if not all(np.isfinite(array).all() for array in doubles.values()):
        raise ValueError("a parameter is not a finite number")
    return Networks(kind, doubles)


def _listed(found: dict[str, tuple[int, ...]]) -> str:
    sizes = (f"{name} {' x '.join(map(str, shape))}" for name, shape in sorted(found.items()))
    return ", ".join(sizes) or "none"
