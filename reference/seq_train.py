"""Trains networks of Part 3, with the course's command line."""

from pathlib import Path

import click

from reference.recurrent.checkpoints import SUFFIX, Origin, save
from reference.recurrent.descent import LEARNING_RATE, WEIGHT_DECAY
from reference.recurrent.evaluation import evaluate
from reference.recurrent.networks import Kind, Networks
from reference.recurrent.tasks import TASKS, Task
from reference.recurrent.training import train
from reference.seq_options import network_options


@click.command(
    epilog="""\b
Examples:
  python -m reference.seq_train --lang anb2n
  python -m reference.seq_train --lang anb2nc3n --model lstm --hid 3 --seed 0
  python -m reference.seq_train --lang anb2n --seeds 32
"""
)
@network_options
@click.option(
    "--lr",
    type=click.FloatRange(min=0, min_open=True),
    default=LEARNING_RATE,
    show_default=True,
    help="Learning rate.",
)
@click.option(
    "--decay",
    type=click.FloatRange(min=0),
    default=WEIGHT_DECAY,
    show_default=True,
    help="Weight decay.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The first seed.")
@click.option(
    "--seeds",
    "count",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="How many networks to train side by side, from --seed on.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("net"),
    show_default=True,
    help="Folder for checkpoints.",
)
def main(
    *,
    lang: str,
    model: Kind | None,
    hid: int | None,
    epoch: int | None,
    lr: float,
    decay: float,
    seed: int,
    count: int,
    out: Path,
) -> None:
    """Train recurrent networks and write a checkpoint every 10,000 steps."""
    asked = TASKS[lang]
    task = Task(
        asked.language,
        model or asked.kind,
        hid or asked.hidden,
        epoch * 1000 if epoch else asked.steps,
        asked.limit,
        asked.shown,
    )
    seeds = range(seed, seed + count)
    command = f"python -m reference.seq_train --lang {lang} --model {task.kind} --hid {task.hidden}"
    command += f" --epoch {task.steps // 1000}"
    command += f" --seed {seed}" + (f" --seeds {count}" if count > 1 else "")
    if (lr, decay) != (LEARNING_RATE, WEIGHT_DECAY):
        command += f" --lr {lr:g} --decay {decay:g}"

    def tell(step: int, networks: Networks) -> None:
        for index, one in enumerate(seeds):
            found = evaluate(networks[index], task.language)
            click.echo(
                f"step {step}, seed {one}: printed loss {found.loss:.4f},"
                f" determined symbols {found.determined_right}/{found.determined}"
            )
            name = f"{task.label}_{step // 1000:02d}" + (f"_seed{one}" if count > 1 else "")
            origin = Origin(lang, task.kind, one, step, command)
            save(out / (name + SUFFIX), networks[index], origin)

    try:
        out.mkdir(parents=True, exist_ok=True)
        train(
            task.language,
            task.kind,
            task.hidden,
            seeds,
            task.steps,
            rate=lr,
            decay=decay,
            on_checkpoint=tell,
        )
    except OSError as error:
        raise click.BadParameter(
            f"checkpoints cannot be written to {out}: {error.strerror}; name a folder that can"
            " be written to",
            param_hint="--out",
        ) from None


if __name__ == "__main__":
    main()
