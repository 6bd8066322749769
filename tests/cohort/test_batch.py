"""A cohort is graded once; whatever changes, only what depends on it is done again."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from grader.assignment import Assignment, load_assignment
from grader.cohort import batch, stages
from grader.cohort.batch import CohortSettings, grade_cohort
from grader.cohort.books import Tally
from grader.cohort.standing import Cohort
from grader.data import Threshold
from grader.data.dataset import Calibration, ClassName
from grader.errors import CaptureError, ReportError, UsageError, WorkerDiedError
from grader.handin.layouts import find_submissions
from grader.results import Result
from grader.store.cache import Cache
from tests.sandboxes import needs_bubblewrap
from tests.tiny import tiny_dataset

pytestmark = needs_bubblewrap
SAMPLES = Path(__file__).parents[2] / "submissions"
ROLES = ("kuzu.py", "check.py", "hw1.pdf")


@dataclass
class Sync:
    """Runs each stage in this process; `faults` maps a stage's name to what it raises instead.

    Each submission goes through the sandbox once: its packet is kept in `packets`.
    """

    packets: Path
    workers: int = 2
    remote: bool = False
    ran: list[str] = field(default_factory=list)
    trained: list[str] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)

    def submit(self, function: Callable[..., Any], /, *args: Any) -> "Future[Any]":
        self.ran.append(function.__name__)
        if function is stages.train:
            self.trained.append(args[0].name)
        future: Future[Any] = Future()
        try:
            if function.__name__ in self.faults:
                raise self.faults[function.__name__]
            stage = self._capture if function is stages.capture else function
            future.set_result(stage(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def _capture(self, parcel: stages.Parcel, target: Path | None) -> stages.CaptureReply:
        assert parcel.submission.root.is_absolute()  # a sandbox is shown nothing else
        packet = self.packets / parcel.submission.digest
        if not packet.exists():
            content = stages.capture(parcel, None).packet
            assert content is not None
            packet.write_bytes(content)
        spent = stages.Spent(1.0, 1.0)
        if target is None:
            return stages.CaptureReply(packet.read_bytes(), spent)
        shutil.copy(packet, target)
        return stages.CaptureReply(None, spent)


@dataclass
class Told:
    """Remembers what it was told."""

    lines: list[tuple[str, ...]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *words: self.lines.append((name, *map(str, words)))


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packets")


@pytest.fixture
def executor(monkeypatch: pytest.MonkeyPatch, packets: Path) -> Sync:
    """Every batch of the test runs on it; reports are one word each, since they take seconds."""
    sync = Sync(packets)

    @contextmanager
    def opened(
        _choice: str, _jobs: int, initialise: Any, setup: stages.Setup, *, scratch: Path
    ) -> Iterator[Sync]:
        assert scratch.is_absolute()
        initialise(setup)
        yield sync

    monkeypatch.setattr(batch, "open_executor", opened)
    monkeypatch.setattr("grader.report.files.rendered", lambda _result: {"report.pdf": b"pdf"})
    return sync


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    for student, sample in (("z1000001", "z0000001"), ("z1000002", "z0000012")):
        shutil.copytree(SAMPLES / sample, folder / student)
    return folder


Grade = Callable[..., tuple[Cohort, Tally]]


@pytest.fixture
def grade(tmp_path: Path, cohort: Path, executor: Sync) -> Grade:
    assignment = load_assignment("comp9444-25t2")

    def run(
        *, cached: bool = True, changed: Assignment | None = None, watcher: Any = None, **more: Any
    ) -> tuple[Cohort, Tally]:
        chosen = changed or assignment
        executor.ran.clear()
        with Cache(tmp_path / "cache") as cache:
            settings = CohortSettings(
                assignment=chosen,
                dataset=tiny_dataset(),
                protocol=replace(chosen.protocol, epochs=2),
                precision="fp32",
                device="cpu",
                isolation="auto",
                executor="local",
                jobs=2,
                out=tmp_path / "results",
                cache=cache if cached else None,
            )
            return grade_cohort(
                lambda workdir: find_submissions(cohort, workdir=workdir, roles=ROLES),
                replace(settings, **more),
                watcher or Told(),
            )

    return run


def by_student(cohort: Cohort) -> dict[str, str]:
    return {standing.student: standing.status for standing in cohort.standings}


def test_everyone_is_graded_or_listed(grade: Grade, cohort: Path, tmp_path: Path) -> None:
    (cohort / "z1000003").mkdir()
    (cohort / "z1000004.zip").write_bytes(b"PK no zip")
    shutil.copytree(SAMPLES / "z0000020", cohort / "z1000005")
    shutil.copytree(SAMPLES / "z0000020", cohort / "more-of-z1000005")
    told = Told()
    found, tally = grade(watcher=told)
    assert by_student(found) == {
        "z1000001": "graded",
        "z1000002": "graded",
        "z1000003": "missing",
        "z1000004": "unreadable",
        "z1000005": "duplicate",
    }
    assert (tally.graded, tally.kept, tally.not_graded) == (2, 0, 3)
    assert ("expect", "5") in told.lines
    for standing in found.graded:
        text = (tmp_path / "results" / standing.folder / "result.json").read_text()
        assert Result.from_json(text).marks == standing.marks
    written = Cohort.model_validate_json((tmp_path / "results" / "cohort.json").read_text())
    assert written == found
    assert not (tmp_path / "results" / ".work").exists()


def test_the_same_again_is_not_done_again(grade: Grade, executor: Sync) -> None:
    first, _ = grade()
    again, tally = grade()
    assert (tally.graded, tally.kept) == (0, 2)
    assert executor.ran == ["describe"]
    assert again.standings == first.standings
    assert again.changes == []


def test_one_changed_submission_is_the_only_one_graded(
    grade: Grade, cohort: Path, executor: Sync
) -> None:
    grade()
    (cohort / "z1000001" / "check.py").unlink()
    found, tally = grade()
    assert (tally.graded, tally.kept) == (1, 1)
    (change,) = found.changes
    assert change.student == "z1000001"
    assert any("mlp_step" in reason for reason in change.reasons)


def test_another_threshold_captures_and_trains_nothing(grade: Grade, executor: Sync) -> None:
    grade()
    assignment = load_assignment("comp9444-25t2")
    networks = dict(assignment.table.networks)
    threshold = networks["NetLin"].threshold.model_copy(update={"low": 1, "high": 100})
    networks["NetLin"] = networks["NetLin"].model_copy(update={"threshold": threshold})
    table = assignment.table.model_copy(update={"networks": networks})
    found, tally = grade(changed=replace(assignment, table=table, digest="changed"))
    assert tally.graded == 2
    assert set(executor.ran) == {"describe", "finish"}
    assert found.assignment.digest == "changed"


def test_the_cache_never_changes_a_result(grade: Grade, tmp_path: Path) -> None:
    grade()
    with_cache = texts(tmp_path)
    shutil.rmtree(tmp_path / "results")
    grade(cached=False)
    assert texts(tmp_path) == with_cache


def texts(folder: Path) -> dict[str, str]:
    """Every result.json without timings."""
    return {
        path.parent.name: Result.from_json(path.read_text()).without_timings().to_json()
        for path in (folder / "results").glob("*/result.json")
    }


def test_equal_networks_train_once(grade: Grade, cohort: Path, executor: Sync) -> None:
    shutil.copytree(cohort / "z1000001", cohort / "z1000009")
    found, tally = grade()
    assert tally.trainings == executor.ran.count("train")
    assert tally.reused >= 3
    trained = {s.student: s.networks["NetConv"].cached for s in found.graded}
    assert trained["z1000001"] != trained["z1000009"]


def test_of_the_open_submissions_the_longest_training_goes_first(
    grade: Grade, executor: Sync
) -> None:
    grade()
    assert executor.ran[:4] == ["describe", "capture", "capture", "train"]
    assert executor.trained == ["NetConv", "NetFull", "NetLin"]


@pytest.mark.parametrize(
    "fault", [CaptureError("the worker", "could not start"), WorkerDiedError("a worker", "died")]
)
def test_the_graders_fault_costs_no_mark_and_is_tried_again(
    grade: Grade, executor: Sync, fault: Exception
) -> None:
    executor.faults["finish"] = fault
    found, tally = grade()
    assert set(by_student(found).values()) == {"fault"}
    assert all(standing.marks is None for standing in found.standings)
    assert all(str(fault) in standing.reason for standing in found.standings)
    executor.faults.clear()
    found, tally = grade()
    assert set(by_student(found).values()) == {"graded"}
    assert tally.graded == 2


def test_a_training_that_died_makes_a_check_ungraded_and_is_tried_again(
    grade: Grade, executor: Sync
) -> None:
    executor.faults["train"] = MemoryError("no memory")
    found, _ = grade(cached=False)
    assert set(by_student(found).values()) == {"graded"}
    assert all(standing.ungraded for standing in found.standings)
    executor.faults.clear()
    found, tally = grade()
    assert tally.graded == 2
    assert found.changes
    left = {s.student: len(s.ungraded) for s in found.standings}
    assert left == {"z1000001": 0, "z1000002": 2}  # what its report says of a network not built


def test_a_stranger_to_all_stages_gets_the_files_themselves(
    grade: Grade, executor: Sync, tmp_path: Path
) -> None:
    grade()
    here = texts(tmp_path)
    shutil.rmtree(tmp_path / "results")
    grade(executor="dask://nowhere:1", cached=False)
    assert texts(tmp_path) == here


def test_reports_that_were_deleted_are_made_again(
    grade: Grade, executor: Sync, tmp_path: Path
) -> None:
    grade()
    shutil.rmtree(tmp_path / "results" / "z1000002")
    _, tally = grade()
    assert (tally.graded, tally.kept) == (1, 1)
    assert (tmp_path / "results" / "z1000002" / "result.json").exists()


def test_a_disk_that_is_full_stops_everything_and_keeps_what_was_finished(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grader.output import write_bytes

    written: list[Path] = []

    def full(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) > 2:  # the first student's two files
            raise ReportError(str(path), "cannot be written (No space left on device)")
        write_bytes(path, content)

    with monkeypatch.context() as broken:
        broken.setattr("grader.cohort.books.write_bytes", full)
        with pytest.raises(ReportError, match="No space left"):
            grade()
    _, tally = grade()
    assert (tally.graded, tally.kept) == (1, 1)


def test_only_one_batch_works_in_a_folder(grade: Grade, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    with (
        batch._alone_in(tmp_path / "results"),
        pytest.raises(UsageError, match="another `grader batch` is at work"),
    ):
        grade()


def test_a_submission_named_like_a_file_of_ours_is_not_graded(
    grade: Grade, cohort: Path, tmp_path: Path
) -> None:
    shutil.copytree(SAMPLES / "z0000020", cohort / "cohort.html")
    found, _ = grade()
    assert by_student(found)["cohort.html"] == "unreadable"


def test_results_may_go_to_a_relative_folder(
    grade: Grade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, tally = grade(out=Path("marks"))
    assert tally.graded == 2
    assert (tmp_path / "marks" / "z1000001" / "result.json").exists()


def test_a_threshold_of_the_data_set_counts(grade: Grade) -> None:
    dataset = replace(tiny_dataset(), thresholds={"NetLin": Threshold(100, None, "the data")})
    found, _ = grade(dataset=dataset)
    network = found.graded[0].networks["NetLin"]
    assert (network.low, network.high) == (100, None)


@pytest.mark.parametrize(
    "changed",
    [
        {"thresholds": {"NetLin": Threshold(0, None, "the data")}},
        {"thresholds": {}},
        {"calibration": None},
        {"title": "Other images"},
        {"classes": tuple(ClassName(n, "ka", "か") for n in range(10))},
    ],
)
def test_what_is_known_about_a_data_set_is_never_that_of_an_earlier_run(
    grade: Grade, changed: dict[str, Any]
) -> None:
    dataset = replace(
        tiny_dataset(),
        thresholds={"NetLin": Threshold(100, None, "the data")},
        calibration={"NetLin": Calibration((0,), (50.0,), (60.0,))},
    )
    grade(dataset=dataset)
    _, tally = grade(dataset=dataset)
    assert (tally.graded, tally.kept) == (0, 2)
    _, tally = grade(dataset=replace(dataset, **changed))
    assert (tally.graded, tally.kept) == (2, 0)
