"""What one attack is: a few lines put into an honest submission, and what must come of it.

Each is a file of the catalogue, so that a new idea is one small file and no code. The honest part
around it (`grader.attack.honest`) is right in some places and wrong in others, so that both a mark
taken and a mark lost would show.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from grader.errors import AssignmentError, UsageError
from grader.record import Record
from grader.results import Outcome
from grader.synthetic.faults import Outcomes, merged, outcomes_of

CATALOGUE = Path(__file__).resolve().parent / "catalogue"
PLACEHOLDER = re.compile(r"@(home|others|labels|mark|port|victim|socket)@")


class Attack(Record):
    """One hostile submission.

    `start` and `end` are code at the two ends of kuzu.py; `build` and `forward` begin NetFull's
    methods; `check` ends check.py, which is handed in with it only; `files` are further files.
    `pack` names the way in which it is handed in (`grader.attack.packing`). Code finds what it is
    after by placeholders such as @home@, see `grader.attack.field`.

    What must come of it: `builds` and `outcomes` name the checks that end otherwise than in the
    honest submission; `refused` is what the grader says where there is nothing to grade; `said`
    must be found in a flag or in the message of a check. `walls`: nothing but a wall stops it, so
    resource limits alone promise nothing. `paper`: the PDF is made as well. `waits`: it idles until
    a clock ends it, and is run beside the others.
    """

    idea: str
    start: str = ""
    end: str = ""
    build: str = ""
    forward: str = ""
    check: str = ""
    files: dict[str, str] = Field(default_factory=dict)
    pack: str = "folder"
    builds: dict[str, Literal["failed", "ungraded"]] = Field(default_factory=dict)
    outcomes: dict[str, Outcome] = Field(default_factory=dict)
    refused: str = ""
    said: str = ""
    walls: bool = False
    waits: bool = False
    paper: bool = False

    def changed(self) -> Outcomes:
        """Outcome by check, of those that the attack is allowed to change."""
        built = merged(outcomes_of(name, builds=how) for name, how in self.builds.items())
        return built | dict(self.outcomes)


@cache
def load_attacks() -> dict[str, Attack]:
    """All attacks of the catalogue by name.

    Raises:
        AssignmentError: a file of the catalogue is malformed; names it and the first wrong field.
    """
    return {file.stem: read_attack(file) for file in sorted(CATALOGUE.glob("*.toml"))}


def read_attack(file: Path) -> Attack:
    """One file of a catalogue.

    Raises:
        AssignmentError: it is malformed.
    """
    try:
        return Attack.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        found = str(error)
    except ValidationError as error:
        first = error.errors()[0]
        found = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    raise AssignmentError(file.name, found, "an attack as grader/attack/attack.py describes it")


def chosen_attacks(names: tuple[str, ...]) -> dict[str, Attack]:
    """The attacks of these names; all where none is named.

    Raises:
        UsageError: there is none of that name.
    """
    known = load_attacks()
    for name in names:
        if name not in known:
            raise UsageError(
                "grader attack", f"there is no attack {name!r}", hint="`grader attack --list`"
            )
    return {name: known[name] for name in names} if names else known
