import json
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from grader.capturing.fork_server import stand_by, stand_down
from grader.errors import CaptureError, IntakeError
from grader.grading import Settings, grade
from grader.results import CheckResult, Result
from tests.sandboxes import needs_bubblewrap
from tests.tiny import SyncPool, tiny_settings

pytestmark = [needs_bubblewrap, pytest.mark.usefixtures("forked_workers")]

SUBMISSIONS = Path(__file__).resolve().parent.parent / "submissions"
SAMPLE = SUBMISSIONS / "z5567992"
NETWORKS = {"NetLin", "NetFull", "NetConv"}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return tiny_settings()


@pytest.fixture(scope="module")
def sample(settings: Settings) -> Result:
    return grade(SAMPLE, settings)


def checks(result: Result) -> dict[str, CheckResult]:
    return {check.id: check for question in result.questions for check in question.checks}


def test_the_result_has_every_part(sample: Result) -> None:
    assert sample.submission.id == "z5567992"
    assert {file.role for file in sample.submission.files} >= {"kuzu.py", "check.py", "hw1.pdf"}
    assert sample.marks.available == 17
    assert {name: n.parameters for name, n in sample.networks.items()} == {
        "NetLin": 7850,
        "NetFull": 119260,
        "NetConv": 62234,
    }
    assert sample.perceptron is not None
    assert sample.perceptron.step is not None
    assert (sample.perceptron.step.right, sample.perceptron.step.of) == (9, 9)
    assert sample.evidence
    assert sample.environment.dataset.title == "Bright rows"
    assert set(sample.timings) == {"intake", "capture", "train", "check", "score"}


def test_each_network_is_trained_on_the_data_set_given(sample: Result) -> None:
    for network in sample.networks.values():
        assert network.training is not None
        run = network.training.runs[0]
        assert len(run.losses) == len(run.accuracies) == 2
        assert sum(map(sum, run.confusion)) == 64


def test_every_network_is_trained_from_its_first_seed(sample: Result, settings: Settings) -> None:
    assert isinstance(settings.pool, SyncPool)
    first = {job.network.name: job for job in reversed(settings.pool.jobs)}
    assert set(first) == NETWORKS == set(sample.networks)
    assert {job.seed for job in first.values()} == {settings.assignment.table.accuracy.seeds[0]}


def test_the_same_submission_gives_the_same_file_byte_for_byte(sample: Result) -> None:
    again = grade(SAMPLE, tiny_settings())
    assert again.without_timings().to_json() == sample.without_timings().to_json()


def test_the_result_survives_its_file(sample: Result) -> None:
    assert Result.from_json(sample.to_json()) == sample


def test_stages_come_in_order_and_the_private_folder_goes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    heard: list[str] = []
    seen: list[int] = []

    def listen(stage: str) -> None:
        heard.append(stage)
        seen.extend(folder.stat().st_mode & 0o777 for folder in tmp_path.glob("grader-*"))

    grade(SUBMISSIONS / "z0000020", replace(tiny_settings(), on_stage=listen))
    assert heard == ["intake", "capture", "train", "check", "score"]
    assert set(seen) == {0o700}
    assert list(tmp_path.iterdir()) == []


def test_forked_workers_change_no_result(sample: Result, settings: Settings) -> None:
    stand_down()
    result = grade(SAMPLE, settings)
    stand_by()
    assert result.without_timings() == sample.without_timings()


def test_a_missing_file_costs_its_own_questions_only(tmp_path: Path) -> None:
    folder = tmp_path / "z1234567"
    folder.mkdir()
    shutil.copy(SAMPLE / "check.py", folder)
    result = grade(folder, tiny_settings())
    outcomes = {name: check.outcome for name, check in checks(result).items()}
    assert outcomes["netlin_builds"] == "failed"
    assert "kuzu.py was not handed in" in checks(result)["netlin_builds"].message
    assert outcomes["mlp_step"] == "passed"
    assert not any(network.captured for network in result.networks.values())


def test_a_module_that_does_not_parse_is_graded_with_the_line(tmp_path: Path) -> None:
    folder = tmp_path / "z1234567"
    folder.mkdir()
    (folder / "kuzu.py").write_text("import torch\nclass NetLin(:\n")
    result = grade(folder, tiny_settings())
    assert result.marks.earned == 0
    failure = result.networks["NetLin"].failure
    assert failure is not None
    assert (failure.stage, failure.line) == ("import", 2)


def test_a_forged_graph_that_cannot_run_hides_no_other_network(tmp_path: Path) -> None:
    reference = [{"ref": "x"}, {"ref": "w"}]  # 28 numbers a row do not fit 5 weights
    graph = {
        "inputs": [
            {"name": "x", "kind": "input", "index": 0},
            {"name": "w", "kind": "tensor", "index": 0},
        ],
        "nodes": [{"name": "y", "op": "aten.linear.default", "args": reference, "kwargs": {}}],
        "outputs": [{"ref": "y"}],
    }
    tensor = {"names": ["w"], "kind": "parameter", "trainable": True, "shape": [3, 5]}
    reply = {
        "format": "grader.capture/1",
        "target": "NetLin",
        "failure": None,
        "seeds": [0, 1, 2],
        "tensors": [tensor | {"dtype": "float32"}],
        "constants": 0,
        "forms": {"train": graph, "eval": graph},
    }
    forge = f"""
import os
from safetensors.torch import save_file
class NetLin(nn.Module):
    def __init__(self):
        save_file({{f"s{{i}}.0": torch.zeros(3, 5) for i in range(3)}}, "/out/reply0.safetensors")
        open("/out/reply0.json", "w").write({json.dumps(reply)!r})
        os._exit(0)
"""
    folder = tmp_path / "z1234567"
    folder.mkdir()
    (folder / "kuzu.py").write_text("import torch\n" + (SAMPLE / "kuzu.py").read_text() + forge)
    result = grade(folder, tiny_settings())
    assert {name: n.captured for name, n in result.networks.items()} == {
        "NetLin": False,
        "NetFull": True,
        "NetConv": True,
    }
    failure = result.networks["NetLin"].failure
    assert failure is not None
    assert "cannot run" in failure.message


def test_a_fault_of_training_costs_no_mark() -> None:
    result = grade(SAMPLE, tiny_settings(fault=RuntimeError("the disk is gone")))
    for name in NETWORKS:
        check = checks(result)[f"{name.lower()}_accuracy"]
        assert check.outcome == "ungraded"
        assert "the disk is gone" in check.message
        assert check.available > 0
        assert result.networks[name].training is None
    lost = {q.id: q.lost for q in result.questions}
    assert (lost["1.1"], lost["1.2"], lost["1.3"]) == (0, 0, 0)
    assert checks(result)["netlin_layers"].outcome == "passed"


def test_an_empty_folder_is_an_error_and_no_zero(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="it holds no files"):
        grade(tmp_path, tiny_settings())


def test_a_sandbox_that_cannot_start_is_an_error_and_no_zero(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.executable", "/usr/bin/false")
    with pytest.raises(CaptureError, match="before it reached the submission"):
        grade(SAMPLE, tiny_settings())


def test_an_interruption_does_not_wait_for_an_endless_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker would be allowed 40 seconds of silence, one network after the other."""
    folder = tmp_path / "z1234567"
    folder.mkdir()
    (folder / "kuzu.py").write_text("while True: pass\n")
    died: list[object] = []
    settings = tiny_settings()
    assert settings.limits.silence_seconds == 40
    monkeypatch.setattr("grader.capturing.capture._died", died.append)
    interrupt = threading.Timer(5, signal.raise_signal, [signal.SIGINT])
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        grade(folder, settings)
    interrupt.join()
    assert died == []
