from pathlib import Path

import pytest

from grader.resources import (
    PACKAGE,
    assignments_dir,
    bundled_data_dir,
    default_cache,
    templates_dir,
)


def test_what_travels_with_the_package_is_found() -> None:
    assert (PACKAGE / "worker" / "__main__.py").is_file()
    assert (templates_dir() / "report.html.j2").is_file()
    assert list(assignments_dir().glob("*/assignment.toml"))
    assert any(bundled_data_dir().iterdir())


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"GRADER_CACHE": "/own", "XDG_CACHE_HOME": "/xdg"}, "/own"),
        ({"XDG_CACHE_HOME": "/xdg"}, "/xdg/nn-grader"),
        ({"HOME": "/home/z"}, "/home/z/.cache/nn-grader"),
    ],
)
def test_where_the_cache_is(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("GRADER_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert default_cache() == Path(expected)
