"""Light and dark: text has a contrast of 4.5 to its ground, marks one of 3, and Streamlit has the same colours."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CSS = (ROOT / "prioritiser" / "ui" / "styles" / "base.css").read_text(encoding="utf-8")
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
PAIRS = dict(
    (name, (light, dark)) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", CSS)
)
PAIRS["national"] = PAIRS["blue"]
TEXTS = ("ink", "quiet", "blue", "good", "bad", "national", "local", "long-term")
MARKS = ("problem", "edge", "strong")


def look(scheme: str) -> dict[str, str]:
    return {name: pair[scheme == "dark"] for name, pair in PAIRS.items()}


def parts(colour: str) -> list[int]:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    return [int(digits[place : place + 2], 16) for place in (0, 2, 4)]


def brightness(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in scaled(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def scaled(colour: str) -> list[float]:
    return [part / 255 for part in parts(colour)]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_stand_out_from_their_grounds(scheme: str) -> None:
    colours = look(scheme)
    pairs = [(text, ground, 4.5) for text in TEXTS for ground in ("paper", "page")]
    pairs += [(mark, ground, 3.0) for mark in MARKS for ground in ("paper", "page")]
    # words on bars and on marked words; the picture's shaded cells carry words too
    pairs += [("on-strong", "strong", 4.5), ("ink", "middle", 4.5), ("on-strong", "blue", 4.5), ("page", "blue", 4.5)]
    low = {
        (front, back): round(contrast(colours[front], colours[back]), 2)
        for front, back, least in pairs
        if contrast(colours[front], colours[back]) < least
    }
    assert not low


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_streamlit_has_the_colours_of_the_page(scheme: str) -> None:
    colours, theme = look(scheme), THEME[scheme]
    said = {
        "backgroundColor": "paper",
        "secondaryBackgroundColor": "page",
        "textColor": "ink",
        "primaryColor": "blue",
        "linkColor": "blue",
    }
    assert {key: parts(theme[key]) for key in said} == {key: parts(colours[name]) for key, name in said.items()}
    assert contrast(theme["borderColor"], theme["backgroundColor"]) >= 3
    assert "base" not in THEME  # or it would overrule what the reader's system asks for


def test_styles_and_charts_have_no_colours_of_their_own() -> None:
    """Whatever names a colour itself cannot turn dark."""
    package = ROOT / "prioritiser"
    for path in [*package.glob("ui/**/*.css"), *package.glob("charts/*.py"), *package.glob("ui/**/*.py")]:
        text = re.sub(r"light-dark\([^)]*\)", "", path.read_text(encoding="utf-8"))
        assert not re.findall(r"(?i)#[0-9a-f]{3,8}\b|['\"\s:]white\b(?!-)|\bblack\b", text), path
