"""Nobody is locked out: not by a link, not by a page that fails, not by what was kept; there is always a way back."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from prioritiser import read_scenario
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui import session
from prioritiser.ui.pages.balance import page as balance
from prioritiser.ui.pages.why import page as why
from prioritiser.ui.session import recall as kept
from prioritiser.ui.session.kept_plan import _read as read_plan
from prioritiser.ui.storage.links import PARTS, View, read_link, write_link
from prioritiser.ui.storage.memory import KeptOption, KeptView
from tests.depth import cases, thorough
from tests.pages import MAIN, QUICKSTART, text_of
from tests.ui.test_page import open_page, settle, weights_of
from tests.ui.test_page_memory import come_as, fresh, moved_page, press, restart, save, set_weight, within

__all__ = ["fresh"]
pytestmark = pytest.mark.usefixtures("no_maps")
OWN = read_scenario(QUICKSTART)
FAILED = "Balance cannot be shown"
DROPPED = "What was open last could not be shown"
ANEW = "./?begin=anew"


@pytest.fixture(autouse=True)
def visitor(nobody: None, monkeypatch: pytest.MonkeyPatch) -> None:
    come_as(monkeypatch, "me")


def fail_at(monkeypatch: pytest.MonkeyPatch, page: object, fails: Callable[[View], bool]) -> None:
    """Let a page fail half drawn, as one did whose weights were 1e308."""
    draw = page.show_page  # type: ignore[attr-defined]

    def show_page(scenario: Scenario, view: View) -> None:
        if fails(view):
            st.html("<p>half drawn</p>")
            raise OverflowError("cannot convert float infinity \x1b[31m\u202eto integer")
        draw(scenario, view)

    monkeypatch.setattr(page, "show_page", show_page)


@pytest.fixture
def half_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Balance page that cannot be drawn at a balance of 0.5."""
    fail_at(monkeypatch, balance, lambda view: view.settings.balance == 0.5)


def asked(monkeypatch: pytest.MonkeyPatch, /, **link: list[str]) -> AppTest:
    monkeypatch.setenv(session.SCENARIO_VARIABLE, str(QUICKSTART))
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.query_params.update(link)
    return settle(page)


def buttons(page: AppTest) -> list[str]:
    return [str(button.key) for button in page.button]


@pytest.mark.usefixtures("half_fails")
def test_failed_page_stands_alone_with_ways_back_when_a_link_cannot_be_drawn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = open_page(monkeypatch, QUICKSTART, balance="0.5")
    text = text_of(page)
    assert FAILED in text and 'role="alert"' in text and ANEW in text and "half drawn" not in text
    assert buttons(page) == ["try_again"]  # nothing was open before
    told = caplog.text
    assert "OverflowError" in told and "U+001B[31mU+202Eto integer" in told and "\x1b" not in told
    page.run()
    assert FAILED in text_of(page)
    press(page, "try_again")
    assert FAILED in text_of(page)


@pytest.mark.usefixtures("half_fails")
def test_undo_leaves_a_step_that_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    page = moved_page(monkeypatch)
    page.slider(key="balance").set_value(0.5)
    settle(page)
    assert FAILED in text_of(page) and buttons(page) == ["undo_failed", "try_again"]
    press(page, "undo_failed")
    assert FAILED not in text_of(page) and weights_of(page) == [80, 10, 10]
    press(page, "redo")
    assert FAILED in text_of(page)
    press(page, "undo_failed")
    assert weights_of(page) == [80, 10, 10]


@pytest.mark.usefixtures("half_fails")
def test_view_that_was_never_drawn_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    page = moved_page(monkeypatch)
    save(page, "Mine")
    assert FAILED in text_of(open_page(monkeypatch, QUICKSTART, balance="0.5"))
    for _ in range(2):
        restart()
        page = open_page(monkeypatch, QUICKSTART)
        assert FAILED not in text_of(page) and weights_of(page) == [80, 10, 10]
        assert "Mine" in within(page, "save")


@pytest.mark.usefixtures("half_fails")
def test_reload_of_a_link_that_failed_opens_the_app_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    set_weight(open_page(monkeypatch, QUICKSTART), "national", 80)
    assert FAILED in text_of(open_page(monkeypatch, QUICKSTART, balance="0.5"))
    page = open_page(monkeypatch, QUICKSTART, balance="0.5")
    text = text_of(page)
    assert DROPPED in text and "Undo goes back to what was open before." in text and FAILED not in text
    assert weights_of(page) == [40, 30, 30] and dict(page.query_params) == {}
    press(page, "undo")
    assert FAILED in text_of(page) and DROPPED not in text_of(page)  # nothing is lost, not even that
    press(page, "undo_failed")
    assert weights_of(page) == [80, 10, 10]


def test_kept_view_that_fails_later_is_dropped_at_the_next_visit_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    page = moved_page(monkeypatch)
    save(page, "Mine")
    page.slider(key="balance").set_value(0.5)
    settle(page)
    restart()
    fail_at(monkeypatch, balance, lambda view: view.settings.balance == 0.5)  # as in a newer version
    page = open_page(monkeypatch, QUICKSTART)
    assert FAILED in text_of(page) and buttons(page) == ["undo_failed", "try_again"]
    restart()
    page = open_page(monkeypatch, QUICKSTART)
    text = text_of(page)
    assert DROPPED in text and FAILED not in text and "Back where you left it" not in text
    assert weights_of(page) == [40, 30, 30] and "Mine" in within(page, "save")
    press(page, "tool_save")
    press(page, "undo")
    press(page, "undo_failed")
    assert weights_of(page) == [80, 10, 10]
    restart()
    assert weights_of(open_page(monkeypatch, QUICKSTART)) == [80, 10, 10]


def test_begin_anew_opens_the_own_settings_whatever_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    page = moved_page(monkeypatch)
    page.toggle(key="keep_most").set_value(True)
    settle(page)
    save(page, "Mine")
    restart()
    page = open_page(monkeypatch, QUICKSTART, begin="anew", weights="1,2,3")
    text = text_of(page)
    assert "The app begins anew" in text and weights_of(page) == [40, 30, 30]
    assert dict(page.query_params) == {} and page.toggle(key="keep_most").value is False
    assert "Mine" in within(page, "save")
    restart()
    page = open_page(monkeypatch, QUICKSTART)
    assert weights_of(page) == [40, 30, 30] and "begins anew" not in text_of(page)
    press(page, "undo")
    assert weights_of(page) == [80, 10, 10]
    assert "begin&quot; is not a setting" in text_of(open_page(monkeypatch, QUICKSTART, begin="now"))


@pytest.mark.usefixtures("half_fails")
def test_begin_anew_works_when_what_undo_goes_back_to_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART, balance="0.5")
    assert FAILED in text_of(page)
    page = open_page(monkeypatch, QUICKSTART, begin="anew")
    assert FAILED not in text_of(page) and weights_of(page) == [40, 30, 30]


def test_failed_page_leaves_the_other_pages_when_only_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_at(monkeypatch, why, lambda view: True)
    page = moved_page(monkeypatch)
    page._page_hash = calc_hash("why")  # pages are functions, which AppTest cannot name
    settle(page)
    assert "Why cannot be shown" in text_of(page)
    restart()
    page = open_page(monkeypatch, QUICKSTART)
    assert weights_of(page) == [80, 10, 10] and "cannot be shown" not in text_of(page)


def test_page_says_so_plainly_when_nothing_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no moment")

    monkeypatch.setattr("prioritiser.ui.session.history.recall", broken)
    page = open_page(monkeypatch, QUICKSTART)
    text = text_of(page)
    assert "An error stopped this page." in text and ANEW in text and buttons(page) == []


NUMBERS = ["nan", "-1", "1e400", "-inf", "1e308", "9" * 5000, "1e-400", "", " ", "٣", "0x10", "1_0", "\x00", "½"]
BAD = (
    [("weights", f"{number},1,1") for number in NUMBERS]
    + [("weights", "1,1"), ("weights", "0,0,0"), ("weights", "," * 10**6), ("weights", "1;1;1")]
    + [("balance", number) for number in NUMBERS]
    + [(name, f"{key}={number}") for name, key in (("capacity", "money"), ("goal_weight", "rtt")) for number in NUMBERS]
    + [("capacity", "=" * 5000), ("capacity", "money@=1"), ("capacity", "money@1999=1"), ("capacity", "x" * 10**6)]
    + [("lock", value) for value in ("handover=", "=in", "gold=in", "handover=1999", "\ud800=in", "handover=\u202ein")]
    + [("case", "CENTRAL"), ("without", "R9"), ("without", "[" * 10_000), ("year", "\udfff"), ("year", "")]
    + [("scenario", value) for value in ("", "a", "../../etc", "0" * 16, "0" * 10**5, "\ud800")]
    + [("\ud800", "1"), ("{" * 1000, "["), ("", ""), ("begin", "x"), ("weights[]", "1")]
)


@pytest.mark.parametrize(("name", "value"), BAD, ids=lambda text: ascii(text)[:30])
def test_part_of_a_link_never_raises_and_is_said_when_left_out(name: str, value: str) -> None:
    view = read_link(OWN, {name: [value]})
    assert len(view.problems) <= 1 and all(len(problem) < 400 for problem in view.problems)
    for problem in view.problems:
        problem.encode()  # it can be sent to a browser
        assert problem.isprintable()
    assert (view == View(OWN.settings, OWN.years[-1], view.problems)) is bool(view.problems) or not view.problems
    assert read_link(OWN, write_link(OWN, view)).settings == view.settings


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"weights": ["-1,1,1"]}, "The weights used are 40,30,30."),
        ({"weights": ["1,2,3", "nan,1,1"]}, "The weights used are 1,2,3."),
        ({"balance": ["0.5", "7"]}, 'balance "7": A number from 0 to 1. The balance used is 0.5.'),
        ({"case": ["worst"]}, "The case used is central."),
        ({"capacity": ["money=0.8", "money=-1"]}, "money=0.8 is used."),
        ({"goal_weight": ["rtt=3", "rtt=x"]}, "rtt=3 is used."),
        ({"lock": ["handover=out", "handover=1999"]}, "handover=out is used."),
        ({"lock": ["gold=in"]}, "It is left out."),
        ({"year": ["2027/28", "soon"]}, "2027/28 is shown."),
        ({"wieghts": ["1,1,1"]}, '"wieghts" is not a setting. It is left out.'),
        ({"capacity": ["x" * 500]}, "it has 500 characters, and no setting has more than 300."),
    ],
)
def test_left_out_part_says_what_is_used_instead(link: dict[str, list[str]], said: str) -> None:
    (problem,) = read_link(OWN, link).problems
    assert said in problem


def test_link_of_thousands_of_parts_is_told_in_a_dozen_lines() -> None:
    view = read_link(OWN, {"capacity": [f"x{number}=1" for number in range(2_500)]})
    assert len(view.problems) == 13 and view.problems[-1] == "And 1,989 more such parts."
    good = read_link(OWN, {"capacity": [f"money={number}" for number in range(2_500)]})
    assert good.settings.capacity == {"money": 1999}
    assert good.problems == ("capacity: the first 2,000 are read, and the other 500 are left out.",)


ids = some.sampled_from(["money", "staff", "rtt", "handover", "R1", "2027/28", "in", "central", "national", "x"])
number = some.sampled_from([*NUMBERS, "0", "1", "40", "0.5", "1e-9", "1e9", "1e10"])
value = some.one_of(
    some.text(max_size=40),
    some.text(some.characters(exclude_categories=()), max_size=8),
    some.builds("{}={}".format, ids, some.one_of(ids, number)),
    some.builds("{},{},{}".format, number, number, number),
    number,
    ids,
)
links = some.dictionaries(
    some.one_of(some.sampled_from([*PARTS, "scenario", "begin"]), some.text(max_size=8)),
    some.lists(value, max_size=4),
    max_size=8,
)


@given(links)
@settings(max_examples=cases(400), deadline=None)
def test_any_link_opens_a_view_that_can_be_written_again(link: dict[str, list[str]]) -> None:
    view = read_link(OWN, link)
    OWN.check(view.settings)
    assert view.year in OWN.years and len(view.problems) <= 13
    assert "".join(view.problems).encode() is not None
    assert replace(read_link(OWN, write_link(OWN, view)), problems=()) == replace(view, problems=())


sendable = some.dictionaries(
    some.sampled_from((*PARTS, "scenario", "nonsense")),
    some.lists(some.one_of(number, some.builds("{}={}".format, ids, number), some.text(max_size=10)), max_size=3),
    max_size=4,
)


@given(sendable)
@settings(max_examples=cases(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_link_leaves_the_next_visit_open(link: dict[str, list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        asked(patch, **{name: values for name, values in link.items() if values})
        for _ in range(2):  # where the link failed, the visit after it says so
            page = asked(patch)
        assert FAILED not in text_of(page)
        assert "undo" in buttons(page)


NESTED = "[" * 100_000
STEP = json.dumps([[OWN.hash, {"balance": ["0.25"]}]])
ROWS = {
    "link": ["{", "[]", "null", "1", '"x"', '{"weights": 1}', '{"weights": [[1]]}', NESTED, "", b"\xff\xfe"],
    "history": ["{", "[[]]", "[1]", '[["x"]]', f"[[1, 2], {STEP[1:]}", NESTED, 7, b"\xff", '[["\\ud800", {}]]'],
    "future": ["null", '{"a": 1}', "[null]", NESTED],
    "scenario": ["", "gone", "0" * 64, 5, "\x00"],
    "page": ["", "No such page", "Why", 3, "<script>"],
    "kept_plan": [
        *("{", "[]", "1", NESTED, '{"plan": [], "limit": 1}', '{"plan": {"handover": [NaN, 0]}, "limit": 1}'),
        *('{"plan": {"handover": [1, 1e999]}, "limit": 1}', '{"plan": {"handover": [1, -5]}, "limit": 1}'),
        *('{"plan": {"handover": [1e308, 0]}, "limit": 1}', '{"plan": {"handover": [1, 0]}, "limit": 1e9}'),
        *('{"plan": {"handover": [1, 0]}, "limit": -1}', '{"plan": {"handover": [1, 0]}, "limit": Infinity}'),
    ],
    "at": ["", "yesterday", "9999-99-99", 5, "2026-01-01"],
    "is_own": [2, "x", ""],
}


def alter_view(path: Path, column: str, value: object) -> kept.Owner:
    """Keep a view and an option, and write something else into one column of the view."""
    rows = kept.Memory(kept.MemoryFile(path))
    owner = kept.Owner("me", str(QUICKSTART.resolve()), OWN.hash)
    step = kept.Step(OWN.hash, {"weights": ["80,10,10"]})
    assert rows.keep_view(owner, KeptView(step, False, "Balance", (kept.Step(OWN.hash, {}),)), [OWN])
    assert rows.keep_option(owner, KeptOption("Mine", "", step, datetime.now(UTC)), OWN)
    rows.close()
    with sqlite3.connect(path) as base:
        base.execute(f"UPDATE views SET {column} = ?", (value,))
    base.close()
    return owner


@pytest.mark.parametrize(("column", "value"), [(name, value) for name, values in ROWS.items() for value in values])
def test_kept_row_that_makes_no_sense_is_read_as_far_as_it_does(
    memory_of_its_own: Path, column: str, value: object
) -> None:
    recalled = kept.recall(alter_view(memory_of_its_own, column, value), OWN)
    assert recalled is not None
    is_lost = column == "scenario" or (column == "link" and value != '{"weights": [[1]]}')
    assert bool(recalled.dropped) is is_lost
    weights = list(recalled.moment.view.settings.weights.values())
    assert weights == ([40, 30, 30] if column in ("link", "scenario") else [80, 10, 10])
    assert read_plan(recalled.kept_plan) is None or '"limit": 1e9' in str(value)
    assert all(step.found is None or step.found.scenario == OWN for step in recalled.history)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("link", NESTED, "What was open last is not kept any more, or cannot be read by this version."),
        ("link", '{"weights": ["1e999,1,1"]}', "weights &quot;1e999,1,1&quot;: a plain number was expected"),
        ("history", '[["\\ud800", {}], ["x", {}]]', "Back where you left it"),
        ("kept_plan", '{"plan": {"handover": [1, 0]}, "limit": 1e9}', "Back where you left it"),
        ("page", "<script>", "Back where you left it"),
    ],
)
def test_kept_row_that_makes_no_sense_locks_nobody_out(
    monkeypatch: pytest.MonkeyPatch, memory_of_its_own: Path, column: str, value: object, said: str
) -> None:
    alter_view(memory_of_its_own, column, value)
    page = open_page(monkeypatch, QUICKSTART)
    assert said in text_of(page) and "Mine" in within(page, "save")
    page = open_page(monkeypatch, QUICKSTART)
    assert "What was open last" not in text_of(page) and "1e999" not in text_of(page)


@pytest.mark.parametrize(
    ("column", "value"), [("link", "{"), ("link", NESTED), ("at", "x"), ("name", b"\xff"), ("note", 7), ("link", "[1]")]
)
def test_saved_option_that_makes_no_sense_leaves_the_others(
    memory_of_its_own: Path, column: str, value: object
) -> None:
    rows = kept.Memory(kept.MemoryFile(memory_of_its_own))
    owner = kept.Owner("me", str(QUICKSTART.resolve()), OWN.hash)
    for name in ("First", "Second"):
        rows.keep_option(owner, KeptOption(name, "", kept.Step(OWN.hash, {}), datetime.now(UTC)), OWN)
    with sqlite3.connect(memory_of_its_own) as base:
        base.execute(f"UPDATE options SET {column} = ? WHERE name = 'First'", (value,))
    base.close()
    assert "Second" in [option.name for option in rows.options(owner)]
    assert rows.trouble == ""


def test_scenario_that_is_gone_is_said_and_what_is_left_can_be_undone(
    monkeypatch: pytest.MonkeyPatch, memory_of_its_own: Path
) -> None:
    edited = replace(OWN, title="Edited here")
    set_weight(open_page(monkeypatch, QUICKSTART), "national", 80)
    name = kept.library().put(edited)
    page = open_page(monkeypatch, QUICKSTART, scenario=name, balance="0.5")
    save(page, "Of the edited one")
    restart()
    with sqlite3.connect(memory_of_its_own) as base:
        base.execute("UPDATE scenarios SET content = ? WHERE hash = ?", (b"PK no zip", edited.hash))
    base.close()
    page = open_page(monkeypatch, QUICKSTART)
    assert "What was open last is not kept any more" in text_of(page) and weights_of(page) == [40, 30, 30]
    assert "1 saved option cannot be opened here: the scenario is not kept any more." in within(page, "save")
    press(page, "tool_save")
    press(page, "undo")
    assert weights_of(page) == [80, 10, 10]
    page = open_page(monkeypatch, QUICKSTART, scenario=name)
    assert "The scenario of the link is not kept on this server" in text_of(page)


@pytest.mark.parametrize("length", [8, 15])
def test_scenario_of_a_link_takes_sixteen_digits(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    edited = replace(OWN, title="Edited here")
    name = kept.library().put(edited)
    page = open_page(monkeypatch, QUICKSTART, scenario=name[:length], balance="0.5")
    text = text_of(page)
    assert f"by {length} characters, and it takes 16. Copy the whole link" in text and "Edited here" not in text
    assert page.slider(key="balance").value == pytest.approx(0.5)
    restart()
    assert "Edited here" not in text_of(open_page(monkeypatch, QUICKSTART, scenario=name[:length]))
    assert "Edited here" in text_of(open_page(monkeypatch, QUICKSTART, scenario=edited.hash[: 16 + length]))


@pytest.mark.parametrize("full", [True, thorough(False)])
def test_disk_that_takes_nothing_is_said_with_the_file_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, memory_of_its_own: Path, full: bool
) -> None:
    page = moved_page(monkeypatch)
    save(page, "Mine")
    connection = kept.memory()._file._connection
    assert connection is not None
    if full:  # as SQLite reports a full disk
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    else:
        connection.execute("PRAGMA query_only = ON")
    kept.library().put(replace(OWN, title="An edited one", summary=random.Random(1).randbytes(7000).hex()))
    for share in (70, 60, 41):
        set_weight(page, "national", share)
        save(page, f"Option {share}")
    text = text_of(page)
    why = "the disk is full" if full else "the file may not be written"
    assert f"Nothing is being kept: {why}." in text and f"The file is {memory_of_its_own}." in text
    assert "what you make lasts until you close the page" in text and "Proved best" in text
    text = within(page, "save")
    assert "Mine" in text and "Option 41" in text
    assert "options last until you close the page" in text
