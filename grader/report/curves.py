"""Shows how a network learned: every seeded run over the reference's band, against the limit."""

from typing import TYPE_CHECKING

from grader.report import plots, text
from grader.report.figures import Figure
from grader.results import ThresholdInfo, Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_MM, HEIGHT_MM = 62.0, 42.0
SPAN = 4.0  # at least so many percent points on the axis, or noise looks like a landscape


def threshold_text(threshold: ThresholdInfo) -> str:
    """The limit in words: a floor or a band."""
    if threshold.high is None:
        return f"at least {text.figure(threshold.low)}%"
    return f"{text.figure(threshold.low)} to {text.figure(threshold.high)}%"


def describe(name: str, training: Training) -> str:
    """What the curve shows, for a reader who cannot see it."""
    runs = [run for run in training.runs if run.accuracies]
    finals = ", ".join(text.percent(run.accuracies[-1]) for run in runs if not run.stopped)
    early = ", ".join(
        f"{text.percent(run.accuracies[-1])} after epoch {len(run.accuracies)}"
        for run in runs
        if run.stopped
    )
    ends = (f"Final: {finals}. " if finals else "") + (f"Stopped at: {early}. " if early else "")
    return (
        f"Test accuracy of {name} after each epoch. {ends}"
        f"Asked for: {threshold_text(training.threshold)}."
    )


def _limits(training: Training) -> tuple[float, float]:
    seen = [value for run in training.runs for value in run.accuracies]
    seen += [training.threshold.low]
    if training.threshold.high is not None:
        seen.append(training.threshold.high)
    if training.reference:
        seen += training.reference.low + training.reference.high
    low, high = min(seen), max(seen)
    room = max(SPAN - (high - low), 0.12 * (high - low), 0.6)
    return max(0.0, low - room / 2), min(100.5, high + room / 2)


def _draw_reference(axes: "Axes", training: Training) -> None:
    band = training.reference
    if band is None or not band.low:
        return
    epochs = range(1, len(band.low) + 1)
    axes.fill_between(epochs, band.low, band.high, color=plots.TINT, linewidth=0)
    for edge in (band.low, band.high):
        axes.plot(epochs, edge, color=plots.RULE, linewidth=0.6)


def _draw_threshold(axes: "Axes", threshold: ThresholdInfo) -> None:
    if threshold.high is not None:
        axes.axhspan(
            threshold.low, threshold.high, facecolor="none", edgecolor=plots.RULE, hatch="////"
        )
    axes.axhline(threshold.low, color=plots.RED, linewidth=0.9, dashes=(5, 2.5))


def _draw_runs(axes: "Axes", training: Training) -> None:
    for index, run in enumerate(training.runs):
        decisive = index == training.decisive
        axes.plot(
            range(1, len(run.accuracies) + 1),
            run.accuracies,
            color=plots.BLUE if decisive else plots.MUTED,
            linewidth=1.4 if decisive else 0.8,
            marker="o" if decisive else None,
            markersize=2.6,
            zorder=3 if decisive else 2.5,
        )
        if run.stopped and run.accuracies:
            _draw_stop(axes, len(run.accuracies), run.accuracies[-1])


def _draw_stop(axes: "Axes", epoch: int, accuracy: float) -> None:
    """An open end with a word, so that nobody takes it for the last epoch."""
    axes.plot(epoch, accuracy, "o", markersize=5, fillstyle="none", color=plots.BLUE, zorder=4)
    axes.annotate("stopped", (epoch, accuracy), (5, -8), textcoords="offset points")


def training_curve(name: str, key: str, training: Training) -> Figure:
    """Test accuracy in percent over epochs. `key` makes its identifiers unique."""
    epochs = max((len(run.accuracies) for run in training.runs), default=1)
    if training.reference and any(run.stopped for run in training.runs):
        epochs = max(epochs, len(training.reference.low))
    with plots.new_figure(WIDTH_MM, HEIGHT_MM) as (figure, axes):
        _draw_reference(axes, training)
        _draw_threshold(axes, training.threshold)
        _draw_runs(axes, training)
        axes.set_ylim(*_limits(training))
        axes.set_xlim(0.8, epochs + 0.2)
        axes.set_xticks(range(1, epochs + 1) if epochs <= 12 else [1, epochs // 2, epochs])
        axes.locator_params(axis="y", nbins=6, steps=[1, 2, 5, 10])
        axes.set_xlabel("epoch")
        axes.set_ylabel("test accuracy, %")
        axes.spines[["top", "right"]].set_visible(False)
        figure.subplots_adjust(left=0.165, right=0.995, bottom=0.2, top=0.985)
        return plots.finish(figure, "plot curve", key, describe(name, training))
