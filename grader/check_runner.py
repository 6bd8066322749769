"""Runs an assignment's checks with pytest, in this process, on one subject.

Nothing of the student's is imported here, so what pytest reports can be believed: a check sees
captured graphs, training runs and figures only.
"""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from grader.checking import PREFIX, CheckFailure, CheckOutcome, Ungraded
from grader.errors import AssignmentError

PASSED = ("passed", "partial")


def run_checks(folder: Path, subject: object) -> list[CheckOutcome]:
    """Run every `check_*` function in the `check_*.py` modules of a folder.

    Args:
        folder: holds the pytest modules.
        subject: what the checks are made on; handed to them as the fixture `subject`.

    Returns:
        One outcome a check, in the order of the files.

    Raises:
        AssignmentError: a module cannot be imported, or a check needs one that does not precede it.
    """
    plugin = CheckPlugin(subject)
    args = [str(folder), "-c", os.devnull, f"--rootdir={folder}", "--import-mode=importlib"]
    args += ["-o", f"python_files={PREFIX}*.py", "-o", f"python_functions={PREFIX}*"]
    args += ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    args += ["-p", "no:logging", "-p", "no:randomly", "-p", "no:hypothesispytest", "-W", "default"]
    code = pytest.main(args, plugins=[plugin])
    if plugin.faults or code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        reason = plugin.faults[0] if plugin.faults else f"pytest ended with code {int(code)}"
        raise AssignmentError(str(folder), reason, "checks that can be collected")
    return list(plugin.outcomes.values())


class CheckPlugin:
    """Gives checks their subject, skips those whose needs failed, and keeps the outcomes."""

    def __init__(self, subject: object) -> None:
        self.outcomes: dict[str, CheckOutcome] = {}
        self.faults: list[str] = []
        self._subject = subject

    @pytest.fixture
    def subject(self) -> object:
        """The submission under check."""
        return self._subject

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that cannot be imported is the assignment's fault."""
        if report.failed:
            self.faults.append(report.longreprtext.strip().splitlines()[-1])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Every need must name a check that runs earlier."""
        seen: set[str] = set()
        for item in items:
            for need in _needs(item):
                if need not in seen:
                    self.faults.append(f"{item.name} needs {need!r}, which does not precede it")
            seen.add(_id(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Run one check, or skip it, and translate what it raises."""
        missing = [n for n in _needs(item) if self.outcomes[n].outcome not in PASSED]
        if missing:
            self._keep_skipped(item, missing[0])
            pytest.skip(missing[0])
        try:
            result = yield
        except CheckFailure as failure:
            self._keep_failure(item, failure)
            return None
        except AssertionError as failure:
            self._keep(item, "failed", 0.0, str(failure).strip().splitlines()[0])
            return None
        except Ungraded as reason:
            self._keep(item, "ungraded", 0.0, f"Not graded: {reason}.")
            return None
        except Exception as fault:
            text = f"Not graded, through a fault of the grader: {type(fault).__name__}: {fault}"
            self._keep(item, "ungraded", 0.0, text)
            return None
        self._keep(item, "passed", 1.0)
        return result

    def _keep(self, item: pytest.Item, outcome: Any, score: float, message: str = "") -> None:
        self.outcomes[_id(item)] = CheckOutcome(_id(item), _title(item), outcome, score, message)

    def _keep_skipped(self, item: pytest.Item, need: str) -> None:
        before = self.outcomes[need]
        ungraded = before.outcome == "ungraded"
        message = f"Not tried, because this did not pass: {before.title}"
        self._keep(item, "ungraded" if ungraded else "skipped", 0.0, message)

    def _keep_failure(self, item: pytest.Item, failure: CheckFailure) -> None:
        self.outcomes[_id(item)] = CheckOutcome(
            _id(item),
            _title(item),
            "partial" if failure.score > 0 else "failed",
            failure.score,
            failure.message,
            failure.hint[:1].upper() + failure.hint[1:],
            failure.detail,
        )


def _id(item: pytest.Item) -> str:
    return item.name.removeprefix(PREFIX)


def _needs(item: pytest.Item) -> tuple[str, ...]:
    return getattr(getattr(item, "function", None), "needs", ())


def _title(item: pytest.Item) -> str:
    doc = getattr(item, "function", item).__doc__ or _id(item)
    return " ".join(doc.split())
