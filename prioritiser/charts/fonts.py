"""The type of every picture and paper: where its files lie, which are part of the package."""

from __future__ import annotations

from pathlib import Path

from prioritiser.errors import MissingFileError

FONTS = Path(__file__).resolve().parent.parent / "fonts"
FONT_NAME = "Liberation Sans"
REGULAR, BOLD = "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"


def font_file(name: str, folder: Path = FONTS) -> Path:
    """Return the path of a font file; raises MissingFileError where it is not there."""
    path = folder / name
    if not path.is_file():
        raise MissingFileError(name, "the font of every picture")
    return path
