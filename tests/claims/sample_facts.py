"""What is known of the flagship, without training and without torch."""

from grader.claims.facts import Facts
from grader.results import ClassInfo, NetworkResult, PerceptronResult
from tests.report import example

CLASSES = [ClassInfo(label=i, roman=roman, kana="") for i, roman in enumerate(example.ROMAN)]


def facts(
    *,
    official: bool = False,
    networks: dict[str, NetworkResult] | None = None,
    perceptron: PerceptronResult | None = None,
    submission: str = "z5567992",
) -> Facts:
    result = example.sample()
    return Facts(
        submission=submission,
        official=official,
        dataset="the practice set",
        classes=CLASSES,
        networks=result.networks if networks is None else networks,
        perceptron=perceptron or result.perceptron,
        margin=1.5,
        learning_rate=0.01,
        momentum=0.5,
        epochs=10,
    )
