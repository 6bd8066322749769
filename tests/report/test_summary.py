from grader.report import summary

from . import example


def test_marks_of_the_sample() -> None:
    said = summary.view(example.sample())
    assert (said.earned, said.pending, said.lost, said.available) == ("3.25", "13", "0.75", "17")
    assert [len(part.rows) for part in said.parts] == [4, 3, 5]


def test_bars_share_one_scale() -> None:
    rows = [row for part in summary.view(example.sample()).parts for row in part.rows]
    lengths = {row.id: row.earned_share + row.pending_share + row.lost_share for row in rows}
    assert lengths["3.5"] == 100
    assert abs(lengths["2.2"] - 200 / 3) < 0.05


def test_largest_loss_first() -> None:
    losses = summary.view(example.sample()).losses
    assert [loss.marks for loss in losses] == ["0.5", "0.25"]
    assert losses[0].anchor == "q-2-3"


def test_unofficial_images_and_protocol_are_announced() -> None:
    result = example.sample()
    quick = result.environment.protocol.model_copy(
        update={"name": "quick", "title": "Two epochs", "official": False, "epochs": 2}
    )
    environment = result.environment.model_copy(update={"protocol": quick})
    said = summary.view(result.model_copy(update={"environment": environment}))
    assert [notice.title for notice in said.notices] == [
        "Measured on the bundled set: not official marks",
        "Trained with the quick protocol: a preview only",
    ]
    assert said.footer == "Not official marks"
    assert summary.view(example.perfect()).notices == []


def test_what_waits_for_a_human() -> None:
    assert summary.view(example.sample()).waiting == ["14 written criteria: 13 marks to give"]
    assert summary.view(example.ungraded()).waiting == [
        "1 check that the grader could not run: 1 mark held back"
    ]


def test_serious_flags_come_first_and_are_capped() -> None:
    said = summary.view(example.broken())
    assert len(said.flags) == summary.MOST_FLAGS
    assert said.more_flags == 8
    assert summary.view(example.sample()).flags[0].word == "Worth a look"
