"""Keeps every outcome of a cohort, so that the same command goes on where the last one ended.

Outcomes are only ever added. A student's newest one counts; the older ones tell what a regrade
changed. Reports are on the disk before their outcome is committed, never the other way round.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, cast

from grader.cohort.standing import Standing
from grader.store.database import Database

FILE = "grader.sqlite"
VERSION = 1
SCHEMA = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    finished TEXT,
    settings TEXT NOT NULL,
    settings_digest TEXT NOT NULL
);
CREATE TABLE member (
    run INTEGER NOT NULL REFERENCES run(id),
    student TEXT NOT NULL,
    PRIMARY KEY (run, student)
) WITHOUT ROWID;
CREATE TABLE outcome (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run(id),
    student TEXT NOT NULL,
    submission_digest TEXT NOT NULL,
    settings_digest TEXT NOT NULL,
    again INTEGER NOT NULL,
    standing TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX newest ON outcome (student, id);
"""


@dataclass(frozen=True)
class Kept:
    """A student's newest outcome.

    `again` marks one that is to be tried again whatever has changed: the grader failed.
    """

    standing: Standing
    submission_digest: str
    settings_digest: str
    again: bool

    def answers(self, submission_digest: str, settings_digest: str) -> bool:
        """Whether grading this submission under these settings would only repeat it."""
        return (
            not self.again
            and self.submission_digest == submission_digest
            and self.settings_digest == settings_digest
        )


class ResultStore:
    """The outcomes of all runs into one results folder. Use it in a `with` block."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / FILE, SCHEMA, VERSION)

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        self._database.close()

    def begin(
        self, settings: Mapping[str, object], settings_digest: str, students: Sequence[str]
    ) -> int:
        """Start a run over these students; its id."""
        text = json.dumps(dict(settings), sort_keys=True)
        with self._database.transaction():
            run = self._database.write(
                "INSERT INTO run (started, settings, settings_digest) VALUES (?, ?, ?)",
                _now(),
                text,
                settings_digest,
            )
            for student in students:
                self._database.write("INSERT INTO member VALUES (?, ?)", run, student)
        return run

    def finish(self, run: int) -> None:
        """Everyone in this run has an outcome."""
        self._database.write("UPDATE run SET finished = ? WHERE id = ?", _now(), run)

    def record(
        self,
        run: int,
        standing: Standing,
        *,
        submission_digest: str,
        settings_digest: str,
        again: bool,
    ) -> None:
        """Commit one outcome; when this returns, no power cut takes it back."""
        self._database.write(
            "INSERT INTO outcome"
            " (run, student, submission_digest, settings_digest, again, standing, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            run,
            standing.student,
            submission_digest,
            settings_digest,
            int(again),
            standing.model_dump_json(),
            _now(),
        )

    def kept(self, student: str) -> Kept | None:
        """The newest outcome of a student."""
        row = self._database.row(
            "SELECT standing, submission_digest, settings_digest, again FROM outcome"
            " WHERE student = ? ORDER BY id DESC LIMIT 1",
            student,
        )
        if row is None:
            return None
        text, submission_digest, settings_digest, again = row
        return Kept(_standing(text), str(submission_digest), str(settings_digest), bool(again))

    def standings(self, run: int) -> list[Standing]:
        """The newest standing of everyone in this run who has one, by student."""
        rows = self._database.rows(
            "SELECT standing FROM outcome WHERE id IN"
            " (SELECT MAX(o.id) FROM outcome o JOIN member m USING (student)"
            "  WHERE m.run = ? GROUP BY student) ORDER BY student",
            run,
        )
        return [_standing(text) for (text,) in rows]

    def regraded(self, run: int) -> list[tuple[Standing, Standing]]:
        """Before and after, for everyone who was graded anew since the settings last changed.

        Runs that were stopped and continued count as one: before is what stood when the first
        of them began.
        """
        first = self._first_of_chain(run)
        rows = self._database.rows(
            "SELECT a.standing, b.standing FROM outcome a JOIN outcome b USING (student)"
            " WHERE a.id IN (SELECT MAX(id) FROM outcome WHERE run < ?1 GROUP BY student)"
            " AND b.id IN (SELECT MAX(id) FROM outcome WHERE run >= ?1 GROUP BY student)"
            " AND student IN (SELECT student FROM member WHERE run = ?2) ORDER BY student",
            first,
            run,
        )
        return [(_standing(before), _standing(after)) for before, after in rows]

    def newest_run(self) -> int | None:
        """The id of the last run that was begun."""
        row = self._database.row("SELECT MAX(id) FROM run")
        return cast(int, row[0]) if row is not None and row[0] is not None else None

    def _first_of_chain(self, run: int) -> int:
        """The first of the unfinished runs with equal settings that this one continues."""
        row = self._database.row(
            "SELECT COALESCE(MAX(id), 0) FROM run WHERE id < ?1 AND (finished IS NOT NULL OR"
            " settings_digest != (SELECT settings_digest FROM run WHERE id = ?1))",
            run,
        )
        assert row is not None  # an aggregate always gives a row
        return cast(int, row[0]) + 1


def _standing(text: object) -> Standing:
    return Standing.model_validate_json(str(text))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
