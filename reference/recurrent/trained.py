"""The trained networks that travel with the package, and what is known of them.

For each task `trained/` holds a checkpoint and a study with the survey of 32 seeds, both made by
`python -m scripts.train_recurrent`; the study could be computed again from the checkpoint, and a
test does.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from reference.recurrent.checkpoints import SUFFIX, Origin, load
from reference.recurrent.networks import Networks
from reference.recurrent.study import Study
from reference.recurrent.survey import Survey
from reference.recurrent.tasks import TASKS

FOLDER: Final = Path(__file__).parent / "trained"


@dataclass(frozen=True)
class Record:
    """What is known of one reference network, what made it, and how other seeds do."""

    origin: Origin
    study: Study
    survey: Survey


RECORDS: Final = TypeAdapter(Record)


@cache
def record(lang: str) -> Record:
    """The record of the reference network for a language.

    Raises:
        KeyError: no trained network travels with the package for it.
    """
    if lang not in available():
        raise KeyError(f"no trained network for {lang}; there is one for {', '.join(available())}")
    text = (FOLDER / TASKS[lang].label).with_suffix(".json").read_text(encoding="utf-8")
    return RECORDS.validate_json(text)


def network(lang: str) -> Networks:
    """The reference network for a language, alone in its batch."""
    networks, _ = load((FOLDER / TASKS[lang].label).with_suffix(SUFFIX))
    return networks


def available() -> tuple[str, ...]:
    """Languages with a trained network."""
    return tuple(n for n, t in TASKS.items() if (FOLDER / t.label).with_suffix(".json").exists())


def as_text(known: Record) -> str:
    """The text of a record's file."""
    return json.dumps(asdict(known), separators=(",", ":")) + "\n"
