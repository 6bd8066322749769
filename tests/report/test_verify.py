from pathlib import Path

import pytest

from grader.errors import ReportError, UsageError
from grader.report.files import rendered
from grader.report.pdf import render_pdf
from grader.report.seal import Attached, Seal, read_key, seal_of, sealed
from grader.report.verify import differing_page, read_pdf, verified
from tests.report.example import sample

KEY = b"k" * 32
PAGE = "<html lang=en><title>x</title><p>x</p></html>"


@pytest.fixture(scope="module")
def report() -> bytes:
    return rendered(sample(), KEY)["report.pdf"]


def small(*attached: Attached) -> bytes:
    return render_pdf(PAGE, attached=attached)


def test_a_report_holds_its_result_and_says_the_same(report: bytes) -> None:
    result, trust = verified(report, "report.pdf", KEY)
    assert (result, trust) == (sample().without_timings(), "key")
    assert differing_page(report, result) is None


def test_equal_results_make_equal_files(report: bytes) -> None:
    later = sample().model_copy(update={"timings": {"capture": 99.0}})
    assert rendered(later, KEY)["report.pdf"] == report


def test_pages_of_another_result_are_seen(report: bytes) -> None:
    result = sample()
    marks = result.marks.model_copy(update={"earned": 9.0})
    assert differing_page(report, result.model_copy(update={"marks": marks})) == 1


def test_what_a_seal_rests_on_is_told() -> None:
    with_key, without = small(*sealed(sample(), KEY)), small(*sealed(sample(), None))
    assert verified(with_key, "x", None)[1] == "key not given"
    assert verified(without, "x", None)[1] == "checksum"


@pytest.mark.parametrize(
    ("key", "other", "found"),
    [(KEY, b"o" * 32, "with another key"), (None, KEY, "without a key")],
)
def test_another_key_is_refused(key: bytes | None, other: bytes, found: str) -> None:
    with pytest.raises(ReportError, match=f"ALTERED: it was sealed {found}"):
        verified(small(*sealed(sample(), key)), "x", other)


def test_an_altered_result_is_seen() -> None:
    result, seal = sealed(sample(), None)
    better = result.content.replace(b'"earned": 3.25', b'"earned": 17.0')
    assert better != result.content
    with pytest.raises(ReportError, match="another digest than its seal"):
        verified(small(Attached(result.name, better, ""), seal), "x", None)


def test_whoever_makes_a_new_checksum_is_found_by_the_key() -> None:
    result, _ = sealed(sample(), KEY)
    forged = seal_of(result.content, b"guess" * 8).model_dump_json().encode()
    pdf = small(result, Attached("result.seal.json", forged, ""))
    assert verified(pdf, "x", None)[1] == "key not given"
    with pytest.raises(ReportError, match="with another key"):
        verified(pdf, "x", KEY)


@pytest.mark.parametrize("text", [b"{", b'{"sha256": 3, "hmac_sha256": null}', b"[]", b"\xff"])
def test_a_malformed_seal_is_seen(text: bytes) -> None:
    result, _ = sealed(sample(), None)
    with pytest.raises(ReportError, match="its seal is malformed"):
        verified(small(result, Attached("result.seal.json", text, "")), "x", None)


def test_a_result_that_is_no_text_or_no_result_is_seen() -> None:
    for content, found in ((b"\xff", "is no text"), (b"{}", "a result file of schema")):
        seal = seal_of(content, None).model_dump_json().encode()
        pdf = small(Attached("result.json", content, ""), Attached("result.seal.json", seal, ""))
        with pytest.raises(ReportError, match=found):
            verified(pdf, "x", None)


def test_what_is_no_report_is_told() -> None:
    result, seal = sealed(sample(), None)
    for pdf, found in (
        (b"no pdf", "no readable PDF"),
        (small(), "attached is nothing"),
        (small(result), "attached is result.json"),
        (small(result, seal, Attached("more", b"x", "")), "attached is more, result.json"),
        (small(result, result, seal), "attached is result.json, result.seal.json"),
    ):
        with pytest.raises(ReportError, match=found):
            verified(pdf, "x", None)


def test_the_seal_is_a_known_digest() -> None:
    """RFC 4231, test case 2."""
    seal = seal_of(b"what do ya want for nothing?", b"Jefe")
    assert seal.hmac_sha256 == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert Seal.model_validate_json(seal.model_dump_json()) == seal


def test_a_key_is_read_whole_and_must_be_long_enough(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY + b"\n")
    assert read_key(tmp_path / "key") == KEY + b"\n"
    (tmp_path / "short").write_bytes(b"1234")
    with pytest.raises(UsageError, match="holds 4 bytes"):
        read_key(tmp_path / "short")
    with pytest.raises(UsageError, match="No such file"):
        read_key(tmp_path / "none")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="No such file"):
        read_pdf(tmp_path / "none.pdf")
