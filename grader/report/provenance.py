"""Says where every figure of a report comes from, so that anyone can repeat it."""

from dataclasses import dataclass

from grader.report import text
from grader.results import AssignmentInfo, Environment, Result

OUTPUT_LINES, OUTPUT_WIDTH, MOST_OUTPUTS, MOST_FILES = 20, 160, 6, 20


@dataclass(frozen=True)
class Output:
    """What one file of the student's printed."""

    name: str
    lines: str


def _digest(digest: str) -> str:
    """The first 16 digits tell digests apart on paper; `result.json` holds them whole."""
    return digest[:16]


def output(result: Result) -> list[Output]:
    """Text printed by the student's programs, the first lines of each."""
    printed = [(name, said) for name, said in result.output.items() if said.strip()]
    return [
        Output(
            text.shorten(name, 80),
            "\n".join(text.clip_lines(said.strip("\n").split("\n"), OUTPUT_LINES, OUTPUT_WIDTH)),
        )
        for name, said in printed[:MOST_OUTPUTS]
    ]


def environment_facts(assignment: AssignmentInfo, env: Environment) -> list[tuple[str, str]]:
    """What every figure of this assignment and environment rests on."""
    dataset, protocol = env.dataset, env.protocol
    official = "official" if dataset.official else "not official"
    limits = ", ".join(f"{name} {value}" for name, value in env.isolation.limits.items())
    seeds = ", ".join(map(str, env.seeds))
    return [
        ("Assignment", f"{assignment.id}, digest {_digest(assignment.digest)}"),
        (
            "Images",
            f"{dataset.title} ({dataset.name}, {official}), {dataset.train:,} for training and "
            f"{dataset.test:,} for testing, digest {_digest(dataset.digest)}",
        ),
        (
            "Protocol",
            f"{protocol.title}: {text.count(protocol.epochs, 'epoch')}, batch "
            f"{protocol.batch_size}, learning rate {protocol.learning_rate:g}, momentum "
            f"{protocol.momentum:g}. {protocol.description}",
        ),
        (
            "Seeds",
            f"{seeds} · precision {env.precision}, device {env.device}, layout {env.layout}, "
            f"threads {env.threads}",
        ),
        ("Sandbox", f"{env.isolation.tier}: {env.isolation.detail}"),
        ("Limits", limits or "none"),
        (
            "Software",
            f"grader {env.grader}, Python {env.python}, PyTorch {env.torch}, {env.platform}",
        ),
    ]


def _files(result: Result) -> str:
    files = result.submission.files
    said = [
        f"{text.shorten(file.name, 60)} ({file.size:,} bytes, {_digest(file.digest)})"
        for file in files[:MOST_FILES]
    ]
    missing = len(files) - MOST_FILES
    return ", ".join([*said, f"and {missing} more"] if missing > 0 else said)


def view(result: Result) -> list[tuple[str, str]]:
    """All facts about how this report came about, durations aside."""
    facts = [
        ("Submission", f"{result.submission.path}, digest {_digest(result.submission.digest)}"),
        ("Files", _files(result)),
        *environment_facts(result.assignment, result.environment),
    ]
    return [(name, text.clip(value, 900)) for name, value in facts]
