"""Runs an assignment's checks with pytest, in this process, on one subject.

Nothing of the student's is imported here, so what pytest reports can be believed: a check sees
captured graphs, training runs and figures only.
"""

import os
import sys
import traceback
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from grader.checking import PREFIX, CheckFailure, CheckOutcome, Ungraded
from grader.errors import AssignmentError
from grader.resources import PACKAGE
from grader.results import Outcome

PASSED = ("passed", "partial")
FINE = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)

_OPTIONS = """
--import-mode=importlib -W default -p no:terminal -p no:cacheprovider -p no:faulthandler
-p no:logging -p no:unraisableexception -p no:threadexception
"""
"""The last two collect garbage five times a run, which takes half a second beside torch."""


def run_checks(folder: Path, subject: object) -> list[CheckOutcome]:
    """Run every `check_*` function in the `check_*.py` modules of a folder.

    Neither settings, plugins nor a conftest.py from around the folder have a say.

    Args:
        folder: holds the pytest modules.
        subject: what the checks are made on; handed to them as the fixture `subject`.

    Returns:
        One outcome a check, in the order of the files; none where there is no module.

    Raises:
        AssignmentError: a module cannot be imported, or a check needs one that does not precede it.
    """
    folder = folder.resolve()
    if not any(folder.glob(f"{PREFIX}*.py")):
        return []
    plugin = CheckPlugin(subject, folder)
    args = [str(folder), *_OPTIONS.split(), "-c", os.devnull]
    args += [f"--rootdir={folder}", f"--confcutdir={folder}"]
    args += ["-o", f"python_files={PREFIX}*.py", "-o", f"python_functions={PREFIX}*"]
    with _apart(folder):
        code = pytest.main(args, plugins=[plugin])
    if plugin.faults or code not in FINE:
        reason = plugin.faults[0] if plugin.faults else f"pytest ended with code {int(code)}"
        raise AssignmentError(f"{folder.parent.name}/{folder.name}", reason, "checks that can run")
    return list(plugin.outcomes.values())


@contextmanager
def _apart(folder: Path) -> Iterator[None]:
    """Keep this run of pytest apart from its surroundings, and its modules from the next run's."""
    before = {name: value for name, value in os.environ.items() if name.startswith("PYTEST_")}
    for name in before:
        del os.environ[name]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    _forget_modules(folder)
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            del os.environ[name]
        os.environ.update(before)
        _forget_modules(folder)


def _forget_modules(folder: Path) -> None:
    """Another assignment's modules have the same names: without this, pytest would reuse these."""
    for name, module in list(sys.modules.items()):
        if os.path.dirname(getattr(module, "__file__", None) or "") == str(folder):
            del sys.modules[name]


class CheckPlugin:
    """Gives checks their subject, skips those whose needs failed, and keeps the outcomes."""

    def __init__(self, subject: object, folder: Path) -> None:
        self.outcomes: dict[str, CheckOutcome] = {}
        self.faults: list[str] = []
        self._subject = subject
        self._folder = folder

    @pytest.fixture
    def subject(self) -> object:
        """The submission under check."""
        return self._subject

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that cannot be imported is the assignment's fault."""
        if report.failed:
            place = Path(report.nodeid).name or self._folder.name
            self.faults.append(f"{place}: {_last_line(report.longreprtext)}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Every need must name a check that runs earlier."""
        seen: set[str] = set()
        for item in items:
            for need in _needs(item):
                if need not in seen:
                    self.faults.append(f"{item.name} needs {need!r}, which does not precede it")
            if _id(item) in seen:
                self.faults.append(f"{item.name} is defined twice")
            seen.add(_id(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """A fixture that fails, or a check marked to be skipped, leaves the check ungraded."""
        try:
            return (yield)
        except (Exception, pytest.skip.Exception) as fault:
            self._keep(item, "ungraded", 0.0, _fault(fault))
            raise

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
        except (AssertionError, pytest.fail.Exception) as failure:
            if self._is_ours(failure):
                self._keep(item, "ungraded", 0.0, _fault(failure))
            else:
                self._keep(item, "failed", 0.0, _first_line(str(failure)) or "It does not hold.")
            return None
        except (Ungraded, pytest.skip.Exception) as reason:
            self._keep(item, "ungraded", 0.0, f"Not graded: {str(reason).rstrip('.')}.")
            return None
        except (Exception, SystemExit) as fault:
            self._keep(item, "ungraded", 0.0, _fault(fault))
            return None
        self._keep(item, "passed", 1.0)
        return result

    def _is_ours(self, failure: BaseException) -> bool:
        """Whether an assertion of the grader's own modules failed, not one of the check's."""
        place = Path(traceback.extract_tb(failure.__traceback__)[-1].filename)
        return place.is_relative_to(PACKAGE) and not place.is_relative_to(self._folder)

    def _keep(self, item: pytest.Item, outcome: Outcome, score: float, message: str = "") -> None:
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


def _fault(error: BaseException) -> str:
    kind = type(error).__name__
    return f"Not graded, through a fault of the grader: {kind}: {_first_line(str(error))}"


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[0]


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1].removeprefix("E").strip()


def _id(item: pytest.Item) -> str:
    return item.name.removeprefix(PREFIX)


def _needs(item: pytest.Item) -> tuple[str, ...]:
    return getattr(getattr(item, "function", None), "needs", ())


def _title(item: pytest.Item) -> str:
    doc = getattr(item, "function", item).__doc__ or _id(item)
    return " ".join(doc.split())
