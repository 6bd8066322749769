import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from grader.bench import cohort_run
from grader.bench.cohort import Batches, Plan
from grader.bench.cohort_epochs import EpochSeconds, measure_epochs, measure_start
from grader.bench.cohort_parts import fixed, memory, report_seconds, scaling, speed
from grader.bench.cohort_process import ProcessFigures, measure
from grader.bench.cohort_report import Promise, Report, Table, at_least, at_most
from grader.bench.cohort_run import document, run_parts
from grader.bench.cohort_speed import (
    Difference,
    Trained,
    differences,
    read_results,
    speed_of,
    trained_networks,
)
from grader.cli import cli
from grader.errors import GraderError
from grader.results import NetworkResult, Result
from grader.synthetic.cohort import make_cohort, make_equal_cohort, read_manifest
from tests.report.example import sample
from tests.sandboxes import bubblewrap, needs_bubblewrap
from tests.tiny import tiny_settings

EPOCH = EpochSeconds(alone=15.0, course=10.0, loaded=8.0, fast=4.0, bf16=2.0)
TRAINED = [Trained("a", made=(5,), reused=()), Trained("a", made=(), reused=(5,))]
FIGURES = ProcessFigures(wall=25.0, cpu=40.0, parent_bytes=10**8, worker_bytes=10**9)


# ---------------------------------------------------------------------------------------- speed


def test_the_factors_multiply_to_the_whole() -> None:
    """The course: 2 submissions, each 10 epochs and 4 s on one of two cores: 316 core-seconds."""
    found = speed_of(
        TRAINED,
        {"a": EPOCH},
        FIGURES,
        precision="bf16",
        submissions=2,
        epochs=10,
        start=4,
        jobs=2,
    )
    assert [(factor.name, factor.before, factor.after) for factor in found.factors] == [
        ("2 programs side by side, one thread each", 316, 208),
        ("starting no program for each network", 208, 200),
        ("loading images once", 200, 160),
        ("memory layout and optimiser", 160, 80),
        ("precision", 80, 40),
        ("stopping when decided", 40, 20),
        ("training equal networks once", 20, 10),
        ("everything but training", 10, 40),
        ("2 cores not always busy", 40, 50),
    ]
    assert found.value == pytest.approx(158 / 25)


def test_fp32_owes_nothing_to_precision() -> None:
    found = speed_of(
        TRAINED,
        {"a": EPOCH},
        FIGURES,
        precision="fp32",
        submissions=2,
        epochs=10,
        start=4,
        jobs=2,
    )
    factors = {factor.name: factor.value for factor in found.factors}
    assert factors["precision"] == 1
    assert factors["stopping when decided"] == 2
    assert found.value == pytest.approx(158 / 25)


def result_of(student: str, *, cached: bool = False, epochs: int = 10) -> Result:
    """The sample's result as another student's, each network with one run of so many epochs."""
    example = sample()

    def shortened(network: NetworkResult) -> NetworkResult:
        if network.training is None:
            return network
        run = network.training.runs[0]
        run = run.model_copy(update={"cached": cached, "accuracies": run.accuracies[:epochs]})
        training = network.training.model_copy(update={"runs": [run], "decisive": 0})
        return network.model_copy(update={"training": training})

    return example.model_copy(
        update={
            "submission": example.submission.model_copy(update={"id": student}),
            "networks": {name: shortened(network) for name, network in example.networks.items()},
        }
    )


def test_epochs_are_counted_run_by_run(tmp_path: Path) -> None:
    expected = make_equal_cohort(tmp_path / "cohort", 2, 1)
    results = [
        result_of(expected[0].student, epochs=3),
        result_of(expected[1].student, cached=True),
    ]
    found = trained_networks(results, expected)
    trained = [name for name, n in results[0].networks.items() if n.training is not None]
    assert [one.network for one in found[: len(trained)]] == [
        expected[0].networks[name] for name in trained
    ]
    assert {(one.made, one.reused, one.epochs) for one in found} == {((3,), (), 3), ((), (10,), 10)}


def test_every_check_that_differs_is_named() -> None:
    before, after = result_of("z0100000"), result_of("z0100000")
    question = next(q for q in after.questions if q.checks)
    turned = question.checks[0].model_copy(update={"outcome": "ungraded"})
    checks = [turned, *question.checks[1:]]
    changed = [
        q.model_copy(update={"checks": checks}) if q is question else q for q in after.questions
    ]
    after = after.model_copy(update={"questions": changed})
    assert differences([before], [before]) == []
    assert differences([before], [after]) == [
        Difference("z0100000", turned.id, question.checks[0].outcome, "ungraded")
    ]


def test_a_student_without_result_differs_in_every_check() -> None:
    found = differences([result_of("z0100000")], [])
    checks = [c.outcome for q in sample().questions for c in q.checks]
    assert sorted(one.before for one in found) == sorted(checks)
    assert {one.after for one in found} == {""}


# ---------------------------------------------------------------------------------------- parts


@cache
def result_text(epochs: int, networks: tuple[str, ...]) -> str:
    """A result of z0000000 in which only these networks were trained."""
    result = result_of("z0000000", epochs=epochs)
    trained = {name: found for name, found in result.networks.items() if name in networks}
    return result.model_copy(update={"networks": trained}).to_json()


class FakeBatch:
    """Stands for `grader batch`: writes results, and takes what a formula says."""

    def __init__(self, seconds: Mapping[str, float] | None = None) -> None:
        self.commands: list[list[str]] = []
        self.caches: list[str] = []
        self._seconds = seconds or {}

    def __call__(self, command: Sequence[str], environment: Mapping[str, str]) -> ProcessFigures:
        words = list(command)
        self.commands.append(words)
        self.caches.append(environment["GRADER_CACHE"])
        if words[2] == "grader.bench.repeated_batch":
            count = len(read_manifest(Path(words[3])))
            own = 5 + 0.5 * count + (self._seconds.get("large", 0) if count == 60 else 0)
            return ProcessFigures(count, own, 10**7 * count, 0)
        cohort, out = Path(words[4]), Path(self.option("--out"))
        epochs = 10 if self.option("--protocol") == "official" else 5
        for one in read_manifest(cohort):
            (out / one.student).mkdir(parents=True)
            text = result_text(epochs, tuple(one.networks))
            text = text.replace("z0000000", one.student)
            (out / one.student / "result.json").write_text(text)
        count = len(read_manifest(cohort))
        cpu = 30 + 6 * count
        wall = cpu / int(self.option("--jobs")) + self._seconds.get("wall", 0)
        return ProcessFigures(wall, cpu, 10**7 * count, 9 * 10**8)

    def option(self, name: str) -> str:
        words = self.commands[-1]
        return words[words.index(name) + 1]


def plan(folder: Path, submissions: int = 4, many: int = 60) -> Plan:
    return Plan(submissions, many, "comp9444-25t2", "bundled", 2, folder)


def batches(folder: Path, run: FakeBatch, **sizes: int) -> Batches:
    return Batches(plan(folder, **sizes), lambda _text: None, run)


def epochs_of(cohort: Path) -> dict[str, EpochSeconds]:
    return {text: EPOCH for one in read_manifest(cohort) for text in one.networks.values()}


def test_batches_are_commands_with_a_cache_of_their_own(tmp_path: Path) -> None:
    run = FakeBatch()
    made = batches(tmp_path, run)
    first = made.mixed("decide", "bf16", 2)
    assert made.mixed("decide", "bf16", 2) is first
    made.mixed("official", "fp32", 1)
    assert len(run.commands) == len(set(run.caches)) == 2
    assert run.commands[0][:4] == [sys.executable, "-m", "grader", "batch"]
    assert [run.option(name) for name in ("--jobs", "--protocol", "--precision", "--dataset")] == [
        "1",
        "official",
        "fp32",
        "bundled",
    ]


def test_the_cache_is_empty_but_for_fetched_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = tmp_path / "before" / "kmnist"
    fetched.mkdir(parents=True)
    (tmp_path / "before" / "computed").touch()
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "before"))
    run = FakeBatch()
    batches(tmp_path / "work", run).equal(3)
    (cache,) = map(Path, run.caches)
    assert [path.name for path in cache.iterdir()] == ["kmnist"]
    assert (cache / "kmnist").resolve() == fetched


def test_speed_compares_both_precisions_and_the_marks(tmp_path: Path) -> None:
    run = FakeBatch()
    report = speed(batches(tmp_path, run), epochs_of, lambda: 4.0, 10)
    assert [promise.what for promise in report.promises] == [
        "throughput, fp32",
        "throughput, bf16",
        "checks that differ from official, fp32: decide, fp32",
        "checks that differ from official, fp32: decide, bf16",
    ]
    assert [promise.kept for promise in report.promises[2:]] == [True, True]
    protocols = [command[command.index("--protocol") + 1] for command in run.commands]
    assert protocols == ["official", "decide", "decide"]
    for table in report.tables[:2]:
        assert table.lines[-1][0] == "all together"
    networks = sum(len(one.networks) for one in read_manifest(tmp_path / "mixed-4"))
    assert report.tables[0].lines[0][1] == f"{networks * (10 * EPOCH.alone + 2 * 4):.0f}"
    assert json.loads(json.dumps(report.document())) == report.document() | {
        "figures": json.loads(json.dumps(report.figures))
    }


def test_marks_that_differ_break_a_promise_and_are_listed(tmp_path: Path) -> None:
    class Careless(FakeBatch):
        def __call__(
            self, command: Sequence[str], environment: Mapping[str, str]
        ) -> ProcessFigures:
            figures = super().__call__(command, environment)
            if self.option("--precision") == "bf16":
                file = Path(self.option("--out")) / "z0100001" / "result.json"
                file.write_text(file.read_text().replace('"passed"', '"partial"', 1))
            return figures

    report = speed(batches(tmp_path, Careless()), epochs_of, lambda: 4.0, 10)
    assert [promise.kept for promise in report.promises[2:]] == [True, False]
    listed = next(t for t in report.tables if t.title.startswith("Checks that decide, bf16"))
    ((student, _, before, after),) = listed.lines
    assert (student, before, after) == ("z0100001", "passed", "partial")


def test_the_fixed_cost_is_what_a_submission_adds_less_its_reports(tmp_path: Path) -> None:
    """A batch takes 30 + 6n core-seconds."""
    seen: list[int] = []

    def reports(results: Sequence[Result]) -> float:
        seen.append(len(results))
        return 2.5

    report = fixed(batches(tmp_path, FakeBatch()), reports)
    assert report.promises == (
        Promise(
            "a submission besides training and reports", "3.50 core-s", "at most 4 core-s", True
        ),
    )
    assert report.tables[0].lines[-1] == ("a batch, once, with its training", "30.00")
    assert seen == [7]
    assert not fixed(batches(tmp_path / "b", FakeBatch()), lambda _: 1.5).kept


def test_scaling_compares_workers_and_sizes(tmp_path: Path) -> None:
    report = scaling(batches(tmp_path, FakeBatch()))
    assert [promise.kept for promise in report.promises] == [True, True]
    assert report.promises[0].found == "2.00x"
    assert report.promises[1].found == "6.00 core-s, 1.00x of 6.00 core-s"
    waits = scaling(batches(tmp_path / "b", FakeBatch({"wall": 20})))
    assert [promise.kept for promise in waits.promises] == [False, True]


def test_what_grows_in_the_command_makes_a_submission_dearer(tmp_path: Path) -> None:
    run = FakeBatch({"large": 100})
    report = scaling(batches(tmp_path, run))
    assert report.promises[1].found == "16.00 core-s, 2.67x of 6.00 core-s"
    assert not report.promises[1].kept
    assert report.tables[1].lines == (("from 10 to 50", "0.500"), ("from 50 to 60", "10.500"))
    large = [command for command in run.commands if str(tmp_path / "equal-60") in command]
    assert [command[2] for command in large] == ["grader.bench.repeated_batch"]


def test_memory_takes_the_largest_of_all_batches(tmp_path: Path) -> None:
    report = memory(batches(tmp_path, FakeBatch(), many=110))
    assert [(promise.found, promise.kept) for promise in report.promises] == [
        ("0.90 GB", True),
        ("1.10 GB", False),
    ]


def test_reports_are_rendered_for_real() -> None:
    assert report_seconds([sample()]) > 0


# ------------------------------------------------------------------------------------- measuring


@needs_bubblewrap
def test_each_different_network_is_measured_once_in_every_way(tmp_path: Path) -> None:
    made = make_cohort(tmp_path / "cohort", 1, 2, broken=0, hostile=0)
    settings = tiny_settings()
    heard: list[str] = []
    found = measure_epochs(
        tmp_path / "cohort",
        settings.assignment,
        settings.dataset,
        bubblewrap(),
        cores=2,
        on_network=lambda description, _: heard.append(description),
    )
    assert heard == list(found) == list(made[0].networks.values())
    assert all(seconds > 0 for one in found.values() for seconds in asdict(one).values())
    assert torch.get_num_threads() == 1


def test_starting_the_courses_program_takes_time() -> None:
    assert measure_start("bundled", times=1) > 0.5


def test_orphans_are_counted() -> None:
    """A child of a child works on after its parent has ended."""
    work = "import time; end = time.process_time() + 1\nwhile time.process_time() < end: pass"
    start = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {work!r}])"
    found = measure([sys.executable, "-c", start], {})
    assert found.cpu >= 1


def test_the_environment_is_passed_on_and_memory_looked_at() -> None:
    code = "import os, time; kept = bytearray(os.urandom(50_000_000)); time.sleep(2.5)"
    check = f"import os; assert os.environ['GRADER_CACHE'] == 'here'; {code}"
    found = measure([sys.executable, "-c", check], {"GRADER_CACHE": "here"})
    assert 50_000_000 < found.parent_bytes < 200_000_000
    assert found.worker_bytes == 0
    assert "GRADER_CACHE" not in os.environ or os.environ["GRADER_CACHE"] != "here"


def test_a_batch_that_fails_is_an_error_with_its_own_words() -> None:
    code = "import sys; print('no room left', file=sys.stderr); sys.exit(3)"
    with pytest.raises(GraderError, match=r"exit code 3\nno room left"):
        measure([sys.executable, "-c", code], {})


# ---------------------------------------------------------------------------------- command line


def test_promises_hold_at_their_bounds() -> None:
    assert at_least("x", 5.0, 5).kept
    assert not at_least("x", 4.99, 5).kept
    assert at_most("x", 4.0, 4, "s").kept
    assert not at_most("x", 4.01, 4, "s").kept


REPORT = Report((Promise("x", "6.00x", "at least 5x", True),), (Table("T", ("a",), (("1",),)),))


@pytest.fixture
def parts_run(monkeypatch: pytest.MonkeyPatch) -> dict[str, Report]:
    """Replaces the parts by reports; whatever is put in is what they find."""
    reports = {"speed": REPORT, "fixed": REPORT}
    for name in ("speed", "fixed", "scaling", "memory"):
        monkeypatch.setattr(
            f"grader.bench.cohort_parts.{name}", lambda *_, name=name: reports[name]
        )
    return reports


def test_parts_run_alone_and_in_their_order(tmp_path: Path, parts_run: dict[str, Report]) -> None:
    found = run_parts(plan(tmp_path), ["fixed", "speed"], lambda _text: None)
    assert [name for name, _ in found] == ["speed", "fixed"]


def test_the_record_says_what_was_measured_on_what(tmp_path: Path) -> None:
    record = document(plan(tmp_path), {"speed": REPORT})
    assert record["schema"] == cohort_run.SCHEMA
    assert record["plan"] == {
        "submissions": 4,
        "many": 60,
        "assignment": "comp9444-25t2",
        "dataset": "bundled",
        "jobs": 2,
    }
    assert record["parts"]["speed"]["promises"][0]["kept"] is True
    assert str(tmp_path) not in json.dumps(record)


def test_the_command_shows_tables_and_promises(parts_run: dict[str, Report]) -> None:
    shown = CliRunner().invoke(cli, ["bench", "--cohort", "--part", "speed"])
    assert shown.exit_code == 0
    for word in ("T\n", "Promises: speed", "promised", "6.00x", "yes"):
        assert word in shown.output


def test_a_missed_promise_ends_with_one(parts_run: dict[str, Report]) -> None:
    missed = replace(REPORT, promises=(replace(REPORT.promises[0], kept=False),))
    parts_run["fixed"] = missed
    shown = CliRunner().invoke(
        cli, ["bench", "--cohort", "9", "--part", "fixed", "--part", "speed"]
    )
    assert shown.exit_code == 1
    assert "NO" in shown.output


def test_the_command_prints_one_document(parts_run: dict[str, Report]) -> None:
    shown = CliRunner().invoke(cli, ["bench", "--cohort", "9", "--part", "speed", "--json"])
    found = json.loads(shown.stdout)
    assert found["plan"]["submissions"] == 9
    assert set(found["parts"]) == {"speed"}


def test_a_folder_with_something_in_it_is_refused(
    tmp_path: Path, parts_run: dict[str, Report]
) -> None:
    (tmp_path / "old").touch()
    shown = CliRunner().invoke(cli, ["bench", "--cohort", "--work", str(tmp_path)])
    assert "the folder holds something else" in str(shown.exception)
    assert isinstance(shown.exception, GraderError)


def test_a_benchmark_goes_on_in_its_own_folder_alone(
    tmp_path: Path, parts_run: dict[str, Report]
) -> None:
    command = ["bench", "--cohort", "9", "--part", "speed", "--work", str(tmp_path)]
    for _ in range(2):
        assert CliRunner().invoke(cli, command).exit_code == 0
    other = CliRunner().invoke(cli, [*command, "--jobs", "1"])
    assert "the folder holds something else" in str(other.exception)


def test_what_was_measured_is_not_measured_again(tmp_path: Path) -> None:
    before = batches(tmp_path, FakeBatch()).equal(3)
    fresh = FakeBatch()
    assert batches(tmp_path, fresh).equal(3) == before
    assert not fresh.commands


def test_results_are_read_in_the_order_of_ids(tmp_path: Path) -> None:
    for student in ("z0100001", "z0100000"):
        (tmp_path / student).mkdir()
        (tmp_path / student / "result.json").write_text(result_of(student).to_json())
    assert [one.submission.id for one in read_results(tmp_path)] == ["z0100000", "z0100001"]
