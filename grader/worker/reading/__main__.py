"""One reading process: a request on stdin, a JSON document or cropped pictures as the reply."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..limits import apply_limits, die_with_parent
from .kinds import Unreadable, kind_of
from .layout import Budget, Reading, failed

if TYPE_CHECKING:
    from PIL import Image

COLOURS, MANY_COLOURS = 32, 64
MOST_BYTES = 40_000  # of a picture that is shown
SMALLEST = 60  # pixels


def main() -> None:
    """Serve the one request on stdin: read a report, or cut pictures out of it."""
    die_with_parent()
    request = json.load(sys.stdin)
    apply_limits(request["limits"])
    (module,) = request["modules"]
    path = Path(module["path"])
    path.open("rb").close()  # a copy that is closed to us is no student's fault
    print(request["ready"], end="", flush=True)
    if module["task"] == "read":
        reply = read(path, Budget(**module["budget"])).document()
    else:
        reply = {"cut": cut(path, module["crops"], Path(request["out"]))}
    (Path(request["out"]) / "reply.json").write_text(json.dumps(reply), encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)


def read(path: Path, budget: Budget) -> Reading:
    """The text of a report with places, whatever its name says it is."""
    data = path.read_bytes()
    kind = kind_of(data)
    try:
        if kind == "pdf":
            from .pdf import read_pdf

            return read_pdf(data, budget)
        if kind == "docx":
            from .docx import read_docx

            return read_docx(data, budget)
        if kind == "picture":
            from .pictures import read_picture

            return read_picture(data, budget)
        from .plain import read_plain

        return read_plain(data, kind)
    except Unreadable as problem:
        return failed(kind, str(problem))


def cut(path: Path, crops: list[dict[str, Any]], out: Path) -> list[bool]:
    """Write `crop0.png` and so on; which of them could be cut."""
    data = path.read_bytes()
    kind = kind_of(data)
    if kind == "pdf":
        from .pdf import cut_pdf as cutter
    elif kind == "docx":
        from .docx import cut_docx as cutter
    elif kind == "picture":
        from .pictures import cut_picture as cutter
    else:
        return [False] * len(crops)
    done = []
    for number, picture in enumerate(cutter(data, crops)):
        done.append(picture is not None)
        if picture is not None:
            _save(picture, out / f"crop{number}.png", shown=crops[number]["widest"] > 0)
    return done


def _save(picture: "Image.Image", path: Path, *, shown: bool) -> None:
    """Write a PNG of few colours; one that is shown as a picture gets more of them, and is made
    smaller until it is light enough: a photograph of a sketch may be anything.
    """
    picture.quantize(MANY_COLOURS if shown else COLOURS).save(path, optimize=True)
    while shown and path.stat().st_size > MOST_BYTES and min(picture.size) > SMALLEST:
        picture = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))
        picture.quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
