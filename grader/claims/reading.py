"""Has a report read in the sandbox, and pictures cut out of it; believes nothing unchecked."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grader.capturing.isolation import Isolation
from grader.capturing.sandbox import (
    Limits,
    WorkerRun,
    mounts_of,
    reply_folder,
    run_worker,
    start_worker,
)
from grader.claims.document import Box, Document, parse_document
from grader.claims.png import MAX_BYTES, is_plain_png
from grader.errors import CaptureError
from grader.wire import read_untrusted

ENTRY = "worker.reading.__main__"
MAX_REPLY_BYTES = 64 * 2**20
BUDGET = {"pages": 60, "pictures": 48, "seconds": 90.0}
"""Of one report. Seconds are those of the processor, spent on pictures."""

MOST_SHOWN = 80_000
"""Bytes of a picture that is shown whole: sixteen of them leave a report below 2 MB."""

SECONDS = 150
"""Processor time for a whole report."""

PATIENCE = 4
"""Times as long by the clock, since other processes may want the processor, too."""


def screenshots_can_be_read() -> bool:
    """Whether the optional reader of screenshots is installed here."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def read_document(isolation: Isolation, source: Path, limits: Limits) -> Document:
    """The report as text with places; a report that cannot be read says why in `problem`.

    Raises:
        CaptureError: the reader could not be started, which is no student's fault.
    """
    with reply_folder() as out:
        run = _run(isolation, source, {"task": "read", "budget": BUDGET}, out, limits)
        try:
            return parse_document(read_untrusted(out / "reply.json", MAX_REPLY_BYTES))
        except CaptureError as error:
            ended = "" if (out / "reply.json").is_file() else f" ({run.cause()})"
            return unread(f"the report could not be read{ended}: {error.found}"[:400])


def unread(problem: str) -> Document:
    """A report of which nothing was read."""
    return Document(
        format="grader.reading/1",
        kind="unknown",
        pages=[],
        pages_in_all=0,
        problem=problem,
        notes=[],
    )


def cut_pictures(
    isolation: Isolation,
    source: Path,
    places: Mapping[str, tuple[int, int, Box]],
    limits: Limits,
    widest: Mapping[str, int] | None = None,
) -> dict[str, str]:
    """Pictures of places, as base64 of a PNG, by the keys given; what cannot be cut is left out.

    Args:
        isolation: the sandbox.
        source: the report.
        places: page, picture on it (-1 for none) and box.
        limits: bounds on the reader.
        widest: the width and height in pixels that a whole picture is made smaller to.
    """
    if not places:
        return {}
    sizes = widest or {}
    crops = [
        {"page": page, "picture": picture, "box": list(box), "widest": sizes.get(key, 0)}
        for key, (page, picture, box) in places.items()
    ]
    found = {}
    with reply_folder() as out:
        _run(isolation, source, {"task": "cut", "crops": crops}, out, limits)
        for number, key in enumerate(places):
            try:
                data = read_untrusted(out / f"crop{number}.png", MAX_BYTES)
            except CaptureError:
                continue
            if is_plain_png(data) and len(data) <= (MOST_SHOWN if key in sizes else MAX_BYTES):
                found[key] = base64.b64encode(data).decode("ascii")
    return found


def _run(
    isolation: Isolation, source: Path, task: Mapping[str, Any], out: Path, limits: Limits
) -> WorkerRun:
    inside, replies = mounts = mounts_of(source.parent, out)
    module = {"path": f"{isolation.path(inside)}/{source.name}", **task}
    request = {"modules": [module], "out": isolation.path(replies)}
    bounds = replace(limits, silence_seconds=PATIENCE * SECONDS, cpu_seconds=SECONDS)
    run = run_worker(start_worker(isolation, mounts, entry=ENTRY), request, bounds, lambda: 0)
    if not run.started:
        lines: Sequence[str] = run.noise.strip().splitlines()
        raise CaptureError(
            "the reader of reports",
            f"ended before it reached the report: {lines[-1] if lines else run.cause()}",
            "a working Python with pypdfium2 inside the sandbox",
            "run `grader doctor`",
        )
    return run
