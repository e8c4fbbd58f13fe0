"""What every test has: a memory of its own, so that nobody's database is read or written."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling

from prioritiser.store.location import MEMORY_VARIABLE
from tests.deeper import deep_names, slow_tests

# Programs that tests start would read every module of theirs anew: where it is compiled, it is kept.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# set at once, so that servers started by fixtures of any scope have it too
_FOLDER = tempfile.TemporaryDirectory(prefix="prioritiser-tests-", ignore_cleanup_errors=True)
_NUMBERS = count()
os.environ[MEMORY_VARIABLE] = str(Path(_FOLDER.name) / "shared.sqlite")
os.environ["PRIORITISER_CACHE"] = str(Path(_FOLDER.name) / "maps")  # never those of whoever runs the tests


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --thorough."""
    parser.addoption("--thorough", action="store_true", help="try every random case, and the slow tests too")


def pytest_configure(config: pytest.Config) -> None:
    """Say it to `depth`, before any test is read; workers are asked in the same way."""
    if config.getoption("--thorough"):
        os.environ["PRIORITISER_THOROUGH"] = "1"
    hypothesis.settings.register_profile("the same each time", derandomize=True, deadline=None)
    if "CI" in os.environ:
        hypothesis.settings.load_profile("the same each time")


class OneBrowser(LoadFileScheduling):  # type: ignore[misc]
    """A file's tests go to one process, and all tests that open a browser do: they share it and its servers."""

    def _split_scope(self, nodeid: str) -> str:
        browser = "tests/browser/"
        return browser if nodeid.startswith(browser) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneBrowser:
    """Take the place of --dist."""
    return OneBrowser(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a thorough run does; or, where a plain run came before it, what it would only repeat."""
    if not config.getoption("--thorough"):
        left = [item for item in items if _is_thorough(item)]
    elif "PRIORITISER_PLAIN_RUN_DONE" in os.environ:
        left = [item for item in items if not (_is_thorough(item) or _has_depth(item))]
    else:
        left = []
    config.hook.pytest_deselected(items=left)
    gone = set(left)
    items[:] = [item for item in items if item not in gone]


def _is_thorough(item: pytest.Item) -> bool:
    """Whether only a thorough run has a test: it is marked so, or its time is not worth it in a plain run."""
    known = slow_tests()
    return bool(item.get_closest_marker("thorough")) or item.nodeid in known or item.nodeid.partition("[")[0] in known


def _has_depth(item: pytest.Item) -> bool:
    """Whether a test tries more under --thorough than it did without."""
    return getattr(item, "originalname", item.name) in deep_names(item.path)


@pytest.fixture(autouse=True)
def memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a memory file that nothing else knows; a numbered folder of pytest's would list all others first."""
    path = Path(_FOLDER.name) / str(next(_NUMBERS)) / "memory.sqlite"
    path.parent.mkdir()
    monkeypatch.setenv(MEMORY_VARIABLE, str(path))
    return path


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages without a browser be nobody's: AppTest has no cookies. A test may name a visitor in the same way."""
    monkeypatch.setattr("prioritiser.ui.storage.visitors.visitor_now", lambda: None)


@pytest.fixture
def fresh_workers() -> Iterator[None]:
    """Begin without work and answers of pages that were tested before, and leave none behind."""
    _forget_work()
    yield
    _forget_work()


@pytest.fixture
def kept_answers() -> Iterator[None]:
    """Keep what pages worked out for the tests that ask the same again; what is still worked out is stopped."""
    yield
    from prioritiser.ui import session  # noqa: PLC0415 - only tests of pages need it

    for pool in (session.works, session.answers):
        for work in [*pool()._under_way]:
            work.abandon()


def _forget_work() -> None:
    from prioritiser.ui import session  # noqa: PLC0415 - only tests of pages need it

    for pool in (session.works, session.answers):
        pool().close()
        pool.clear()  # type: ignore[attr-defined]


@pytest.fixture
def no_maps_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every map be worked out anew."""
    monkeypatch.setenv("PRIORITISER_CACHE", "")


@pytest.fixture
def no_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let work that starts by itself only wait, where a test does not look at the map."""
    from prioritiser.ui.background.jobs import Works  # noqa: PLC0415 - only tests of pages need it

    monkeypatch.setattr(Works, "_is_asked_for", property(lambda _: True))
