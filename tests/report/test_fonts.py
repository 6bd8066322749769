import pytest
from fontTools.ttLib import TTFont

from grader.report.page import FONTS
from grader.resources import templates_dir

SIGNS = "×−≥≤→✓½…–“”’·₁₂"
KANA = "おきすつなはまやれを \u00a0"


@pytest.mark.parametrize(("family", "weight", "name"), FONTS)
def test_fonts_hold_the_signs_that_reports_use(family: str, weight: int, name: str) -> None:
    font = TTFont(templates_dir() / "fonts" / name)
    wanted = KANA if family == "Report Kana" else SIGNS
    assert set(map(ord, wanted)) <= set(font.getBestCmap())
    assert weight in (400, 600)


def test_the_licence_travels_and_its_reserved_name_is_not_used() -> None:
    assert "SIL OPEN FONT LICENSE" in (templates_dir() / "fonts" / "OFL.txt").read_text().upper()
    for _, _, name in FONTS:
        names = TTFont(templates_dir() / "fonts" / name)["name"]
        assert all("Plex" not in str(names.getName(i, 3, 1)) for i in (1, 4, 6, 16))
