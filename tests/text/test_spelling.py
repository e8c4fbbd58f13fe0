"""Text that people would call the same is the same; what nobody can see is named."""

from __future__ import annotations

import pytest

from prioritiser.text.spelling import folded, tidied, visible

SAME = [
    ("Acute trust", "acute  trust"),
    ("Acute trust", "ACUTE TRUST"),
    ("Acute trust", " Acute\u00a0trust "),
    ("Acute trust", "Acute\u202ftrust"),
    ("Acute trust", "Acute\ttrust"),
    ("Acute trust", "Acute\r\ntrust"),
    ("Acute trust", "Acute\u200b trust"),
    ("Acute trust", "\ufeffAcute trust"),
    ("Acute trust", "Acute trust\u200e"),
    ("Acute trust", "A\u00adcute trust"),
    ("Acute trust", "\uff21cute trust"),
    ("Caf\u00e9", "Cafe\u0301"),
    ("Stra\u00dfe", "STRASSE"),
    ("\u01c5", "\u01c6"),
    ("1\u20442", "\u00bd"),
    ("fi", "\ufb01"),
    ("e5", "E\u2075"),
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=ascii)
def test_texts_are_the_same_when_people_would_say_so(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Acute trust", "Acute trusts"), ("a-1", "a 1"), ("a_1", "a-1"), ("1", "01")]
)
def test_texts_stay_apart_when_people_would_not_say_so(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_tidied_text_keeps_its_capitals_when_written() -> None:
    assert tidied(" Acute\u00a0 Trust\u200b") == "Acute Trust"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "aU+001B[31mb"),
        ("a\u202eb", "aU+202Eb"),
        ("a\u200bb", "aU+200Bb"),
        ("a\u00a0b", "aU+00A0b"),
        ("a\x85b", "aU+0085b"),
        ("a\u2028b", "aU+2028b"),
        ("a\tb", "aU+0009b"),
        ("a\nb", "a\nb"),
        ("Caf\u00e9 \u00a3", "Caf\u00e9 \u00a3"),
        ("\ud800", "U+D800"),
    ],
    ids=ascii,
)
def test_invisible_characters_are_named_when_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
