"""One rendering of each example for the whole room: a PDF takes a second or two."""

from pathlib import Path

import pytest

from grader.report import ReportFiles, render_html, write_report
from grader.results import Result

from . import example

RESULTS = {
    "sample": example.sample,
    "perfect": example.perfect,
    "broken": example.broken,
    "ungraded": example.ungraded,
    "mistaken": example.mistaken,
}


@pytest.fixture(scope="session", params=sorted(RESULTS))
def any_result(request: pytest.FixtureRequest) -> Result:
    return RESULTS[request.param]()


@pytest.fixture(scope="session")
def any_page(any_result: Result) -> str:
    return render_html(any_result)


@pytest.fixture(scope="session")
def sample_page() -> str:
    return render_html(example.sample())


@pytest.fixture(scope="session")
def sample_files(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    folder: Path = tmp_path_factory.mktemp("sample") / "made" / "for it"
    return write_report(example.sample(), folder)


@pytest.fixture(scope="session")
def broken_files(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return write_report(example.broken(), tmp_path_factory.mktemp("broken"))
