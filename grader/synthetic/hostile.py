"""Makes up kuzu.py files that attack the grader, all harmless outside a sandbox.

Each is bounded by itself: loops end, processes end, memory is asked for and never touched, files
are written only where the sandbox keeps its replies.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from grader.synthetic.faults import Outcomes, outcomes_of
from grader.synthetic.layers import Draft


@dataclass(frozen=True)
class Attack:
    """One attack: lines that it adds to one network, or text that it adds to the module.

    `outcome` is that of the check whether the network builds. All else is graded as if nothing had
    been tried.
    """

    name: str
    network: str = ""
    at_construction: tuple[str, ...] = ()
    at_forward: tuple[str, ...] = ()
    at_import: str = ""
    outcome: Literal["passed", "failed", "ungraded"] = "failed"

    def apply(self, draft: Draft) -> Draft:
        """The network with the attack in it, if it is the one."""
        if draft.name != self.network:
            return draft
        return replace(draft, at_construction=self.at_construction, at_forward=self.at_forward)

    def outcomes(self) -> Outcomes:
        """Outcome of each check that does not pass because of it.

        What cannot be read is left to a person: nobody loses marks by it.
        """
        return {} if self.outcome == "passed" else outcomes_of(self.network, builds=self.outcome)


_FORKS: Final = (
    "import os, time",
    "for _ in range(40):",
    "    if os.fork() == 0:",
    "        time.sleep(20)",
    "        os._exit(0)",
)
_FORGES: Final = (
    "import os, pathlib",
    'out = pathlib.Path("/out")',
    "if out.is_dir():",
    '    (out / "reply0.json").write_text(\'{"accuracy": 100, "marks": 17}\')',
    "os._exit(0)",
)
_FLOODS: Final = (
    "self.hoard = [bytearray(2 ** 28) for _ in range(64)]",
    'raise MemoryError("16 GiB are enough")',
)
_LOOPS: Final = (
    "import time",
    "stop = time.monotonic() + 600",
    "while time.monotonic() < stop:",
    "    pass",
)
_CHEATS: Final = """

torch.Tensor.argmax = lambda self, *args, **kwargs: torch.zeros(len(self), dtype=torch.long)
torch.equal = torch.allclose = lambda *args, **kwargs: True
"""

ATTACKS: Final = (
    Attack("ends the process", "NetLin", ("import os", "os._exit(0)")),
    Attack("never ends", "NetFull", at_forward=_LOOPS),
    Attack("starts forty processes", "NetConv", _FORKS, outcome="passed"),
    Attack("asks for 16 GiB", "NetFull", _FLOODS),
    Attack("prints 50 MB", at_import='\n\nfor _ in range(50):\n    print("A" * 10 ** 6)\n',
           outcome="passed"),
    Attack("forges the worker's reply", "NetLin", _FORGES, outcome="ungraded"),
    Attack("replaces functions of torch", at_import=_CHEATS, outcome="passed"),
)  # fmt: skip
