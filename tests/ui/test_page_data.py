"""The Data page without a browser: tables, drafts and their problems, uploads, and what stays when something is wrong."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from benchmarks.generated import dense_scenario
from prioritiser.files.edits import Edits
from prioritiser.files.scenario_files import inspect_bytes, read_scenario, scenario_bytes, write_scenario
from prioritiser.files.tables.upload_limits import MAX_ARCHIVE_BYTES
from prioritiser.ui import session
from prioritiser.ui.session.drafts import Draft
from tests.files.test_edits import edited
from tests.page_scenarios import IMAGE, write_nasty
from tests.pages import MAIN, QUICKSTART, text_of
from tests.places import ROOT
from tests.small import FILES, write_files, write_zip


@pytest.fixture(autouse=True)
def fresh_workers() -> Iterator[None]:
    yield
    session.answers().close()
    session.answers.clear()  # type: ignore[attr-defined]


def open_data(monkeypatch: pytest.MonkeyPatch, scenario: Path) -> AppTest:
    monkeypatch.setenv(session.SCENARIO_VARIABLE, str(scenario))
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page._page_hash = calc_hash("data")  # pages are functions, which AppTest cannot name
    return run(page)


def run(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    return page


def look_at(page: AppTest, title: str) -> AppTest:
    page.button_group(key="data_table").set_value(title)
    return run(page)


def title_input(page: AppTest) -> Any:
    """The input of the title: the head of the page has others."""
    (found,) = (row for row in page.text_input if row.label.startswith("Title"))
    return found


def edit(page: AppTest, table: str, **changes: Any) -> AppTest:
    """Edit a table that is not on the page, as its editor left it when it was."""
    draft: Draft = page.session_state["draft"]
    draft.edits = edited(draft.edits, table, **changes)
    return run(page)


def bring(page: AppTest, name: str, content: bytes) -> AppTest:
    page.file_uploader[0].set_value((name, content, "application/octet-stream"))
    return run(page)


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click()
    return run(page)


def keys_of(page: AppTest) -> set[str | None]:
    return {button.key for button in page.button}


def open_hash(page: AppTest) -> str:
    return str(page.session_state["opened"].scenario.hash)


def test_page_says_what_the_answer_rests_on(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_data(monkeypatch, QUICKSTART)
    text = text_of(page)
    assert "8 initiatives, 4 goals and 8 effects, 8 of the effects judged" in text
    assert "4 goals: 4 judged; 4 without a source." in text
    assert "No edits yet" in text and "edited here" not in text
    assert "use_edits" not in keys_of(page)
    assert [entry.arrow_data for entry in page.get("dataframe")] or page.get("arrow_data_frame")


def test_page_lists_what_was_understood_and_what_may_not_be_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "on what was read" not in text_of(open_data(monkeypatch, QUICKSTART))
    resources = "Resource ID,unit,26/27,2027/28\nmoney,£k,100,\n"
    text = text_of(open_data(monkeypatch, write_files(tmp_path / "small", {"resources.csv": resources})))
    assert "2 notes on what was read: what was understood, and what may not be meant" in text
    assert "no limit: money has none in 2027/28." in text


def test_broken_upload_says_what_was_understood_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = {**FILES, "uses.csv": FILES["uses.csv"].replace(",", ";"), "goals.csv": "goal_id\n"}
    content = write_zip(tmp_path / "broken.zip", files).read_bytes()
    page = bring(open_data(monkeypatch, QUICKSTART), "broken.zip", content)
    assert "broken.zip cannot be opened yet" in text_of(page)
    assert "its cells are parted by semicolons" in text_of(page)


@pytest.mark.parametrize("title", ["Resources", "Initiatives", "Uses", "Effects", "Rules", "Title and settings"])
def test_every_table_can_be_looked_at(monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    for scenario in (QUICKSTART, ROOT / "scenarios" / "example-ics"):
        page = look_at(open_data(monkeypatch, scenario), title)
        assert "No edits yet" in text_of(page)
        assert "use_edits" not in keys_of(page)


def test_edits_are_used_at_a_press_and_undo_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_data(monkeypatch, QUICKSTART)
    before = open_hash(page)
    edit(page, "effects", edited_rows={0: {"central": "9", "high": "9"}})
    assert "Your edits are ready to use" in text_of(page) and "Effects: 1 changed." in text_of(page)
    assert open_hash(page) == before
    press(page, "use_edits")
    assert open_hash(page) != before
    assert page.session_state["opened"].scenario.effects[0].central == 9
    assert "No edits yet" in text_of(page) and "edited here" in text_of(page)
    press(page, "undo")
    assert open_hash(page) == before and "edited here" not in text_of(page)
    press(page, "redo")
    assert page.session_state["opened"].scenario.effects[0].central == 9


def test_edits_with_problems_are_listed_and_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_data(monkeypatch, QUICKSTART)
    edit(
        page, "resources", edited_rows={0: {"2026/27": "-2"}}, added_rows=[{"resource_id": "beds", "carry_over": "ja"}]
    )
    text = text_of(page)
    assert "2 problems to mend before your edits can be used" in text
    assert "A capacity must be 0 or more." in text and "2 (money)" in text and "carry_over must be yes or no." in text
    assert page.button(key="use_edits").disabled
    assert "2 problems" in text_of(look_at(page, "Uses"))


def test_dropping_edits_asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    page = edit(open_data(monkeypatch, QUICKSTART), "uses", edited_rows={0: {"year_1": "7"}})
    press(page, "ask_to_drop")
    assert "Drop all of your edits? They cannot be had back." in text_of(page)
    press(page, "keep_on")
    assert "Uses: 1 changed." in text_of(page) and "drop_edits" not in keys_of(page)
    press(page, "ask_to_drop")
    press(page, "drop_edits")
    assert "No edits yet" in text_of(page)


def test_texts_are_edited_and_kept_when_another_table_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    page = look_at(open_data(monkeypatch, QUICKSTART), "Title and settings")
    title_input(page).set_value("A new title")
    look_at(page, "Goals")
    assert "Scenario: title." in text_of(page)
    look_at(page, "Title and settings")
    assert title_input(page).value == "A new title"
    page.text_area[0].set_value("**Bold** summary")
    press(page, "use_edits")
    found = page.session_state["opened"].scenario
    assert (found.title, found.summary) == ("A new title", "**Bold** summary")
    assert title_input(page).value == "A new title"


def test_edits_stay_when_another_scenario_is_opened_under_them(monkeypatch: pytest.MonkeyPatch) -> None:
    page = edit(open_data(monkeypatch, QUICKSTART), "uses", edited_rows={0: {"year_1": "7"}})
    began = page.session_state["draft"].edits
    other = read_scenario(ROOT / "scenarios" / "example-ics")
    press(bring(page, "ics.xlsx", scenario_bytes(other, "ics.xlsx")), "open_upload")
    assert open_hash(page) == other.hash
    assert "The open scenario has changed under your edits. They are all kept." in text_of(page)
    assert page.button(key="use_edits").disabled
    press(page, "keep_edits")
    assert page.session_state["draft"].edits == began
    assert "as it was when you began" in text_of(page)
    press(page, "use_edits")
    assert page.session_state["opened"].scenario.title == began.base.title
    press(page, "undo")
    assert open_hash(page) == other.hash


def test_edits_can_be_dropped_for_what_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    page = edit(open_data(monkeypatch, QUICKSTART), "uses", edited_rows={0: {"year_1": "7"}})
    other = read_scenario(ROOT / "scenarios" / "example-ics")
    press(bring(page, "ics.zip", scenario_bytes(other, "ics.zip")), "open_upload")
    press(press(page, "ask_to_drop_other"), "drop_edits")
    assert "No edits yet" in text_of(page) and open_hash(page) == other.hash
    assert page.session_state["draft"].edits.base.hash == other.hash


def test_two_tabs_keep_their_own_edits_and_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = open_data(monkeypatch, QUICKSTART), open_data(monkeypatch, QUICKSTART)
    edit(one, "uses", edited_rows={0: {"year_1": "7"}})
    edit(two, "uses", edited_rows={0: {"year_1": "8"}})
    press(one, "use_edits")
    run(two)
    assert "Uses: 1 changed." in text_of(two) and "edited here" not in text_of(two)
    press(two, "use_edits")
    run(one)
    used = [page.session_state["opened"].scenario.uses[0].amounts["year_1"] for page in (one, two)]
    assert used == [7, 8]
    third = open_data(monkeypatch, QUICKSTART)
    assert "edited here" not in text_of(third)


def test_edited_scenario_opens_from_its_link(monkeypatch: pytest.MonkeyPatch) -> None:
    page = edit(open_data(monkeypatch, QUICKSTART), "uses", edited_rows={0: {"year_1": "7"}})
    press(page, "use_edits")
    other = AppTest.from_file(str(MAIN), default_timeout=60)
    other._page_hash = calc_hash("data")
    other.query_params["scenario"] = page.query_params["scenario"]
    run(other)
    assert open_hash(other) == open_hash(page) and "edited here" in text_of(other)


def test_broken_upload_lists_every_problem_and_the_open_scenario_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = open_data(monkeypatch, QUICKSTART)
    before = open_hash(page)
    rows = "".join(f"i{number},money,x\n" for number in range(60))
    broken = write_zip(tmp_path / "a.zip", {**FILES, "uses.csv": f"initiative_id,resource_id,year_1\n{rows}"})
    bring(page, "my plan.zip", broken.read_bytes())
    text = text_of(page)
    assert "my plan.zip cannot be opened yet: 120 problems" in text
    assert "stays open. Mend the file and bring it again." in text
    assert text.count(">uses.csv<") == 50 and "and 70 more." in text
    assert "open_upload" not in keys_of(page) and open_hash(page) == before
    assert any(button.key == "download_issues_upload" for button in page.get("download_button"))
    press(page, "close_upload")
    assert "cannot be opened" not in text_of(page) and open_hash(page) == before


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_file_that_is_none_is_a_plain_sentence(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    page = bring(open_data(monkeypatch, QUICKSTART), f"<b>![x]({IMAGE}).xlsx", content)
    text = text_of(page)
    assert "cannot be opened yet: 1 problem" in text
    assert "<b>!" not in text and "&lt;b&gt;![x](" in text


def test_upload_of_the_open_scenario_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_data(monkeypatch, QUICKSTART)
    bring(page, "same.zip", scenario_bytes(read_scenario(QUICKSTART), "same.zip"))
    assert "holds the scenario that is open already" in text_of(page)
    assert "open_upload" not in keys_of(page)


def test_upload_says_what_differs_before_it_is_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = open_data(monkeypatch, write_files(tmp_path / "small"))
    more = FILES["initiatives.csv"] + "clinic,Trust,,\n"
    changed = write_zip(tmp_path / "more.zip", {**FILES, "initiatives.csv": more})
    bring(page, "more.zip", changed.read_bytes())
    text = text_of(page)
    assert "more.zip holds “Small”, without problems." in text
    assert "<strong>3 initiatives</strong>: 1 added (clinic)." in text
    assert "<strong>2 goals</strong>: no difference." in text
    press(page, "open_upload")
    assert "clinic" in page.session_state["opened"].scenario.initiative_by_id
    assert "holds “Small”" not in text_of(page)
    assert "edited here" in text_of(page)


def test_text_of_a_scenario_stays_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nasty = write_nasty(tmp_path / "nasty")
    page = bring(open_data(monkeypatch, QUICKSTART), "nasty.zip", scenario_bytes(read_scenario(nasty), "nasty.zip"))
    texts = [text_of(page)]
    press(page, "open_upload")
    for title in ("Goals", "Initiatives", "Title and settings"):
        texts.append(text_of(look_at(page, title)))
    edit(page, "initiatives", edited_rows={0: {"lead": "<script>x</script>", "earliest": "<img src=y>"}})
    texts.append(text_of(page))
    for text in texts:
        assert "<script>" not in text and "<img" not in text
    assert "&lt;img src=y&gt;" in texts[-1]


@pytest.mark.thorough
def test_thousand_initiatives_stay_usable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_scenario(dense_scenario(1000), tmp_path / "large")
    page = look_at(open_data(monkeypatch, tmp_path / "large"), "Uses")
    began = time.monotonic()
    run(page)
    assert time.monotonic() - began < 3
    began = time.monotonic()
    edit(page, "effects", edited_rows={0: {"central": "x"}})
    assert time.monotonic() - began < 6
    assert "1 problem to mend" in text_of(page)


def test_server_takes_uploads_of_the_size_that_the_reader_takes() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] * 1_000_000 == MAX_ARCHIVE_BYTES


def test_edits_are_taken_away_with_their_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    page = edit(open_data(monkeypatch, QUICKSTART), "uses", edited_rows={0: {"year_1": "many"}})
    edits: Edits = page.session_state["draft"].edits
    assert any(button.key == "download_edits" for button in page.get("download_button"))
    assert [issue.found for issue in inspect_bytes("mine.zip", edits.as_zip()).issues] == ['"many"']
