"""What was used last is kept, and what was used longest ago goes first."""

from __future__ import annotations

from prioritiser.recent import Recent


def test_oldest_goes_when_there_are_too_many() -> None:
    kept: Recent[str, int] = Recent(2)
    for number, name in enumerate("abc"):
        kept[name] = number
    assert list(kept.items()) == [("b", 1), ("c", 2)]


def test_use_makes_newest_and_a_look_does_not() -> None:
    kept: Recent[str, int] = Recent(3)
    kept.update(a=1, b=2, c=3)
    assert kept.get("a") == 1 and list(kept) == ["a", "b", "c"]
    assert kept.recall("a") == 1 and list(kept) == ["b", "c", "a"]
    kept["b"] = 4
    assert list(kept.items()) == [("c", 3), ("a", 1), ("b", 4)]
    assert kept.recall("d") is None and len(kept) == 3


def test_what_is_missing_is_made_once() -> None:
    kept: Recent[str, list[int]] = Recent(2)
    made = kept.recall_or("a", list)
    assert kept.recall_or("b", list) is not made
    assert kept.recall_or("a", list) is made and list(kept) == ["b", "a"]
