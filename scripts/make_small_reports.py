"""Writes the one-page hw1.pdf of every sample submission but the flagship.

    python -m scripts.make_small_reports

How such a page becomes a PDF is `grader.synthetic.report`'s.
"""

from pathlib import Path

from grader.synthetic.report import one_page_pdf

SUBMISSIONS = Path(__file__).resolve().parent.parent / "submissions"
PLAIN_TEXT = {"z0000028"}  # its hw1.pdf is text, and written by hand
FLAGSHIP = "z5567992"
NAMES = {"z0000019": "HW1.PDF"}
FULL = "784*150 + 150 + 150*10 + 10 = 119260"
CONV = "(1*20*25 + 20) + (20*40*25 + 40) + (640*64 + 64) + (64*10 + 10) = 62234"
OTHER_FULL = {
    "z0000002": "(784*120 + 120) + (120*60 + 60) + (60*10 + 10) = 102070",
    "z0000004": "784*155 + 155 + 155*10 + 10 = 123235",
    "z0000009": "784*150 + 150 + 150*26 + 26 = 121676",
}
OTHER_CONV = {
    "z0000010": "(1*8*25 + 8) + (8*16*25 + 16) + (256*10 + 10) = 5994",
    "z0000024": "160 + 32 + 4640 + 64 + (1568*64 + 64) + 650 = 105962",
    "z0000026": "(1*24*25 + 24) + (24*48*25 + 48) + (3072*100 + 100) + 1010 = 337782",
}


def report_lines(student: str) -> list[str]:
    """The text of one report."""
    full, conv = OTHER_FULL.get(student, FULL), OTHER_CONV.get(student, CONV)
    return [
        "COMP9444 Assignment 1",
        f"Student: {student}",
        "",
        "1.1  NetLin reaches about 70% after ten epochs.",
        "     784*10 + 10 = 7850 independent parameters",
        "1.2  NetFull reaches about 84%.",
        f"     {full}",
        "1.3  NetConv reaches about 93%.",
        f"     {conv}",
        "1.4  The convolutional network is best, since it looks at neighbouring pixels",
        "     together; the linear one is worst.",
        "",
        "2.2  The weights are those of set_weights in check.py.",
        "2.3  All weights and biases are multiplied by the same number.",
    ]


def main() -> None:
    """Write the reports of all samples that have one page."""
    for folder in sorted(SUBMISSIONS.glob("z*")):
        only_check = [file.name for file in folder.iterdir()] == ["check.py"]
        if folder.name not in {FLAGSHIP, *PLAIN_TEXT} and not only_check:
            target = folder / NAMES.get(folder.name, "hw1.pdf")
            target.write_bytes(one_page_pdf(report_lines(folder.name)))


if __name__ == "__main__":
    main()
