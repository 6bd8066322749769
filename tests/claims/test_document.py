"""What a reader that was taken over might send is refused."""

import json
from typing import Any

import pytest

from grader.claims.document import Document, parse_document
from grader.errors import CaptureError

from .written import document


def sent(**changes: Any) -> bytes:
    return json.dumps(json.loads(document(["1.1 NetLin"]).model_dump_json()) | changes).encode()


def test_what_the_reader_sends_is_taken() -> None:
    assert isinstance(parse_document(sent()), Document)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        sent(format="grader.reading/2"),
        sent(kind="exe"),
        sent(problem="x" * 401),
        sent(marks=17),
        sent(pages_in_all=-1),
        sent(pages_in_all="7"),
        sent(pages=[{"width": 1e9, "height": 1.0, "lines": [], "pictures": []}]),
        sent().replace(b"595.0", b"NaN"),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(CaptureError, match="the reader's reply"):
        parse_document(data)


def test_a_report_is_complete_only_if_every_page_and_picture_was_read() -> None:
    whole = document(["text"])
    assert whole.complete
    assert not whole.model_copy(update={"pages_in_all": 2}).complete
    assert not whole.model_copy(update={"problem": "it is empty"}).complete
    assert not whole.model_copy(update={"notes": ["page 2 is damaged"]}).complete
