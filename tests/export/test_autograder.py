"""The autograder is unpacked and run in a folder laid out as Gradescope's container.

/autograder/source            what the zip holds
/autograder/run_autograder    copied from it
/autograder/submission        the student's files
/autograder/results           where results.json is expected
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from grader.assignment import load_assignment
from grader.capturing.landlocked import landlock_fault
from grader.export.autograder import SCRIPTS, write_autograder
from grader.export.wheel import FILE
from tests.export.test_gradescope import require_valid
from tests.sandboxes import needs_bubblewrap
from tests.tiny import tiny_dataset, write_idx

ROOT = Path(__file__).resolve().parents[2]
needs_no_landlock = pytest.mark.skipif(
    not landlock_fault(), reason="Landlock is a sandbox, and it works here"
)
KUZU = """\
import torch
from torch import nn


class NetLin(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return torch.log_softmax(self.layer(x.view(x.shape[0], -1)), dim=1)
"""


@pytest.fixture(scope="session")
def autograder_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("zip") / "autograder.zip"
    write_autograder(file, load_assignment("comp9444-25t2"))
    return file


@pytest.fixture
def container(tmp_path: Path, autograder_zip: Path) -> Path:
    """/autograder after setup.sh, with the packages of this environment."""
    base = tmp_path / "autograder"
    source = base / "source"
    with zipfile.ZipFile(autograder_zip) as archive:
        archive.extractall(source)
    (base / "submission").mkdir()
    (base / "environment").symlink_to(sys.prefix)
    images = write_idx(tiny_dataset(), tmp_path / "images")
    script = (source / "run_autograder").read_text()
    script = script.replace("DATASET=kmnist", f"DATASET={images}")
    (base / "run_autograder").write_text(script)
    return base


def run(base: Path, **environment: str) -> tuple[dict[str, Any], str]:
    """The results and what the staff see on stdout."""
    done = subprocess.run(
        ["bash", str(base / "run_autograder")],
        cwd=base / "submission",
        env={**os.environ, "AUTOGRADER": str(base), "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((base / "results" / "results.json").read_text())
    require_valid(found)
    return found, done.stdout


def test_the_zip_is_laid_out_as_gradescope_wants_it(autograder_zip: Path) -> None:
    with zipfile.ZipFile(autograder_zip) as archive:
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}
        require_valid(json.loads(archive.read("not_graded.json")))
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert {FILE, "not_graded.json", "assignment/assignment.toml"} <= set(modes)
    assert "assignment/checks/check_kuzu.py" in modes
    assert autograder_zip.stat().st_size < 20e6


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_the_scripts_parse_and_name_no_place_to_install_from(name: str) -> None:
    subprocess.run(["bash", "-n", SCRIPTS / name], check=True)
    text = (SCRIPTS / name).read_text()
    assert "http" not in text
    assert not re.search(r"\w\.(org|com|net|io|edu)\b", text)


def test_setup_installs_what_the_projects_own_setup_does() -> None:
    own = (ROOT / "setup").read_text().partition("missing_packages() {")[2].partition("\n}")[0]
    wanted = set(re.findall(r"\|\| echo ([a-z0-9.-]+)$", own, re.M))
    assert "bubblewrap" in wanted
    line = re.search(r"^install (lib.*)$", (SCRIPTS / "setup.sh").read_text(), re.M)
    assert line is not None
    assert set(line[1].split()) == wanted


def test_setup_calls_apt_pip_and_the_grader(tmp_path: Path, container: Path) -> None:
    """The real script, with every program that installs something replaced by one that notes it."""
    log, programs = tmp_path / "log", tmp_path / "programs"
    programs.mkdir()
    (container / "environment").unlink()
    note = f'#!/bin/bash\necho "$(basename "$0") $*" >>{log}\n'
    made = f'{note}[[ "$1 $2" != "-m venv" ]] || {{ mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; '
    made += f'cp {programs}/apt-get "$3/bin/grader"; }}\n'
    for name, text in (("apt-get", note), ("python3", made)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "AUTOGRADER": str(container)}
    script = container / "source" / "setup.sh"
    subprocess.run(["bash", str(script)], env=environment, check=True, capture_output=True)
    lines = log.read_text().splitlines()
    assert lines[0] == "apt-get update -qq"
    assert lines[1].startswith("apt-get install -y -qq --no-install-recommends libpango")
    assert f"python3 -m venv {container}/environment" in lines
    install = f"python -m pip install --no-input --progress-bar off {container}/source/{FILE}"
    assert lines[-3:] == [install, "grader data fetch", "grader doctor"]


@pytest.mark.slow
@needs_bubblewrap
def test_a_submission_is_graded_in_the_sandbox(container: Path) -> None:
    (container / "submission" / "kuzu.py").write_text(KUZU)
    (container / "submission" / "click.py").write_text("raise SystemExit('imported')")
    shutil.copy(ROOT / "submissions" / "z5567992" / "check.py", container / "submission")
    found, said = run(container)
    assert "Isolation: bubblewrap" in found["output"]
    assert "These marks are not official." in found["output"]
    assert found["score"] == pytest.approx(sum(test.get("score", 0) for test in found["tests"]))
    passed = [test["number"] for test in found["tests"] if test.get("status") == "passed"]
    assert [number for number in passed if number.startswith("1.1.")]
    assert [number for number in passed if number.startswith("2.2.")]
    assert "automatic marks" in found["output"]
    assert "imported" not in said


@pytest.fixture
def without_sandbox(tmp_path: Path) -> dict[str, str]:
    """An environment in which bubblewrap is there and refused, as in most containers.

    Landlock is not, where the kernel has it.
    """
    folder = tmp_path / "refused"
    folder.mkdir()
    (folder / "bwrap").write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n"
    )
    (folder / "bwrap").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.mark.skipif(bool(landlock_fault()), reason=landlock_fault())
def test_where_bubblewrap_is_refused_landlock_keeps_the_code_apart(
    container: Path, without_sandbox: dict[str, str]
) -> None:
    (container / "submission" / "kuzu.py").write_text(KUZU)
    found, _ = run(container, **without_sandbox)
    assert found["score"] > 0
    assert "Isolation: landlock" in found["output"]


@needs_no_landlock
def test_without_a_sandbox_nothing_is_graded_and_nothing_is_zero(
    container: Path, without_sandbox: dict[str, str]
) -> None:
    (container / "submission" / "kuzu.py").write_text(KUZU)
    found, said = run(container, **without_sandbox)
    assert "score" not in found
    assert "through no fault of yours. A tutor will look." in found["output"]
    assert "uid map: Permission denied" in said
    assert "uid map" not in json.dumps(found)


@pytest.mark.slow
@needs_no_landlock
def test_a_tutor_can_allow_resource_limits_alone_and_the_output_tells(
    container: Path, without_sandbox: dict[str, str]
) -> None:
    script = container / "run_autograder"
    script.write_text(script.read_text().replace("SANDBOX=refuse", "SANDBOX=rlimits"))
    (container / "submission" / "kuzu.py").write_text(KUZU)
    found, _ = run(container, **without_sandbox)
    assert found["score"] > 0
    assert "Isolation: rlimits (resource limits only" in found["output"]
    assert found["extra_data"]["isolation"] == "rlimits"


@pytest.mark.slow
def test_a_submission_that_cannot_be_read_says_why(container: Path) -> None:
    found, _ = run(container)
    assert "score" not in found
    assert found["output"].startswith("The submission cannot be read.\n")


def test_a_grader_that_does_not_start_leaves_a_valid_file(container: Path) -> None:
    (container / "environment").unlink()
    found, said = run(container)
    assert found == json.loads((container / "source" / "not_graded.json").read_text())
    assert "exit code 127" in said
