"""Draws what each node of a perceptron computes over the plane, under the course's file names."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from matplotlib.figure import Figure

from reference.check import MLP
from reference.perceptron import Grid

BORDER = 0.5  # how far a picture reaches beyond the outer points
RESOLUTION = 301  # pixels a side; 0.01 a pixel
COLOURS = "cividis"  # tells 0 from 1 in grey print and for every kind of colour vision


def plot_perceptron(net: MLP, grid: Grid, folder: Path) -> list[Path]:
    """Write hid_H_1.jpg ... hid_H_H.jpg, cut at 0.5, and out_H.jpg; return their paths.

    Raises:
        OSError: the folder cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    low = min(min(point) for point in grid.points) - BORDER
    high = max(max(point) for point in grid.points) + BORDER
    axis = torch.linspace(low, high, RESOLUTION)
    x1, x2 = torch.meshgrid(axis, axis, indexing="xy")
    with torch.no_grad():
        output = net(torch.stack([x1.flatten(), x2.flatten()], dim=1))
    size = net.in_hid.out_features
    pictures = {
        f"hid_{size}_{node}.jpg": (hidden >= 0.5).float()
        for node, hidden in enumerate(net.hid.T, start=1)
    } | {f"out_{size}.jpg": output}
    for name, values in pictures.items():
        square = values.reshape(RESOLUTION, RESOLUTION).numpy()
        _draw(square, grid, (low, high)).savefig(folder / name)
    return [folder / name for name in pictures]


def _draw(values: npt.NDArray[np.float32], grid: Grid, span: tuple[float, float]) -> Figure:
    figure = Figure(figsize=(4, 4), dpi=150, layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(values, COLOURS, origin="lower", extent=(*span, *span), vmin=0, vmax=1)
    for (x1, x2), target in zip(grid.points, grid.targets, strict=True):
        marker, colour = ("s", "white") if target else ("o", "black")
        axes.scatter(x1, x2, marker=marker, c=colour, edgecolors="grey")
    axes.set(xlabel="x1", ylabel="x2")
    return figure
