"""Finds the files that travel with the package, in a checkout and in an installed wheel alike."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def templates_dir() -> Path:
    """Folder of the Jinja2 templates, style sheets and fonts."""
    installed = PACKAGE / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"


def assignments_dir() -> Path:
    """Folder that holds one folder for each assignment."""
    return PACKAGE / "assignments"


def bundled_data_dir() -> Path:
    """Folder of the bundled kana images in IDX format."""
    return PACKAGE / "data" / "bundled"
