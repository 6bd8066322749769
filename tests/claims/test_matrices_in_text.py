"""Matrices that stand in a report as text are read exactly, however they are broken up."""

import numpy as np
import pytest

from scripts.make_sample_report import RUNS

from .written import found_in, printed

LIN, FULL, CONV = (run.counts.astype(int).tolist() for run in RUNS)


def test_three_matrices_go_to_the_networks_of_their_questions() -> None:
    lines = ["1.1 NetLin", *printed(LIN), "1.2 NetFull", *printed(FULL), "1.3", *printed(CONV)]
    found = found_in(lines)
    assert [(m.network, m.cells) for m in found.matrices] == [
        ("NetLin", LIN),
        ("NetFull", FULL),
        ("NetConv", CONV),
    ]
    assert {(m.reliance, m.sums, m.source) for m in found.matrices} == {
        ("certain", "KMNIST", "text")
    }


def test_without_headings_they_go_by_their_diagonals() -> None:
    found = found_in([*printed(CONV), "", *printed(LIN), "", *printed(FULL)])
    assert [m.network for m in found.matrices] == ["NetConv", "NetLin", "NetFull"]


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_page_break_between_rows_costs_nothing(cut: int) -> None:
    rows = printed(LIN)
    first, second = ["1.1", *rows[:cut], "3"], ["z1234567 COMP9444", *rows[cut:]]
    assert [m.cells for m in found_in(first, second).matrices] == [LIN]


def test_rows_that_are_wrapped_are_put_together_by_their_brackets() -> None:
    lines = []
    for row in printed(FULL):
        at = row.rindex(".", 0, -5)
        lines += [row[: at + 1], row[at + 1 :]]
    assert [m.cells for m in found_in(lines).matrices] == [FULL]


def test_a_table_with_heads_labels_and_totals_is_read_without_them() -> None:
    names = "o ki su tsu na ha ma ya re wo".split()
    lines = [" ".join(["", *names, "total"])]
    lines += [
        f"{n} {' '.join(map(str, row))} {sum(row)}" for n, row in zip(names, CONV, strict=True)
    ]
    assert [m.cells for m in found_in(lines).matrices] == [CONV]


def test_row_numbers_and_a_head_of_numbers_are_no_cells() -> None:
    lines = [" ".join(map(str, range(10)))]
    lines += [f"{i} {' '.join(map(str, row))}" for i, row in enumerate(LIN)]
    assert [m.cells for m in found_in(lines).matrices] == [LIN]


def test_a_matrix_that_stands_on_its_side_is_turned_round() -> None:
    (matrix,) = found_in(printed(np.array(LIN).T.tolist())).matrices
    assert matrix.transposed
    assert matrix.cells == LIN


def test_rows_that_do_not_add_up_are_kept_as_they_are_and_said_to_be_so() -> None:
    wrong = [list(row) for row in LIN]
    wrong[3][3] += 1
    (matrix,) = found_in(printed(wrong)).matrices
    assert (matrix.cells, matrix.sums, matrix.reliance) == (wrong, "", "certain")


def test_scientific_notation_is_read() -> None:
    lines = [f"[{' '.join(f'{cell:.3e}' for cell in row)}]" for row in LIN]
    assert [m.cells for m in found_in(lines).matrices] == [LIN]
