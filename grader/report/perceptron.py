"""Everything a page says about the hand-set perceptron of Part 2."""

from dataclasses import dataclass

from grader.report import text
from grader.report.decision import decision_plot
from grader.report.figures import Figure
from grader.report.networks import FailureView, failure_view
from grader.results import ActivationRow, ActivationTable, PerceptronResult, Result

MOST_DISAGREEMENTS = 6
PLANE = 2  # the plots need points with two coordinates


@dataclass(frozen=True)
class RowView:
    """One of the nine points."""

    point: str
    target: str
    hidden: list[str]
    output: str
    right: bool
    margin: str
    printed: str


@dataclass(frozen=True)
class TableView:
    """One activation table and the plane it belongs to."""

    title: str
    verdict: str
    right: bool
    heading: str
    nodes: list[str]
    rows: list[RowView]
    has_margins: bool
    plot: Figure | None


@dataclass(frozen=True)
class LineView:
    """Dividing line of one hidden node."""

    node: str
    equation: str


@dataclass(frozen=True)
class PerceptronView:
    """The hand-set perceptron."""

    standing: str
    failure: FailureView | None
    tables: list[TableView]
    lines: list[LineView]
    remarks: list[str]
    disagreements: list[str]
    diagnosis: str


def _value(act: str, value: float) -> str:
    return text.figure(value) if act == "step" else f"{value:.3f}"


def _row(act: str, row: ActivationRow, margins: dict[tuple[float, ...], float]) -> RowView:
    found = margins.get(tuple(row.point))
    point = "(" + ", ".join(text.figure(value) for value in row.point) + ")"
    target, output = str(row.target), _value(act, row.output)
    hidden = [_value(act, value) for value in row.hidden]
    margin = "" if found is None else text.figure(found, 3)
    said = "✓ right" if row.right else "× wrong"
    return RowView(
        point=point,
        target=target,
        hidden=hidden,
        output=output,
        right=row.right,
        margin=margin,
        printed=_aligned(point, [target, *hidden, output], f"{margin:>8}" if margins else "", said),
    )


def _aligned(point: str, figures: list[str], margin: str, said: str) -> str:
    """A row of the table in type of one width: on paper a cell for each costs too much."""
    return f"{point:<7}{''.join(f'{figure:>6}' for figure in figures)}{margin}  {said}"


def _title(table: ActivationTable) -> str:
    if table.act == "step":
        return "Step"
    if table.scale == 1:
        return "Sigmoid, weights as handed in"
    return f"Sigmoid, all weights × {text.figure(table.scale)}"


def _table(result: PerceptronResult, table: ActivationTable) -> TableView:
    margins = {tuple(item.point): item.margin for item in result.margins}
    with_margins = table.act == "step" and bool(margins)
    nodes = [f"H{index + 1}" for index in range(len(table.rows[0].hidden) if table.rows else 0)]
    heads = ["T", *nodes, "Out"]
    planar = result.weights is not None and all(len(row.point) == PLANE for row in table.rows)
    return TableView(
        title=_title(table),
        verdict=f"{table.right} of {table.of} right",
        right=table.right == table.of,
        heading=_aligned("Point", heads, "  Margin" if with_margins else "", ""),
        nodes=nodes,
        rows=[_row(table.act, row, margins if with_margins else {}) for row in table.rows],
        has_margins=with_margins,
        plot=decision_plot(table, result.weights, result.lines)
        if result.weights is not None and planar and table.rows
        else None,
    )


def _tables(result: PerceptronResult) -> list[ActivationTable]:
    # one sigmoid table: the scaled one is what the question asks for
    sigmoid = result.scaled or result.sigmoid
    return [table for table in (result.step, sigmoid) if table is not None]


def _remarks(result: PerceptronResult) -> list[str]:
    remarks = []
    if result.smallest_margin is not None:
        remarks.append(
            f"Smallest margin of the nine points: {text.figure(result.smallest_margin, 3)}."
        )
    if result.smallest_scale is not None:
        remarks.append(
            "Sigmoid is right for all points once every weight is multiplied by "
            f"{text.figure(result.smallest_scale)} or more."
        )
    for table in (result.sigmoid, result.scaled):
        if table is not None and table not in _tables(result):
            remarks.append(f"{_title(table)}: {table.right} of {table.of} right.")
    remarks += [
        text.clip(said, 400) for said in (result.scale_reason, result.unscaled_reason) if said
    ]
    return remarks


def view(result: Result) -> PerceptronView | None:
    """The hand-set perceptron, or None where the assignment has none."""
    found = result.perceptron
    if found is None:
        return None
    return PerceptronView(
        standing=" · ".join(
            f"{_title(table)}: {table.right} of {table.of}" for table in _tables(found)
        ),
        failure=None if found.captured else failure_view(found.failure),
        tables=[_table(found, table) for table in _tables(found)],
        lines=[
            LineView(f"H{line.node}", text.mathematical(text.shorten(line.equation, 80)))
            for line in found.lines
        ],
        remarks=_remarks(found),
        disagreements=text.clip_lines(found.disagreements, MOST_DISAGREEMENTS, 220),
        diagnosis=text.clip(found.diagnosis.sentence, 500) if found.diagnosis else "",
    )
