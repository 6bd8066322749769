"""One submitted module on its way through the sandbox: what is asked of it and what is known.

It may take several workers: one ends with the process that dies, and another goes on.
"""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.capturing.witness import Account
from grader.errors import CaptureError
from grader.graphs.network import Network
from grader.wire import Failure

TRIES = 2
"""Workers in which a captured network may be run once more: another one may end the first."""


@dataclass(frozen=True)
class Target:
    """One network to capture: the class, how to build it, and what it will be given.

    `input_shape` is without the batch; `batches` are the sizes that the course's program sends;
    `setup` is a method called after building.
    """

    id: str
    cls: str
    input_shape: tuple[int, ...]
    batches: tuple[int, ...]
    seeds: tuple[int, ...]
    args: tuple[Any, ...] = ()
    setup: str | None = None

    def document(self, file: str) -> dict[str, Any]:
        """The target as the worker reads it; the reply goes to `file`."""
        return {
            "id": self.id,
            "file": file,
            "class": self.cls,
            "input": list(self.input_shape),
            "batches": list(self.batches),
            "seeds": list(self.seeds),
            "args": list(self.args),
            "setup": self.setup,
        }


@dataclass(frozen=True)
class Module:
    """One submitted file, in a folder that holds nothing but the submission, and its networks.

    `again` are networks that were captured and have yet to be run once more.
    """

    source: Path
    targets: tuple[Target, ...]
    again: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Capture:
    """What the sandbox made of one module: a network or a failure a target, and its output.

    `remarks` say, by target, what a person should know of how a network behaves. `doubtful` are
    those that failed without showing that it was their own doing.
    """

    networks: Mapping[str, Network | Failure]
    output: str
    remarks: Mapping[str, str] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()


class ModuleBook:
    """What is known of one module so far, and what is left to do."""

    def __init__(self, module: Module) -> None:
        self.left = module
        self._all = module.targets
        self._networks: dict[str, Network | Failure] = {}
        self._accounts: dict[str, Account] = {}
        self._tried: Counter[str] = Counter()
        self._output: list[str] = []
        self._doubtful: set[str] = set()

    def add(
        self,
        networks: Mapping[str, Network | Failure],
        heard: Mapping[str, Account],
        doubtful: Set[str],
        output: str,
        *,
        all_heard: bool,
    ) -> None:
        """Note what one worker made of it.

        If `all_heard`, each network had its turn to be run once more, and another worker would make
        the same of it.
        Of the networks that failed, `doubtful` are those in which that may have been the machine's
        doing.
        """
        self._networks |= networks
        self._accounts |= heard
        self._output.append(output)
        self._doubtful |= doubtful & networks.keys()
        waiting = [t for t in self._all if self._captured(t) and t.id not in self._accounts]
        for target in waiting:
            self._tried[target.id] += TRIES if all_heard else 1
        self.left = replace(
            self.left,
            targets=tuple(t for t in self._all if t.id not in self._networks),
            again=tuple(t for t in waiting if self._tried[t.id] < TRIES),
        )

    def network(self, target: Target, fresh: Mapping[str, Network | Failure]) -> Network | None:
        """The network, if it was captured by this worker or by one before."""
        found = fresh.get(target.id) or self._networks.get(target.id)
        return found if isinstance(found, Network) else None

    def closed(self) -> Capture:
        """All of it; a network whose graph nothing bears out is a failure."""
        networks = {
            target.id: self._borne_out(target.id)
            if self._captured(target)
            else self._networks[target.id]
            for target in self._all
        }
        remarks = {id_: t.remark for id_, t in self._accounts.items() if t.remark}
        output = "\n".join(filter(None, self._output))
        return Capture(networks, output, remarks, frozenset(self._doubtful))

    def _captured(self, target: Target) -> bool:
        return isinstance(self._networks.get(target.id), Network)

    def _borne_out(self, name: str) -> Network | Failure:
        account = self._accounts.get(name)
        if account is None:
            return unusable(CaptureError(name, "could be run once, and not once more"))
        if account.against:
            return unusable(CaptureError(name, account.against))
        return self._networks[name]


def is_death(found: Network | Failure) -> bool:
    """Whether a process died in the turn of this network."""
    return isinstance(found, Failure) and found.stage == "limits"


def unusable(error: CaptureError) -> Failure:
    """The failure of a network whose reply was refused."""
    return Failure(
        stage="export", type="CaptureError", message=str(error)[:4000], line=None, source=""
    )
