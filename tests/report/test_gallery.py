import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from grader.commands.reference import LANGUAGES, reference
from grader.report.gallery import render_gallery, write_gallery
from reference.recurrent.checkpoints import save
from reference.recurrent.trained import available, network, record


def test_a_gallery_is_a_page_and_every_plot_in_three_forms(tmp_path: Path) -> None:
    known = record("anb2n")
    page, *plots = write_gallery(known.study, known.origin, tmp_path / "made for it")
    assert page.name == "anb2n.html"
    assert {path.stem for path in plots} == {"anb2n-plane-12", "anb2n-machine", "anb2n-watch"}
    assert [path.suffix for path in plots] == [".png", ".svg", ".pdf"] * 3
    with Image.open(plots[0]) as picture:
        assert picture.size[0] > 900
    assert plots[1].read_text().startswith("<?xml")
    assert plots[2].read_bytes().startswith(b"%PDF")


def test_the_page_carries_all_it_shows_and_says_what_made_the_network() -> None:
    known = record("anb2n")
    page = render_gallery(known.study, known.origin)
    assert known.origin.command in page
    assert "<script" not in page
    assert not re.search(r'(href|src)="(?!data:|#)', page)
    assert render_gallery(known.study, known.origin) == page


def test_the_command_draws_a_checkpoint_whose_language_is_known(tmp_path: Path) -> None:
    file = tmp_path / "one.safetensors"
    save(file, network("anb2n"), record("anb2n").origin)
    line = ["plot", "--net", str(file), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(reference, line)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0].endswith("anb2n.html")
    both = CliRunner().invoke(reference, [*line, "--lang", "anb2n"])
    assert both.exit_code == 2
    assert "--lang goes with a .pth file of --net" in " ".join(both.output.split())


@pytest.mark.parametrize("content", [b"", b"text"])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    line = ["plot", "--net", str(tmp_path / "file"), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(reference, line)
    assert done.exit_code == 2
    assert "is no checkpoint of the reference" in " ".join(done.output.split())


def test_the_command_offers_the_languages_with_a_network() -> None:
    assert available() == LANGUAGES
