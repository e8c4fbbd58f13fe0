"""Prices while they arrive row by row, and when they were stopped: what is missing is said in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser import Optimiser, Settings, read_scenario
from prioritiser.analysis.marginal_values.price import Price, find_price
from prioritiser.ui import session
from prioritiser.ui.background.jobs import WorkState, work_key
from tests.pages import QUICKSTART, opened, text_of, whole_app
from tests.ui.test_page import settle

SCENARIO = read_scenario(QUICKSTART)
LOCKED = SCENARIO.settings.replace(lock={"theatre_lists": "out"})


pytestmark = pytest.mark.usefixtures("fresh_workers")


def open_page(monkeypatch: pytest.MonkeyPatch, address: str, **link: str) -> AppTest:
    """Open a page by its address and wait for the portfolio."""
    return settle(opened(monkeypatch, whole_app(address), **link))


def know(settings: Settings, parts: tuple[str, ...], place: int, *, over: bool) -> Price:
    """Let the pages find the prices as they were told at some place, and no further."""
    told: list[Price] = []
    find_price(Optimiser(SCENARIO), settings, parts=parts, tell=told.append)
    key = work_key("price", SCENARIO, settings, parts)
    session.works()._kept[key] = WorkState(told[place], over=over, version=1)
    return told[place]


@pytest.mark.parametrize(("over", "said"), [(False, "is not known yet"), (True, "was not found")])
def test_rules_and_locks_without_a_price_say_so(monkeypatch: pytest.MonkeyPatch, over: bool, said: str) -> None:
    price = know(LOCKED, ("rules", "locks"), 0, over=over)
    assert (len(price.rules), price.locks, price.unfinished) == (1, (), ("locks",))
    page = open_page(monkeypatch, "trade-offs", lock="theatre_lists=out")
    assert text_of(page).count("Costs ") == 1
    assert text_of(page).count(f"Its price {said}.") == 1
    none = replace(price, rules=(), unfinished=("rules", "locks"))
    session.works()._kept[work_key("price", SCENARIO, LOCKED, ("rules", "locks"))] = WorkState(
        none, over=over, version=1
    )
    text = text_of(open_page(monkeypatch, "trade-offs", lock="theatre_lists=out"))
    assert "Costs " not in text
    assert text.count(f"Its price {said}.") == 2


def test_balance_is_suggested_when_the_curve_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = SCENARIO.settings.replace(weights={"national": 80.0, "local": 10.0, "long_term": 10.0}, balance=0.0)
    price = know(settings, ("balance",), 2, over=False)
    assert len(price.balance) == 3
    page = open_page(monkeypatch, "trade-offs", weights="80,10,10")
    assert "So far: " in text_of(page)
    assert not any(button.key == "use_balance" for button in page.button)


@pytest.mark.parametrize(
    ("over", "said"),
    [
        (False, "5 more capacities in a year are not worked out yet."),
        (True, "5 more capacities in a year were not worked out."),
    ],
)
def test_capacities_without_a_price_are_counted(monkeypatch: pytest.MonkeyPatch, over: bool, said: str) -> None:
    price = know(SCENARIO.settings, ("capacities",), 0, over=over)
    assert len({(row.resource_id, row.year) for row in price.capacities}) == 1
    text = text_of(open_page(monkeypatch, "capacity"))
    assert "So far: 10 % more of one capacity in one year buys" in text
    assert said in text
    assert "to buy anything so far" in text or "more would help in at least" in text


@pytest.mark.parametrize(("over", "said"), [(False, "is still looked for."), (True, "was not found before")])
def test_headroom_without_its_weight_says_so(monkeypatch: pytest.MonkeyPatch, over: bool, said: str) -> None:
    price = know(SCENARIO.settings, ("headroom",), 0, over=over)
    assert price.headroom is not None and not price.headroom.searched and price.headroom.rooms
    text = text_of(open_page(monkeypatch, "capacity"))
    assert f"At which national weight local and long-term work vanishes {said}" in text
    assert "for local work" in text or "local work has room" in text


def test_rows_arrive_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, "capacity")
    work = page.session_state["works"]["capacity_price"]
    found = work.wait(60)
    assert found.over and found.version == len({(row.resource_id, row.year) for row in found.result.capacities})
    assert (found.done, found.total) == (5, 6)
