"""Light and dark: text has a contrast of 4.5 to its ground, marks one of 3, and Streamlit has the same colours."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module

import pytest

from prioritiser.charts.theme import GREY, HEAD, OFFICE_FONT, PAGE_COLOURS, PAGE_FONT, digits
from tests.places import ROOT

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
    charts = [path for path in package.glob("charts/*.py") if path.stem not in ("__init__", "theme")]
    styles = [path for path in package.glob("ui/**/*.css") if path.name != "phone.css"]  # ink on white, in any scheme
    for path in [*styles, *charts, *package.glob("ui/**/*.py")]:
        text = re.sub(r"light-dark\([^)]*\)", "", path.read_text(encoding="utf-8"))
        assert not re.findall(r"(?i)#[0-9a-f]{3,8}\b|['\"\s:]white\b(?!-)|\bblack\b", text), path
    for chart in charts:
        held = vars(import_module(f"prioritiser.charts.{chart.stem}"))
        assert not [name for name, value in held.items() if isinstance(value, str) and value.startswith("#")], chart


def test_words_on_a_phone_stand_out_from_their_grounds() -> None:
    """A phone's page is of one scheme, for a room or outdoors; its grounds are white and near it."""
    text = (ROOT / "prioritiser" / "ui" / "phone" / "assets" / "phone.css").read_text(encoding="utf-8")
    said = set(re.findall(r"[{;]\s*color:\s*(#[0-9a-fA-F]{3,6})", text)) - {"#fff"}
    assert len(said) > 3
    for colour in said:
        assert min(contrast(colour, ground) for ground in ("#ffffff", "#f0f4f5")) >= 4.5, colour


def hexes(text: str) -> set[str]:
    """Every colour of a text that is written in digits, also without a sign, in one way of writing."""
    found = re.findall(r"(?i)#([0-9a-f]{3,8})\b|[\"'>]([0-9a-f]{6})[\"'<]", text)
    return {"".join(f"{part:02X}" for part in parts(f"#{one or other}")) for one, other in found}


def test_page_has_the_colours_of_the_theme() -> None:
    names = re.findall(r"--([\w-]+): (?:light-dark\(|var\(--blue)", CSS)
    assert names == list(dict.fromkeys(names)) and set(names) == set(PAGE_COLOURS)
    assert {name: tuple(map(parts, pair)) for name, pair in PAIRS.items()} == {
        name: tuple(map(parts, pair)) for name, pair in PAGE_COLOURS.items()
    }
    known = {digits(colour) for pair in PAGE_COLOURS.values() for colour in pair}
    assert hexes((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")) <= {*known, digits(GREY)}
    assert THEME["font"] == THEME["headingFont"] == PAGE_FONT


def test_paper_of_html_has_the_colours_of_the_theme() -> None:
    css = (ROOT / "prioritiser" / "exports" / "html" / "paper.css").read_text(encoding="utf-8")
    said = re.findall(r"--(\w+): (#\w+)", css)
    light, dark, printed = said[:7], said[7:14], said[14:]
    for scheme, pairs in ((0, light), (1, dark), (0, printed)):
        names = {"ground": "page"}
        assert {name: parts(colour) for name, colour in pairs} == {
            name: parts(PAGE_COLOURS[names.get(name, name)][scheme]) for name, _ in pairs
        }
    assert hexes(css) <= {digits(colour) for pair in PAGE_COLOURS.values() for colour in pair}
    assert css.count(OFFICE_FONT) == 2 and f'"Liberation Sans", {PAGE_FONT}' in css


def test_colours_stand_in_the_theme_and_nowhere_else_in_python() -> None:
    """All but the shade of a scenario's workbook, which files write before there are charts; it is the theme's."""
    package = ROOT / "prioritiser"
    sources = {
        path.relative_to(package).as_posix(): path.read_text(encoding="utf-8")
        for path in package.rglob("*.*")
        if path.suffix in (".py", ".typ")
    }
    found = {name: hexes(text) for name, text in sources.items() if name != "charts/theme.py"}
    scanned = {"FFFFFF", "212B32"}  # what a camera reads is ink on white, whatever the page's scheme is
    assert {name: colours for name, colours in found.items() if colours} == {
        "files/excel/writer.py": {digits(HEAD)},
        "workshop/link/picture.py": scanned,
    }


def test_fonts_stand_in_the_theme_and_nowhere_else_in_python() -> None:
    package = ROOT / "prioritiser"
    named = [
        path
        for path in package.rglob("*.py")
        if re.search(r"[\"'](Arial|Helvetica|Liberation)|truetype", path.read_text(encoding="utf-8"))
    ]
    assert named == [package / "charts" / "theme.py"]
