"""Makes up a cohort of submissions, to try the grader on before the term.

    python -m scripts.make_cohort build/cohort --count 200 --broken 0.05 --hostile 0.03

What the grader must make of each is written beside the folder, in build/cohort.expected.json.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from grader.synthetic.cohort import make_cohort, manifest_of


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where to put it; must not exist")
    parser.add_argument("--count", type=int, default=60, help="number of students (60)")
    parser.add_argument("--seed", type=int, default=0, help="equal seeds give equal bytes (0)")
    parser.add_argument("--broken", type=float, default=0.05, help="share not readable (0.05)")
    parser.add_argument("--hostile", type=float, default=0.0, help="share that attacks (0)")
    parser.add_argument("--layout", choices=["folders", "archives"], default="folders")
    asked = parser.parse_args(arguments)
    if asked.folder.exists():
        parser.error(f"{asked.folder} exists: choose another folder")
    made = make_cohort(
        asked.folder,
        asked.count,
        asked.seed,
        broken=asked.broken,
        hostile=asked.hostile,
        layout=asked.layout,
    )
    for status, number in Counter(expected.status for expected in made).items():
        print(f"{number:5} {status}")
    print(f"{asked.folder} and {manifest_of(asked.folder)}")


if __name__ == "__main__":
    main()
