from pathlib import Path

import pytest

from grader.errors import ReportError
from grader.export.cohort_file import FILE, load_cohort
from tests.export.made_up import cohort


def test_a_cohort_is_read_back(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(cohort().model_dump_json())
    assert load_cohort(tmp_path) == cohort()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"{}", "assignment: Field required"),
        (b"\xff", "Invalid JSON"),
    ],
)
def test_what_is_no_cohort_is_refused(tmp_path: Path, content: bytes | None, found: str) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ReportError, match="grader batch") as error:
        load_cohort(tmp_path)
    assert found in str(error.value)
