"""Makes the bundled data set, so that the grader works at once on a machine without a network.

    apt-get install fonts-kouzan-mouhitsu fonts-aoyagi-kouzan-t fonts-aoyagi-soseki \
        fonts-kiloji fonts-klee fonts-hanazono
    npm install @fontsource/yuji-boku@5.3.0 @fontsource/yuji-mai@5.3.0 \
        @fontsource/yuji-hentaigana-akebono@4.5.8
    python -m scripts.render_kana --out grader/data/bundled

Same fonts, same NumPy and same Pillow give the same bytes: every image has its own generator,
seeded by (seed, split, index), and gzip stores no time. Run ``scripts.calibrate`` afterwards.
"""

import argparse
import gzip
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scripts.kana_distortions import Strength, distort
from scripts.kana_letterforms import KANA, Letterform, draw_letterforms

SEED = 9444
TRAIN = 12_000
TEST = 2_000
SPLITS = {"train": TRAIN, "t10k": TEST}

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.uint8]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the four IDX files")
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts/truetype"))
    parser.add_argument("--npm", type=Path, default=Path("node_modules"))
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    forms = draw_letterforms(options.fonts, options.npm)
    options.out.mkdir(parents=True, exist_ok=True)
    for split, (name, count) in enumerate(SPLITS.items()):
        images, labels = render_split(forms, count, (options.seed, split))
        write_idx(options.out / f"{name}-images-idx3-ubyte.gz", images)
        write_idx(options.out / f"{name}-labels-idx1-ubyte.gz", labels)


def render_split(
    forms: Sequence[Letterform],
    count: int,
    seed: tuple[int, int],
    strength: Strength | None = None,
) -> tuple[Images, Labels]:
    """Images and labels, classes balanced and shuffled: uint8 (count, 28, 28) and (count,)."""
    strength = strength or Strength()
    labels = np.arange(count) % len(KANA)
    np.random.default_rng(seed).shuffle(labels)
    images = [
        _render(forms, int(label), np.random.default_rng((*seed, index)), strength)
        for index, label in enumerate(labels)
    ]
    return np.stack(images), labels.astype(np.uint8)


def _render(
    forms: Sequence[Letterform], label: int, rng: np.random.Generator, strength: Strength
) -> Images:
    own = [form for form in forms if form.label == label]
    form = own[rng.choice(len(own), p=[form.weight for form in own])]
    neighbour = forms[int(rng.integers(len(forms)))]
    return distort(form.ink, neighbour.ink, rng, strength)


def write_idx(path: Path, array: Images) -> None:
    """Write unsigned bytes as gzip'd IDX: magic 0x0000080n for n dimensions, big-endian sizes."""
    header = struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
