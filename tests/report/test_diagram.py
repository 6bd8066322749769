from hypothesis import given
from hypothesis import strategies as st

from grader.report.diagram import MOST_LAYERS, WIDTH, arrange, network_diagram
from grader.results import Layer

from . import example

KINDS = ["input", "conv", "linear", "activation", "pool", "norm", "dropout", "reshape", "other"]
any_layers = st.lists(
    st.builds(
        Layer,
        name=st.text(max_size=30),
        op=st.text(max_size=30),
        kind=st.sampled_from(KINDS),
        description=st.just(""),
        shape=st.lists(st.integers(0, 10**6), max_size=4),
        parameters=st.just(0),
        formula=st.just(""),
    ),
    max_size=60,
)


@given(any_layers)
def test_layers_follow_one_another_and_stay_on_the_page(layers: list[Layer]) -> None:
    places = arrange(layers)
    assert [place.layer for place in places] == layers
    assert all(place.left >= 0 and place.left + place.width <= WIDTH for place in places)
    positions = [(place.top, place.left) for place in places]
    assert positions == sorted(set(positions))


@given(any_layers)
def test_any_layer_list_can_be_drawn(layers: list[Layer]) -> None:
    figure = network_diagram("Net", layers)
    assert figure.content.count("<rect") >= min(len(layers), MOST_LAYERS)


def test_the_sample_network_takes_one_row_and_names_its_tensors() -> None:
    layers = example.layers("NetConv")
    assert {place.top for place in arrange(layers)} == {0.0}
    drawing = network_diagram("NetConv", layers)
    for said in ("conv1", "20 × 24 × 24", "40 × 4 × 4", "log", "softmax"):
        assert f">{said}</text>" in drawing.content
    assert "conv2d to 20 × 24 × 24, then relu" in drawing.description


def test_names_are_escaped() -> None:
    layer = example.layers("NetLin")[2].model_copy(update={"name": "<b>&"})
    assert "&lt;b&gt;&amp;" in network_diagram("Net", [layer]).content
