"""`grader batch` is really killed, at random instants, and must lose nothing that was finished."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.cohort.standing import Cohort
from grader.results import Result
from grader.store.results import FILE, ResultStore
from tests.sandboxes import needs_bubblewrap
from tests.tiny import tiny_dataset, write_idx

KILLS = 50
STUDENTS = 12
SAMPLES = Path(__file__).parents[2] / "submissions"

pytestmark = [pytest.mark.slow, needs_bubblewrap]


class Desk:
    """A cohort, a results folder, and the command that grades the one into the other."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "results"
        self.log = folder / "log"
        self.cohort = folder / "in"
        for number in range(STUDENTS):
            source = ("z0000001", "z0000012", "z0000020")[number % 3]
            shutil.copytree(SAMPLES / source, self.cohort / f"z{number + 9000000}")
        data = write_idx(tiny_dataset(), folder / "data")
        self.environment = {**os.environ, "GRADER_CACHE": str(folder / "cache")}
        self.command = [sys.executable, "-m", "grader", "batch", str(self.cohort)]
        self.command += ["--dataset", str(data), "--jobs", "2", "--quiet", "--out"]

    def start(self, out: Path) -> "subprocess.Popen[bytes]":
        """Start the command in a process group of its own."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*self.command, str(out)],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def recorded(self) -> dict[str, int]:
        """How many outcomes each student has by now."""
        if not (self.out / FILE).exists():
            return {}
        with sqlite3.connect(self.out / FILE) as store:
            query = "SELECT student, COUNT(*) FROM outcome GROUP BY student"
            found = dict(store.execute(query).fetchall())
        store.close()
        return found


def processes_of(desk: Desk) -> list[int]:
    """Processes that still speak of this cohort's folder, or were started for it."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "environ").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if f"GRADER_CACHE={desk.environment['GRADER_CACHE']}".encode() in words:
            found.append(int(entry.name))
    return found


def test_killed_fifty_times_it_ends_as_if_it_never_was(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    whole = tmp_path / "whole"
    assert desk.start(whole).wait(timeout=600) == 0, desk.log.read_text()
    chance = random.Random(0)
    for _ in range(KILLS):
        before = desk.recorded()
        if len(before) == STUDENTS:
            shutil.rmtree(desk.out)
            before = {}
        process = desk.start(desk.out)
        time.sleep(chance.uniform(0.2, 9))
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_until_gone(desk)
        after = desk.recorded()
        assert before.items() <= after.items()
        require_whole_files(desk, after)
    if desk.out.exists():
        recorded = desk.recorded()
        assert set(recorded.values()) <= {1}
    assert desk.start(desk.out).wait(timeout=600) == 0, desk.log.read_text()
    assert standings(desk.out) == standings(whole)


def wait_until_gone(desk: Desk) -> None:
    """Workers and sandboxes end with the process that started them."""
    deadline = time.monotonic() + 20
    while processes_of(desk) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(desk) == []


def require_whole_files(desk: Desk, students: dict[str, int]) -> None:
    """Whoever has an outcome has reports that can be read."""
    for student in students:
        folder = desk.out / student
        text = (folder / "result.json").read_text(encoding="utf-8")
        assert Result.from_json(text).submission.id == student
        assert (folder / "report.pdf").read_bytes().rstrip().endswith(b"%%EOF")
        assert (folder / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")


def standings(out: Path) -> list[dict[str, object]]:
    """Where everyone stands, without durations and what saved some."""
    cohort = Cohort.model_validate_json((out / "cohort.json").read_text())
    with ResultStore(out) as store:
        run = store.newest_run()
        assert run is not None
        assert store.standings(run) == cohort.standings
    found = []
    for standing in cohort.standings:
        document = standing.model_dump(exclude={"seconds"})
        for network in document["networks"].values():
            network.update(seconds=0, cached=False)
        found.append(document)
    return found
