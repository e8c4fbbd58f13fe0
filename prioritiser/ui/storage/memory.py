"""What is remembered beyond a session: scenarios, each visitor's view with its undo steps, options and rooms."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from prioritiser.errors import PrioritiserError
from prioritiser.files.scenario_files import inspect_bytes, scenario_bytes
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui.storage.links import Link
from prioritiser.ui.storage.memory_file import MemoryFile

KEPT_SCENARIOS = 300
KEPT_DAYS = 90
# The cookie lives for 400 days from the last visit; after that nobody can ask for the options again.
KEPT_OPTION_DAYS = 400
_TIDY_EVERY = 500
_ZIP = "scenario.zip"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_MINE = "visitor = ? AND (home = ? OR scenario = ?)"
# Fewer letters of a hash than that could be found by trying.
SHORTEST_NAME = 16
_NAME = re.compile(rf"[0-9a-f]{{{SHORTEST_NAME},64}}")


@dataclass(frozen=True)
class Step:
    """A moment as it is written down: the hash of its scenario, the link to its view, and words that it takes back."""

    scenario: str
    link: Link
    words: str = ""


@dataclass(frozen=True)
class KeptView:
    """Where a visitor was: the moment, whether it was the app's own scenario, the page, and what undo goes back to.

    kept_plan: the plan that most is to be kept of, as plain values; empty for none. is_readable: whether what was
    written down for the moment makes sense.
    """

    step: Step
    is_own: bool
    page: str
    history: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()
    kept_plan: str = ""
    when: datetime = _NEVER
    is_readable: bool = True


@dataclass(frozen=True)
class Failure:
    """What could not be drawn when a visitor last looked at it: a moment, and the title of the page."""

    step: Step
    page: str


@dataclass(frozen=True)
class KeptOption:
    """A saved option as it is written down."""

    name: str
    note: str
    step: Step
    when: datetime


@dataclass(frozen=True)
class Owner:
    """Whose view and options: the visitor, and where the scenario is that the app was started on, and its hash."""

    visitor: str
    home: str
    own: str


class Memory:
    """The database of one file, for any number of sessions; whatever happens to the file, the app goes on."""

    def __init__(self, file: MemoryFile) -> None:
        self._file = file
        self._writes = 0

    @property
    def is_on(self) -> bool:
        """Whether anything is to be kept at all."""
        return self._file.is_on

    @property
    def trouble(self) -> str:
        """Why nothing is being kept just now; empty where it is."""
        return self._file.trouble

    @property
    def place(self) -> str:
        """The path of the file; empty where nothing is to be kept."""
        return str(self._file.path or "")

    @property
    def is_readable(self) -> bool:
        """Whether what was read last is what the file holds."""
        return self._file.is_readable

    @property
    def was_damaged(self) -> bool:
        """Whether a damaged file was set aside and a new one begun."""
        return self._file.set_aside is not None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def keep_scenario(self, scenario: Scenario) -> bool:
        """Keep a scenario for links to it; whether it is kept."""
        return self._file.write(lambda base: _keep_scenarios(base, [scenario]), False)

    def scenario(self, name: str) -> Scenario | None:
        """Return the scenario whose hash begins so; None where there is none, or several."""
        if not _NAME.fullmatch(name):
            return None

        def find(base: sqlite3.Connection) -> tuple[str, bytes] | None:
            sought = "SELECT hash, content FROM scenarios WHERE hash >= ? AND hash < ? LIMIT 2"
            found = base.execute(sought, (name, f"{name}g")).fetchall()
            return (found[0][0], found[0][1]) if len(found) == 1 else None

        found = self._file.read(find, None)
        return None if found is None else _sense(_scenario, found)

    def view(self, owner: Owner) -> KeptView | None:
        """Return where a visitor was last; None where that is not known."""
        columns = "scenario, link, is_own, page, history, future, kept_plan, at"
        sought = f"SELECT {columns} FROM views WHERE visitor = ? AND home = ?"
        row = self._first(sought, owner.visitor, owner.home)
        return None if row is None else _view(row)

    def failure(self, owner: Owner) -> Failure | None:
        """Return what could not be drawn last, until something is kept that could; None where there is nothing."""
        sought = "SELECT scenario, link, page FROM failures WHERE visitor = ? AND home = ?"
        row = self._first(sought, owner.visitor, owner.home)
        return None if row is None else _sense(_failure, row)

    def note_failure(self, owner: Owner, failure: Failure) -> bool:
        """Note what could not be drawn, so that it is not opened by itself again; whether it is noted."""
        noted = "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)"
        step = failure.step
        row = (owner.visitor, owner.home, step.scenario, json.dumps(step.link), failure.page, _now())
        return self._file.write(lambda base: base.execute(noted, row).rowcount > 0, False)

    def keep_view(self, owner: Owner, view: KeptView, scenarios: Iterable[Scenario]) -> bool:
        """Keep where a visitor is, with the scenarios of it and of its undo steps; whether it is kept."""

        def keep(base: sqlite3.Connection) -> bool:
            _keep_scenarios(base, scenarios)
            base.execute("DELETE FROM failures WHERE visitor = ? AND home = ?", (owner.visitor, owner.home))
            moment = (view.step.scenario, json.dumps(view.step.link), view.is_own, view.page)
            steps = (_steps_text(view.history), _steps_text(view.future))
            row = (owner.visitor, owner.home, *moment, *steps, view.kept_plan, _now())
            base.execute("INSERT OR REPLACE INTO views VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._tidy_now_and_then(base)
            return True

        return self._file.write(keep, False)

    def options(self, owner: Owner) -> tuple[KeptOption, ...]:
        """Return a visitor's options, oldest first: those saved here, and those of the same scenario elsewhere."""

        def find(base: sqlite3.Connection) -> tuple[KeptOption, ...]:
            rows = base.execute(
                f"SELECT name, note, scenario, link, at FROM options WHERE {_MINE} ORDER BY at, folded",
                _key_of(owner),
            )
            found = (_sense(_option, row) for row in rows)
            return tuple(option for option in found if option is not None)

        return self._file.read(find, ())

    def keep_option(self, owner: Owner, option: KeptOption, scenario: Scenario) -> bool:
        """Keep an option; one of the same name is replaced. Whether it is kept."""

        def keep(base: sqlite3.Connection) -> bool:
            if not _keep_scenarios(base, [scenario]):
                return False
            folded = option.name.casefold()
            base.execute(f"DELETE FROM options WHERE {_MINE} AND folded = ?", (*_key_of(owner), folded))
            moment = (option.step.scenario, json.dumps(option.step.link), option.when.isoformat())
            row = (owner.visitor, owner.home, folded, option.name, option.note, *moment)
            base.execute("INSERT INTO options VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            return True

        return self._file.write(keep, False)

    def forget_option(self, owner: Owner, name: str) -> None:
        """Delete an option."""
        sought, key = f"DELETE FROM options WHERE {_MINE} AND folded = ?", (*_key_of(owner), name.casefold())
        self._file.write(lambda base: base.execute(sought, key).rowcount, 0)

    def guide_is_closed(self, visitor: str) -> bool:
        """Whether a visitor has closed the guide."""
        sought = "SELECT guide_closed FROM visitors WHERE visitor = ?"
        return bool((self._first(sought, visitor) or (0,))[0])

    def close_guide(self, visitor: str) -> None:
        """Note that a visitor has closed the guide."""
        noted = "INSERT OR REPLACE INTO visitors VALUES (?, 1, ?)"
        self._file.write(lambda base: base.execute(noted, (visitor, _now())).rowcount, 0)

    def paper(self, owner: Owner, decision: str) -> str | None:
        """Return the text of the paper of a decision, else the one written last; None where there is none."""
        sought = "SELECT paper FROM papers WHERE visitor = ? AND home = ? ORDER BY decision = ? DESC, at DESC LIMIT 1"
        row = self._first(sought, owner.visitor, owner.home, decision)
        return None if row is None else str(row[0])

    def keep_paper(self, owner: Owner, decision: str, paper: str) -> bool:
        """Keep the text of the paper of a decision; whether it is kept."""
        noted = "INSERT OR REPLACE INTO papers VALUES (?, ?, ?, ?, ?)"
        row = (owner.visitor, owner.home, decision, paper, _now())
        return self._file.write(lambda base: base.execute(noted, row).rowcount > 0, False)

    def rooms(self, visitor: str) -> tuple[tuple[str, bool], ...]:
        """Return the ids of the workshops that a visitor facilitates, the last one first, and whether it is shown."""
        sought = "SELECT workshop_id, is_shown FROM rooms WHERE visitor = ? ORDER BY is_shown DESC, at DESC"

        def find(base: sqlite3.Connection) -> tuple[tuple[str, bool], ...]:
            return tuple((str(name), bool(is_shown)) for name, is_shown in base.execute(sought, (visitor,)))

        return self._file.read(find, ())

    def keep_room(self, visitor: str, workshop_id: str) -> bool:
        """Note that a visitor facilitates a workshop and has it before them; whether it is noted."""

        def keep(base: sqlite3.Connection) -> bool:
            base.execute("UPDATE rooms SET is_shown = 0 WHERE visitor = ?", (visitor,))
            base.execute("INSERT OR REPLACE INTO rooms VALUES (?, ?, 1, ?)", (visitor, workshop_id, _now()))
            return True

        return self._file.write(keep, False)

    def leave_room(self, visitor: str) -> None:
        """Note that a visitor has no workshop before them."""
        left = "UPDATE rooms SET is_shown = 0 WHERE visitor = ?"
        self._file.write(lambda base: base.execute(left, (visitor,)).rowcount, 0)

    def tidy(self) -> None:
        """Drop what is too old: views, then scenarios that nothing refers to, beyond the newest."""
        self._file.write(_tidied, None)

    def _first(self, sought: str, *key: str) -> tuple[Any, ...] | None:
        """Read the first row that is sought; None where there is none."""
        found: tuple[Any, ...] | None = self._file.read(lambda base: base.execute(sought, key).fetchone(), None)
        return found

    def _tidy_now_and_then(self, base: sqlite3.Connection) -> None:
        if self._writes % _TIDY_EVERY == 0:
            _tidied(base)
        self._writes += 1


def _key_of(owner: Owner) -> tuple[str, str, str]:
    return (owner.visitor, owner.home, owner.own)


def _keep_scenarios(base: sqlite3.Connection, scenarios: Iterable[Scenario]) -> bool:
    """Write those that are not there yet; whether all could be kept."""
    every = True
    for scenario in {scenario.hash: scenario for scenario in scenarios}.values():
        if base.execute("SELECT 1 FROM scenarios WHERE hash = ?", (scenario.hash,)).fetchone():
            continue
        try:
            row = (scenario.hash, scenario_bytes(scenario, _ZIP), scenario.title, _now())
        except PrioritiserError:  # the format cannot keep all of it
            every = False
        else:
            base.execute("INSERT OR REPLACE INTO scenarios VALUES (?, ?, ?, ?)", row)
    return every


def _scenario(row: tuple[str, bytes]) -> Scenario | None:
    name, content = row
    scenario = inspect_bytes(_ZIP, content).scenario
    return scenario if scenario is not None and scenario.hash == name else None


def _tidied(base: sqlite3.Connection) -> None:
    oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat()
    base.execute("DELETE FROM views WHERE at < ?", (oldest,))
    gone = (datetime.now(UTC) - timedelta(days=KEPT_OPTION_DAYS)).isoformat()
    base.execute(
        "DELETE FROM options WHERE at < ? AND visitor NOT IN (SELECT visitor FROM views) "
        "AND visitor NOT IN (SELECT visitor FROM visitors WHERE at >= ?)",
        (gone, gone),
    )
    base.execute("DELETE FROM papers WHERE at < ?", (gone,))
    base.execute("DELETE FROM rooms WHERE at < ?", (gone,))
    base.execute("DELETE FROM failures WHERE at < ?", (oldest,))
    base.execute("DELETE FROM visitors WHERE at < ? AND visitor NOT IN (SELECT visitor FROM views)", (gone,))
    used = {row[0] for row in base.execute("SELECT scenario FROM views UNION SELECT scenario FROM options")}
    for history, future in base.execute("SELECT history, future FROM views"):
        used |= {step.scenario for text in (history, future) for step in _steps(text)}
    unused = [row[0] for row in base.execute("SELECT hash FROM scenarios ORDER BY at DESC") if row[0] not in used]
    base.executemany("DELETE FROM scenarios WHERE hash = ?", [(name,) for name in unused[KEPT_SCENARIOS:]])


def _sense[G, T](read: Callable[[G], T], given: G) -> T | None:
    """Read what was written down, by whatever version; None where it makes no sense."""
    try:
        return read(given)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        return None


def _view(row: tuple[Any, ...]) -> KeptView:
    """Read a view: each part of it that makes no sense is left out, and the rest is kept."""
    scenario, link, is_own, page, history, future, kept_plan, at = row
    read = _sense(_link, link)
    when = _sense(datetime.fromisoformat, at) or _NEVER
    step, steps = Step(str(scenario), read or {}), (_steps(history), _steps(future))
    return KeptView(step, bool(is_own), str(page), *steps, str(kept_plan), when, is_readable=read is not None)


def _failure(row: tuple[Any, ...]) -> Failure:
    scenario, link, page = row
    return Failure(Step(str(scenario), _link(link)), str(page))


def _option(row: tuple[Any, ...]) -> KeptOption:
    name, note, scenario, link, at = row
    return KeptOption(str(name), str(note), Step(str(scenario), _link(link)), datetime.fromisoformat(at))


def _steps_text(steps: Iterable[Step]) -> str:
    written = [[step.scenario, step.link, *([step.words] if step.words else [])] for step in steps]
    return json.dumps(written, separators=(",", ":"))


def _steps(text: str) -> tuple[Step, ...]:
    """Read the steps of undo or redo; one that makes no sense is left out."""
    written = _sense(json.loads, text)
    found = (_sense(_step, step) for step in written) if isinstance(written, list) else ()
    return tuple(step for step in found if step is not None)


def _step(given: Any) -> Step:
    scenario, link, *words = given
    return Step(str(scenario), _as_link(link), "".join(words))


def _link(text: str) -> Link:
    return _as_link(json.loads(text))


def _as_link(given: Mapping[str, Iterable[Any]]) -> Link:
    return {str(name): [str(value) for value in values] for name, values in given.items()}


def _now() -> str:
    return datetime.now(UTC).isoformat()
