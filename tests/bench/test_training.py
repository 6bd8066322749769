from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from grader.bench.training import SPEEDUPS, BenchRow, Way, rows_as_table, run_bench
from grader.data import ClassName, Dataset
from reference.kuzu import NetConv, NetFull, NetLin

COURSE: Way = "the course's own"
ROW = BenchRow(
    network="NetLin",
    target=10,
    course_seconds=30,
    course_layout_seconds=2,
    fast_seconds=1.5,
    course_accuracy=69.5,
    fast_accuracy=69.8,
    identical=True,
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    generator = np.random.default_rng(1)
    images = generator.integers(0, 256, (140, 28, 28)).astype(np.uint8)
    labels = generator.integers(0, 10, 140)
    return Dataset(
        name="noise",
        title="Noise",
        official=False,
        digest="",
        classes=tuple(ClassName(label, str(label), "") for label in range(10)),
        train_images=images[:100],
        train_labels=labels[:100],
        test_images=images[100:],
        test_labels=labels[100:],
        thresholds=None,
        calibration=None,
    )


def test_all_three_networks_give_the_courses_figures(dataset: Dataset) -> None:
    rows = run_bench(dataset, 1)
    assert [row.network for row in rows] == ["NetLin", "NetFull", "NetConv"]
    for row in rows:
        assert row.identical
        assert row.target == SPEEDUPS[row.network]
        assert min(row.course_seconds, row.course_layout_seconds, row.fast_seconds) > 0


def test_the_order_is_turned_round_after_every_round(dataset: Dataset) -> None:
    heard: list[tuple[str, Way]] = []
    run_bench(
        dataset,
        1,
        rounds=3,
        networks={"NetLin": NetLin},
        on_run=lambda network, way, seconds: heard.append((network, way)),
    )
    first, second, third = heard[:3], heard[3:6], heard[6:]
    assert first == third == list(reversed(second))
    assert first[0] == ("NetLin", COURSE)


def test_one_run_that_differs_is_noticed(dataset: Dataset) -> None:
    order: list[Way] = []

    def build() -> nn.Module:
        second_time_in_course_layout = len(order) == 4
        torch.manual_seed(int(second_time_in_course_layout))
        return NetLin()

    (row,) = run_bench(
        dataset,
        1,
        networks={"NetLin": build},
        on_run=lambda network, way, seconds: order.append(way),
    )
    assert order[4] == "course layout"
    assert not row.identical


def test_the_callers_threads_are_given_back(dataset: Dataset) -> None:
    before = torch.get_num_threads()
    seen: list[int] = []

    def build() -> nn.Module:
        seen.append(torch.get_num_threads())
        return NetFull()

    torch.set_num_threads(2)
    try:
        run_bench(dataset, 1, rounds=1, networks={"NetFull": build})
        assert set(seen) == {1}
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_the_seed_decides_the_weights(dataset: Dataset) -> None:
    def first_weight(seed: int) -> float:
        seen: list[float] = []

        def build() -> nn.Module:
            net = NetConv()
            seen.append(next(net.parameters()).sum().item())
            return net

        run_bench(dataset, 1, rounds=1, seed=seed, networks={"NetConv": build})
        captured, *_, course, course_layout = seen
        assert captured == course == course_layout
        return course

    assert first_weight(0) == first_weight(0) != first_weight(1)


def test_speedups_are_the_courses_time_over_ours() -> None:
    assert ROW.speedup == 20
    assert ROW.course_layout_speedup == 15


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({}, True),
        ({"fast_seconds": 3.0}, True),
        ({"fast_seconds": 3.1}, False),
        ({"identical": False}, False),
        ({"fast_accuracy": 70.5}, True),
        ({"fast_accuracy": 70.6}, False),
        ({"fast_accuracy": 68.4}, False),
    ],
)
def test_a_promise_is_kept_when_speed_figures_and_accuracy_are(
    change: dict[str, float], kept: bool
) -> None:
    assert replace(ROW, **change).kept is kept  # type: ignore[arg-type]


def test_the_table_has_a_header_and_a_line_for_each_network() -> None:
    header, line, other = rows_as_table((ROW, replace(ROW, network="NetFull", identical=False)))
    assert len(header) == len(line) == len(other)
    told = dict(zip(header, line, strict=True))
    assert told["network"] == "NetLin"
    assert told["fast layout"] == "1.50 s (20.0x)"
    assert told["course layout"] == "2.00 s (15.0x)"
    assert told["target"] == "10x"
    assert told["accuracy, %"] == "69.50/69.80"
    assert told["same"] == "yes"
    assert dict(zip(header, other, strict=True))["same"] == "NO"
