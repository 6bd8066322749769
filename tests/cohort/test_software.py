import subprocess
import sys

import torch

from grader.cohort.software import differences, software, versions


def test_the_same_software_has_no_differences() -> None:
    assert differences(software(), software()) == ""
    assert differences(software(), versions()) == ""


def test_each_difference_is_named() -> None:
    expected = {"python": "3.12.1", "torch": "2.15.0", "grader": "1"}
    found = {"python": "3.11.9", "torch": "2.15.0"}
    assert differences(found, expected) == (
        "python 3.11.9 instead of 3.12.1, grader missing instead of 1"
    )


def test_a_worker_tells_its_build_of_torch_and_its_processor() -> None:
    assert software()["torch build"] == torch.__version__
    assert torch.backends.cpu.get_cpu_capability() in software()["processor"]


def test_another_process_has_the_same_and_needs_no_torch_for_the_versions() -> None:
    code = (
        "import sys; from grader.cohort.software import versions;"
        "print(versions()); assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == f"{versions()}\n"
