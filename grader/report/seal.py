"""Puts a result into its PDF so that whoever is shown the PDF can check one against the other.

Without a key the seal is a checksum: it shows damage, and a change by somebody who does not know
this program. With a key nobody without the key can make one.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.errors import UsageError
from grader.record import Record
from grader.results import Result

RESULT_NAME: Final = "result.json"
SEAL_NAME: Final = "result.seal.json"
LEAST_KEY: Final = 16
MOST_KEY: Final = 2**20


class Seal(Record):
    """SHA-256 of the attached result in hex, and HMAC-SHA-256 of it under a key, where one was."""

    sha256: str
    hmac_sha256: str | None


@dataclass(frozen=True)
class Attached:
    """One file inside a PDF."""

    name: str
    content: bytes
    description: str


def sealed(result: Result, key: bytes | None) -> tuple[Attached, Attached]:
    """The result as it is attached, and its seal.

    Durations are left out, so that equal results make equal files.
    """
    content = result.without_timings().to_json().encode()
    seal = seal_of(content, key)
    text = json.dumps(seal.model_dump(), indent=2) + "\n"
    return (
        Attached(RESULT_NAME, content, "The result that this report was made from"),
        Attached(SEAL_NAME, text.encode(), "Digests of the result, for `grader verify`"),
    )


def seal_of(content: bytes, key: bytes | None) -> Seal:
    """The seal of a result."""
    return Seal(
        sha256=hashlib.sha256(content).hexdigest(),
        hmac_sha256=hmac.new(key, content, "sha256").hexdigest() if key is not None else None,
    )


def read_key(path: Path) -> bytes:
    """The key in a file, all of its bytes.

    Raises:
        UsageError: it cannot be read, or is too short to be a secret.
    """
    where = f"the key file {path}"
    try:
        with path.open("rb") as file:
            key = file.read(MOST_KEY + 1)
    except OSError as error:
        raise UsageError(where, f"cannot be read ({error.strerror})", "a file") from None
    if not LEAST_KEY <= len(key) <= MOST_KEY:
        raise UsageError(
            where,
            f"holds {len(key)} bytes",
            f"{LEAST_KEY} random bytes or more, at most {MOST_KEY}",
            "make one with: head -c 32 /dev/urandom > key",
        )
    return key
