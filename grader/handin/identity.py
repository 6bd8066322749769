"""What a student is called in the results: the student number, or a name made safe for a folder.

An id must not change when others join the cohort, so it depends on the student's own names alone.
"""

import hashlib
import re
import unicodedata

from grader.submission.intake import STUDENT_ID

SEVEN_DIGITS = re.compile(r"[0-9]{7}")
LONGEST = 64
ANONYMOUS = "participant"
"""What Moodle writes for the name where marking is anonymous."""


def student_number(text: str) -> str:
    """The student number in a text, in lower case; empty where there is none.

    Seven digits alone are one too, as `give` and enrolment lists write them.

    >>> student_number("Z1234567 hw1"), student_number("1234567"), student_number("Jane 1234567")
    ('z1234567', 'z1234567', '')
    """
    if match := STUDENT_ID.search(text):
        return match[0].lower()
    return f"z{text.strip()}" if SEVEN_DIGITS.fullmatch(text.strip()) else ""


def student_id(text: str) -> str:
    """The student number in a text, or else the text as a safe name.

    >>> student_id("Jane Citizen"), student_id("José")
    ('Jane-Citizen', 'Jose-24c2ab65')
    """
    return student_number(text) or _distinct(text)


def moodle_id(name: str, participant: str) -> str:
    """The id of somebody of whom Moodle's name and participant number are known.

    >>> moodle_id("Jane Citizen", "1234567"), moodle_id("Participant", "1234567")
    ('Jane-Citizen-1234567', 'participant-1234567')
    """
    plain = "" if name.casefold() == ANONYMOUS else _ascii(name.replace("_", " "))
    return student_number(name) or f"{plain or ANONYMOUS}-{participant}"


def _distinct(text: str) -> str:
    """A safe name; with a digest where making it safe could give two people the same."""
    plain = _ascii(text)
    if plain and text.isascii() and len(text) <= LONGEST:
        return plain
    whole = unicodedata.normalize("NFC", text).encode(errors="surrogatepass")
    return f"{plain or 'student'}-{hashlib.sha256(whole).hexdigest()[:8]}"


def _ascii(text: str) -> str:
    """Latin letters without their accents; everything that is no letter or digit becomes a dash."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", letters).strip("-.")[:LONGEST].rstrip("-.")
