"""What the pictures of figures are laid out with: cut and broken texts, free places for labels, round scales."""

from __future__ import annotations

import itertools
import random

import pytest

from prioritiser.charts.drawing.labels import Places
from prioritiser.charts.drawing.letters import clean, cut, wrapped
from prioritiser.charts.drawing.scales import Scale, scale_over
from prioritiser.charts.theme import text_width
from tests.sample_reports import HOSTILE

NAN = float("nan")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("width", [30.0, 90.0, 300.0])
def test_text_is_no_wider_than_its_room_when_cut_or_broken(text: str, width: float) -> None:
    assert text_width(cut(text, width, 12), 12) <= width
    lines = wrapped(text, width, 12, most=3)
    assert 1 <= len(lines) <= 3
    assert all(text_width(line, 12) <= width for line in lines)
    if not lines[-1].endswith("…"):
        assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")


def test_text_keeps_its_words_whole_when_broken() -> None:
    assert wrapped("Treated within 18 weeks of referral", 120, 12) == ["Treated within 18", "weeks of referral"]
    assert wrapped("", 100, 12) == [""]
    assert clean(" a\tb\n\x00c\u202e\u2066 d\u00a0%") == "a b c d\u00a0%"
    assert cut("👩🏽‍⚕️" * 5, 60, 12).rstrip("…") in ("", *("👩🏽‍⚕️" * n for n in range(6)))


def test_labels_never_overlap_when_places_are_found() -> None:
    draw = random.Random(3)
    places, found = Places((0, 0, 400, 300)), []
    for _ in range(60):
        size = (draw.uniform(20, 120), 15.0)
        place = places.find((draw.uniform(0, 400), draw.uniform(0, 300)), size, 6)
        if place:
            found.append((place[0] - size[0] / 2, place[1] - 7.5, place[0] + size[0] / 2, place[1] + 7.5))
    assert len(found) > 20
    for one, other in itertools.combinations(found, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert all(area[0] >= 0 and area[1] >= 0 and area[2] <= 400 and area[3] <= 300 for area in found)


def test_scale_has_round_ends_when_values_are_not() -> None:
    scale = scale_over([0.0, 1.0, -0.13, NAN], 0, 100)
    assert (scale.low, scale.high) == pytest.approx((-0.2, 1.0))
    assert scale.steps() == pytest.approx([-0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert (scale.at(-0.2), scale.at(1.0), scale.at(9.0), scale.at(0.4)) == pytest.approx((0, 100, 100, 50))
    alone = scale_over([0.3], 0, 10)
    assert alone.low < 0.3 < alone.high
    assert Scale(0, 1, 0, 10).steps(4) == [0, 0.25, 0.5, 0.75, 1]


def test_label_keeps_away_from_other_marks_when_asked_to() -> None:
    places = Places((0, 0, 400, 300))
    places.mark(100, 100, 10)
    places.mark(130, 100, 10)
    x, y = places.find((100, 100), (60, 15), 8, clear=9) or (0, 0)
    nearest = (min(max(130, x - 30), x + 30), min(max(100, y - 7.5), y + 7.5))
    assert ((nearest[0] - 130) ** 2 + (nearest[1] - 100) ** 2) ** 0.5 > 14
    assert Places((0, 0, 10, 10)).find((5, 5), (60, 15), 8) is None


def test_number_parts_from_its_unit_before_a_word_breaks_when_room_is_short() -> None:
    assert wrapped("31.7\u00a0minutes", 50, 12) == ["31.7", "minutes"]
