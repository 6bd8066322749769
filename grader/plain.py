"""Makes text from elsewhere harmless before a terminal sees it.

A student's error message may hold escape codes that recolour, retitle or rewrite a tutor's
terminal, or characters that turn the reading direction round.
"""


def printable(text: str) -> str:
    r"""The text without control and format characters; lines stay.

    >>> printable("\x1b[31mNetLin\x07 is\n  wide")
    '[31mNetLin is\n  wide'
    """
    return "".join(char for char in text if char.isprintable() or char == "\n")


def one_line(text: str) -> str:
    r"""The same on one line, so that nobody can forge a line of the grader's own.

    >>> one_line("too wide\n  pass Q1.1")
    'too wide pass Q1.1'
    """
    return printable(" ".join(text.split()))
