import json
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import grader.capturing.capture
from grader.capturing.capture import (
    Capture,
    Module,
    capture_module,
    capture_submission,
    read_reply,
)
from grader.capturing.isolation import Rlimits
from grader.capturing.sandbox import Limits, WorkerRun, reply_folder, run_worker
from grader.capturing.witness import OTHER_WEIGHTS
from grader.errors import CaptureError
from grader.graphs.network import Network
from grader.wire import Failure
from tests.sandboxes import (
    LIMITS,
    NETWORKS,
    PATIENCE,
    bubblewrap,
    module,
    needs_bubblewrap,
    target,
)

pytestmark = [needs_bubblewrap, pytest.mark.usefixtures("forked_workers")]

CLASSES = ("First", "Second", "Third")
BREAK = """
import os, time

class Second(First):
    def __init__(self):
        super().__init__()
        {attack}
"""
WHOLE = '{"format": "grader.capture/1", "target": "Network%d", "failure": null, "trained": true}'


def captured(folder: Path, code: str, limits: Limits = LIMITS) -> Capture:
    targets = list(map(target, CLASSES))
    return capture_module(bubblewrap(), module(folder, code), targets, limits)


def broken(folder: Path, attack: str) -> Failure:
    """The failure of the second of three networks, after a look that the others are there."""
    limits = replace(LIMITS, silence_seconds=PATIENCE)
    capture = captured(folder, BREAK.format(attack=attack), limits)
    assert list(capture.networks) == ["First", "Second", "Third"]
    assert isinstance(capture.networks["First"], Network)
    assert isinstance(capture.networks["Third"], Network)
    failure = capture.networks["Second"]
    assert isinstance(failure, Failure)
    return failure


def test_every_network_of_a_module_is_captured_with_what_it_printed(tmp_path: Path) -> None:
    capture = captured(tmp_path, "print('hello from net.py')")
    assert all(isinstance(network, Network) for network in capture.networks.values())
    assert capture.output == "hello from net.py\n"


def test_a_module_finds_no_trace_of_itself_when_it_is_run_once_more(tmp_path: Path) -> None:
    capture = captured(
        tmp_path, "import os; os.mkdir('plots'); os.mkdir(os.environ['HOME'] + '/x')"
    )
    assert all(isinstance(network, Network) for network in capture.networks.values())


def test_a_network_that_computes_something_else_untraced_is_left_to_a_person(
    tmp_path: Path,
) -> None:
    capture = captured(
        tmp_path,
        """
        class Second(First):
            def forward(self, x):
                return super().forward(x if torch.compiler.is_exporting() else -x)

        class Third(First):
            def __init__(self):
                super().__init__()
                torch.nn.init.constant_(self.layer.bias, time.time() % 1)
        import time
        """,
    )
    assert isinstance(capture.networks["First"], Network)
    failure = capture.networks["Second"]
    assert isinstance(failure, Failure)
    assert failure.stage == "export"
    assert "computes other numbers than its graph" in failure.message
    assert isinstance(capture.networks["Third"], Network)
    assert capture.remarks == {"Third": OTHER_WEIGHTS}


def test_a_network_that_ends_the_process_hides_no_other(tmp_path: Path) -> None:
    failure = broken(tmp_path, "os._exit(0)")
    assert failure.stage == "limits"
    assert failure.message == "the process ended itself (exit code 0)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("attack", "stage", "message"),
    [
        ("raise ValueError('no layers')", "build", "no layers"),
        ("import ctypes; ctypes.string_at(0)", "limits", "segmentation fault"),
        ("self.spare = torch.zeros(10**11)", "build", "memory"),
        ("self.spare = [torch.empty(2**27) for _ in range(100)]", "build", "memory"),
        (
            "[open(f'/out/{i}', 'w').close() for i in range(2000)]; time.sleep(99)",
            "limits",
            "1000 files",
        ),
        ("while True: pass", "limits", f"wall-clock limit of {PATIENCE} s"),
    ],
)
def test_a_broken_network_hides_no_other(
    attack: str, stage: str, message: str, tmp_path: Path
) -> None:
    failure = broken(tmp_path, attack)
    assert failure.stage == stage
    assert message in failure.message


def test_forged_replies_are_refused_by_name(tmp_path: Path) -> None:
    """A module may write every reply itself before it ends; none is followed, awaited or kept."""
    large = "os.truncate(os.open('/out/reply3.json', os.O_CREAT | os.O_RDWR), 2**29)"
    forged = [
        ("os.symlink('/etc/passwd', '/out/reply0.json')", "cannot be opened"),
        ("os.mkfifo('/out/reply1.json')", "not a regular file"),
        ("os.mkdir('/out/reply2.json')", "not a regular file"),
        (large, "larger than"),
        ("write('reply4.json', '{}')", "Field required"),
        ("write('reply5.json', '[' * 100000)", "recursion"),
        ("write('reply6.json', WHOLE % 7)", "about 'Network7'"),
        ("os.symlink('/etc/passwd', '/out/reply7.safetensors')", "cannot be opened"),
        ("os.mkfifo('/out/reply8.safetensors')", "not a regular file"),
        ("write('reply9.safetensors', 'abc')", "not a safetensors file"),
        ("save({'outputs': torch.zeros(1)}, '/out/reply10.safetensors')", "holds no graph"),
    ]
    code = f"""
    import os
    from safetensors.torch import save_file as save
    WHOLE = {WHOLE!r}
    write = lambda name, text: print(text, file=open("/out/" + name, "w"))
    for i in range(7, 11):
        write(f"reply{{i}}.json", WHOLE % i)
    {"; ".join(attack for attack, _ in forged)}
    os._exit(0)
    """
    targets = [target(f"Network{i}") for i in range(len(forged))]
    capture = capture_module(bubblewrap(), module(tmp_path, code), targets, LIMITS)
    for failure, (_, found) in zip(capture.networks.values(), forged, strict=True):
        assert isinstance(failure, Failure)
        assert failure.stage == "export"
        assert found in failure.message


def test_what_a_module_leaves_in_the_folder_for_replies_changes_nothing(tmp_path: Path) -> None:
    """Not even folders that are closed, or nested deeper than Python's own removal goes."""
    capture = captured(
        tmp_path,
        """
        import os
        for name in ("ready", "reply9.json", "Second.json", "..."):
            open(f"/out/{name}", "w").write("mine")
        os.chdir("/out")
        if not os.path.exists("d"):
            for _ in range(900):
                os.mkdir("d")
                os.chdir("d")
            os.makedirs("/out/closed/inner")
            os.chmod("/out/closed", 0)
        """,
    )
    assert all(isinstance(network, Network) for network in capture.networks.values())


def test_a_reply_folder_leaves_nothing_behind() -> None:
    with reply_folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        deep = folder
        for _ in range(100):
            deep /= "d" * 10
        deep.mkdir(parents=True)
    assert not folder.exists()


def test_a_reply_needs_both_halves(tmp_path: Path) -> None:
    (tmp_path / "reply0.json").write_text(WHOLE % 0)
    with pytest.raises(CaptureError, match=r"reply0\.safetensors: cannot be opened"):
        read_reply(tmp_path, "reply0", "Network0")


def test_a_module_that_cannot_be_imported_fails_each_network_with_its_line(tmp_path: Path) -> None:
    capture = captured(tmp_path, "def broken(:\n")
    for failure in capture.networks.values():
        assert isinstance(failure, Failure)
        assert (failure.stage, failure.type) == ("import", "SyntaxError")
        assert failure.source == "def broken(:"


def noted(monkeypatch: pytest.MonkeyPatch) -> list[WorkerRun]:
    """The list to which every worker is added that ends from now on."""
    runs: list[WorkerRun] = []

    def run(*args: Any) -> WorkerRun:
        runs.append(run_worker(*args))
        return runs[-1]

    monkeypatch.setattr("grader.capturing.capture.run_worker", run)
    return runs


def test_what_dies_and_leaves_nothing_costs_no_second_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = noted(monkeypatch)
    assert broken(tmp_path, "os._exit(3)").message == "the process ended itself (exit code 3)"
    assert len(runs) == 1


def test_what_dies_and_leaves_something_takes_its_worker_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = noted(monkeypatch)
    attack = "import time; os.fork() or time.sleep(600); os._exit(3)"
    assert broken(tmp_path, attack).message == "the process ended itself (exit code 3)"
    assert len(runs) == 2


def test_what_a_process_died_of_cannot_be_made_up(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    reply = {
        "format": "grader.capture/1",
        "target": "First",
        "failure": {
            "stage": "limits",
            "type": "exit code",
            "message": "full of mercy",
            "line": None,
            "source": "",
        },
    }
    (out / "reply0.json").write_text(json.dumps(reply))
    document = target("First").document("reply0")
    run = WorkerRun(0, "", "", ("",))
    found, doubtful = grader.capturing.capture._outcomes(run, out, [target("First")], [document])
    failure = found["First"]
    assert isinstance(failure, Failure)
    assert failure.message == "the process ended itself (exit code 1)"
    assert doubtful == {"First"}


def test_a_module_that_ends_the_process_fails_each_network(tmp_path: Path) -> None:
    capture = captured(tmp_path, "import os; os._exit(3)")
    messages = [f.message for f in capture.networks.values() if isinstance(f, Failure)]
    assert messages == ["the process ended itself (exit code 3)"] * 3


def test_strings_have_the_same_hash_in_every_worker(tmp_path: Path) -> None:
    source = module(tmp_path, "print(hash('tanh')); import os; os._exit(0)")
    capture = capture_module(bubblewrap(), source, [target("First"), target("Second")], LIMITS)
    first, second = capture.output.split()
    assert first == second


def test_a_submitted_module_may_have_the_name_of_one_of_ours(tmp_path: Path) -> None:
    source = module(tmp_path, "import layers; print(layers.__file__)")
    (source.parent / "layers.py").write_text("")
    capture = capture_module(Rlimits(), source, [target("First")], LIMITS)
    assert capture.output.strip() == str(source.parent / "layers.py")


def test_a_worker_that_cannot_start_is_the_graders_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/usr/bin/false")
    with pytest.raises(CaptureError, match="before it reached the submission") as caught:
        captured(tmp_path, "")
    assert caught.value.hint == "run `grader doctor`"


def captured_together(folder: Path, **codes: str) -> dict[str, Capture]:
    """What comes of several modules of one submission, each with the three networks."""
    targets = tuple(map(target, CLASSES))
    modules = {}
    submission = folder / "submission"
    submission.mkdir()
    for name, code in codes.items():
        source = submission / f"{name}.py"
        source.write_text(NETWORKS + textwrap.dedent(code))
        modules[name] = Module(source, tuple(replace(t, id=f"{name}.{t.id}") for t in targets))
    return capture_submission(bubblewrap(), modules, LIMITS)


def outcomes(captures: Mapping[str, Capture]) -> dict[str, str]:
    """Of each network: the stage of its failure, or nothing."""
    return {
        name: found.stage if isinstance(found, Failure) else ""
        for capture in captures.values()
        for name, found in capture.networks.items()
    }


def test_modules_of_one_submission_know_nothing_of_each_other(tmp_path: Path) -> None:
    captures = captured_together(
        tmp_path,
        first="""
        import os, sys
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        torch.relu = nn.Linear = nn.Module.__call__ = None
        sys.path.clear()
        sys.modules["second"] = sys.modules["torch"] = None
        sys.setrecursionlimit(60)
        os.chdir("/")
        sys.stdout = None
        os.close(1)
        """,
        second="print(torch.zeros(1).dtype, torch.is_grad_enabled(), torch.rand(1).item())",
        third="print(torch.zeros(1).dtype, torch.is_grad_enabled(), torch.rand(1).item())",
    )
    failed = {name for name, stage in outcomes(captures).items() if stage}
    assert failed == {f"first.{name}" for name in CLASSES}
    assert captures["first"].output == ""
    assert captures["second"].output == captures["third"].output
    assert captures["second"].output.startswith("torch.float32 True")


@pytest.mark.parametrize(
    "attack",
    [
        "os.kill(os.getppid(), 9)",
        pytest.param("os._exit(0)", marks=pytest.mark.slow),
        pytest.param("os._exit(75)", marks=pytest.mark.slow),
        pytest.param("raise SystemExit", marks=pytest.mark.slow),
        pytest.param("import builtins; builtins.open = None", marks=pytest.mark.slow),
    ],
)
def test_whatever_a_module_does_costs_no_other_module(attack: str, tmp_path: Path) -> None:
    """Whether its process ends, or the one that all are forked from, at import or later."""
    captures = captured_together(
        tmp_path,
        first=f"import os; {attack}",
        second=f"""
        import os
        class Second(First):
            def __init__(self):
                {attack}
                raise ValueError
        """,
        third="",
    )
    failed = {name for name, stage in outcomes(captures).items() if stage}
    assert failed - {f"first.{name}" for name in CLASSES} == {"second.Second"}


def test_modules_may_lie_in_different_folders(tmp_path: Path) -> None:
    modules = {}
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        source = module(tmp_path / name, f"print('{name}')")
        modules[name] = Module(source, (replace(target("First"), id=name),))
    captures = capture_submission(bubblewrap(), modules, LIMITS)
    assert [capture.output for capture in captures.values()] == ["one\n", "two\n"]
    assert outcomes(captures) == {"one": "", "two": ""}


def test_what_a_module_draws_is_the_same_every_time(tmp_path: Path) -> None:
    code = "import random, numpy; print(random.random(), numpy.random.rand(), torch.rand(1))"
    first, second = captured_together(tmp_path, first=code, second=code).values()
    assert first.output == second.output


def test_a_module_that_the_sandbox_may_not_read_is_no_fault_of_the_students(
    tmp_path: Path,
) -> None:
    file = module(tmp_path, "")
    file.chmod(0)
    with pytest.raises(CaptureError, match="ended before it reached the submission: Permission"):
        capture_module(bubblewrap(), file, [target("First")], LIMITS)
