import pytest
from click.testing import CliRunner

from grader.bench.sequences import SequenceRow, measure_sequences, rows_as_table
from grader.commands.bench import bench


def row(course: float, one: float, many: float) -> SequenceRow:
    return SequenceRow("anb2n_srn2", course, one, many)


@pytest.mark.parametrize(
    ("found", "kept"),
    [(row(2.0, 0.2, 2.0), True), (row(2.0, 0.21, 1.0), False), (row(2.0, 0.1, 2.1), False)],
)
def test_both_promises_must_be_kept(found: SequenceRow, kept: bool) -> None:
    assert found.kept == kept
    _, line = rows_as_table((found,))
    assert line[-1] == ("yes" if kept else "NO")


def test_a_line_says_how_fast_each_way_is() -> None:
    assert rows_as_table((row(2.0, 0.1, 1.5),))[1] == (
        "anb2n_srn2",
        "2.00",
        "0.100 (20.0x)",
        "1.50 (0.75)",
        "yes",
    )


def test_all_three_ways_are_measured() -> None:
    (found,) = measure_sequences(10, ("anb2n",), rounds=1)
    assert found.task == "anb2n_srn2"
    assert min(found.course, found.one, found.many) > 0
    assert found.one < found.course


def test_the_command_takes_a_number_of_steps() -> None:
    done = CliRunner().invoke(bench, ["--sequences", "9"])
    assert done.exit_code == 2
    assert "--sequences" in done.output
