"""Long texts are cut, and those that differ never read alike."""

from __future__ import annotations

import pytest

from prioritiser.charts.drawing.letters import wrapped_apart
from prioritiser.charts.theme import text_width
from prioritiser.exports.slides.text import SMALLEST, cut, line_count
from prioritiser.scenario.in_words import short_labels
from prioritiser.text.shortening import cut_apart, shortened_apart
from tests.same_names import INITIATIVES, same_names

WARD = "Virtual ward for people who live with frailty"


@pytest.mark.parametrize(
    ("texts", "length", "shown"),
    [
        (["Short", "Shorter"], 10, ["Short", "Shorter"]),
        (["A long name that ends", "Another name"], 10, ["A long na…", "Another n…"]),
        ([f"{WARD} (North)", f"{WARD} (South)"], 24, ["Virtual ward fo… (North)", "Virtual ward fo… (South)"]),
        # one word is not enough to tell them apart
        ([f"{WARD} in North Devon", f"{WARD} in South Devon"], 28, ["Virtual ward fo… North Devon",
                                                                    "Virtual ward fo… South Devon"]),
        # they differ in their middle only, so that no ending tells
        (["a" * 30 + "x" + "b" * 30, "a" * 30 + "y" + "b" * 30], 12, ["aaaaaaa… (1)", "aaaaaaa… (2)"]),
        # capitals do not tell either
        (["NORTH of the river A", "North of the river B"], 14, ["NORTH of th… A", "North of th… B"]),
        # a short text that looks like what is left of a longer one
        (["Virtual w…", "Virtual ward at home"], 10, ["Virtu… (1)", "Virtu… (2)"]),
    ],
)  # fmt: skip
def test_texts_read_differently_when_they_are_cut(texts: list[str], length: int, shown: list[str]) -> None:
    found = shortened_apart(dict(enumerate(texts)), length)  # type: ignore[arg-type]
    assert list(found.values()) == shown
    assert len({text.casefold() for text in found.values()}) == len(texts)
    assert all(len(text) <= length for text in found.values())


def test_equal_texts_stay_equal_when_they_are_cut() -> None:
    assert cut_apart(["abcdef", "abcdef"], lambda text: text[:2] + "…") == ["ab…", "ab…"]


def test_lines_of_a_picture_keep_their_ends_when_names_are_long() -> None:
    names = [f"{WARD} and for their carers at home ({place})" for place in ("Exeter", "Truro")]
    lines = wrapped_apart([*names, "Phones"], 150, 12)
    assert [" ".join(part).rpartition(" ")[2] for part in lines[:2]] == ["(Exeter)", "(Truro)"]
    assert lines[2] == ["Phones"]
    assert all(len(part) <= 2 and all(text_width(line, 12) <= 150 for line in part) for part in lines)


def test_names_on_a_slide_keep_their_ends_when_they_are_long() -> None:
    names = [f"{WARD} ({place})" for place in ("Exeter", "Truro")]
    shown = cut_apart(names, lambda name: cut(name, 120, SMALLEST))
    assert [name.rpartition("… ")[2] for name in shown] == ["(Exeter)", "(Truro)"]
    assert all(line_count(name, 120, SMALLEST) == 1 for name in shown)


def test_labels_of_a_scenario_are_whole_when_there_is_room() -> None:
    assert short_labels(same_names().initiatives, 60) == INITIATIVES
    assert list(short_labels(same_names().initiatives, 10).values()) == [
        *("V… (North)", "V… (South)", "Phones (E…", "Phones (T…", "Home… (x1)", "Home… (x2)"),
    ]
