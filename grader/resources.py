"""Finds the files that travel with the package, wherever it lies, and the folder of its own."""

import os
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


def default_cache() -> Path:
    """``GRADER_CACHE``, or ``nn-grader`` below ``XDG_CACHE_HOME``, or below ``~/.cache``."""
    if own := os.environ.get("GRADER_CACHE"):
        return Path(own)
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "nn-grader"
