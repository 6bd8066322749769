"""Opens networks that a student trained: checkpoints of torch, which are pickles.

They are read inside the sandbox and come back as plain tensors; whether they are networks of Part 3
is decided here.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from grader.capturing.capture import load_in_sandbox
from grader.capturing.isolation import Isolation
from grader.capturing.sandbox import Limits
from grader.errors import IntakeError
from grader.scratch import scratch_folder
from grader.wire import Failure
from reference.languages import Language
from reference.recurrent.checkpoints import assemble
from reference.recurrent.networks import Networks

LARGEST = 2**20
LONGEST = 300  # letters of a reason


def read_checkpoints(
    paths: Sequence[Path], isolation: Isolation, limits: Limits | None = None
) -> list[Networks | str]:
    """For each file the one network in it, or why it cannot be used.

    Args:
        paths: checkpoints as `seq_train.py` of the course writes them (net/*.pth).
        isolation: the sandbox that they are opened in.
        limits: bounds on it.

    Raises:
        CaptureError: the sandbox did not work.
    """
    small = [path for path in paths if path.is_file() and path.stat().st_size <= LARGEST]
    with scratch_folder("grader-checkpoint-") as folder:
        folder.chmod(0o755)
        copies = [folder / f"checkpoint{number}.pth" for number in range(len(small))]
        for path, copy in zip(small, copies, strict=True):
            shutil.copyfile(path, copy)
            copy.chmod(0o644)
        loaded = load_in_sandbox(isolation, copies, limits or Limits())
    found = dict(zip(small, map(_network, loaded), strict=True))
    too_large = f"it is no file, or larger than {LARGEST} bytes"
    return [found.get(path, too_large) for path in paths]


def open_checkpoint(
    path: Path, language: Language, isolation: Isolation, limits: Limits | None = None
) -> Networks:
    """The one network in a checkpoint, which must be one for this language.

    Raises:
        IntakeError: it is no regular file, too large, no checkpoint, or another network than one
            for this language; says what was found.
        CaptureError: the sandbox did not work.
    """
    try:
        (network,) = read_checkpoints([path], isolation, limits)
        reason = network if isinstance(network, str) else unfit(network, language)
    except OSError as error:
        network = reason = str(error)
    if reason or isinstance(network, str):
        raise IntakeError(
            path.name,
            f"it cannot be used: {reason}",
            f"a checkpoint of a network for {language.title}, as net/*.pth of the course",
            "give the file that the course's seq_train.py wrote for this language",
        )
    return network


def unfit(networks: Networks, language: Language) -> str:
    """Why a network is none for a language, "" where it may be one."""
    if networks.symbols == len(language.alphabet):
        return ""
    return f"it reads {networks.symbols} symbols, the language has {len(language.alphabet)}"


def _network(tensors: dict[str, object] | Failure) -> Networks | str:
    if isinstance(tensors, Failure):
        lines = tensors.message.strip().splitlines()
        return lines[0][:LONGEST] if lines else "it is no checkpoint"
    try:
        arrays = {name: tensor.double().numpy() for name, tensor in tensors.items()}  # type: ignore[attr-defined]
        return assemble("srn" if "H0" in arrays else "lstm", arrays)
    except ValueError as error:
        return str(error)[:LONGEST]
