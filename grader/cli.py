"""The `grader` command: its sub-commands, its exit codes, and the promise that no traceback shows.

Exit codes: 0 graded (or all is well), 1 a check found failures, 2 wrong usage, 3 could not grade.
"""

import os
import signal
import sys
import tempfile

import click

import grader
from grader.commands.attack import attack
from grader.commands.batch import batch
from grader.commands.bench import bench
from grader.commands.cache import cache
from grader.commands.check import check
from grader.commands.claims import claims
from grader.commands.data import data
from grader.commands.doctor import doctor
from grader.commands.export import export
from grader.commands.reference import reference
from grader.commands.report import report
from grader.commands.run import run
from grader.commands.verify import verify
from grader.errors import GraderError
from grader.fault import describe_fault
from grader.plain import printable
from grader.worker.lean_torch import collect_seldom, spare_the_compiler

INTERRUPTED = 130


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    epilog="Try: grader run submissions/z5567992",
)
@click.version_option(grader.__version__, prog_name="grader")
def cli() -> None:
    """Grade neural-network assignments: captured networks, honest training, finished reports.

    A student's code runs only inside a sandbox, long enough to be captured; marks are decided by
    trusted code on the captured graph.
    """


for command in (run, batch, check, claims, report, verify, export, data, reference, cache):
    cli.add_command(command)
for command in (doctor, bench, attack):
    cli.add_command(command)


def main() -> None:
    """Run the command line; every failure becomes a message and an exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up as after Ctrl-C
    spare_the_compiler()
    collect_seldom()
    # the folder that it makes for compiled programs would otherwise be a new one, and stay behind
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", tempfile.gettempdir())
    try:
        sys.exit(cli(standalone_mode=False) or 0)  # click returns the code of an Exit
    except GraderError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("stopped: what was finished is kept")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        _say(describe_fault(error))
        sys.exit(GraderError.exit_code)


def _say(text: str) -> None:
    click.echo(f"grader: {printable(text)}", err=True)
