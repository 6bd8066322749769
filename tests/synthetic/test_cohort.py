import ast
import json
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median

import pytest
import torch

from grader.errors import IntakeError
from grader.grading import grade
from grader.submission.intake import open_submission
from grader.synthetic.cohort import (
    BROKEN,
    Expected,
    make_cohort,
    make_equal_cohort,
    manifest_of,
    read_manifest,
)
from grader.synthetic.faults import FAULTS, FILE_FAULTS, NETWORKS, outcomes_of
from grader.synthetic.hostile import ATTACKS
from grader.synthetic.layers import ConvForm, net_conv, net_full, net_lin
from grader.synthetic.perceptron import VARIANTS
from grader.synthetic.sizes import conv_forms, cost_at, course_seconds, full_sizes, spread
from grader.synthetic.source import any_hand, module_source
from reference.kuzu import NetConv, NetFull, NetLin
from tests.sandboxes import needs_bubblewrap
from tests.tiny import tiny_settings

THREE_FILES = {"kuzu.py", "check.py", "hw1.pdf"}
REFERENCE = ConvForm((20, 40), kernel=5, padding=0, stride=1, pools=(True, True), hidden=64)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def names(*found: Expected) -> Counter[str]:
    return Counter(name for one in found for name in one.faults)


# -------------------------------------------------------------------------------------- cohorts


def test_equal_seeds_give_equal_bytes(tmp_path: Path) -> None:
    first = make_cohort(tmp_path / "a", 40, 7, broken=0.2, hostile=0.2)
    again = make_cohort(tmp_path / "b", 40, 7, broken=0.2, hostile=0.2)
    other = make_cohort(tmp_path / "c", 40, 8, broken=0.2, hostile=0.2)
    assert first == again != other
    assert contents(tmp_path / "a") == contents(tmp_path / "b") != contents(tmp_path / "c")


def test_everyone_has_a_folder_with_three_files_and_an_invented_id(tmp_path: Path) -> None:
    made = make_cohort(tmp_path / "cohort", 30, 1, broken=0, hostile=0)
    assert [one.student for one in made] == [f"z{100000 + i:07d}" for i in range(30)]
    for one in made:
        assert {p.name for p in (tmp_path / "cohort" / one.student).iterdir()} == THREE_FILES
        assert one.status == "graded"


def test_the_manifest_lies_beside_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "cohort"
    made = make_cohort(folder, 12, 1, broken=0.5, hostile=0.2)
    assert manifest_of(folder).parent == tmp_path
    assert read_manifest(folder) == made
    assert not list(folder.rglob("*.json"))
    assert json.loads(manifest_of(folder).read_text())[0]["student"] == "z0100000"


def test_a_cohort_may_be_archives(tmp_path: Path) -> None:
    folder = tmp_path / "cohort"
    made = make_cohort(folder, 5, 1, broken=0, hostile=0, layout="archives")
    assert sorted(p.name for p in folder.iterdir()) == [f"{one.student}.zip" for one in made]
    for path in folder.iterdir():
        assert set(zipfile.ZipFile(path).namelist()) == THREE_FILES


def test_every_way_of_being_broken_occurs(tmp_path: Path) -> None:
    made = make_cohort(tmp_path / "cohort", len(BROKEN), 3, broken=1, hostile=0)
    assert set(names(*made)) == {way.name for way in BROKEN}
    statuses = Counter(one.status for one in made)
    assert statuses == {"missing": 1, "unreadable": 2, "duplicate": 1, "graded": 2}


def test_what_is_unreadable_is_refused_by_the_intake(tmp_path: Path) -> None:
    folder = tmp_path / "cohort"
    made = make_cohort(folder, len(BROKEN), 3, broken=1, hostile=0)
    for one in made:
        paths = sorted(folder.glob(f"{one.student}*"))
        assert (len(paths) == 2) == (one.status == "duplicate")
        for number, path in enumerate(paths):
            (work := tmp_path / f"{one.student}-{number}").mkdir()
            if one.status in ("missing", "unreadable"):
                with pytest.raises(IntakeError):
                    open_submission(path, work, sorted(THREE_FILES))
            else:
                assert open_submission(path, work, sorted(THREE_FILES)).id == one.student


def test_shares_are_kept(tmp_path: Path) -> None:
    made = make_cohort(tmp_path / "cohort", 100, 5, broken=0.1, hostile=0.07)
    found = names(*made)
    assert sum(found[way.name] for way in BROKEN) == 10
    assert {found[f"attack: {attack.name}"] for attack in ATTACKS} == {1}
    for network in NETWORKS:
        faulty = sum(found[f"{network}: {fault.name}"] for fault in FAULTS[network])
        share = sum(fault.share for fault in FAULTS[network])
        assert faulty == pytest.approx(83 * share, abs=6)


def test_all_python_parses_but_for_what_must_not(tmp_path: Path) -> None:
    folder = tmp_path / "cohort"
    made = make_cohort(folder, 150, 5, broken=0, hostile=0.1)
    bad = {f"kuzu.py: {fault.name}" for fault in FILE_FAULTS[:2]}
    for one in made:
        for file in (folder / one.student).glob("*.py"):
            if file.name == "kuzu.py" and bad & set(one.faults):
                with pytest.raises(SyntaxError):
                    ast.parse(file.read_bytes())
            else:
                ast.parse(file.read_bytes())


def test_equal_cohorts_differ_in_comments_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cohort"
    made = make_equal_cohort(folder, 4, 1)
    assert len({tuple(one.networks.items()) for one in made}) == 1
    assert not any(one.faults or one.outcomes for one in made)
    for file in ("kuzu.py", "check.py"):
        texts = [(folder / one.student / file).read_text() for one in made]
        assert len(set(texts)) == 4
        assert len({text.split("\n", 1)[1] for text in texts}) == 1


# ---------------------------------------------------------------------------------------- sizes


@pytest.mark.parametrize("seed", range(5))
def test_sizes_are_as_often_the_same_as_in_a_real_cohort(seed: int) -> None:
    assert len(set(full_sizes(Random(seed), 88))) == 38
    assert len(set(conv_forms(Random(seed), 88))) == 68
    assert all(size % 10 == 0 for size in full_sizes(Random(seed), 88))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [60, 88, 500])
def test_costs_are_spread_as_in_a_real_cohort(seed: int, count: int) -> None:
    costs = [course_seconds(form) for form in conv_forms(Random(seed), count)]
    assert median(costs) == pytest.approx(309, rel=0.2)
    assert min(costs) < 30
    assert 2000 < max(costs) < 3500


def test_costs_rise_from_the_cheapest_over_the_median_to_the_dearest() -> None:
    assert cost_at(0.5) == pytest.approx(309)
    assert cost_at(0.5 / 68) == pytest.approx(5)
    assert cost_at(1 - 0.5 / 68) == pytest.approx(3100)
    assert cost_at(0.9999) == pytest.approx(3100)


def test_multiply_adds_are_those_of_the_layers() -> None:
    """20 filters on 24 x 24, 40 on 8 x 8, then 640 by 64 and 64 by 10."""
    assert REFERENCE.sides == (24, 8, 4)
    assert REFERENCE.multiply_adds == 576 * 500 + 64 * 20_000 + 40_960 + 640
    assert REFERENCE.activations == 576 * 20 + 64 * 40


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_smallest_cohorts_have_sizes_too(count: int) -> None:
    assert len(full_sizes(Random(0), count)) == len(conv_forms(Random(0), count)) == count


@pytest.mark.parametrize("seed", range(20))
def test_values_occur_as_often_as_their_share_says(seed: int) -> None:
    found = Counter(spread(Random(seed), 100, [("a", 0.305), ("b", 0.1), ("c", 0.001)]))
    assert found["a"] in (30, 31)
    assert found["b"] in (9, 10, 11)
    assert found["c"] in (0, 1)
    assert found.total() == 100


# ------------------------------------------------------------------------------------ spellings


def built(source: str) -> dict[str, torch.nn.Module]:
    found: dict[str, torch.nn.Module] = {}
    module: dict[str, type[torch.nn.Module]] = {}
    exec(compile(source, "kuzu.py", "exec"), module)
    for name in NETWORKS:
        torch.manual_seed(1)
        found[name] = module[name]()
    return found


@pytest.mark.parametrize("seed", range(40))
def test_every_hand_writes_the_same_networks(seed: int) -> None:
    """Equal seeds give equal weights, and with these the reference's outputs to the last bit."""
    drafts = (net_lin(), net_full(150), net_conv(REFERENCE))
    found = built(module_source(drafts, any_hand(Random(seed)), "a title"))
    images = torch.randn(8, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    for name, right in {"NetLin": NetLin, "NetFull": NetFull, "NetConv": NetConv}.items():
        torch.manual_seed(1)
        expected = right()
        assert torch.equal(found[name](images), expected(images))


def test_hands_differ() -> None:
    drafts = (net_lin(), net_full(150), net_conv(REFERENCE))
    sources = {module_source(drafts, any_hand(Random(seed)), "a title") for seed in range(40)}
    assert len(sources) > 30


def test_layers_created_backwards_have_other_weights() -> None:
    drafts = (net_lin(), net_full(150), net_conv(REFERENCE))
    hand = any_hand(Random(0))
    usual = built(module_source(drafts, hand, ""))["NetFull"]
    turned = built(module_source(drafts, replace(hand, creates_backwards=True), ""))["NetFull"]
    sizes = sorted(p.numel() for p in usual.parameters())
    assert sizes == sorted(p.numel() for p in turned.parameters())
    images = torch.ones(1, 1, 28, 28)
    assert not torch.equal(usual(images), turned(images))


# ----------------------------------------------------------------------------------- the grader


def test_a_failed_check_skips_those_that_need_it() -> None:
    assert outcomes_of("NetLin", layers="failed") == {
        "netlin_layers": "failed",
        "netlin_parameters": "skipped",
        "netlin_accuracy": "skipped",
    }
    assert outcomes_of("NetFull", hidden="failed") == {"netfull_hidden": "failed"}
    assert len(outcomes_of("NetConv", builds="failed")) == 6
    assert outcomes_of("MLP", step="failed") == {"mlp_step": "failed", "mlp_sigmoid": "skipped"}


def of_report(check: str) -> bool:
    """Whether a check speaks of the report: those of a made-up cohort say nothing."""
    endings = ("_reported_accuracy", "_reported_matrix", "_calculation", "_pictures")
    return check.endswith((*endings, "networks_counted", "mlp_table", "mlp_lines"))


def graded_otherwise(folder: Path, made: list[Expected]) -> dict[str, object]:
    """Everyone whom the grader judges otherwise than expected, accuracies aside."""
    settings = tiny_settings(epochs=1)
    settings = replace(settings, limits=replace(settings.limits, silence_seconds=15))
    wrong: dict[str, object] = {}
    for one in made:
        result = grade(folder / one.student, settings)
        checks = [check for question in result.questions for check in question.checks]
        found = {c.id: c.outcome for c in checks if c.outcome != "passed" and not of_report(c.id)}
        found = {k: v for k, v in found.items() if "_accuracy" not in k or k in one.outcomes}
        if found != one.outcomes:
            wrong[f"{one.student}: {one.faults}"] = set(found.items()) ^ set(one.outcomes.items())
        captured = {name for name, network in result.networks.items() if network.captured}
        assert captured == set(one.networks)
    return wrong


@needs_bubblewrap
def test_the_grader_finds_what_the_manifest_says(tmp_path: Path) -> None:
    made = make_cohort(tmp_path / "cohort", 1, 2, broken=0, hostile=0)
    assert graded_otherwise(tmp_path / "cohort", made) == {}


@needs_bubblewrap
@pytest.mark.slow
def test_the_grader_finds_every_fault_and_survives_every_attack(tmp_path: Path) -> None:
    made = make_cohort(tmp_path / "cohort", 200, 11, broken=0.06, hostile=0.04)
    found: Counter[str] = Counter()
    some = []
    for one in made:
        if one.status == "graded" and any(found[name] == 0 for name in one.faults):
            found.update(one.faults)
            some.append(one)
    wanted = {f"{name}: {fault.name}" for name in NETWORKS for fault in FAULTS[name]}
    wanted |= {f"check.py: {variant.name}" for variant in VARIANTS[1:]}
    wanted |= {f"kuzu.py: {fault.name}" for fault in FILE_FAULTS}
    wanted |= {f"attack: {attack.name}" for attack in ATTACKS}
    assert wanted <= set(found)
    assert graded_otherwise(tmp_path / "cohort", some) == {}
