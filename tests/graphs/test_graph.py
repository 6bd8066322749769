"""Which values a graph's output depends on, and what changes under another name."""

import pytest

from grader.graphs.graph import changes_images, hidden_change, is_in_place, needed_names, references
from grader.wire import Graph, Input, Node, Ref

CALLS = {"relu_": "aten.relu_.default", "view": "aten.view.default", "add": "aten.add.Tensor"}


def graph(*lines: str, output: str) -> Graph:
    """Each line "y = relu_ x": the result, the operation, what it reads; `x` are the images."""
    nodes = []
    for line in lines:
        name, _, op, *reads = line.split()
        call = CALLS.get(op, f"aten.{op}.default")
        nodes.append(Node(name=name, op=call, args=[Ref(ref=r) for r in reads], kwargs={}))
    images = Input(name="x", kind="input", index=0)
    return Graph(inputs=[images], nodes=nodes, outputs=[Ref(ref=output)])


def test_references_are_found_in_lists_and_keywords_in_order() -> None:
    found = references([Ref(ref="a"), [1, Ref(ref="b")], None], {"bias": Ref(ref="c")})
    assert found == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("op", "in_place"),
    [("aten.relu_.default", True), ("aten.relu.default", False), ("aten._to_copy.default", False)],
)
def test_an_underscore_at_the_end_means_in_place(op: str, in_place: bool) -> None:
    assert is_in_place(Node(name="a", op=op, args=[], kwargs={})) is in_place


@pytest.mark.parametrize(
    ("lines", "output", "needed"),
    [
        (["h = tanh x", "spare = tanh x"], "h", {"h", "x"}),
        (["h = tanh x", "r = relu_ h"], "r", {"h", "r", "x"}),
        (["h = tanh x", "r = relu_ h"], "h", {"h", "r", "x"}),
        (["h = tanh x", "r = relu_ h", "t = tanh_ r"], "h", {"h", "r", "t", "x"}),
        (["h = tanh x", "y = tanh h", "r = relu_ h"], "y", {"h", "y", "x"}),
    ],
)
def test_changes_in_place_are_needed_when_the_tensor_is_read_later(
    lines: list[str], output: str, needed: set[str]
) -> None:
    assert needed_names(graph(*lines, output=output)) == needed


@pytest.mark.parametrize(
    ("lines", "output", "hidden"),
    [
        (["h = tanh x", "r = relu_ h"], "h", None),
        (["h = tanh x", "v = view h", "r = relu_ v"], "r", None),
        (["h = tanh x", "v = view h", "r = relu_ v"], "h", "r"),
        (["h = tanh x", "v = view h", "r = relu_ h"], "v", "r"),
        (["h = tanh x", "v = view h", "w = view h", "r = relu_ v"], "w", "r"),
        (["h = tanh x", "v = view h", "r = relu_ h", "w = view h"], "w", None),
        (["h = tanh x", "c = clone h", "r = relu_ c"], "h", None),
    ],
)
def test_a_change_read_through_another_view_is_found(
    lines: list[str], output: str, hidden: str | None
) -> None:
    assert hidden_change(graph(*lines, output=output)) == hidden


@pytest.mark.parametrize(
    ("lines", "changed"),
    [
        (["r = relu_ x"], True),
        (["v = view x", "r = relu_ v"], True),
        (["h = tanh x", "r = relu_ h"], False),
        (["c = clone x", "r = relu_ c"], False),
    ],
)
def test_writing_into_the_images_is_seen(lines: list[str], changed: bool) -> None:
    assert changes_images(graph(*lines, output="r")) is changed
