"""Writes the short hw1.pdf of every sample submission but the flagship.

    python -m scripts.make_small_reports

Each report agrees with the code that it lies beside: calculations, table, dividing lines and
pictures are those of its own networks. How such pages become a PDF is `grader.synthetic.report`'s.
"""

import zipfile
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from grader.synthetic.report import Picture, pages_pdf
from reference.perceptron import GRIDS, Weights, evaluate
from scripts.made_up_matrix import made_up_matrix

SUBMISSIONS = Path(__file__).resolve().parent.parent / "submissions"
PLAIN_TEXT = {"z0000028"}
FLAGSHIP = "z5567992"
NAMES = {"z0000019": "HW1.PDF"}
FULL = "784*150 + 150 + 150*10 + 10 = 119260"
CONV = "(1*20*25 + 20) + (20*40*25 + 40) + (640*64 + 64) + (64*10 + 10) = 62234"
OTHER_FULL = {
    "z0000002": "(784*120 + 120) + (120*60 + 60) + (60*10 + 10) = 102070",
    "z0000004": "784*155 + 155 + 155*10 + 10 = 123235",
    "z0000009": "784*150 + 150 + 150*26 + 26 = 121676",
}
OTHER_CONV = {
    "z0000010": "(1*8*25 + 8) + (8*16*25 + 16) + (256*10 + 10) = 5994",
    "z0000024": "160 + 32 + 4640 + 64 + (1568*64 + 64) + 650 = 105962",
    "z0000026": "(1*24*25 + 24) + (24*48*25 + 48) + (3072*100 + 100) + 1010 = 337782",
}


TOTALS = {"NetLin": "784*10 + 10 = 7850", "NetFull": FULL, "NetConv": CONV}


TRAINED = Weights(
    ((5, 5), (5, 5), (5, 5), (5, 5), (5, -5)),
    (-2.5, -7.5, -12.5, -17.5, 0),
    (10, -10, 10, -10, 0),
    -5,
)
"""Weights of five sigmoid nodes that a training for 2.1 could have ended with."""

SIDE = 48
"""Pixels of a picture, which covers -0.5 to 2.5 on both axes."""


def report_pages(student: str, weights: Weights) -> list[list[str]]:
    """The text of one report, a page each: Part 1; 1.4 and 2.1; 2.2 and 2.3; Part 3."""
    sums = TOTALS | {
        "NetFull": OTHER_FULL.get(student, FULL),
        "NetConv": OTHER_CONV.get(student, CONV),
    }
    first = ["COMP9444 Assignment 1", f"Student: {student}", ""]
    for number, (network, calculation) in enumerate(sums.items()):
        seed = 10 * int(student[1:]) + number
        first += [f"1.{number + 1}  {network}", *_printed(made_up_matrix(network, seed))]
        first += [f"     {calculation} independent parameters"]
    second = [
        "1.4  Discussion",
        "(a) The convolutional network is best, since it looks at neighbouring pixels",
        "    together; the linear one is worst.",
        "(b) Number of independent parameters:",
        *(f"    {network}: {text.rpartition('= ')[2]}" for network, text in sums.items()),
        "(c) Characters with similar strokes are mistaken for each other.",
        "",
        "2.1  Five sigmoid hidden nodes, trained to 100%.",
    ]
    last = ["3.1  The recurrent networks are left out of this report."]
    return [first, second, _part_two(weights), last]


def report_pictures(weights: Weights) -> list[list[Picture]]:
    """The pictures of each page: none, those of 2.1, those of 2.3."""
    return [[], _node_pictures(TRAINED), _node_pictures(weights)]


def _node_pictures(weights: Weights) -> list[Picture]:
    """Each hidden node's, cut at 0.5, and the output's in grey: dark where the value is high."""
    axis = [-0.5 + 3 * (i + 0.5) / SIDE for i in range(SIDE)]
    points = tuple((x1, x2) for x2 in reversed(axis) for x1 in axis)
    found = evaluate(weights, "sig", points)
    nodes = [[255 if value < 0.5 else 80 for value in node] for node in found.hidden.T]
    output = [255 - 35 * round(5 * float(value)) for value in found.output]
    return [
        [values[i : i + SIDE] for i in range(0, SIDE * SIDE, SIDE)] for values in (*nodes, output)
    ]


def _printed(matrix: Sequence[Sequence[int]]) -> list[str]:
    right = sum(row[i] for i, row in enumerate(matrix))
    total = sum(map(sum, matrix))
    rows = ["  ".join(f"{cell}." for cell in row) for row in matrix]
    return [
        *(f"[{'[' if i == 0 else ' '}{row}]{']' if i == 9 else ''}" for i, row in enumerate(rows)),
        f"Test set: Average loss: 0.5, Accuracy: {right}/{total} ({100 * right / total:.0f}%)",
    ]


def _part_two(weights: Weights) -> list[str]:
    hidden = len(weights.in_bias)
    nodes = range(hidden)
    names = "".join(f"  H{i + 1}" for i in nodes)
    found = evaluate(weights, "step", GRIDS["012"].points)
    lines = [
        f"H{i + 1}: {a:g} x1 {b:+g} x2 {c:+g} = 0"
        for i, ((a, b), c) in enumerate(zip(weights.in_hid, weights.in_bias, strict=True))
    ]
    rows = [
        f"({x1:g}, {x2:g})  " + "  ".join(f"{value:.0f}" for value in (*found.hidden[i], output))
        for i, ((x1, x2), output) in enumerate(zip(GRIDS["012"].points, found.output, strict=True))
    ]
    return [
        "2.2  The weights are those of set_weights in check.py.",
        *lines,
        f"(x1, x2){names}  output",
        *rows,
        "2.3  All weights and biases are multiplied by the same number.",
    ]


def _weights(check: Path) -> Weights:
    """What set_weights leaves in a sample's perceptron. The samples are this project's own."""
    module: Any = ModuleType("sample_check")
    SourceFileLoader("sample_check", str(check)).exec_module(module)
    network = module.MLP(4, "step")
    network.set_weights()
    return Weights.from_arrays(
        network.in_hid.weight.detach(),
        network.in_hid.bias.detach(),
        network.hid_out.weight.detach().reshape(-1),
        network.hid_out.bias.detach().reshape(-1)[0],
    )


def _check_of(folder: Path, scratch: Path) -> Path:
    """The sample's check.py, out of an archive where it lies in one."""
    found = [file for file in folder.iterdir() if file.name.lower() == "check.py"]
    if found:
        return found[0]
    with zipfile.ZipFile(next(folder.glob("*.zip"))) as archive:
        name = next(name for name in archive.namelist() if name.endswith("check.py"))
        return Path(archive.extract(name, scratch))


def main() -> None:
    """Write the reports of all samples but the flagship."""
    for folder in sorted(SUBMISSIONS.glob("z*")):
        only_check = [file.name for file in folder.iterdir()] == ["check.py"]
        if folder.name == FLAGSHIP or only_check:
            continue
        with TemporaryDirectory() as scratch:
            weights = _weights(_check_of(folder, Path(scratch)))
        pages = report_pages(folder.name, weights)
        target = folder / NAMES.get(folder.name, "hw1.pdf")
        if folder.name in PLAIN_TEXT:
            text = ["(I could not export this from my editor, so it is plain text. Sorry!)", ""]
            text += [line for page in pages for line in (*page, "")]
            target.write_text("\n".join(text), encoding="utf-8")
        else:
            target.write_bytes(pages_pdf(pages, report_pictures(weights)))


if __name__ == "__main__":
    main()
