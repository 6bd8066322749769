import pytest

from grader.capturing import control
from grader.capturing.capture import Capture
from grader.capturing.control import control_fault, excused
from grader.capturing.isolation import Rlimits
from grader.capturing.sandbox import Limits, WorkerRun
from grader.wire import Failure
from tests.sandboxes import bubblewrap, needs_bubblewrap

pytestmark = pytest.mark.usefixtures("forked_workers")

SLOW = "the wall-clock limit of 40 s was reached"
DIED = Failure(stage="limits", type="", message=SLOW, line=None, source="")
ALONE = DIED.model_copy(update={"message": "the process crashed (segmentation fault)"})


def captures() -> dict[str, Capture]:
    return {
        "kuzu.py": Capture({"NetLin": ALONE, "NetConv": DIED}, "", doubtful=frozenset({"NetConv"}))
    }


def excused_where(fault: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setattr(control, "control_fault", lambda _box, _limits: fault)
    return dict(excused(captures(), Rlimits(), Limits())["kuzu.py"].networks)


def test_another_control_run_may_stand_for_it() -> None:
    found = excused(captures(), Rlimits(), Limits(), lambda _isolation, _limits: "no room")
    assert "no room" in str(found["kuzu.py"].networks["NetConv"])


def test_what_dies_where_the_reference_lives_is_the_students(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert excused_where("", monkeypatch) == {"NetLin": ALONE, "NetConv": DIED}


def test_what_dies_where_the_reference_dies_is_the_graders(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = excused_where("No space left on device", monkeypatch)
    assert networks["NetLin"] == ALONE
    failure = networks["NetConv"]
    assert isinstance(failure, Failure)
    assert failure.stage == "fault"
    assert failure.message == (
        "the wall-clock limit of 40 s was reached; so did the reference in the same place"
        " (No space left on device)"
    )


def test_on_a_full_disk_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "full_disk", lambda folder: f"{folder} has 3 MiB of space left")
    networks = excused_where("", monkeypatch)
    assert networks["NetLin"] == ALONE
    failure = networks["NetConv"]
    assert isinstance(failure, Failure)
    assert failure.stage == "fault"
    assert failure.message.endswith("has 3 MiB of space left")


def test_nothing_is_controlled_where_nothing_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "control_fault", pytest.fail)
    sure = {"kuzu.py": Capture({"NetLin": ALONE}, "")}
    assert excused(sure, Rlimits(), Limits()) == sure


@pytest.mark.parametrize(
    ("code", "stopped", "own"),
    [
        (0, "", True),
        (-11, "", True),
        (139, "", True),
        (152, "", True),
        (-9, "", False),
        (137, "", False),
        (1, "", False),
        (-9, "the wall-clock limit of 40 s was reached", False),
        (-9, "the limit of 8 GiB of memory was reached", True),
        (-9, "the limit of 1000 files was reached", True),
    ],
)
def test_what_a_machine_can_cause_is_in_doubt(code: int, stopped: str, own: bool) -> None:
    assert WorkerRun(code, stopped, "", ("",)).own_doing == own


@needs_bubblewrap
def test_the_reference_lives_here() -> None:
    assert control_fault(bubblewrap(), Limits()) == ""


@needs_bubblewrap
@pytest.mark.slow
def test_a_place_in_which_nothing_lives_is_told() -> None:
    assert control_fault(bubblewrap(), Limits(file_size=1000)) != ""
    assert "limit" in control_fault(bubblewrap(), Limits(memory=2**20))
