"""Measures what made-up NetConvs cost to train, so that a cohort's cost is known beforehand.

    OMP_NUM_THREADS=1 python -m scripts.measure_convolutions

Draws forms of all sizes, trains each for an epoch on the first 1,280 bundled images and tests it on
a sixth as many, in the course's layout on one thread, takes the better of two times of the
processor, scales them to ten epochs of 60,000 and 10,000 images, and fits
``fixed + a * multiply-adds + b * activations`` by least squares of the relative errors. The result
goes into `grader.synthetic.sizes` by hand.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from grader.data import Dataset, load_dataset
from grader.synthetic.layers import ConvForm
from grader.synthetic.sizes import catalogue
from grader.train.protocol import KUZU
from grader.train.training import train

FORMS = 50
IMAGES = 1280
SCALE = 10 * 60_000 / IMAGES


def main() -> None:
    torch.set_num_threads(1)
    few = load_dataset("bundled").first(IMAGES, IMAGES // 6)
    forms = catalogue()
    # evenly from the cheapest to the dearest, so that none of the extremes is missing
    drawn = [forms[i * (len(forms) - 1) // (FORMS - 1)] for i in range(FORMS)]
    seconds = []
    for form in drawn:
        seconds.append(SCALE * min(measured(form, few) for _ in range(2)))
        print(f"{seconds[-1]:8.1f} s  {form}", flush=True)
    factors = fitted(drawn, seconds)
    print(f"fixed {factors[0]:.3g} s, multiply-add {factors[1]:.3g}, activation {factors[2]:.3g}")
    ratios = np.quantile(design(drawn) @ factors / seconds, [0, 0.1, 0.5, 0.9, 1])
    print(f"fit over measured, at 0, 10, 50, 90 and 100%: {ratios.round(2)}")


def measured(form: ConvForm, dataset: Dataset) -> float:
    """Processor seconds of one epoch with its tests."""
    first, second = form.filters
    net = nn.Sequential(
        nn.Conv2d(1, first, form.kernel, form.stride, form.padding),
        nn.ReLU(),
        *[nn.MaxPool2d(2)] * form.pools[0],
        nn.Conv2d(first, second, form.kernel, padding=form.padding),
        nn.ReLU(),
        *[nn.MaxPool2d(2)] * form.pools[1],
        nn.Flatten(),
        nn.Linear(form.features, form.hidden),
        nn.ReLU(),
        nn.Linear(form.hidden, 10),
        nn.LogSoftmax(1),
    )
    started = time.process_time()
    train(net, dataset, replace(KUZU, epochs=1), seed=0, layout="course")
    return time.process_time() - started


def fitted(forms: Sequence[ConvForm], seconds: Sequence[float]) -> npt.NDArray[np.float64]:
    """Fixed seconds, and seconds a multiply-add and an activation of one image."""
    weighted = design(forms) / np.array(seconds)[:, None]
    found: npt.NDArray[np.float64] = np.linalg.lstsq(weighted, np.ones(len(forms)))[0]
    return found


def design(forms: Sequence[ConvForm]) -> npt.NDArray[np.float64]:
    """One row a form: 1, multiply-adds, activations."""
    return np.array([[1.0, form.multiply_adds, form.activations] for form in forms])


if __name__ == "__main__":
    main()
