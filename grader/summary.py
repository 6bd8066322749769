"""Prints a result on the terminal: the marks at a glance, and what there is to mend."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from grader.plain import one_line
from grader.results import CheckResult, NetworkResult, QuestionResult, Result, Training

WIDTH = 80
TITLE = 40  # what 80 columns leave for a question beside its marks
_SIGNS = {
    "passed": ("pass", "green"),
    "failed": ("FAIL", "red"),
    "partial": ("part", "yellow"),
    "skipped": ("skip", "bright_black"),
    "ungraded": ("????", "magenta"),
}


def print_summary(result: Result, folder: Path | None) -> None:
    """Marks a question, measured networks, what failed and why, and where the report is."""
    console = _console()
    title = one_line(f"{result.submission.id}: {result.assignment.title}")
    console.print(title, style="bold", markup=False)
    console.print(_marks(result))
    console.print(_networks(result))
    print_problems(result, console)
    _print_basis(result, console)
    if folder is not None:
        console.print(f"Report: {folder / 'report.pdf'}", markup=False, soft_wrap=True)


def print_checks(result: Result) -> None:
    """Every check with its outcome, for a student: what is right as well, and what was measured."""
    console = _console()
    for question in result.questions:
        if question.checks:
            title = f"{one_line(question.id)}  {one_line(question.title)}"
            console.print(title, style="bold", markup=False)
        for check in question.checks:
            sign, style = _SIGNS[check.outcome]
            console.print(Text.assemble("  ", (sign, style), "  ", one_line(check.title)))
    console.print(_networks(result))
    print_problems(result, console)
    _print_basis(result, console)


def _print_basis(result: Result, console: Console) -> None:
    """Which images the networks were trained and tested on, and how."""
    dataset, protocol = result.environment.dataset, result.environment.protocol
    name = _cell(dataset.title)
    if dataset.official:
        console.print(f"Measured on: {name}.")
    else:
        console.print(f"[yellow]Measured on: {name}. These marks are not official.[/]")
    if not protocol.official:
        console.print(f"[yellow]{_cell(protocol.title)}: no accuracy mark.[/]")


def print_problems(result: Result, console: Console) -> None:
    """What did not pass, with the reason and the cure; then the flags."""
    said = ""
    for question in result.questions:
        for check in question.checks:
            if check.outcome in ("failed", "partial", "ungraded"):
                _print_problem(console, question, check, again=bool(said) and check.message == said)
                said = check.message
    for flag in result.flags:
        text = one_line(f"{flag.severity}: {flag.where}: {flag.message}")
        console.print(text, markup=False)


def _print_problem(
    console: Console, question: QuestionResult, check: CheckResult, *, again: bool
) -> None:
    sign, style = _SIGNS[check.outcome]
    console.print(Text.assemble((sign, style), f" {one_line(question.id)} {one_line(check.title)}"))
    if again:
        console.print("     For the same reason.", markup=False)
        return
    if check.message:
        console.print(f"     {one_line(check.message)}", markup=False)
    if check.hint:
        console.print(f"     What to do: {one_line(check.hint)}", markup=False)


def _marks(result: Result) -> Table:
    table = Table("question", "", "earned", "pending", "lost", "of", box=None, pad_edge=False)
    for column in table.columns[2:]:
        column.justify = "right"
    for q in result.questions:
        row = (q.earned, q.pending, q.lost, q.available)
        table.add_row(_cell(q.id), _cell(_shortened(q.title)), *(_points(value) for value in row))
    m = result.marks
    totals = (m.earned, m.pending, m.lost, m.available)
    table.add_row("total", "", *(_points(value) for value in totals), style="bold")
    return table


def _networks(result: Result) -> Table:
    table = Table("network", "parameters", "accuracy", "", box=None, pad_edge=False)
    for column in table.columns[1:3]:
        column.justify = "right"
    for name, network in result.networks.items():
        table.add_row(_cell(name), *_network_row(network))
    perceptron = result.perceptron
    if perceptron is not None and perceptron.step and perceptron.sigmoid and perceptron.scaled:
        step, sigmoid, scaled = perceptron.step, perceptron.sigmoid, perceptron.scaled
        text = (
            f"step {step.right}/{step.of}, sigmoid {sigmoid.right}/{sigmoid.of},"
            f" sigmoid times {scaled.scale:g} {scaled.right}/{scaled.of}"
        )
        table.add_row("MLP", "", "", text)
    return table


def _network_row(network: NetworkResult) -> tuple[str, str, str]:
    if not network.captured:
        stage = network.failure.stage if network.failure else "capture"
        return "", "", f"not captured ({stage})"
    if network.training is None:
        return str(network.parameters), "", ""
    accuracy = f"{network.training.accuracy:.2f}%"
    return str(network.parameters), accuracy, _verdict(network.training)


def _verdict(training: Training) -> str:
    """ "met (at least 84%)", with the number of runs where there was more than one."""
    if not training.decides:
        return "not decided"
    limit = training.threshold
    asked = f"at least {limit.low:g}%"
    if limit.high is not None:
        asked = f"{limit.low:g}% to {limit.high:g}%"
    runs = len(training.runs)
    many = f", {runs} runs" if runs > 1 else ""
    counted = training.runs[training.decisive]
    if counted.stopped:
        many += f", stopped after epoch {len(counted.accuracies)}"
    return f"{'met' if training.met else 'MISSED'} ({asked}{many})"


def _cell(text: str) -> str:
    """Text as it is, for a table that would read markup in it."""
    return escape(one_line(text))


def _points(value: float) -> str:
    return f"{value:g}" if value else "-"


def _console() -> Console:
    """80 columns in a pipe, at most 100 on a terminal; NO_COLOR is respected by rich."""
    console = Console(highlight=False, emoji=False)
    console.width = min(console.width, 100) if console.is_terminal else WIDTH
    return console


def _shortened(title: str) -> str:
    """A title that leaves room for the marks on one line of 80 columns."""
    return title if len(title) <= TITLE else f"{title[: TITLE - 1].rstrip()}…"
