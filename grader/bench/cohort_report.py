"""What a benchmark of a cohort found: promises, tables, and the plain numbers behind them."""

from dataclasses import asdict, dataclass, field
from typing import Any

from grader.bench.cohort_process import ProcessFigures


@dataclass(frozen=True)
class Promise:
    """One promised figure: what it is, what was found, what was promised, whether it is kept."""

    what: str
    found: str
    promised: str
    kept: bool


@dataclass(frozen=True)
class Table:
    """Lines of text under a header."""

    title: str
    header: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Report:
    """What one part of the benchmark found; `figures` are plain data for the record."""

    promises: tuple[Promise, ...]
    tables: tuple[Table, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Whether every promise is."""
        return all(promise.kept for promise in self.promises)

    def document(self) -> dict[str, Any]:
        """Promises and figures as plain data."""
        return {
            "promises": [asdict(promise) for promise in self.promises],
            "figures": self.figures,
        }


def at_least(what: str, found: float, promised: float) -> Promise:
    """A ratio that must not be lower."""
    return Promise(what, f"{found:.2f}x", f"at least {promised:g}x", found >= promised)


def at_most(what: str, found: float, promised: float, unit: str) -> Promise:
    """A figure that must not be higher."""
    return Promise(what, f"{found:.2f} {unit}", f"at most {promised:g} {unit}", found <= promised)


def process_table(title: str, batches: dict[str, ProcessFigures]) -> Table:
    """What each batch took."""
    return Table(
        title,
        ("batch", "clock", "core-seconds", "parent", "largest other process"),
        tuple(
            (
                name,
                f"{figures.wall:.1f} s",
                f"{figures.cpu:.1f}",
                f"{figures.parent_bytes / 1e9:.2f} GB",
                f"{figures.worker_bytes / 1e9:.2f} GB",
            )
            for name, figures in batches.items()
        ),
    )
