from grader.report import perceptron

from . import example


def test_step_and_rescaled_sigmoid_stand_side_by_side() -> None:
    said = perceptron.view(example.sample())
    assert said is not None
    assert [(table.title, table.verdict) for table in said.tables] == [
        ("Step", "9 of 9 right"),
        ("Sigmoid, all weights × 10", "5 of 9 right"),
    ]
    wrong = [row.point for row in said.tables[1].rows if not row.right]
    assert wrong == ["(1, 2)", "(0, 1)", "(2, 1)", "(1, 0)"]
    assert said.lines[2].equation == "−x₁ + x₂ − 0.5 = 0"
    assert any("No scale makes sigmoid right" in remark for remark in said.remarks)


def test_margins_stand_in_the_step_table_only() -> None:
    said = perceptron.view(example.sample())
    assert said is not None
    step, sigmoid = said.tables
    assert [row.margin for row in step.rows] == ["1", "0", "1", "0", "2", "0", "1", "0", "1"]
    assert not sigmoid.has_margins


def test_without_weights_the_tables_stay_and_the_plots_go() -> None:
    result = example.sample()
    assert result.perceptron is not None
    found = result.perceptron.model_copy(update={"weights": None})
    said = perceptron.view(result.model_copy(update={"perceptron": found}))
    assert said is not None
    assert all(table.plot is None for table in said.tables)


def test_an_assignment_without_a_perceptron_has_no_section() -> None:
    assert perceptron.view(example.ungraded()) is None
