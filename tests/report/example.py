"""Realistic results without training, for looking at reports and for testing them.

`sample` is z5567992 as its own report tells it; `perfect` passes everything; `broken` fails in
every way at once, with strings made to spoil a page; `ungraded` could decide nothing; `mistaken`
has a network with a known mistake.
"""

import base64
import io
import math

import numpy as np
from PIL import Image

from grader.results import (
    ActivationRow,
    ActivationTable,
    AssignmentInfo,
    Band,
    CheckResult,
    ClassInfo,
    Criterion,
    DatasetInfo,
    Diagnosis,
    Environment,
    Equivalence,
    EvidenceItem,
    Flag,
    IsolationInfo,
    Layer,
    Line,
    Margin,
    Marks,
    NetworkFailure,
    NetworkResult,
    Outcome,
    PerceptronResult,
    PerceptronWeights,
    ProtocolInfo,
    QuestionResult,
    Result,
    Run,
    SubmissionInfo,
    SubmittedFile,
    ThresholdInfo,
    Training,
    WrongPair,
)

from . import claims_example

ROMAN = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
KANA = "おきすつなはまやれを"
CLASSES = [ClassInfo(label=i, roman=ROMAN[i], kana=KANA[i]) for i in range(10)]
DIGEST = "9f2c41d07be85a63c1f0e7d2ab94563810fd27c5e96a4b3d8712f05ce64a9b31"

CONFUSIONS = {
    "NetLin": """
764   5   8  13  31  63   2  63  31  20
  7 665 105  19  31  24  57  15  24  53
  8  62 691  25  26  21  48  35  46  38
  5  37  57 757  15  56  14  19  30  10
 59  51  80  19 622  22  31  39  20  57
  8  27 122  17  20 727  27   8  33  11
  5  24 146  10  28  23 719  21  10  14
 16  29  28  11  87  17  54 622  89  47
 11  37  95  42   7  30  45   7 705  21
  7  53  90   3  51  29  19  30  40 678""",
    "NetFull": """
853   2   1   6  31  30   6  38  29   4
  3 813  30   3  20  12  60   6  21  32
  8  13 849  35  11  18  25  11  15  15
  3  10  35 912   2  11   6   5   7   9
 38  31  17   6 814   8  30  22  18  16
  9   9  93   6  11 829  22   3  10   8
  3   9  49  11  21   5 891   5   1   5
 16  17  24   5  22   8  35 814  26  33
 10  24  29  45   6   8  30   3 836   9
  2  18  48   6  27   4  28  16  13 838""",
    "NetConv": """
939   3   0   1  33   1   3  14   1   5
  3 935   2   0   6   0  38   3   2  11
 11  10 876  32   5   4  31   7   7  17
  3   0  14 960   2   2   4   4   1  10
 10  10   3   4 936   2  15   8   5   7
  6  16  61   7   3 862  30   4   4   7
  1  10  13   2   3   1 964   5   0   1
  6   9   2   0   8   0  15 938   3  19
  3  21   9   4  15   1  12   1 929   5
  4   8   4   2   8   0   3   5   2 964""",
}
STARTS = {"NetLin": 62.1, "NetFull": 69.8, "NetConv": 75.2}
LOSSES = {
    "NetLin": (0.670037, 1.0099),
    "NetFull": (0.268608, 0.5097),
    "NetConv": (0.019439, 0.2696),
}
THRESHOLDS = {
    "NetLin": ThresholdInfo(low=68.0, high=72.0, source="about 70%, as a band"),
    "NetFull": ThresholdInfo(low=84.0, high=None, source="at least 84%"),
    "NetConv": ThresholdInfo(low=93.0, high=None, source="at least 93% after 10 epochs"),
}


def confusion(name: str) -> list[list[int]]:
    """The confusion matrix of one network, rows = target."""
    return [[int(x) for x in line.split()] for line in CONFUSIONS[name].strip().splitlines()]


def noise_png(seed: int) -> str:
    """A 28 x 28 picture that stands for a test image: a blurred random stroke, base64 PNG."""
    generator = np.random.default_rng(seed)
    walk = np.cumsum(generator.normal(0, 1.6, (60, 2)), axis=0)
    walk = (walk - walk.min(0)) / (np.ptp(walk, axis=0) + 1e-9) * 19 + 4
    pixels = np.zeros((28, 28))
    rows, columns = np.mgrid[0:28, 0:28]
    for y, x in walk:
        pixels = np.maximum(pixels, np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 2))
    stream = io.BytesIO()
    Image.fromarray((255 * pixels).astype(np.uint8)).save(stream, format="PNG")
    return base64.b64encode(stream.getvalue()).decode()


def _curve(start: float, end: float, seed: int) -> list[float]:
    wobble = np.random.default_rng(seed).normal(0, 0.15, 10)
    values = [end - (end - start) * math.exp(-0.55 * epoch) for epoch in range(10)]
    return [round(v + float(w), 2) for v, w in zip(values[:-1], wobble, strict=False)] + [end]


def training(name: str) -> Training:
    """Runs as the sample's report states the last of them."""
    matrix = confusion(name)
    right = sum(matrix[i][i] for i in range(10)) / 100
    loss, test_loss = LOSSES[name]
    slopes: list[float | None] = [test_loss + 0.9 * math.exp(-0.6 * e) for e in range(1, 10)]
    run = Run(
        seed=0,
        losses=[round(loss + 1.4 * math.exp(-0.5 * e), 6) for e in range(1, 10)] + [loss],
        test_losses=[*slopes, test_loss],
        accuracies=_curve(STARTS[name], right, 1),
        initial_accuracy=9.87,
        confusion=matrix,
        seconds=3.2,
    )
    others = [(i, j) for i in range(10) for j in range(10) if i != j]
    worst = sorted(others, key=lambda pair: -matrix[pair[0]][pair[1]])[:3]
    return Training(
        protocol="kuzu",
        where="trusted",
        runs=[run],
        decisive=0,
        accuracy=right,
        threshold=THRESHOLDS[name],
        met=True,
        decided_at="the first run, seed 0",
        reference=Band(
            seeds=[0, 1, 2],
            low=[v - 0.6 for v in _curve(STARTS[name], right, 2)],
            high=[v + 0.6 for v in _curve(STARTS[name], right, 2)],
        ),
        wrong_pairs=[
            WrongPair(
                target=i,
                predicted=j,
                count=matrix[i][j],
                of=sum(matrix[i]),
                examples=[noise_png(100 * i + 10 * j + k) for k in range(5)],
            )
            for i, j in worst
        ],
    )


KINDS: dict[str, str] = {
    "input": "input",
    "conv2d": "conv",
    "linear": "linear",
    "max_pool2d": "pool",
    "view": "reshape",
    "relu": "activation",
    "tanh": "activation",
    "log_softmax": "activation",
}


def _layer(name: str, op: str, description: str, shape: list[int], formula: str = "") -> Layer:
    return Layer.model_validate(
        {
            "name": name,
            "op": op,
            "kind": KINDS[op],
            "description": description,
            "shape": shape,
            "parameters": int(formula.rsplit("= ")[1]) if formula else 0,
            "formula": formula,
        }
    )


def layers(name: str) -> list[Layer]:
    """The layer table of one of the sample's networks."""
    start = [_layer("input", "input", "grey image, 28 x 28 pixels", [1, 28, 28])]
    flat = _layer("flatten", "view", "all pixels in one row", [784])
    end = _layer("output", "log_softmax", "over the 10 classes", [10])
    if name == "NetLin":
        return [
            *start,
            flat,
            _layer("linear", "linear", "784 to 10", [10], "784 x 10 + 10 = 7850"),
            end,
        ]
    if name == "NetFull":
        return [
            *start,
            flat,
            _layer(
                "hidden",
                "linear",
                "784 to 150",
                [150],
                "784 x 150 + 150 = 117750",
            ),
            _layer("tanh", "tanh", "", [150]),
            _layer("output", "linear", "150 to 10", [10], "150 x 10 + 10 = 1510"),
            end,
        ]
    return [
        *start,
        _layer(
            "conv1",
            "conv2d",
            "20 filters of 5 x 5",
            [20, 24, 24],
            "1 x 20 x 5 x 5 + 20 = 520",
        ),
        _layer("relu", "relu", "", [20, 24, 24]),
        _layer("pool1", "max_pool2d", "2 x 2", [20, 12, 12]),
        _layer(
            "conv2",
            "conv2d",
            "40 filters of 5 x 5",
            [40, 8, 8],
            "20 x 40 x 5 x 5 + 40 = 20040",
        ),
        _layer("relu", "relu", "", [40, 8, 8]),
        _layer("pool2", "max_pool2d", "2 x 2", [40, 4, 4]),
        _layer("flatten", "view", "", [640]),
        _layer("fc1", "linear", "640 to 64", [64], "640 x 64 + 64 = 41024"),
        _layer("relu", "relu", "", [64]),
        _layer("fc2", "linear", "64 to 10", [10], "64 x 10 + 10 = 650"),
        end,
    ]


def network(name: str) -> NetworkResult:
    """One of the sample's networks, captured and trained."""
    table = layers(name)
    total = sum(layer.parameters for layer in table)
    return NetworkResult(
        captured=True,
        parameters=total,
        registered=total,
        layers=table,
        output_shape=[10],
        fingerprint=DIGEST[:16],
        weights_digest=DIGEST[:16],
        equivalence=Equivalence(
            equal=True,
            max_difference=0.0,
            reason="computes the same as the reference",
        ),
        training=training(name),
    )


SAMPLE_WEIGHTS = PerceptronWeights(
    in_hid=[[1, 1], [1, 1], [-1, 1], [-1, 1]],
    in_bias=[-2.5, -1.5, -0.5, 0.5],
    hid_out=[1, -1, 1, -1],
    out_bias=0.0,
)
GOOD_WEIGHTS = PerceptronWeights(
    in_hid=[[1, 1], [1, 1], [1, 1], [1, 1]],
    in_bias=[-0.5, -1.5, -2.5, -3.5],
    hid_out=[1, -1, 1, -1],
    out_bias=-0.5,
)
POINTS = [(x1, x2) for x2 in (2, 1, 0) for x1 in (0, 1, 2)]


def activation_table(weights: PerceptronWeights, act: str, scale: float) -> ActivationTable:
    """The nine points, computed."""
    rows = []
    for point in POINTS:
        net = scale * (np.array(weights.in_hid) @ np.array(point) + np.array(weights.in_bias))
        hidden = (net >= 0).astype(float) if act == "step" else 1 / (1 + np.exp(-net))
        out_net = float(scale * (hidden @ np.array(weights.hid_out) + weights.out_bias))
        output = float(out_net >= 0) if act == "step" else 1 / (1 + math.exp(-out_net))
        target = sum(point) % 2
        rows.append(
            ActivationRow(
                point=[float(x) for x in point],
                target=target,
                hidden=[float(h) for h in hidden],
                output=output,
                net=out_net,
                right=(output >= 0.5) == bool(target),
            )
        )
    right = sum(row.right for row in rows)
    return ActivationTable.model_validate(
        {"act": act, "scale": scale, "right": right, "of": len(rows), "rows": rows}
    )


def _lines(weights: PerceptronWeights) -> list[Line]:
    def equation(a: float, b: float, c: float) -> str:
        first = "x1" if a == 1 else "-x1"
        return f"{first} {'+' if b > 0 else '-'} x2 {'+' if c > 0 else '-'} {abs(c):g} = 0"

    return [
        Line(node=i, a=a, b=b, c=c, equation=equation(a, b, c))
        for i, ((a, b), c) in enumerate(zip(weights.in_hid, weights.in_bias, strict=True), start=1)
    ]


def perceptron(weights: PerceptronWeights) -> PerceptronResult:
    """The hand-set perceptron of these weights."""
    step = activation_table(weights, "step", 1.0)
    margins = [
        Margin(point=row.point, margin=row.net if row.target else -row.net) for row in step.rows
    ]
    smallest = min(item.margin for item in margins)
    good = smallest > 0
    return PerceptronResult(
        captured=True,
        weights=weights,
        step=step,
        sigmoid=activation_table(weights, "sig", 1.0),
        scaled=activation_table(weights, "sig", 10.0),
        lines=_lines(weights),
        margins=margins,
        smallest_margin=smallest,
        smallest_scale=4.5 if good else None,
        scale_reason=""
        if good
        else "No scale makes sigmoid right: at (1, 2), (0, 1), (2, 1) and (1, 0) the output's net "
        "input is exactly 0, and 0 times any scale stays 0.",
        unscaled=not good,
        unscaled_reason=""
        if good
        else "check.py holds the weights before rescaling; 2.3 asks for the rescaled ones.",
    )


def check(
    identifier: str,
    title: str,
    outcome: Outcome,
    available: float,
    *,
    score: float | None = None,
    message: str = "",
    hint: str = "",
    detail: list[str] | None = None,
) -> CheckResult:
    """A check with the marks that its outcome earns."""
    if score is None:
        score = 1.0 if outcome == "passed" else 0.0
    return CheckResult(
        id=identifier,
        title=title,
        outcome=outcome,
        score=score,
        marks=round(available * score, 4),
        available=available,
        message=message,
        hint=hint,
        detail=detail or [],
    )


def question(
    identifier: str, part: str, title: str, checks: list[CheckResult], criteria: list[Criterion]
) -> QuestionResult:
    """A question whose marks add up."""
    held = sum(item.available for item in checks if item.outcome == "ungraded")
    return QuestionResult(
        id=identifier,
        part=part,
        title=title,
        available=sum(c.available for c in checks) + sum(c.available for c in criteria),
        earned=sum(item.marks for item in checks),
        pending=held + sum(item.available for item in criteria),
        checks=checks,
        criteria=criteria,
    )


def _criterion(
    identifier: str, title: str, available: float, guidance: str = "", *evidence: str
) -> Criterion:
    return Criterion(
        id=identifier, title=title, available=available, guidance=guidance, evidence=list(evidence)
    )


PART1 = "Part 1: Japanese characters"
PART2 = "Part 2: multi-layer perceptron"
PART3 = "Part 3: recurrent networks"


def _part1() -> list[QuestionResult]:
    def net(number: str, name: str, total: int, asked: str, shape: str) -> QuestionResult:
        return question(
            number,
            PART1,
            f"{name}: {shape}",
            [
                check(f"{name}.shape", f"{name} is {shape}.", "passed", 0.35),
                check(
                    f"{name}.count", f"{name} has {total:,} independent parameters.", "passed", 0.15
                ),
                check(
                    f"{name}.accuracy",
                    f"{name} names {asked} of the test images right.",
                    "passed",
                    0.25,
                ),
            ],
            [
                _criterion(
                    f"{name}.report",
                    "The report states final accuracy and confusion matrix.",
                    0.25,
                    "",
                    f"{name}.run",
                )
            ],
        )

    return [
        net("1.1", "NetLin", 7850, "about 70%", "one linear layer, then log softmax"),
        net("1.2", "NetFull", 119260, "at least 84%", "one tanh hidden layer and an output layer"),
        net(
            "1.3",
            "NetConv",
            62234,
            "at least 93%",
            "two convolutions, a full layer, an output layer",
        ),
        question(
            "1.4",
            PART1,
            "Discussion of the three networks",
            [],
            [
                _criterion(
                    "1.4a",
                    "Compares the accuracies of the three networks and says why they differ.",
                    1,
                    "",
                    "accuracies",
                ),
                _criterion(
                    "1.4b", "Counts the independent parameters of all three.", 1, "", "counts"
                ),
                _criterion(
                    "1.4c",
                    "Names the characters most often confused in each matrix, and why.",
                    1,
                    "Compare the pairs named in the report with the pairs below.",
                    "pairs",
                ),
            ],
        ),
    ]


def _part2(good: bool) -> list[QuestionResult]:
    sigmoid = (
        check(
            "sigmoid.nine",
            "With sigmoid and all weights times 10, all nine points are right.",
            "passed",
            0.5,
        )
        if good
        else check(
            "sigmoid.nine",
            "With sigmoid and all weights times 10, all nine points are right.",
            "failed",
            0.5,
            message="check.py, MLP(4, 'sig'): 5 of 9 points are right. "
            "At (1, 2), (0, 1), (2, 1) and (1, 0) the "
            "output is 0.4666, because its net input with step is exactly 0.",
            hint="Move the output bias to 0.5, halfway between the net inputs of the two targets. "
            "Then every point has "
            "a margin, and multiplying by 10 is enough.",
            detail=["net inputs with step: target 1: 0, 0, 0, 0; target 0: -1, -1, -1, -1, -1"],
        )
    )
    scaled = (
        check("sigmoid.scaled", "check.py holds the rescaled weights.", "passed", 0.25)
        if good
        else check(
            "sigmoid.scaled",
            "check.py holds the rescaled weights.",
            "failed",
            0.25,
            message="check.py, set_weights(): the largest weight is 2.5. "
            "Expected: every weight and bias times a large number, say 10.",
            hint="Multiply all four tensors by 10 in set_weights() and hand that file in.",
        )
    )
    return [
        question(
            "2.1",
            PART2,
            "Training with five hidden nodes",
            [],
            [
                _criterion(
                    "2.1", "Five hidden pictures and the output picture are in the report.", 1
                )
            ],
        ),
        question(
            "2.2",
            PART2,
            "Hand-set weights with step",
            [check("step.nine", "With step, all nine points are right.", "passed", 1)],
            [
                _criterion(
                    "2.2",
                    "Diagram, dividing lines and the table of activations are right.",
                    1,
                    "Compare the report's table with the one computed below.",
                    "table",
                )
            ],
        ),
        question(
            "2.3",
            PART2,
            "Rescaled weights with sigmoid",
            [sigmoid, scaled],
            [
                _criterion(
                    "2.3", "Four hidden pictures and the output picture are in the report.", 0.25
                )
            ],
        ),
    ]


def _part3() -> list[QuestionResult]:
    rows = [
        ("3.1", "SRN on a^n b^2n", "Annotated plot: states and arrows.", 1),
        (
            "3.2",
            "Finite state machine",
            "Drawing with circles and arrows, equivalent to the plot.",
            1,
        ),
        (
            "3.3",
            "How the SRN predicts",
            "Explains how the activations move and what is predicted.",
            1,
        ),
        ("3.4", "LSTM on a^n b^2n c^3n", "Plot of the hidden units, one view.", 1),
        (
            "3.5",
            "How the LSTM counts",
            "Analysis of hidden and context units with annotated pictures.",
            3,
        ),
    ]
    return [
        question(number, PART3, title, [], [_criterion(number, asked, marks)])
        for number, title, asked, marks in rows
    ]


EVIDENCE = {
    "NetLin.run": EvidenceItem(
        title="Measured", lines=["6,950 of 10,000 right (69.50%), 7,850 parameters"]
    ),
    "NetFull.run": EvidenceItem(
        title="Measured", lines=["8,449 of 10,000 right (84.49%), 119,260 parameters"]
    ),
    "NetConv.run": EvidenceItem(
        title="Measured", lines=["9,303 of 10,000 right (93.03%), 62,234 parameters"]
    ),
    "accuracies": EvidenceItem(
        title="Measured", lines=["NetLin 69.50%   NetFull 84.49%   NetConv 93.03%"]
    ),
    "counts": EvidenceItem(
        title="Counted", lines=["NetLin 7,850   NetFull 119,260   NetConv 62,234"]
    ),
    "pairs": EvidenceItem(
        title="Largest entries off the diagonal",
        lines=[
            "NetLin: ma taken for su, 146; ha taken for su, 122; ki taken for su, 105",
            "NetFull: ha taken for su, 93; ki taken for ma, 60; ma taken for su, 49",
            "NetConv: ha taken for su, 61; ki taken for ma, 38; o taken for na, 33",
        ],
    ),
    "table": EvidenceItem(
        title="Computed from the weights", lines=["See the table under “Hand-set perceptron”."]
    ),
}


def environment(*, official: bool = False, isolation: str = "bubblewrap") -> Environment:
    """The machine of the examples."""
    return Environment(
        grader="0.1.0",
        python="3.11.9",
        torch="2.9.1",
        platform="Linux x86_64",
        dataset=DatasetInfo(
            name="kmnist" if official else "bundled",
            title="Kuzushiji-MNIST" if official else "Bundled kana, rendered from open fonts",
            official=official,
            digest=DIGEST,
            train=60000 if official else 12000,
            test=10000 if official else 2000,
            classes=CLASSES,
        ),
        isolation=IsolationInfo(
            tier=isolation,
            detail="empty network, own namespaces, read-only system, private tmp",
            limits={
                "wall": "60 s",
                "cpu": "40 s",
                "memory": "3 GiB",
                "processes": "64",
                "output": "64 KiB",
            },
        ),
        precision="float32",
        layout="channels last",
        threads=2,
        seeds=[0],
        protocol=ProtocolInfo(
            name="kuzu" if official else "course",
            title="The course's protocol",
            official=True,
            epochs=10,
            batch_size=64,
            learning_rate=0.01,
            momentum=0.5,
            description="SGD in file order, no shuffling, nll loss, tested after every epoch.",
        ),
    )


def _result(questions: list[QuestionResult], **fields: object) -> Result:
    base: dict[str, object] = {
        "submission": SubmissionInfo(
            id="z5567992",
            path="submissions/z5567992",
            digest=DIGEST,
            files=[
                SubmittedFile(name=name, role=name, size=size, digest=DIGEST[i:] + DIGEST[:i])
                for i, (name, size) in enumerate(
                    [("kuzu.py", 1824), ("check.py", 1410), ("hw1.pdf", 48211)]
                )
            ],
        ),
        "assignment": AssignmentInfo(
            id="comp9444-25t2", title="COMP9444 25T2, Assignment 1", digest=DIGEST
        ),
        "environment": environment(),
        "marks": Marks(
            available=sum(q.available for q in questions),
            earned=sum(q.earned for q in questions),
            pending=sum(q.pending for q in questions),
        ),
        "questions": questions,
        "networks": {name: network(name) for name in CONFUSIONS},
        "perceptron": perceptron(SAMPLE_WEIGHTS),
        "evidence": EVIDENCE,
        "timings": {"training": 31.4},
    }
    return Result.model_validate(base | fields)


def sample() -> Result:
    """z5567992: all of Part 1 right, step right, sigmoid 5 of 9, weights not rescaled."""
    flags = [
        Flag(
            severity="warning",
            where="check.py",
            message="The weights are the ones before rescaling.",
        ),
        Flag(
            severity="info",
            where="Part 3",
            message="Recurrent networks are not checked automatically.",
        ),
    ]
    return _result(
        [*_part1(), *_part2(good=False), *_part3()],
        flags=flags,
        claims=claims_example.of_sample(),
    )


def perfect() -> Result:
    """Nothing to fix, on the official images."""
    return _result(
        [*_part1(), *_part2(good=True), *_part3()],
        environment=environment(official=True),
        perceptron=perceptron(GOOD_WEIGHTS),
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "<a rel=attachment href=file:///etc/passwd>see here</a>",
    '"><img src="http://example.com/x.png" onerror=alert(1)>',
    "</style><style>@import url(http://example.com)</style>",
    "{{ 7 * 7 }}{% raw %}",
    "w" * 300,
    "\x1b[31mred\x07 \x00 null \u202egnirts desrever\u202c",
    "שלום עולם مرحبا بالعالم 你好 🙂👩‍🔬 \u200b \ufffe",
]


def broken() -> Result:
    """No network captured, every check failed or skipped, and strings made to spoil a page."""
    long = "\n".join(["Traceback (most recent call last):", *HOSTILE] * 6)
    failed = [
        check(
            f"hostile.{i}",
            text,
            "failed",
            0.25,
            message=f"{text}\n{long}",
            hint=text,
            detail=[text] * 9,
        )
        for i, text in enumerate(HOSTILE)
    ]
    skipped = [check("later", "NetConv names at least 93% of the test images right.", "skipped", 1)]
    partial = [check("half", "Two of four layers are right.", "partial", 1, score=0.5)]
    failures = [
        NetworkFailure(stage="import", message=long, line=3),
        NetworkFailure(stage="forward", message=HOSTILE[0]),
        NetworkFailure(stage="of <b>another</b> kind", message=HOSTILE[5]),
    ]
    names = ["NetLin", HOSTILE[0], HOSTILE[5]]
    return _result(
        [
            question("1.1", PART1, HOSTILE[1], failed, []),
            question(
                "<1.2>",
                HOSTILE[0],
                HOSTILE[6],
                skipped + partial,
                [_criterion("c", HOSTILE[2], 1, HOSTILE[3], "hostile", "missing")],
            ),
        ],
        submission=SubmissionInfo(
            id=HOSTILE[0] + HOSTILE[5],
            path="/tmp/" + HOSTILE[6],
            digest=DIGEST,
            files=[
                SubmittedFile(name=text, role="other", size=1, digest=DIGEST)
                for text in HOSTILE * 4
            ],
        ),
        networks={
            name: NetworkResult(captured=False, failure=failure)
            for name, failure in zip(names, failures, strict=True)
        },
        perceptron=PerceptronResult(captured=False, failure=failures[0], disagreements=HOSTILE),
        evidence={"hostile": EvidenceItem(title=HOSTILE[4], lines=HOSTILE * 3)},
        output=dict.fromkeys(HOSTILE, long),
        flags=[Flag(severity="serious", where=text, message=text) for text in HOSTILE * 2],
    )


def ungraded() -> Result:
    """A grader that could decide nothing: no networks, no perceptron, no marks lost."""
    checks = [
        check(
            "NetLin.shape",
            "NetLin is one linear layer, then log softmax.",
            "ungraded",
            1,
            message="The sandbox stopped before it answered.",
        )
    ]
    return _result(
        [question("1.1", PART1, "NetLin", checks, [])], networks={}, perceptron=None, evidence={}
    )


def mistaken() -> Result:
    """A network with a known mistake, a missed threshold after three runs and unused layers."""
    base = network("NetConv")
    assert base.training is not None
    runs = [
        base.training.runs[0].model_copy(
            update={"seed": seed, "accuracies": _curve(70.0, end, seed + 5)}
        )
        for seed, end in ((0, 92.41), (1, 92.77), (2, 92.6))
    ]
    training_ = base.training.model_copy(
        update={"runs": runs, "decisive": 1, "accuracy": 92.77, "met": False, "where": "sandbox"}
    )
    conv = base.model_copy(
        update={
            "training": training_,
            "registered": 70000,
            "unused": ["dropout", "fc3.weight"],
            "duplicates": [["fc1.weight", "dense.weight"]],
            "diagnosis": Diagnosis(mistake="no-relu", sentence="The relu after conv2 is missing."),
            "layers": base.layers * 3,
        }
    )
    return _result([*_part1(), *_part2(good=False)], networks={"NetConv": conv})
