"""Writes hw1.pdf of the flagship sample, a student's report with right and wrong claims in it.

    python -m scripts.make_sample_report

The figures are those of a real report, its wrong ones included: 18 cells of the activation table
disagree with the weights above it, and the worst confusions are understated. The sentences were
written for this project. The file in the repository was made with WeasyPrint 70; the same fonts
and versions give the same bytes.
"""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML

from scripts.sample_report_plots import diagram, lstm_plot, machine, srn_plot

HERE = Path(__file__).resolve().parent
STUDENT = "z5567992"
TARGET = HERE.parent / "submissions" / STUDENT / "hw1.pdf"

NETLIN = """
764   5   8  13  31  63   2  63  31  20
  7 665 105  19  31  24  57  15  24  53
  8  62 691  25  26  21  48  35  46  38
  5  37  57 757  15  56  14  19  30  10
 59  51  80  19 622  22  31  39  20  57
  8  27 122  17  20 727  27   8  33  11
  5  24 146  10  28  23 719  21  10  14
 16  29  28  11  87  17  54 622  89  47
 11  37  95  42   7  30  45   7 705  21
  7  53  90   3  51  29  19  30  40 678
"""
NETFULL = """
853   2   1   6  31  30   6  38  29   4
  3 813  30   3  20  12  60   6  21  32
  8  13 849  35  11  18  25  11  15  15
  3  10  35 912   2  11   6   5   7   9
 38  31  17   6 814   8  30  22  18  16
  9   9  93   6  11 829  22   3  10   8
  3   9  49  11  21   5 891   5   1   5
 16  17  24   5  22   8  35 814  26  33
 10  24  29  45   6   8  30   3 836   9
  2  18  48   6  27   4  28  16  13 838
"""
NETCONV = """
939   3   0   1  33   1   3  14   1   5
  3 935   2   0   6   0  38   3   2  11
 11  10 876  32   5   4  31   7   7  17
  3   0  14 960   2   2   4   4   1  10
 10  10   3   4 936   2  15   8   5   7
  6  16  61   7   3 862  30   4   4   7
  1  10  13   2   3   1 964   5   0   1
  6   9   2   0   8   0  15 938   3  19
  3  21   9   4  15   1  12   1 929   5
  4   8   4   2   8   0   3   5   2 964
"""


@dataclass(frozen=True)
class Run:
    """What one subsection of Part 1 shows."""

    question: str
    name: str
    words: str
    matrix: str
    train_loss: str
    test_loss: str
    parameters: tuple[str, ...]
    total: int

    @property
    def counts(self) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """The confusion matrix, 10 x 10, as the course's program keeps it."""
        return np.array([line.split() for line in self.matrix.split("\n")[1:-1]], np.float64)

    @property
    def right(self) -> int:
        """Number of test images on the diagonal."""
        return int(self.counts.trace())

    @property
    def accuracy(self) -> str:
        """Percent of the 10,000 test images, without decimals as printed."""
        return f"{self.right / 100:.0f}%"

    @property
    def terminal(self) -> str:
        """The last lines of a training run of ten epochs."""
        return (
            f"Train Epoch: 10 [57600/60000 (96%)]\tLoss: {self.train_loss}\n"
            f"{self.counts}\n\n"
            f"Test set: Average loss: {self.test_loss}, Accuracy: {self.right}/10000"
            f" ({self.accuracy})\n"
        )


RUNS = (
    Run(
        "1.1",
        "NetLin",
        "The 784 pixels are connected to the ten outputs directly. Output of the last epoch:",
        NETLIN,
        "0.670037",
        "1.0099",
        ("784 * 10 + 10 = 7850",),
        7850,
    ),
    Run(
        "1.2",
        "NetFull",
        "I tried hidden layers from 50 to 200 nodes in steps of 10 and kept 150. Output of the"
        " last epoch:",
        NETFULL,
        "0.268608",
        "0.5097",
        ("(784 * 150 + 150) + (150 * 10 + 10)", "= 117750 + 1510 = 119260"),
        119260,
    ),
    Run(
        "1.3",
        "NetConv",
        "Two convolutional layers with 20 and 40 filters of size 5 x 5, each followed by relu and"
        " 2 x 2 max pooling, then a fully connected layer with 64 nodes and the output layer."
        " Output of the last epoch:",
        NETCONV,
        "0.019439",
        "0.2696",
        (
            "conv1: (5 * 5 * 1) * 20 + 20 = 520",
            "conv2: (5 * 5 * 20) * 40 + 40 = 20040",
            "fc1: 640 * 64 + 64 = 41024",
            "fc2: 64 * 10 + 10 = 650",
            "total: 520 + 20040 + 41024 + 650 = 62234",
        ),
        62234,
    ),
)

IN_HID = [[1, 1], [1, 1], [-1, 1], [-1, 1]]
HID_BIAS = [-2.5, -1.5, -0.5, 0.5]
HID_OUT = [1, -1, 1, -1]
OUT_BIAS = 0
PERCEPTRON = {
    "in_hid": IN_HID,
    "hid_bias": HID_BIAS,
    "hid_out": HID_OUT,
    "out_bias": OUT_BIAS,
    "lines": (
        "H1: x1 + x2 - 2.5 = 0",
        "H2: x1 + x2 - 1.5 = 0",
        "H3: -x1 + x2 - 0.5 = 0",
        "H4: -x1 + x2 + 0.5 = 0",
    ),
    "output_line": "H1 - H2 + H3 - H4 = 0",
    "table": (
        ("(0, 2)", "01010"),
        ("(1, 2)", "11011"),
        ("(2, 2)", "10010"),
        ("(0, 1)", "11011"),
        ("(1, 1)", "10010"),
        ("(2, 1)", "10111"),
        ("(0, 0)", "10010"),
        ("(1, 0)", "10111"),
        ("(2, 0)", "10100"),
    ),
    "printed": "\n".join(
        f"tensor({np.array2string(np.array(part, float), separator=', ', prefix='tensor(')})"
        for part in (IN_HID, HID_BIAS, [HID_OUT], [OUT_BIAS])
    ),
}


def main() -> None:
    """Write the report beside the flagship's code."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined
    )
    html = environment.get_template("sample_report.html").render(
        student=STUDENT,
        runs=RUNS,
        perceptron=PERCEPTRON,
        diagram=_data_url(diagram(IN_HID, HID_BIAS, HID_OUT, OUT_BIAS)),
        srn=_data_url(srn_plot(annotated=False)),
        machine=_data_url(machine()),
        srn_annotated=_data_url(srn_plot(annotated=True)),
        lstm=[
            (f"anb2nc3n_lstm3_{first}{second}.jpg", _data_url(lstm_plot(first, second)))
            for first, second in ((0, 1), (0, 2), (1, 2))
        ],
    )
    TARGET.write_bytes(HTML(string=html).write_pdf(pdf_identifier=STUDENT.encode()))


def _data_url(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode("ascii")


if __name__ == "__main__":
    main()
