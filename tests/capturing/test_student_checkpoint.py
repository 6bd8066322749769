"""A student's checkpoint, through the sandbox as it is."""

from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from grader.capturing.student_checkpoint import open_checkpoint
from grader.commands.reference import reference
from grader.errors import IntakeError
from reference.languages import LANGUAGES
from reference.recurrent.course import course_network
from reference.recurrent.evaluation import evaluate
from reference.recurrent.trained import network, record
from tests.sandboxes import bubblewrap, needs_bubblewrap

pytestmark = pytest.mark.usefixtures("forked_workers")

ANB2N = LANGUAGES["anb2n"]


def handed_in(folder: Path, lang: str = "anb2n") -> Path:
    path = folder / f"{lang}_srn2_100.pth"
    torch.save(course_network(network(lang)).state_dict(), path)
    return path


@needs_bubblewrap
def test_a_checkpoint_of_the_course_is_evaluated_on_this_side(tmp_path: Path) -> None:
    found = open_checkpoint(handed_in(tmp_path), ANB2N, bubblewrap())
    assert found.kind == "srn"
    for name, array in network("anb2n").parameters.items():
        assert found.parameters[name] == pytest.approx(array)
    assert evaluate(found, ANB2N).loss == pytest.approx(record("anb2n").study.found.loss, rel=1e-5)


@needs_bubblewrap
@pytest.mark.slow
def test_a_network_for_another_language_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.pth"
    torch.save(course_network(network("anb2nc3n")).state_dict(), path)
    with pytest.raises(IntakeError, match="it reads 3 symbols, the language has 2"):
        open_checkpoint(path, ANB2N, bubblewrap())


@needs_bubblewrap
def test_wrong_shapes_and_foreign_files_are_refused_with_what_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "kuzu.pth"
    torch.save({"lin.weight": torch.zeros(10, 784)}, path)
    with pytest.raises(IntakeError, match=r"parameters lin\.weight 10 x 784.*of kind lstm"):
        open_checkpoint(path, ANB2N, bubblewrap())
    path.write_bytes(b"no checkpoint")
    with pytest.raises(IntakeError, match=r"kuzu\.pth.*it cannot be used"):
        open_checkpoint(path, ANB2N, bubblewrap())


def test_what_is_no_file_or_too_large_never_reaches_the_sandbox(tmp_path: Path) -> None:
    large = tmp_path / "large.pth"
    large.write_bytes(bytes(2**20 + 1))
    for path in (tmp_path / "absent.pth", tmp_path, large):
        with pytest.raises(IntakeError, match="it is no file, or larger than 1048576 bytes"):
            open_checkpoint(path, ANB2N, None)  # type: ignore[arg-type]


@needs_bubblewrap
@pytest.mark.slow
def test_the_command_draws_it(tmp_path: Path) -> None:
    line = ["plot", "--lang", "anb2n", "--net", str(handed_in(tmp_path))]
    done = CliRunner().invoke(reference, [*line, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out" / "anb2n.html").read_text()
    assert "handed in as anb2n_srn2_100.pth" in page
    assert np.count_nonzero([path.suffix == ".svg" for path in (tmp_path / "out").iterdir()]) == 3
