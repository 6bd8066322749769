"""Makes the trained networks that travel with the package, and surveys other seeds.

python -m scripts.train_recurrent                     every counting language
python -m scripts.train_recurrent --lang anb2n        one

For each task 32 seeds are trained side by side, checkpoints in --work. The best seed is then
trained alone, by the command that its checkpoint names, and studied. Processor time for the 32
seeds on one core of an Intel Xeon that other programs used too: 170 s for anb2n (100,000 steps),
310 s for anb2nc3n (50,000 steps).
"""

from pathlib import Path

import click
import numpy as np

from reference.languages import LANGUAGES
from reference.recurrent.checkpoints import SUFFIX, load
from reference.recurrent.study import study
from reference.recurrent.survey import Survey, survey
from reference.recurrent.tasks import TASKS, Task
from reference.recurrent.trained import FOLDER, Record, as_text
from reference.seq_train import main as seq_train

SEEDS = 32


@click.command()
@click.option("--lang", "langs", multiple=True, type=click.Choice(list(LANGUAGES)))
@click.option("--work", type=click.Path(path_type=Path), default=Path("net"), show_default=True)
def main(langs: tuple[str, ...], work: Path) -> None:
    """Train, choose, study; what --work holds already is not trained again."""
    for lang in langs or tuple(LANGUAGES):
        task = TASKS[lang]
        line = ["--lang", lang, "--epoch", str(task.shown)]
        found = _surveyed(task, [*line, "--seeds", str(SEEDS)], work)
        best = max(found.outcomes, key=lambda outcome: (outcome.determined, -outcome.loss))
        name = f"{task.label}_{task.shown:02d}{SUFFIX}"
        if not (work / "best" / name).exists():
            chosen = [*line, "--seed", str(best.seed), "--out", str(work / "best")]
            seq_train(chosen, standalone_mode=False)
        _keep(task, work / "best" / name, found)


def _surveyed(task: Task, line: list[str], work: Path) -> Survey:
    ending = f"{task.shown:02d}_seed"
    paths = [work / f"{task.label}_{ending}{seed}{SUFFIX}" for seed in range(SEEDS)]
    if not all(path.exists() for path in paths):
        seq_train([*line, "--out", str(work)], standalone_mode=False)
    read = [load(path) for path in paths]
    return survey([networks for networks, _ in read], task, read[0][1].command)


def _keep(task: Task, path: Path, found: Survey) -> None:
    networks, origin = load(path)
    known = Record(origin, study(networks, task.language, task.limit), found)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{task.label}{SUFFIX}").write_bytes(path.read_bytes())
    (FOLDER / f"{task.label}.json").write_text(as_text(known), encoding="utf-8")
    right = len(found.succeeded)
    click.echo(
        f"{task.label}: seed {origin.seed}, loss {known.study.found.loss:.4f}; {right} of"
        f" {len(found.outcomes)} seeds succeed (median loss"
        f" {np.median([outcome.loss for outcome in found.outcomes]):.4f})"
    )


if __name__ == "__main__":
    main()
