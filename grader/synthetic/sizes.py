"""Which sizes the networks of a cohort have: as spread, and as often the same, as real ones.

Of 88 real submissions NetFull came in 38 sizes and NetConv in 68 forms, and ten epochs of NetConv
on 60,000 images (and ten tests on 10,000) cost from 5 to 3,100 core-seconds, median 309. Loading
the images the course's way alone takes longer than 5, so those are seconds of computing.
"""

import math
from bisect import bisect
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import product
from random import Random
from statistics import NormalDist
from typing import Final, TypeVar

from grader.synthetic.layers import ConvForm

T = TypeVar("T")

FULL_SIZES: Final = 38 / 88
CONV_FORMS: Final = 68 / 88
"""Different networks for each student."""

CHEAPEST, MEDIAN, DEAREST = 5.0, 309.0, 3100.0
"""Core-seconds of ten epochs of NetConv."""

SECONDS_AT_LEAST: Final = 21.0
SECONDS_A_MULTIPLY_ADD: Final = 4.2e-5
SECONDS_AN_ACTIVATION: Final = 5.8e-3
"""Fitted by `scripts.measure_convolutions`, which says how, on one core of an AMD EPYC (Zen 4):
8 of 10 forms lie within a fifth of the fit, the cheapest below it."""

POPULAR: Final = (100, 150, 200, 50, 120, 300, 80, 250)
"""Sizes of NetFull that come to many minds."""

FILTERS: Final = (
    (4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64),
    (6, 8, 12, 16, 20, 32, 40, 64, 96, 128),
)
HIDDEN: Final = (32, 50, 64, 100, 128, 200, 256, 512)
NEAR: Final = 12
"""Of so many forms that cost about what is wanted, one is drawn."""


def full_sizes(rng: Random, count: int) -> list[int]:
    """A size of NetFull for each of `count` students, multiples of 10."""
    others = [size for size in range(30, 601, 10) if size not in POPULAR]
    distinct = [*POPULAR, *rng.sample(others, len(others))][: round(count * FULL_SIZES) or 1]
    return _repeated(rng, distinct, distinct[: len(POPULAR)], count)


def conv_forms(rng: Random, count: int) -> list[ConvForm]:
    """A form of NetConv for each of `count` students; costs spread as in a real cohort."""
    left = list(catalogue())
    distinct = []
    number = round(count * CONV_FORMS) or 1
    for i in range(number):
        place = bisect(left, cost_at((i + 0.5) / number), key=course_seconds)
        first = max(0, min(place - NEAR // 2, len(left) - NEAR))
        distinct.append(left.pop(rng.randrange(first, first + NEAR)))
    middle = len(distinct) // 2
    return _repeated(rng, distinct, distinct[max(0, middle - 2) : middle + 3], count)


def course_seconds(form: ConvForm) -> float:
    """Core-seconds that ten epochs on 60,000 images take in the course's layout, without loading.

    What is added to the first term is what an image costs: arithmetic, and for small networks
    above all the memory that activations and pooling move.
    """
    return (
        SECONDS_AT_LEAST
        + SECONDS_A_MULTIPLY_ADD * form.multiply_adds
        + SECONDS_AN_ACTIVATION * form.activations
    )


def cost_at(share: float) -> float:
    """Core-seconds that this share of all NetConvs (above 0, below 1) do not exceed.

    Log-normal on either side of the median, so wide that the extremes of 68 forms are the
    cheapest and the dearest real ones, and cut off there.
    """
    extreme = NormalDist().inv_cdf(1 - 0.5 / 68)
    deviations = min(1.0, max(-1.0, NormalDist().inv_cdf(share) / extreme))
    end = DEAREST if deviations > 0 else CHEAPEST
    return MEDIAN * math.exp(abs(deviations) * math.log(end / MEDIAN))


def spread(rng: Random, count: int, shares: Iterable[tuple[T, float]]) -> list[T | None]:
    """`count` values in random order, each as often as its share says, give or take one.

    None stands for what the shares, which add up to at most 1, leave over.
    """
    start, found = rng.random(), []
    values = list(shares)
    bounds = [sum(share for _, share in values[: i + 1]) for i in range(len(values))]
    for i in range(count):
        place = bisect(bounds, (i + start) / count)
        found.append(values[place][0] if place < len(values) else None)
    rng.shuffle(found)
    return found


@cache
def catalogue() -> tuple[ConvForm, ...]:
    """All forms that are drawn from, cheapest first."""
    forms = (
        ConvForm((first, second), kernel, padding, stride, pools, hidden)
        for first, second, kernel, same, stride, pools, hidden in product(
            *FILTERS,
            (3, 5),
            (False, True),
            (1, 2),
            ((True, True), (True, False), (False, True)),
            HIDDEN,
        )
        for padding in [kernel // 2 if same else 0]
        if second >= first
    )
    possible = (form for form in forms if form.sides[2] >= 2)
    return tuple(sorted(possible, key=course_seconds))


def _repeated(rng: Random, distinct: Sequence[T], popular: Sequence[T], count: int) -> list[T]:
    """All of `distinct`, and popular ones again until there are `count`, in random order."""
    values = [*distinct, *rng.choices(popular, k=count - len(distinct))]
    rng.shuffle(values)
    return values
