"""The weights are found by what the graph does with them, however check.py spells it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import nn

from grader.assignment import load_assignment
from grader.checking import CheckOutcome
from grader.marks.check_runner import run_checks
from grader.marks.part_two import analyse, joined
from grader.marks.perceptron import PerceptronAnalysis
from grader.marks.perceptron_targets import perceptron_targets
from grader.subject import Subject
from grader.wire import Failure
from reference.perceptron import GRIDS, HAND_SET, SCALE
from tests.subjects import ASSIGNMENT, captured_mlp, right_mlp

TABLE = load_assignment(ASSIGNMENT).table.perceptron
RIGHT = HAND_SET["012"].scaled(SCALE)
IN_HID, IN_BIAS, HID_OUT, OUT_BIAS = (torch.from_numpy(array.copy()) for array in RIGHT.arrays())
ZERO_MARGIN = (
    torch.tensor([[1.0, 1], [1, 1], [-1, 1], [-1, 1]]),
    torch.tensor([-2.5, -1.5, -0.5, 0.5]),
    torch.tensor([1.0, -1, 1, -1]),
    torch.tensor(0.0),
)
"""z5567992's: the output's net input is exactly 0 at the four target-1 points."""


ON_THE_REPORT = ("mlp_table", "mlp_lines")


class Perceptron(nn.Module):
    """Two layers, set to the given weights as soon as they are made."""

    def __init__(self, act: str, weights: tuple[torch.Tensor, ...] | None = None) -> None:
        super().__init__()
        self.act = act
        self.make(*((IN_HID, IN_BIAS, HID_OUT, OUT_BIAS) if weights is None else weights))

    def make(self, w: torch.Tensor, b: torch.Tensor, v: torch.Tensor, c: torch.Tensor) -> None:
        self.in_hid = nn.Linear(2, len(w))
        self.hid_out = nn.Linear(len(w), 1)
        self.in_hid.weight.data, self.in_hid.bias.data = w, b
        self.hid_out.weight.data, self.hid_out.bias.data = v.reshape(1, -1), c.reshape(1)

    def activate(self, net: torch.Tensor) -> torch.Tensor:
        return (net >= 0).float() if self.act == "step" else torch.sigmoid(net)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activate(self.hid_out(self.activate(self.in_hid(x))))


class OtherNames(Perceptron):
    """The output layer is made first, under names that say nothing."""

    def make(self, w: torch.Tensor, b: torch.Tensor, v: torch.Tensor, c: torch.Tensor) -> None:
        self.aa, self.zz = nn.Linear(len(w), 1), nn.Linear(2, len(w))
        self.zz.weight.data, self.zz.bias.data = w, b
        self.aa.weight.data, self.aa.bias.data = v.reshape(1, -1), c.reshape(1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activate(self.aa(self.activate(self.zz(x))))


class Products(Perceptron):
    """x @ W + b, with biases as rows."""

    def make(self, w: torch.Tensor, b: torch.Tensor, v: torch.Tensor, c: torch.Tensor) -> None:
        self.w1, self.b1 = nn.Parameter(w.T.clone()), nn.Parameter(b.reshape(1, -1))
        self.w2, self.b2 = nn.Parameter(v.reshape(-1, 1)), nn.Parameter(c.reshape(1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.activate(x @ self.w1 + self.b1)
        return self.activate(torch.matmul(hidden, self.w2) + self.b2)


class PlainTensors(Perceptron):
    """Weights that are no parameters; set_weights() may well leave such."""

    def make(self, w: torch.Tensor, b: torch.Tensor, v: torch.Tensor, c: torch.Tensor) -> None:
        self.w1, self.b1, self.w2, self.b2 = w.T.clone(), b, v.reshape(-1, 1), c

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.activate(x @ self.w1 + self.b1)
        return self.activate(hidden @ self.w2 + self.b2)


@pytest.mark.parametrize("spelling", [Perceptron, OtherNames, Products, PlainTensors])
def test_the_weights_are_found_however_they_are_spelt(spelling: type[Perceptron]) -> None:
    analysis = analysed(spelling)
    assert analysis.weights == RIGHT
    assert (analysis.step.right, analysis.sigmoid.right) == (9, 9)
    assert analysis.disagreements == ()


def analysed(build: Callable[[str], nn.Module]) -> PerceptronAnalysis:
    assert TABLE is not None
    analysis = analyse(captured_mlp(build), TABLE)
    assert isinstance(analysis, PerceptronAnalysis)
    return analysis


def refused(build: Callable[[str], nn.Module]) -> Failure:
    assert TABLE is not None
    failure = analyse(captured_mlp(build), TABLE)
    assert isinstance(failure, Failure)
    return failure


def checked(build: Callable[[str], nn.Module]) -> dict[str, CheckOutcome]:
    """What the checks of Part 2 come to, but for those on the report: there is none."""
    assignment = load_assignment(ASSIGNMENT)
    assert TABLE is not None
    forms = captured_mlp(build)
    analysis = analyse(forms, TABLE)
    capture = analysis if isinstance(analysis, Failure) else joined(forms)
    known = analysis if isinstance(analysis, PerceptronAnalysis) else None
    subject = Subject(
        assignment, {"MLP": capture}, perceptron=known, missing=frozenset({"kuzu.py"})
    )
    found = run_checks(assignment.checks_folder, subject)
    return {o.id: o for o in found if o.id.startswith("mlp_") and o.id not in ON_THE_REPORT}


def kinds(found: dict[str, CheckOutcome]) -> dict[str, str]:
    return {name.removeprefix("mlp_"): o.outcome for name, o in found.items()}


def test_both_forms_are_asked_of_the_worker_after_set_weights() -> None:
    assert TABLE is not None
    targets = perceptron_targets(TABLE)
    assert [(t.id, t.cls, t.args, t.setup) for t in targets] == [
        ("MLP.step", "MLP", (4, "step"), "set_weights"),
        ("MLP.sig", "MLP", (4, "sig"), "set_weights"),
    ]


def test_the_reference_passes() -> None:
    assert set(kinds(checked(right_mlp)).values()) == {"passed"}


def test_a_missing_bias_counts_as_zero() -> None:
    class WithoutBias(Perceptron):
        def make(self, w: torch.Tensor, b: torch.Tensor, v: torch.Tensor, c: torch.Tensor) -> None:
            super().make(w, b, v, c)
            self.in_hid.bias = self.hid_out.bias = None  # type: ignore[assignment]

    weights = analysed(WithoutBias).weights
    assert weights == replace(RIGHT, in_bias=(0.0,) * 4, out_bias=0.0)


def test_the_scale_is_the_assignment_s() -> None:
    assert TABLE is not None
    table = TABLE.model_copy(update={"scale": 25.0})
    analysis = analyse(captured_mlp(right_mlp), table)
    assert isinstance(analysis, PerceptronAnalysis)
    assert analysis.scaled.scale == 25


def test_two_outputs_are_refused_with_their_shapes() -> None:
    class TwoOutputs(Perceptron):
        def make(self, w: torch.Tensor, b: torch.Tensor, v: torch.Tensor, c: torch.Tensor) -> None:
            super().make(w, b, v, c)
            self.hid_out = nn.Linear(4, 2)

    failure = refused(TwoOutputs)
    assert (failure.stage, failure.message.partition(" ")[0]) == ("build", "MLP.set_weights:")
    assert "((4, 2), (4,), (2, 4), (2,))" in failure.message
    found = checked(TwoOutputs)
    assert kinds(found)["builds"] == "failed"
    assert "Assign tensors of these shapes" in found["mlp_builds"].hint


def test_an_output_for_each_hidden_node_is_refused_as_forward_s_fault() -> None:
    class Wide(Perceptron):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x).expand(-1, 4)

    failure = refused(Wide)
    assert (failure.stage, failure.message) == (
        "forward",
        "MLP.forward: returns (9, 4) for nine points",
    )
    found = checked(Wide)
    assert found["mlp_builds"].message.startswith("Found: MLP is built, but its forward fails")
    assert "one output for each point" in found["mlp_builds"].hint


def test_a_step_that_is_0_at_0_disagrees_and_nobody_loses_a_mark_over_it() -> None:
    class Strict(Perceptron):
        def activate(self, net: torch.Tensor) -> torch.Tensor:
            return (net > 0).float() if self.act == "step" else torch.sigmoid(net)

    analysis = analysed(lambda act: Strict(act, ZERO_MARGIN))
    assert len(analysis.disagreements) == 4  # three points, and a count of the rest
    assert all(line.startswith("With step") for line in analysis.disagreements)
    found = checked(lambda act: Strict(act, ZERO_MARGIN))
    assert kinds(found)["step"] == kinds(found)["sigmoid"] == "ungraded"
    assert "forward does not compute the network it was given" in found["mlp_step"].message


def test_a_forward_that_returns_the_targets_disagrees_with_its_weights() -> None:
    targets = torch.tensor([[0.0] if t == 0 else [1.0] for t in GRIDS["012"].targets])

    class Knows(Perceptron):
        """Reads the target from the point and gives its layers no say."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            edge = (x.sum(dim=1, keepdim=True) - 2).abs() == 1
            return 0 * super().forward(x) + torch.where(edge, 1.0, 0.0)

    points = torch.tensor(GRIDS["012"].points)
    assert torch.equal(Knows("step")(points), targets)
    wrong = (torch.zeros(4, 2), torch.zeros(4), torch.zeros(4), torch.tensor(-1.0))
    assert analysed(lambda act: Knows(act, wrong)).disagreements != ()
    assert kinds(checked(lambda act: Knows(act, wrong)))["step"] == "ungraded"


def test_a_forward_without_layers_fails_the_layers_and_leaves_the_rest_to_a_tutor() -> None:
    class Empty(Perceptron):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.where((x.sum(dim=1, keepdim=True) - 2).abs() == 1, 1.0, 0.0)

    found = checked(Empty)
    assert kinds(found) == {
        "builds": "passed",
        "hidden": "failed",
        "step": "ungraded",
        "sigmoid": "ungraded",
        "rescaled": "ungraded",
    }
    assert found["mlp_hidden"].message.startswith("Found: 0 layers with weights. Expected: one hid")
    assert "a tutor will look at it" in found["mlp_step"].message


def test_three_layers_fail_the_layers_and_leave_the_rest_to_a_tutor() -> None:
    class Three(Perceptron):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.activate(self.more(super().forward(x)))

        def make(self, w: torch.Tensor, b: torch.Tensor, v: torch.Tensor, c: torch.Tensor) -> None:
            super().make(w, b, v, c)
            self.more = nn.Linear(1, 1)

    found = checked(Three)
    assert kinds(found)["hidden"] == "failed"
    assert "3 layers with weights" in found["mlp_hidden"].message
    assert kinds(found)["step"] == "ungraded"


def test_weights_that_forward_computes_are_left_to_a_tutor() -> None:
    class Rescales(Perceptron):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hidden = nn.functional.linear(x, 10 * self.in_hid.weight, 10 * self.in_hid.bias)
            return self.activate(self.hid_out(self.activate(hidden)))

    assert kinds(checked(Rescales))["step"] == "ungraded"


def test_another_number_of_hidden_nodes_fails_that_check_alone() -> None:
    five = (
        torch.cat([IN_HID, torch.zeros(1, 2)]),
        torch.cat([IN_BIAS, torch.tensor([-20.0])]),
        torch.cat([HID_OUT, torch.zeros(1)]),
        OUT_BIAS,
    )
    found = checked(lambda act: Perceptron(act, five))
    assert {name for name, kind in kinds(found).items() if kind != "passed"} == {"hidden"}
    assert found["mlp_hidden"].message.startswith("Found: 5 hidden nodes. Expected: one hidden")


def test_other_weights_for_sigmoid_than_for_step_are_told_and_left_to_a_tutor() -> None:
    def build(act: str) -> nn.Module:
        scale = 1.0 if act == "step" else 10.0
        return Perceptron(act, tuple(w * scale for w in HAND_SET_TENSORS))

    assert analysed(build).disagreements[0] == (
        "With sig set_weights() leaves other hidden weights, hidden biases, output weights,"
        " output bias than with step."
    )
    assert kinds(checked(build)) == {
        "builds": "passed",
        "hidden": "passed",
        "step": "passed",
        "sigmoid": "ungraded",
        "rescaled": "ungraded",
    }


HAND_SET_TENSORS = tuple(torch.from_numpy(array.copy()) for array in HAND_SET["012"].arrays())


def test_right_weights_that_are_not_rescaled_keep_half_of_sigmoid() -> None:
    found = checked(lambda act: Perceptron(act, HAND_SET_TENSORS))
    assert kinds(found) == {
        "builds": "passed",
        "hidden": "passed",
        "step": "passed",
        "sigmoid": "partial",
        "rescaled": "failed",
    }
    assert "multiply every weight and bias by" in found["mlp_sigmoid"].hint.lower()


def test_no_capture_no_analysis() -> None:
    assert TABLE is not None
    failure = Failure(stage="build", type="", message="x", line=None, source="")
    forms = captured_mlp(right_mlp) | {"MLP.sig": failure}
    assert analyse(forms, TABLE) is None
    assert joined(forms) is failure
