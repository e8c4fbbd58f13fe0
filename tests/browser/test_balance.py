"""The Balance page in a real browser: what leaders see, do and take away; and what must never happen."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser.steps import (
    CHART,
    OVERPRINTS,
    expect_weight,
    found_by_axe,
    open_list,
    open_proved,
    resize,
    set_weight,
    unfold,
    unfold_texts,
    wait_proved,
    wait_still,
)
from tests.page_scenarios import write_nasty, write_slow
from tests.small import write_files

pytestmark = pytest.mark.browser


def chosen(page: Page) -> list[str]:
    """Names in the table of recommended initiatives."""
    table = page.get_by_role("table", name="Initiatives in the portfolio, by start year")
    return table.locator("tbody th").all_inner_texts()


def press_slider(page: Page, name: str, key: str, times: int) -> None:
    thumb = page.locator(f".st-key-{name} input[type=range]")
    thumb.focus()
    for _ in range(times):
        page.keyboard.press(key)


FROM_THE_TOP = """
() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  document.querySelector(".stMain").scrollTo(0, 0);
}
"""


@pytest.fixture
def opened(example_open: Page) -> Page:
    """The example as it was opened: at its top, and the Tab key begins there."""
    example_open.evaluate(FROM_THE_TOP)
    return example_open


def test_app_opens_on_the_example_and_fits_a_laptop(opened: Page) -> None:
    page = opened
    expect(page.get_by_text("Example ICS (illustrative)")).to_be_visible()
    expect(page.get_by_text("It is fictional")).to_be_visible()
    for seen in (".answer", ".st-key-weight_national", ".st-key-weight_local", ".st-key-weight_long_term", CHART):
        assert_needs_no_scroll(page, seen)
    first = page.get_by_role("table", name=re.compile("First targets")).locator("tbody tr")
    assert first.count() >= 4
    for position in range(3):
        box = first.nth(position).bounding_box()
        assert box and box["y"] + box["height"] <= 768
    assert len(chosen(page)) == len(set(chosen(page))) > 10


def assert_needs_no_scroll(page: Page, selector: str) -> None:
    box = page.locator(selector).first.bounding_box()
    assert box, selector
    assert box["y"] >= 0 and box["y"] + box["height"] <= 768, f"{selector} lies outside the first screen: {box}"


@pytest.mark.thorough
@pytest.mark.parametrize(("scenario", "year"), [("quickstart", "2028/29"), ("example", "2030/31")])
def test_moved_weight_changes_table_and_changes_and_link_and_reload_keep_it(
    page: Page, request: pytest.FixtureRequest, scenario: str, year: str
) -> None:
    address = request.getfixturevalue(scenario)
    open_proved(page, address)
    before = chosen(page)
    set_weight(page, "long_term", 100)
    expect_weight(page, "long_term", 100)
    expect_weight(page, "national", 0)
    expect(page.locator(".st-key-changed .because")).to_contain_text("national 40 to 0", timeout=60_000)
    wait_proved(page)
    after = chosen(page)
    assert after != before
    for box in page.locator(".st-key-changed summary").all():
        box.click()
    listed = page.locator(".st-key-changed .changes li").all_inner_texts()
    for name in set(after) - set(before):
        assert any("Entered" in line and name in line for line in listed)
    for name in set(before) - set(after):
        assert any("Left" in line and name in line for line in listed)
    assert "weights=0%2C0%2C100" in page.url or "weights=0,0,100" in page.url

    page.reload()
    wait_proved(page)
    assert chosen(page) == after
    other = page.context.new_page()
    open_proved(other, page.url)
    assert chosen(other) == after
    expect_weight(other, "long_term", 100)
    other.close()

    page.goto(f"{address}?year={year}")
    wait_proved(page)
    assert chosen(page) == before


@pytest.mark.thorough
def test_browser_back_returns_to_the_setting_before(page: Page, example: str) -> None:
    open_proved(page, example + "?weights=0,0,100")
    page.get_by_role("combobox", name=re.compile("Preset")).click()
    page.get_by_role("option", name="Long-term first").click()
    expect_weight(page, "long_term", 60)
    page.get_by_role("button", name="Undo").click()
    expect_weight(page, "long_term", 100)
    expect(page).to_have_url(re.compile("weights=0"))


def test_downloads_open_in_a_spreadsheet_library(opened: Page) -> None:
    page = opened
    names = chosen(page)
    rows = list(csv.DictReader(io.StringIO(read(download(page, "CSV")).decode("utf-8-sig"))))
    assert len(rows) == len(names)
    assert sorted(row["name"] for row in rows) == sorted(names)
    book = openpyxl.load_workbook(io.BytesIO(read(download(page, "Excel"))))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert set(names) <= cells
    assert any("llustrative" in cell for cell in cells)


def download(page: Page, kind: str) -> Download:
    with page.expect_download(timeout=30_000) as taken:
        page.get_by_role("button", name=re.compile(kind)).click()
    return taken.value


def read(taken: Download) -> bytes:
    return Path(taken.path()).read_bytes()


@pytest.mark.thorough
def test_axe_finds_nothing_of_ours(page: Page, example: str) -> None:
    open_proved(page, example + "?capacity=nonsense&lock=theatre_productivity=in")
    unfold(page)
    unfold_texts(page)
    for width in (1366, 390):
        resize(page, width, 844)
        found = found_by_axe(page)
        assert not found, f"at {width} px:\n" + "\n".join(found)


def test_everything_works_from_the_keyboard(opened: Page) -> None:
    page = opened
    reached: set[str] = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "() => { const e = document.activeElement; const box = e.closest('[class*=st-key-]');"
                " return (e.getAttribute('role') || e.tagName) + ' ' + (box ? box.className : ''); }"
            )
        )
    text = "\n".join(reached)
    for needed in ("st-key-preset", "st-key-weight_national", "st-key-weight_long_term", "st-key-balance", "SUMMARY"):
        assert needed in text, f"{needed} cannot be reached by keyboard:\n{text}"


def test_nothing_scrolls_sideways(opened: Page) -> None:
    page = opened
    for width, height in ((320, 720), (390, 844), (1366, 768), (1920, 1080)):
        resize(page, width, height)
        wide = page.evaluate(
            "() => [document.documentElement, document.querySelector('.stMain'),"
            " ...document.querySelectorAll('.scroller')].map(e => e.scrollWidth - e.clientWidth)"
        )
        assert wide[:2] == [0, 0], f"the page scrolls sideways at {width}"
        assert width > 700 or max(wide) <= 0, f"a table scrolls sideways at {width}"


def test_headers_keep_the_page_to_this_machine(page: Page, example: str) -> None:
    answer = page.request.get(example)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy and "script-src 'self' 'sha256-" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.thorough
def test_text_from_a_scenario_stays_inert(page: Page, serve: Callable[[Path], str], tmp_path: Path) -> None:
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "Content Security" in message.text else None)
    open_proved(page, serve(write_nasty(tmp_path / "nasty")) + "?lock=wards=in")
    unfold(page)
    for box in page.locator(".stHtml summary").all():
        box.click()
    for name in ("preset", "locked_out", "without"):
        open_list(page, name)
        expect(page.get_by_role("option", name=re.compile("<img src=|wards")).first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)
    page.locator(f"{CHART} path").first.hover()
    assert page.evaluate("() => window.owned") is None
    inside = ".stMain :is(img, script, iframe, a[href^=http], a[href^=javascript], .katex, .stMarkdownColoredText)"
    assert page.locator(inside).count() == 0
    assert page.locator(".stMain :is(strong, code)", has_text=re.compile("^(bold|code)$")).count() == 0
    expect(page.locator(".scenario")).to_contain_text("<img src=")
    expect(page.get_by_text("**bold**").first).to_be_visible()
    assert not blocked, blocked


@pytest.mark.thorough
def test_slow_solve_shows_its_work_and_can_be_cancelled(
    page: Page, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    page.goto(serve(write_slow(tmp_path / "slow")))
    expect(page.locator(".proof")).to_contain_text(
        re.compile(r"Within \d.* · Still looking for a better plan"), timeout=60_000
    )
    expect(page.locator(".st-key-waiting .working")).to_contain_text(re.compile(r"Working: \d+ s"))
    set_weight(page, "national", 100)
    expect_weight(page, "national", 100)
    expect(page.locator(".st-key-changed .because")).to_contain_text("national 40 to 100", timeout=40_000)
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.locator(".proof")).to_contain_text("Stopped early")
    expect(page.get_by_role("button", name="Look again for the best")).to_be_visible()


# Notes what the top of the page and what is told to those who do not see it say, at each moment at which either changes.
NOTE_TOP = """
() => {
  window.moments = [];
  const look = () => {
    const parts = [...document.querySelectorAll('.st-key-top, [role=status]')].map(part => part.innerText);
    if (parts.length && window.moments.at(-1) !== parts.join('\\n')) window.moments.push(parts.join('\\n'));
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
}
"""


@pytest.mark.thorough
def test_what_is_proved_is_never_said_to_be_still_looked_for(page_of_its_own: Page, example: str) -> None:
    page = page_of_its_own
    page.add_init_script(f"({NOTE_TOP})()")
    moments: list[str] = []
    # a stage may be over before it is drawn: look at others until each has been seen once
    for lock in ("acute_frailty=out", "theatre_productivity=in", "acute_frailty=in", "theatre_productivity=out"):
        open_proved(page, f"{example}?lock={lock}")
        moments += page.evaluate("() => window.moments.splice(0)")
        if any("Working out" in said and "how far each tier could get alone" in said for said in moments):
            break
    press_slider(page, "balance", "ArrowRight", 2)
    expect(page.locator(".st-key-changed .because")).to_contain_text("balance: 0.00 to 0.10", timeout=60_000)
    wait_proved(page)
    moments += page.evaluate("() => window.moments")
    assert len(moments) > 4
    looking = re.compile("Still looking|Looking for|proof that there is none|Working on the new setting")
    both = [said for said in moments if "Proved best" in said and looking.search(said)]
    assert not both, "\n---\n".join(both)
    assert any("Working out" in said and "how far each tier could get alone" in said for said in moments)
    final = page.locator(".st-key-top [role=status]")
    expect(final).to_contain_text("Proved best for these weights")
    expect(final).not_to_contain_text(re.compile("Work|looking"))


def write_crowded(folder: Path) -> Path:
    """Write a scenario whose capacities are carried over, released, absent and unlimited: every text of the chart."""
    years = [f"{2026 + number}/{27 + number}" for number in range(5)]
    heads = ",".join(years)
    lock = "rule_id,kind,subject,other,limit,year\nR1,must_do,wards,,,\nR2,must_do,hub,,,\n"
    return write_files(
        folder,
        {
            "scenario.toml": f'format = 1\ntitle = "Crowded"\nyears = {years}\n[weights]\nnational = 5\nlocal = 5\n',
            "goals.csv": f"goal_id,tier,weight,{heads}\nrtt,national,1,,,,,50\nfalls,local,2,,,,,40\n",
            "resources.csv": (
                f"resource_id,name,unit,{heads},carry_over\n"
                "money,Money for change and everything beside it,£k,50,10,10,10,10,yes\n"
                "staff,,WTE,10,10,10,10,10,no\nnurses,,WTE,4,0,4,0,,no\nbeds,,beds,3,3,3,3,3,yes\n"
            ),
            "initiatives.csv": "initiative_id,lead,earliest,latest\nwards,Trust,,\nhub,Council,,\n",
            "uses.csv": (
                "initiative_id,resource_id,year_1,year_2,year_3,year_4,year_5\nwards,money,20,40,10,5,5\n"
                "hub,staff,1,-1,-1250,-2,-0.5\nwards,beds,0,6,,3,6\n"
            ),
            "effects.csv": "initiative_id,goal_id,central\nwards,rtt,20\nhub,falls,10\n",
            "rules.csv": lock,
        },
    )


@pytest.mark.thorough
def test_no_text_of_a_chart_overprints_at_any_width(
    page: Page, example: str, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    for address in (example, serve(write_crowded(tmp_path / "crowded"))):
        open_proved(page, address)
        expect(page.locator(CHART)).to_have_count(5)
        for width in (1366, 390, 320):
            resize(page, width, 844)
            found = page.evaluate(OVERPRINTS)
            assert not found, f"at {width} px: {found}"
            cells = page.locator(CHART).nth(1).locator("text").all_text_contents()
            assert any(cell.startswith("full") for cell in cells)
            if address != example:
                shown = {"full, with £30k carried over", "releases 1,250\u00a0WTE", "none to use", "2026/27"}
                assert (shown <= set(cells)) is (width == 1366)
                assert {"freed", "none", "no limit"} <= set(cells) or width == 1366
        page.set_viewport_size({"width": 1366, "height": 768})


# Part of the focused input that lies under the answer line, in pixels.
UNDER_THE_ANSWER = """
() => {
  let focused = document.activeElement;  // within the picker it is a part of it that has the focus
  while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  const box = focused.getBoundingClientRect();
  const top = document.querySelector('.st-key-top').parentElement.getBoundingClientRect();
  return Math.min(box.bottom, top.bottom) - Math.max(box.top, top.top);
}
"""


@pytest.mark.thorough
def test_answer_stays_in_sight_while_capacities_and_locks_are_edited(page: Page, example: str) -> None:
    open_proved(page, example)
    unfold(page)
    last = page.locator(".st-key-without input")
    last.scroll_into_view_if_needed()
    wait_still(page)
    for said in (".answer", ".proof"):
        assert_needs_no_scroll(page, said)
        assert page.locator(said).evaluate(
            "part => { const box = part.getBoundingClientRect();"
            " return part.contains(document.elementFromPoint(box.left + 20, box.top + 8)); }"
        ), f"{said} lies under something else"
    height = page.locator(".st-key-top").bounding_box()
    assert height and height["height"] < 768 / 4
    last.focus()
    for key in ("Shift+Tab", "Tab"):
        for _ in range(22):
            page.keyboard.press(key)
            wait_still(page)
            inside = page.evaluate("() => document.activeElement.closest('.st-key-settings') !== null")
            assert not inside or page.evaluate(UNDER_THE_ANSWER) <= 0


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 720), (683, 384)])
def test_answer_scrolls_away_on_small_and_zoomed_screens(opened: Page, width: int, height: int) -> None:
    page = opened
    resize(page, width, height)
    page.locator(".st-key-download_csv").scroll_into_view_if_needed()
    box = page.locator(".answer").bounding_box()
    assert box and box["y"] + box["height"] < 0
