"""Prints what was read of a report on the terminal, in the order of its kinds, with places."""

from collections.abc import Iterator

from rich.console import Console

from grader.claims.found import Found, Matrix, Place
from grader.claims.judge_parameters import slip_of
from grader.plain import one_line
from grader.summary import WIDTH

_RELIANCE = {
    "certain": "read with certainty",
    "repaired": "repaired by its sums",
    "uncertain": "NOT CERTAIN",
}


def print_found(found: Found, name: str) -> None:
    """All findings; what is uncertain says so."""
    console = Console(highlight=False, emoji=False, width=WIDTH)
    if found.problem:
        return
    unit = "page" if found.pages == 1 else "pages"
    console.print(
        f"{one_line(name)}: {found.kind}, {found.pages} {unit},"
        f" {found.screenshots} pictures with text",
        style="bold",
        markup=False,
    )
    for line in [*found.notes, *_unread(found)]:
        console.print(f"note: {one_line(line)}", markup=False)
    for line in _lines(found):
        console.print(one_line(line) if not line.startswith("    ") else line, markup=False)


def _unread(found: Found) -> Iterator[str]:
    if found.unread_pictures:
        yield (
            f"{found.unread_pictures} pictures were not read: the reader of screenshots is not"
            " installed (pip install 'nn-grader[ocr]') or the limit was reached"
        )


def _lines(found: Found) -> Iterator[str]:
    yield f"student id: {', '.join(found.ids) or 'none found'}"
    for matrix in found.matrices:
        yield from _matrix(matrix)
    yield from _figures(found)
    yield from _perceptron(found)
    for answer in found.answers:
        pages = ", ".join(map(str, answer.pages))
        where = f", page {pages}" if pages else ""
        size = f"{len(answer.lines)} lines, {answer.pictures} pictures"
        yield f"answer {answer.question}: {size}{where}"
    if found.files:
        yield f"pictures named: {', '.join(found.files)}"


def _figures(found: Found) -> Iterator[str]:
    for accuracy in found.accuracies:
        images = f" ({accuracy.right}/{accuracy.total})" if accuracy.right is not None else ""
        said = f"{accuracy.percent:.{accuracy.decimals}f}%{images}"
        yield f"accuracy of {accuracy.network or '?'}: {said}{_at(accuracy.place)}"
    for calculation in found.sums:
        slip = slip_of(calculation)
        said = " = ".join(calculation.sides) + (f"  [{slip}]" if slip else "")
        yield f"calculation, {calculation.network or '?'}: {said}{_at(calculation.place)}"
    for count in found.counts:
        if count.question == "1.4":
            yield f"parameters of {count.network or '?'}: {count.value}{_at(count.place)}"
    for setting in found.settings:
        yield f"{setting.name} of {setting.network or '?'}: {setting.value:g}{_at(setting.place)}"
    for loss in found.losses:
        whose = loss.network or f"question {loss.question}"
        name = "printed" if loss.kind == "sequence" else loss.kind
        yield f"{name} loss of {whose}: {loss.value:g}{_at(loss.place)}"
    for worst in found.confusions:
        pair = f"{worst.target} for {worst.predicted}, " if worst.target else "at most "
        yield f"confusions of {worst.network}: {pair}{worst.count}{_at(worst.place)}"


def _perceptron(found: Found) -> Iterator[str]:
    for table in found.tables:
        yield f"table of activations, {len(table.rows)} points{_at(table.place)}"
        for row in table.rows:
            cells = " ".join(map(str, row.cells))
            yield f"    ({row.point[0]}, {row.point[1]})  {cells}"
    for line in found.equations:
        said = f"{line.a:g} x1 {line.b:+g} x2 {line.c:+g} = 0"
        yield f"dividing line: {said}{_at(line.place)}"
    for points in found.point_accuracies:
        yield f"accuracy on the points, {points.question}: {points.percent:g}%{_at(points.place)}"
    for multiplier in found.multipliers:
        yield f"weights are multiplied by: {multiplier.value:g}{_at(multiplier.place)}"
    for part in found.weights:
        yield f"weights, {part.label or 'no label'}: {part.values}{_at(part.place)}"


def _matrix(matrix: Matrix) -> Iterator[str]:
    yield (
        f"confusion matrix of {matrix.network or '?'} ({matrix.source}), "
        f"{_RELIANCE[matrix.reliance]}: {matrix.right} of {matrix.total} on the"
        f" diagonal{_at(matrix.place)}"
    )
    for row in matrix.cells:
        yield "    " + "".join(f"{cell:5d}" for cell in row)
    for line in [*matrix.repairs, *matrix.doubts]:
        yield f"    {one_line(line)}"


def _at(place: Place) -> str:
    return f", page {place.page}" if place.page else ""
