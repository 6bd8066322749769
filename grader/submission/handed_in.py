"""Evaluates the trained networks of Part 3 that a submission holds, beside its code."""

from collections.abc import Sequence
from pathlib import Path

from grader.capturing.isolation import Isolation
from grader.capturing.sandbox import Limits
from grader.capturing.student_checkpoint import read_checkpoints, unfit
from grader.errors import CaptureError
from grader.results import HandedInNetwork, HandedInPoint, HandedInReach
from grader.submission.collect import display_name
from reference.languages import Counting
from reference.recurrent.evaluation import evaluate, reach
from reference.recurrent.networks import Networks
from reference.recurrent.observation import NOTHING, observe
from reference.recurrent.study import SHOWN
from reference.recurrent.tasks import TASKS

ENDINGS = {".pth", ".pt"}
MOST_EACH = 2
"""Checkpoints opened for one language, and of those whose name tells none."""

MOST_UNITS = 16
DIGITS = 2  # of a place in a plot


def handed_in_networks(
    root: Path, languages: Sequence[str], isolation: Isolation, limits: Limits
) -> list[HandedInNetwork]:
    """What the checkpoints below a submission's private copy do; those left out are named, too.

    Of each language the checkpoint that the assignment asks to plot is opened, and another one.
    """
    files = sorted(p for p in root.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    chosen = [path for lang in (*languages, "") for path in _chosen(files, lang, languages)]
    if not chosen:
        return []
    try:
        read = read_checkpoints(chosen, isolation, limits)
    except (CaptureError, OSError) as error:  # no student's fault, and no reason to stop
        read = [f"it was not opened: {error}"[:300]] * len(chosen)
    known = zip(chosen, read, strict=True)
    found = [_evaluated(_name(path, root), network, languages) for path, network in known]
    left = [_name(path, root) for path in files if path not in chosen]
    if left:
        more = f"and {len(left) - 1} more: " if len(left) > 1 else ""
        said = f"{more}not opened, {MOST_EACH} a language are"
        found.append(HandedInNetwork(file=left[0], refused=said))
    return found


def _chosen(files: Sequence[Path], lang: str, languages: Sequence[str]) -> list[Path]:
    """Files that are named for a language ("" for none), the one to plot first, then the last."""
    named = [path for path in files if _language(path, languages) == lang]
    asked = TASKS[lang].shown if lang else 0
    return sorted(named, key=lambda path: (_steps(path) != asked, -_steps(path)))[:MOST_EACH]


def _language(path: Path, languages: Sequence[str]) -> str:
    first = path.stem.lower().partition("_")[0]
    return first if first in languages else ""


def _steps(path: Path) -> int:
    """Thousands of steps, by the name."""
    last = path.stem.rpartition("_")[2]
    return int(last) if last.isascii() and last.isdigit() else 0


def _name(path: Path, root: Path) -> str:
    return display_name(path.relative_to(root).as_posix())


def _evaluated(file: str, network: Networks | str, languages: Sequence[str]) -> HandedInNetwork:
    if isinstance(network, str):
        return HandedInNetwork(file=file, refused=network)
    named = _language(Path(file), languages)
    fitting = [lang for lang in languages if not unfit(network, TASKS[lang].language)]
    if named and named not in fitting:
        return HandedInNetwork(file=file, refused=unfit(network, TASKS[named].language))
    if not fitting or network.hidden > MOST_UNITS:
        said = f"{network.symbols} symbols and {network.hidden} hidden units are no network asked"
        return HandedInNetwork(file=file, refused=f"{said} for")
    lang = named or fitting[0]
    language = TASKS[lang].language
    done = evaluate(network, language, TASKS[lang].limit)
    counted = reach(network, language) if isinstance(language, Counting) else {}
    return HandedInNetwork(
        file=file,
        language=lang,
        kind=network.kind,
        units=network.hidden,
        loss=round(done.loss, 6),
        determined=done.determined,
        determined_right=done.determined_right,
        reach=[HandedInReach(n=n, right=right, of=of) for n, (right, of) in counted.items()],
        points=_points(network, lang),
    )


def _points(network: Networks, lang: str) -> list[HandedInPoint]:
    """Places of the first three hidden units, each once."""
    language = TASKS[lang].language
    seen = observe(network, language)
    tree = seen.beginnings
    rows: dict[tuple[tuple[float, ...], str, float], None] = {}
    for node in range(len(tree.symbols)):
        if tree.strings[node] >= SHOWN:
            continue
        hidden = tuple(round(float(unit), DIGITS) + 0.0 for unit in seen.hidden[node, :3])
        read = tree.symbols[node]
        symbol = "" if read == NOTHING else language.alphabet[read]
        rows[hidden, symbol, round(float(tree.states[node]), 4)] = None
    return [HandedInPoint(hidden=list(h), symbol=s, colour=c) for h, s, c in rows]
