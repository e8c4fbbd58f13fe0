"""Where the bundled files are: beside the package in a checkout, inside it when installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(*parts: str) -> Path:
    """Return the path of a bundled file or folder, given by its parts."""
    inside = _PACKAGE / "bundled"
    return (inside if inside.is_dir() else _PACKAGE.parent).joinpath(*parts)
