from grader.report import provenance

from . import example


def test_every_setting_a_mark_depends_on_is_named() -> None:
    facts = dict(provenance.view(example.sample()))
    assert "not official" in facts["Images"]
    assert "learning rate 0.01, momentum 0.5" in facts["Protocol"]
    assert facts["Seeds"] == "0 · precision float32, device cpu, layout channels last, threads 2"
    assert facts["Limits"].startswith("wall 60 s, cpu 40 s")
    assert "PyTorch 2.9.1" in facts["Software"]
    assert facts["Files"].startswith("kuzu.py (1,824 bytes, 9f2c41d07be85a63), check.py")


def test_output_of_the_submission_is_capped() -> None:
    result = example.sample().model_copy(update={"output": {"kuzu": "line\n" * 500, "check": " "}})
    (said,) = provenance.output(result)
    lines = said.lines.split("\n")
    assert len(lines) == provenance.OUTPUT_LINES + 1
    assert lines[-1] == "… 480 more lines in result.json"
