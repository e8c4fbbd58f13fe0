"""The Workshop page without a browser: what a room says and means, comments, and portfolios put in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser import read_scenario
from prioritiser.store.database import open_database
from prioritiser.store.location import database_url
from prioritiser.ui.session import Moment, SavedOption
from prioritiser.ui.storage.links import View
from prioritiser.workshop.records import Kind, Move, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from tests.pages import QUICKSTART, opened, page_alone, settled, text_of
from tests.small import write_files

pytestmark = pytest.mark.usefixtures("fresh_workers")

ROLES = ("Trust", "Council")
PLAN = WorkshopPlan("Room", (Question(Kind.POINTS), Question(Kind.SUPPORT)), roles=ROLES, what_ifs=("Less money",))
NATIONAL, LOCAL = (100, 0, 0), (0, 100, 0)
SAID, MEANING, COMMENTS = "What the room says", "What it means", "Comments"
HOSTILE = "<script>alert(1)</script> [x](javascript:x) =1+1"


@pytest.fixture
def store(memory_of_its_own: Path) -> Iterator[WorkshopStore]:
    """A store on the database of the page, as phones have one."""
    found = WorkshopStore(open_database(database_url()))
    yield found
    found.database.close()


class Held:
    """A room and the page that shows it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, store: WorkshopStore, plan: WorkshopPlan = PLAN) -> None:
        self.store, self.scenario = store, read_scenario(QUICKSTART)
        workshop, self.key = store.create(plan, self.scenario, self.scenario.settings)
        self.workshop_id, self.code = workshop.workshop_id, workshop.code
        self.move("all")
        self.patch = monkeypatch

    def move(self, name: str) -> None:
        self.store.move(self.workshop_id, Move(name))

    def join(self, number: int, role: str = "", name: str = "Person") -> list[str]:
        return [self.store.join(self.code, f"{name} {place}", role)[1] for place in range(number)]

    def weigh(self, tokens: Sequence[str], weights: Sequence[float], comment: str = "") -> None:
        tiers = dict(zip(("national", "local", "long_term"), weights, strict=True))
        for token in tokens:
            self.store.answer(token, 0, {"tiers": tiers}, comment)

    def show(self, view: str, scenario: Path = QUICKSTART, saved: Sequence[SavedOption] = ()) -> AppTest:
        page = opened(self.patch, page_alone("Workshop"), scenario)
        if saved:
            page.session_state["saved"] = tuple(saved)
        settled(page)
        page.text_input(key="room_key").set_value(self.key)
        press(page, "open_by_key")
        page.segmented_control(key="room_view").set_value(view)
        return settled(page)


def press(page: AppTest, key: str) -> str:
    page.button(key=key).click()
    return text_of(settled(page))


def keys(page: AppTest) -> set[str]:
    return {str(button.key) for button in page.button}


def settings(page: AppTest) -> Mapping[str, object]:
    found: Mapping[str, object] = page.session_state["opened"].view.settings.as_json()
    return found


def table_rows(text: str, caption: str) -> list[list[str]]:
    """The cells of a table, row by row."""
    table = text.split(f"<caption>{caption}</caption>")[1].split("</table>", maxsplit=1)[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr")[1:]]
    return [[re.sub(r"<[^>]+>", "", cell).replace("\u00a0", " ") for cell in row] for row in rows]


def test_nothing_of_an_anonymous_room_is_shown_before_it_closes_or_of_four(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    room = Held(monkeypatch, store)
    room.weigh(room.join(4, "Trust"), NATIONAL, "A word")
    page = room.show(SAID)
    assert "What the room says appears here when you close the answers." in text_of(page)
    for view, said in (
        (MEANING, "Portfolios that everybody can live with appear here when you close the answers."),
        (COMMENTS, "Comments appear here when you close the answers."),
    ):
        page.segmented_control(key="room_view").set_value(view)
        assert said in text_of(settled(page))
    room.move("close")
    for view, said in (
        (COMMENTS, "Comments appear here when five people or more have answered"),
        (MEANING, "What the room means is not shown yet"),
        (SAID, "The weights of the room are not shown yet"),
    ):
        page.segmented_control(key="room_view").set_value(view)
        text = text_of(settled(page))
        assert said in text and "A word" not in text
        assert view == COMMENTS or "Nothing is shown for fewer than five answers." in text
    assert "What must be done is not shown yet" in text


def test_room_says_what_it_agrees_on_before_and_after_it_talked(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    room = Held(monkeypatch, store)
    tokens = room.join(5)
    room.weigh(tokens[:3], NATIONAL)
    room.weigh(tokens[3:], LOCAL)
    for token in tokens[:3]:
        store.answer(token, 1, {"must": ["theatre_lists"], "without": ["handover"]})
    for token in tokens[3:]:
        store.answer(token, 1, {"must": ["handover"]})
    room.move("close")
    page = room.show(SAID)
    text = text_of(page)
    # of ten pairs, three and one are alike, and six have nothing in common
    assert "Agreement of the room: 40\u00a0%" in text and "Bray and Curtis 1957" in text
    assert "National weights differ most: half of the room gives 0\u00a0% to 100\u00a0%" in text
    assert table_rows(text, "Weights in the room, without names or roles")[1:] == [
        ["3 people", "100 %", "0 %", "0 %"],
        ["2 people", "0 %", "100 %", "0 %"],
    ]
    assert "The mean of the room is national 60, local 40, long term 0." in text
    assert "1 initiative must be done, say more than half of 5 people" in text
    support = {row[0]: row[1:] for row in table_rows(text, "Support in the room")[1:]}
    assert support["Fuller theatre lists"] == [" 60 %", " 0 %"]
    assert support["Quicker ambulance handover"] == [" 40 %", " 60 %"]
    assert "room_whose" not in {control.key for control in page.segmented_control}  # no group of five
    press(page, "room_round")
    assert "This is what the room said in round 1." in text_of(page)
    room.weigh(tokens, (50, 50, 0))
    text = press(page, "room_close")
    assert "Agreement moved from 40\u00a0% before discussion to 100\u00a0% after it" in text
    assert "before discussion</li>" in text


def test_roles_of_five_are_shown_and_smaller_ones_are_others(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    room = Held(monkeypatch, store, WorkshopPlan("Room", (Question(Kind.POINTS),), roles=(*ROLES, "Public")))
    room.weigh(room.join(5, "Trust"), NATIONAL)
    room.weigh(room.join(3, "Council") + room.join(2, "Public"), LOCAL)
    room.move("close")
    page = room.show(SAID)
    page.segmented_control(key="room_whose").set_value("By role")
    text = text_of(settled(page))
    rows = {row[0]: row[1:] for row in table_rows(text, "Spread of the weights")[1:]}
    assert rows["● National, Trust (5)"] == ["100 %"] * 5 and rows["● National, others (5)"] == ["0 %"] * 5
    assert "Council" not in text and "Roles and places of fewer than five people" in text


def test_room_with_names_shows_dots_live_and_whose_weights_they_are(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    room = Held(monkeypatch, store, WorkshopPlan("Room", (Question(Kind.POINTS),), False, ROLES))
    room.weigh(room.join(1, "Trust", HOSTILE), NATIONAL)
    page = room.show(SAID)
    text = text_of(page)
    assert "How far the room agrees is not known" in text
    assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    room.weigh(room.join(1, "Council", "Bob"), LOCAL)
    text = text_of(settled(page))
    assert table_rows(text, "Weights of everybody")[2] == ["Bob 0", "Council", "0 %", "100 %", "0 %"]
    assert "Agreement of the room: 0\u00a0%" in text


def test_comment_is_released_for_the_paper_by_a_tick_and_shown_without_its_writer(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    room = Held(monkeypatch, store)
    tokens = room.join(5, "Trust")
    room.weigh(tokens, NATIONAL)
    room.move("close")
    page = room.show(COMMENTS)
    assert "Nobody has written a comment." in text_of(page)
    room.move("open")
    room.weigh(tokens[:1], NATIONAL, HOSTILE)
    room.move("close")
    text = text_of(settled(page))
    assert "1 comment, none for the paper" in text and "&lt;script&gt;" in text and "<script" not in text
    assert "Person" not in text and "Trust" not in text
    (tick,) = page.checkbox
    tick.check()
    assert "1 comment, 1 for the paper" in text_of(settled(page))
    entries = store.entries(store.by_code(room.code))
    assert [entry.comment for entry in entries if entry.is_released] == [HOSTILE]
    page.checkbox[0].uncheck()
    assert "1 comment, none for the paper" in text_of(settled(page))


def test_room_that_weighs_alike_has_one_fair_portfolio_without_regret(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    """The best plan for 40, 30 and 30 is worked out by hand in the quickstart's own README."""
    room = Held(monkeypatch, store)
    tokens = room.join(5)
    room.weigh(tokens, (40, 30, 30))
    for token in tokens:
        store.answer(token, 1, {"must": ["theatre_lists"]})
    room.move("close")
    text = text_of(room.show(MEANING))
    assert "Everybody can live with these 5; there is nothing to argue about" in text
    agreed = text.split("<h3>Can live with</h3>")[1].split("</ul>")[0]
    names = [room.scenario.initiative_by_id[name].label for name in BY_HAND]
    assert sorted(re.findall("<li>(.*?)</li>", agreed)) == sorted(names)
    assert "However fair is meant, it is the same portfolio: all 4 agree" in text
    assert text.count("<dt>Largest regret</dt><dd>0\u00a0%</dd>") == 4
    assert "The plan in force: largest regret 0\u00a0%, mean 0\u00a0%." in text
    assert text.count("This plan is in force.") == 4
    assert "All would choose 5 initiatives" in text and "Nobody would choose 3 initiatives" in text
    rows = {row[0]: row[1:] for row in table_rows(text, "Regret in the room")[1:]}
    assert rows["Least regret"] == ["0 %"] * 5 and "What if: Less money" in rows and "Today&#x27;s plan" in rows
    # theatre lists, which all support, are out; what is in has no support
    assert "5 initiatives recommended without support, 1 supported but out" in text
    assert "points of the weighted way" in text


BY_HAND = ("handover", "neighbourhood_team", "practice_phones", "shared_record", "stop_smoking")


def test_portfolio_for_all_is_put_in_force_in_one_step_and_regrets_move(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    room = Held(monkeypatch, store, WorkshopPlan("Room", (Question(Kind.POINTS),), roles=ROLES))
    room.weigh(room.join(6, "Trust"), NATIONAL)
    room.weigh(room.join(5, "Council"), LOCAL)
    room.move("close")
    page = room.show(MEANING)
    text = text_of(page)
    assert "portfolios that are fair in different ways" in text and "argue about these" in text
    assert "Only groups of five people or more are shown; the largest regret is unnamed." in text
    groups = table_rows(text, "Mean regret by role")
    assert groups[0] == ["Portfolio", "Council (5)", "Trust (6)"]
    before = re.search(r"The plan in force: largest regret ([\d.]+)", text)
    text = press(page, "put_mean")  # six of eleven weigh national targets only, five local ones only
    assert settings(page)["weights"] == {
        "national": pytest.approx(600 / 11),
        "local": pytest.approx(500 / 11),
        "long_term": 0,
    }
    text = press(page, "put_median")  # the middle of eleven
    assert settings(page)["weights"] == {"national": 100, "local": 0, "long_term": 0}
    now = {row[0]: row[1:] for row in table_rows(text, "Mean regret by role")[1:]}["In force now"]
    assert now[1] == "0 %" and now[0] != "0 %"
    after = re.search(r"The plan in force: largest regret ([\d.]+)", text)
    assert before and after and before[1] != after[1]
    press(page, "put_least_regret")
    assert len(settings(page)["lock"]) == 8  # type: ignore[arg-type]
    assert "put_least_regret" not in keys(page)
    assert len(page.session_state["opened"].history) == 3  # each of them is one step of undo


@pytest.mark.thorough
def test_own_weights_of_goals_are_put_in_force_with_the_mean(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    """All weigh national targets only, and A&E twice as much as waiting: of the 2 that both weigh, 1.3333 and 0.6667."""
    room = Held(monkeypatch, store, WorkshopPlan("Room", (Question(Kind.SWING, ("ae", "rtt")),)))
    for token in room.join(5):
        store.answer(token, 0, {"tiers": {"national": 100}, "goals": {"ae": 100, "rtt": 50}})
    room.move("close")
    page = room.show(MEANING)
    press(page, "put_mean")
    assert settings(page)["weights"] == {"national": 100, "local": 0, "long_term": 0}
    assert settings(page)["goal_weights"] == {"ae": 1.3333, "rtt": 0.6667}


@pytest.mark.thorough
def test_what_the_room_agreed_is_locked_and_the_rest_stays_open(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    room = Held(monkeypatch, store, WorkshopPlan("Room", (Question(Kind.POINTS),)))
    room.weigh(room.join(5), (40, 30, 30))
    room.move("close")
    page = room.show(MEANING)
    assert "5 in, 3 out; the rest stays open." in text_of(page)
    page.session_state["opened"].view = View(
        room.scenario.settings.replace(lock={"handover": room.scenario.years[0]}), room.scenario.years[-1]
    )
    settled(page)
    text = press(page, "lock_agreed")
    expected = {row.initiative_id: "in" if row.initiative_id in BY_HAND else "out" for row in room.scenario.initiatives}
    assert settings(page)["lock"] == {**expected, "handover": room.scenario.years[0]}  # which is in already
    assert "It is locked now." in text and page.button(key="lock_agreed").disabled


def test_room_about_other_figures_says_so_and_opens_them(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore, tmp_path: Path
) -> None:
    room = Held(monkeypatch, store, WorkshopPlan("Room", (Question(Kind.POINTS),)))
    room.weigh(room.join(5), NATIONAL)
    room.move("close")
    page = room.show(MEANING, write_files(tmp_path / "other"))
    text = text_of(page)
    assert "The app shows other figures than this room is about:" in text and "Quickstart" in text
    assert page.button(key="put_mean").disabled and "The plan in force" not in text
    text = press(page, "open_rooms_scenario")
    assert page.session_state["opened"].scenario.hash == room.scenario.hash
    assert "The app shows other figures" not in text and "The plan in force: largest regret" in text


@pytest.mark.thorough
def test_saved_options_and_distant_voices_of_a_room_with_names(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    room = Held(monkeypatch, store, WorkshopPlan("Room", (Question(Kind.POINTS),), False, ROLES))
    room.weigh(room.join(2, "Trust"), NATIONAL)
    room.weigh(room.join(1, "Council"), LOCAL)
    scenario = room.scenario
    only = scenario.settings.replace(weights={"national": 0.0, "local": 100.0, "long_term": 0.0})
    clash = only.replace(lock={"shared_record": "out", "neighbourhood_team": "in"})  # rule R1 forbids it
    options = [
        SavedOption(name, "", Moment(scenario, View(one, scenario.years[-1])), datetime.now(UTC))
        for name, one in (("Local only", only), ("Cannot be", clash))
    ]
    page = room.show(MEANING, QUICKSTART, options)
    assert "appear here when you close the answers" in text_of(page)
    text = press(page, "room_close")
    rows = {row[0]: row[1:] for row in table_rows(text, "Regret in the room")[1:]}
    assert "Saved: Local only" in rows and "Saved: Cannot be" not in rows
    assert re.search(r"Most distant voices\. .*Saved: Local only: Trust", text)
    groups = {row[0]: row[1:] for row in table_rows(text, "Mean regret by role; in brackets the largest")[1:]}
    assert groups["Saved: Local only"][0] == "0 % (0 %)"


def test_room_without_weights_says_what_portfolios_need(monkeypatch: pytest.MonkeyPatch, store: WorkshopStore) -> None:
    room = Held(monkeypatch, store, WorkshopPlan("Room", (Question(Kind.SUPPORT),)))
    for token in room.join(5):
        store.answer(token, 0, {"must": ["theatre_lists"]})
    room.move("close")
    page = room.show(MEANING)
    assert "This room was asked for no weights." in text_of(page)
    page.segmented_control(key="room_view").set_value(SAID)
    assert "1 initiative must be done, say more than half of 5 people" in text_of(settled(page))


@pytest.mark.thorough
def test_room_in_which_nobody_can_gain_says_so(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore, tmp_path: Path
) -> None:
    room = Held(monkeypatch, store, WorkshopPlan("Room", (Question(Kind.POINTS),)))
    scenario = read_scenario(QUICKSTART)
    none = scenario.settings.replace(lock={row.initiative_id: "out" for row in scenario.initiatives})
    workshop, room.key = store.create(WorkshopPlan("Room", (Question(Kind.POINTS),)), scenario, none)
    room.workshop_id, room.code = workshop.workshop_id, workshop.code
    room.weigh(room.join(5), NATIONAL)
    room.move("close")
    assert "Nobody in the room can gain anything" in text_of(room.show(MEANING))


def test_room_of_made_up_people_is_shown_at_first_and_marked(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    scenario = read_scenario(QUICKSTART)
    store.create(WorkshopPlan("Made up", (Question(Kind.POINTS),)), scenario, scenario.settings, is_illustrative=True)
    page = settled(opened(monkeypatch, page_alone("Workshop")))
    assert "Made up" in text_of(page) and ">Illustrative</strong>" in text_of(page)
    assert "Open a room" in press(page, "all_rooms")
