"""What a message of the browser says about an input: moved by a person, or only not yet replaced."""

from __future__ import annotations

import pytest

from prioritiser.ui.session.widget_sync import Input, same


def sent(*entries: tuple[int, object]) -> Input:
    return Input(sent=list(entries))


@pytest.mark.parametrize(
    ("held", "seen", "moved"),
    [
        (30, 1, False),  # run 5, which sent 28, is still on its way
        (28, 1, False),  # it has just arrived, the number of the run has not
        (28, 5, False),
        (31, 1, True),
        (29, 5, True),
        (30, 5, True),  # back to what it was, by a person who has seen 28
    ],
)
def test_value_is_a_move_only_when_the_browser_cannot_have_it_from_us(held: int, seen: int, moved: bool) -> None:
    assert sent((1, 30), (5, 28)).moved(held, seen) is moved


def test_move_is_a_move_once_and_what_was_on_its_way_still_is() -> None:
    known = sent((1, 40), (5, 28))
    known.note_move(41, 1)
    assert not known.moved(41, 1)
    assert not known.moved(28, 5)
    assert known.moved(40, 1)
    assert known.waits(1) and not known.waits(5)


def test_what_the_browser_has_replaced_is_forgotten() -> None:
    known = sent((1, 40), (5, 28), (7, 30))
    known.forget_replaced(6)
    assert known.sent == [(5, 28), (7, 30)]
    known.forget_replaced(2)
    assert known.sent == [(5, 28), (7, 30)]


def test_first_value_counts_when_no_run_was_seen() -> None:
    assert not sent((3, 40)).moved(40, 0)
    assert sent((3, 40)).moved(41, 0)
    assert not Input().waits(0)


def test_same_is_what_a_person_takes_for_the_same() -> None:
    assert same(["b", "a"], ["a", "b"])
    assert not same(["a"], ["a", "b"])
    assert same(55.00000000000001, 55.0)
    assert same(33.3333333, 33.3333)
    assert not same(33.3334, 33.3333)
    assert not same("a", "b") and same(40, 40)
