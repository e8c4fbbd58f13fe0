"""What text may hold in every format."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritiser.exports.common.plain_text import by_direction, is_right_to_left, legal, one_line
from tests.sample_reports import HOSTILE


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("Virtual wards", "Virtual wards"),
        ("\x07bell \u202eflipped", "bell flipped"),
        ("a\u2066b\u2067c\u2068d\u2069e\u202af\u202bg\u202ch\u202di", "abcdefghi"),
        ("one\r\ntwo\rthree\u2028four\x0bfive\x85six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("a\tb", "a\tb"),
        ("half \ud83d pair \udc00", "half  pair "),
        ("end\ufffe\uffff\U0001ffff\U0010fffe", "end"),
        ("\ufeffmark first", "mark first"),
        ("\x7f\x80\x9f", ""),
        ("👩🏽‍⚕️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏽‍⚕️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("مستشفى\u200f", "مستشفى\u200f"),
        ("£1.2m − 3 %", "£1.2m − 3 %"),
    ],
)
def test_legal_drops_only_what_cannot_or_must_not_stand(given_text: str, kept: str) -> None:
    assert legal(given_text) == kept


@given(st.text(st.characters(exclude_categories=())))
def test_legal_text_is_legal_xml_and_stays_as_it_is(text: str) -> None:
    kept = legal(text)
    element = ElementTree.Element("t")
    element.text = kept
    assert (ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8")).text or "") == kept
    assert legal(kept) == kept
    assert not any(0x202A <= ord(letter) <= 0x202E or 0x2066 <= ord(letter) <= 0x2069 for letter in kept)


def test_one_line_has_no_breaks_and_keeps_no_break_spaces() -> None:
    assert one_line("  Virtual\r\n\twards  at 5\u00a0% ") == "Virtual wards at 5\u00a0%"


@pytest.mark.parametrize(
    ("text", "right_to_left"),
    [("مستشفى A", True), ("A مستشفى", False), ("12 – מרפאה", True), ("", False), ("12 %", False)],
)
def test_direction_is_that_of_the_first_letter(text: str, right_to_left: bool) -> None:
    assert is_right_to_left(text) is right_to_left


def test_by_direction_splits_where_letters_turn() -> None:
    assert by_direction("Ward مستشفى الجامعة (A)") == [
        ("Ward ", False),
        ("مستشفى الجامعة (", True),
        ("A)", False),
    ]
    assert by_direction("") == []
    assert by_direction("12 مستشفى") == [("12 مستشفى", True)]


@pytest.mark.parametrize("text", HOSTILE)
def test_by_direction_loses_nothing(text: str) -> None:
    assert "".join(piece for piece, _ in by_direction(text)) == text
