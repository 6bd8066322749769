from dataclasses import replace

from grader.report import networks
from grader.results import NetworkFailure

from . import example


def test_layer_table_carries_the_arithmetic() -> None:
    rows = networks.view(example.sample())[2].layers
    assert rows[1].formula == "1 × 20 × 5 × 5 + 20 = 520"
    assert (rows[1].parameters, rows[2].parameters) == ("520", "–")


def test_a_count_stands_once_where_the_formula_ends_with_it() -> None:
    conv, pool = networks.view(example.sample())[2].layers[1:3]
    assert conv.worked == "1 × 20 × 5 × 5 + 20 = 520"
    assert pool.worked == "–"
    assert replace(conv, formula="1 × 20 × 5 …").worked == "1 × 20 × 5 …: 520"
    large = replace(conv, formula="784 × 150 + 150 = 117750", parameters="117,750")
    assert large.worked == "784 × 150 + 150 = 117750"


def test_failure_without_a_recorded_reason() -> None:
    assert networks.failure_view(None).message == "The grader recorded no reason."
    said = networks.failure_view(NetworkFailure(stage="forward", message=" bad shape \n", line=7))
    assert (said.stage, said.line) == ("while the network was being run", "line 7")
    assert said.message == "bad shape"


def test_a_network_trained_without_being_captured_says_so() -> None:
    failure = NetworkFailure(stage="export", message="a loop over the batch")
    captured = example.network("NetLin")
    uncaptured = captured.model_copy(update={"captured": False, "failure": failure, "layers": []})
    left_out = uncaptured.model_copy(update={"training": None})
    result = example.sample().model_copy(update={"networks": {"a": uncaptured, "b": left_out}})
    assert [view.consequence for view in networks.view(result)] == [
        "It was trained inside the sandbox instead.",
        "The rest of the submission was graded without it.",
    ]
