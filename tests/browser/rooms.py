"""A room as people have it: the command that serves it, phones with a browser each, and what a thumb does on them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from prioritiser import read_scenario
from prioritiser.store.database import open_database
from prioritiser.workshop.records import Kind, Move, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from tests.browser.steps import PATIENCE_MS, assert_fits, found_by_axe
from tests.places import QUICKSTART, ROOT

HAS_PROC = Path("/proc/self/task").exists()
HEIGHTS = {320: 568, 390: 844}
POINTS, SUPPORT = Question(Kind.POINTS), Question(Kind.SUPPORT)
# What a thumb cannot hit, and what eyes outdoors cannot read.
SMALL = """
() => {
  const seen = part => part.getClientRects().length && getComputedStyle(part).visibility !== 'hidden';
  const name = part => part.tagName + ' ' + (part.textContent || part.name || '').trim().slice(0, 30);
  const buttons = [...document.querySelectorAll('button, select, textarea, a, label:has(input), input[type=text]')];
  const low = buttons.filter(part => seen(part) && part.getBoundingClientRect().height < 47.5 && !part.closest('#said'));
  const texts = [...document.querySelectorAll('body *')].filter(part => seen(part) && !part.closest('.unseen')
    && [...part.childNodes].some(child => child.nodeType === 3 && child.textContent.trim()));
  const fine = texts.filter(part => parseFloat(getComputedStyle(part).fontSize) < 18);
  return [...low.map(part => 'low: ' + name(part)), ...fine.map(part => 'fine: ' + name(part))];
}
"""


@dataclass(frozen=True)
class Served:
    """The command with a room. store: its database, as another process has it open."""

    url: str
    command: subprocess.Popen[bytes]
    store: WorkshopStore

    def open(self, *questions: Question, scenario: Path = QUICKSTART, names: bool = False) -> Room:
        found = read_scenario(scenario)
        plan = WorkshopPlan("What comes first?", questions, not names, ("Trust", "Council"))
        workshop, key = self.store.create(plan, found, found.settings)
        return Room(self, workshop.workshop_id, workshop.code, key)

    def kill(self) -> None:
        """Kill the server as the machine might; the command starts it again."""
        (server,) = Path(f"/proc/{self.command.pid}/task/{self.command.pid}/children").read_text().split()
        with suppress(ProcessLookupError):
            os.kill(int(server), signal.SIGKILL)


@dataclass(frozen=True)
class Room:
    served: Served
    workshop_id: str
    code: str
    key: str

    @property
    def url(self) -> str:
        return f"{self.served.url}/room/{self.code}"

    def move(self, name: str, minutes: float = 0) -> None:
        self.served.store.move(self.workshop_id, Move(name, minutes))

    def said(self) -> list[tuple[int, dict[str, Any], str]]:
        store = self.served.store
        entries = store.entries(store.workshop(self.workshop_id))
        return [(one.question, dict(one.answer), one.comment) for one in entries]

    def rows(self) -> int:
        with self.served.store.database.reading() as connection:
            told = "SELECT count(*) FROM answers JOIN participants USING (participant_id) WHERE workshop_id = ?"
            return int(connection.exec_driver_sql(told, (self.workshop_id,)).scalar_one())


@pytest.fixture(scope="session")
def served_room(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    database = f"sqlite:///{tmp_path_factory.mktemp('room') / 'rooms.sqlite'}"
    command = [sys.executable, "-m", "prioritiser.cli", "app", str(QUICKSTART), "--no-browser", "--port", "0", "--room"]
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    started = subprocess.Popen(
        [*command, "--database", database],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PRIORITISER_CACHE": "", "PYTHONPATH": paths},
    )
    assert started.stdout is not None
    store = WorkshopStore(open_database(database))
    try:
        url = started.stdout.readline().decode().split()[3]
        wait_up(url)
        yield Served(url, started, store)
    finally:
        started.terminate()
        started.wait(timeout=20)
        started.stdout.close()
        store.database.close()


def wait_up(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/room", timeout=5):
                return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Phones, each with a browser of its own, that may ask nobody but the server."""
    expect.set_options(timeout=PATIENCE_MS)
    opened = []
    hosts: set[str] = set()
    errors: list[str] = []

    def take(width: int = 390, **options: Any) -> Page:
        size = {"width": width, "height": HEIGHTS[width]}
        context = browser.new_context(viewport=size, has_touch=True, **options)  # type: ignore[arg-type]
        context.set_default_timeout(2 * PATIENCE_MS)
        opened.append(context)
        page = context.new_page()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield take
    for context in opened:
        context.close()
    assert len(hosts - {""}) <= 1, hosts
    assert not errors, errors


def join(page: Page, room: Room, name: str = "") -> Page:
    page.goto(room.url)
    if name:
        page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Join the room")
    return page


def check(page: Page, width: int) -> None:
    """What holds for every screen of a phone."""
    assert_fits(page, width)
    assert page.evaluate(SMALL) == []
    assert found_by_axe(page) == []


def number(page: Page, name: str) -> Locator:
    return page.locator(".step.now").get_by_role("textbox", name=name)


def next_step(page: Page) -> None:
    page.locator(".step.now").get_by_role("button", name="Next").click()


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()


def is_sent(page: Page, timeout: int = PATIENCE_MS) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("What you have sent", timeout=timeout)
