"""Opens a network that a student trained: a checkpoint of torch, which is a pickle.

It is read inside the sandbox and comes back as plain tensors; whether they are a network of Part 3
is decided here.
"""

import shutil
from pathlib import Path

from grader.capture import load_in_sandbox
from grader.errors import IntakeError
from grader.isolation import Isolation
from grader.sandbox import Limits
from grader.scratch import scratch_folder
from grader.wire import Failure
from reference.languages import Language
from reference.recurrent.checkpoints import assemble
from reference.recurrent.networks import Networks

LARGEST = 2**20
NAME = "checkpoint.pth"


def open_checkpoint(
    path: Path, language: Language, isolation: Isolation, limits: Limits | None = None
) -> Networks:
    """The one network in a checkpoint that `seq_train.py` of the course writes (net/*.pth).

    Raises:
        IntakeError: it is no regular file, too large, no checkpoint, or another network than one
            for this language; says what was found.
        CaptureError: the sandbox did not work.
    """
    expected = f"a checkpoint of a network for {language.title}, as net/*.pth of the course"
    hint = "give the file that the course's seq_train.py wrote for this language"
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise ValueError(f"it is no file, or larger than {LARGEST} bytes")
        with scratch_folder("grader-checkpoint-") as folder:
            folder.chmod(0o755)
            copy = folder / NAME
            shutil.copyfile(path, copy)
            copy.chmod(0o644)
            tensors = load_in_sandbox(isolation, copy, limits or Limits())
        if isinstance(tensors, Failure):
            raise ValueError(tensors.message.strip().splitlines()[0][:300])
        arrays = {name: tensor.double().numpy() for name, tensor in tensors.items()}
        networks = assemble("srn" if "H0" in arrays else "lstm", arrays)
        if networks.symbols != len(language.alphabet):
            raise ValueError(
                f"it reads {networks.symbols} symbols, the language has {len(language.alphabet)}"
            )
    except (OSError, ValueError) as error:
        raise IntakeError(path.name, f"it cannot be used: {error}", expected, hint) from None
    return networks
