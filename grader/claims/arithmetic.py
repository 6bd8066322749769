"""Evaluates calculations as students write them: "(784*150+150)+(150x10+10) = 119260"."""

import re

MOST_TOKENS = 120
LARGEST = 10**12

_SIGNS = str.maketrans({"×": "*", "∗": "*", "⋅": "*", "·": "*", "−": "-", "–": "-"})
_TOKEN = re.compile(r"\d+|[-+*/()^]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TIMES = re.compile(r"(?<=[\d)])\s*[xX](?=\s*[\d(])")
_UNITS = re.compile(
    r"(?<=[\d)])\s*(?:\([A-Za-z][^()\d]{0,40}\)|(?:weight|bias|biases|param|parameter)s?\b)",
    re.IGNORECASE,
)
_INTERRUPTED = re.compile(r"\s*(?:\([^)]*\)|[A-Za-z][A-Za-z ]{0,40})\s*[-+*]")
_RUN = re.compile(r"[\d(][\d\s+\-*/()^]*[\d)]")


def calculations(text: str) -> list[list[str]]:
    """Chains of sides that a text holds: "a: 2*3 + 1 = 7" gives [["2*3 + 1", "7"]].

    A side is the last run of numbers and signs before the next "=", or the first after it. One
    that words interrupt ("784*10 weights + 10 biases") is left out: its value is not written down.
    """
    plain = _TIMES.sub("*", _UNITS.sub("", _THOUSANDS.sub("", text))).translate(_SIGNS)
    chains: list[list[str]] = [[]]
    parts = plain.split("=")
    for i, part in enumerate(parts):
        runs = list(_RUN.finditer(part)) or list(re.finditer(r"\d+", part))
        if not runs:
            chains.append([])
            continue
        if i:
            first = runs[0]
            if not part[: first.start()].strip() and not _INTERRUPTED.match(part[first.end() :]):
                chains[-1].append(first.group().strip())
        if i == 0 or len(runs) > 1:
            chains.append([])
            last = runs[-1]
            if (i < len(parts) - 1 and not part[last.end() :].strip() and _whole(part, last)) or (
                i == len(parts) - 1 and i == 0 and _whole(part, last)
            ):
                chains[-1].append(last.group().strip())
    return [chain for chain in chains if chain and (len(chain) > 1 or is_calculation(chain[0]))]


def _whole(part: str, run: re.Match[str]) -> bool:
    """Whether no sign before a run says that it goes on from something else."""
    return not part[: run.start()].rstrip().endswith(("+", "*", "-", "/"))


def is_calculation(side: str) -> bool:
    """Whether a side is more than a number."""
    return bool(re.search(r"\d\s*[+*]|[+*]\s*[\d(]", side)) and value_of(side) is not None


def value_of(side: str) -> int | None:
    """The value of a side in whole numbers, None where it is no calculation or far too large.

    >>> value_of("(784*150+150)+(150*10+10)"), value_of("5*5*"), value_of("2^3")
    (119260, None, 8)
    """
    tokens = _TOKEN.findall(side)
    if not tokens or len(tokens) > MOST_TOKENS or "".join(tokens) != re.sub(r"\s", "", side):
        return None
    try:
        value, rest = _sum(tokens, 0)
    except (ValueError, IndexError, RecursionError):
        return None
    return value if rest == len(tokens) and abs(value) <= LARGEST else None


def _sum(tokens: list[str], at: int) -> tuple[int, int]:
    value, at = _product(tokens, at)
    while at < len(tokens) and tokens[at] in "+-":
        other, after = _product(tokens, at + 1)
        value = value + other if tokens[at] == "+" else value - other
        at = after
    return value, at


def _product(tokens: list[str], at: int) -> tuple[int, int]:
    value, at = _factor(tokens, at)
    while at < len(tokens) and (tokens[at] in "*/" or tokens[at] == "("):
        implied = tokens[at] == "("
        other, after = _factor(tokens, at if implied else at + 1)
        if not implied and tokens[at] == "/":
            if other == 0 or value % other:
                raise ValueError("no whole number")
            value //= other
        else:
            value *= other
        if abs(value) > LARGEST:
            raise ValueError("too large")
        at = after
    return value, at


def _factor(tokens: list[str], at: int) -> tuple[int, int]:
    token = tokens[at]
    if token == "(":
        value, at = _sum(tokens, at + 1)
        if tokens[at] != ")":
            raise ValueError("no closing bracket")
        at += 1
    elif token.isdigit() and len(token) <= 12:
        value, at = int(token), at + 1
    else:
        raise ValueError(f"unexpected {token}")
    if at < len(tokens) and tokens[at] == "^":
        power = tokens[at + 1]
        if not power.isdigit() or int(power) > 4:
            raise ValueError("a power that no parameter count has")
        value, at = value ** int(power), at + 2
    return value, at
