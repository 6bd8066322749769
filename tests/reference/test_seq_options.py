import click
import pytest

from reference.seq_options import network_options
from reference.seq_plot import main as seq_plot
from reference.seq_train import main as seq_train

SHARED = ["--lang", "--model", "--hid", "--epoch"]


def names(command: click.Command) -> list[str]:
    return [option.opts[0] for option in command.params if isinstance(option, click.Option)]


@pytest.mark.parametrize("program", [seq_train, seq_plot])
def test_both_programs_begin_with_the_same_options(program: click.Command) -> None:
    assert names(program)[:4] == SHARED


def test_a_command_s_own_options_come_after_the_shared_ones() -> None:
    @click.command()
    @network_options
    @click.option("--own")
    def command(**_: object) -> None: ...

    assert names(command) == [*SHARED, "--own"]
