"""The memory: what it keeps over a restart, who may see it, how it bears damage, locks and many writers."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from prioritiser import read_scenario
from prioritiser.store.location import memory_path
from prioritiser.ui.storage import memory_file
from prioritiser.ui.storage.library import Library
from prioritiser.ui.storage.memory import Failure, KeptOption, KeptView, Memory, Owner, Step
from prioritiser.ui.storage.memory_file import MemoryFile
from tests.places import QUICKSTART

OWN = read_scenario(QUICKSTART)
EDITED = replace(OWN, title="Edited: <b>ünïcode</b>")
ME = Owner("me", "/scenarios/quickstart", OWN.hash)
HERE = Step(EDITED.hash, {"weights": ["50,30,20"], "lock": ["hub=in", "wards=out"]})
FUTURE = (Step(OWN.hash, {"balance": ["0.5"]}), Step(OWN.hash, {}, '["decision","title","A <title>"]'))
VIEW = KeptView(HERE, False, "Why", (Step(OWN.hash, {}), HERE), FUTURE, '{"limit":3}')


def opened(path: Path) -> Memory:
    return Memory(MemoryFile(path))


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "deep" / "memory.sqlite"


def option(name: str, step: Step = HERE) -> KeptOption:
    return KeptOption(name, "a note", step, datetime.now(UTC))


def test_restart_brings_back_view_steps_options_and_edited_scenario(path: Path) -> None:
    before = opened(path)
    assert before.keep_view(ME, VIEW, [OWN, EDITED])
    assert before.keep_option(ME, option("Keep it"), EDITED)
    before.close_guide("me")
    before.close()
    after = opened(path)
    found = after.view(ME)
    assert found is not None and replace(found, when=VIEW.when) == VIEW
    assert datetime.now(UTC) - found.when < timedelta(minutes=1)
    assert [(one.name, one.note, one.step) for one in after.options(ME)] == [("Keep it", "a note", HERE)]
    assert after.scenario(EDITED.hash[:16]) == EDITED
    assert Library(after).get(EDITED.hash[:16]) == EDITED
    assert after.guide_is_closed("me") and not after.guide_is_closed("you")
    assert (after.trouble, after.was_damaged) == ("", False)


def test_others_see_nothing_of_mine(path: Path) -> None:
    memory = opened(path)
    memory.keep_view(ME, VIEW, [OWN, EDITED])
    memory.keep_option(ME, option("Mine"), EDITED)
    for other in (replace(ME, visitor="you"), replace(ME, home="/elsewhere")):
        assert memory.view(other) is None
        assert memory.options(other) == ()
    memory.forget_option(replace(ME, visitor="you"), "Mine")
    assert len(memory.options(ME)) == 1


def test_options_of_the_same_scenario_are_found_after_its_folder_was_moved(path: Path) -> None:
    memory, moved = opened(path), replace(ME, home="/moved")
    memory.keep_option(ME, option("Own", Step(OWN.hash, {})), OWN)
    assert [one.name for one in memory.options(moved)] == ["Own"]
    memory.keep_option(moved, option("OWN", Step(OWN.hash, {"balance": ["1"]})), OWN)
    assert [one.name for one in memory.options(moved)] == ["OWN"]
    memory.forget_option(moved, "own")
    assert memory.options(moved) == () == memory.options(ME)


def test_name_of_a_scenario_must_be_letters_of_one_hash(path: Path) -> None:
    memory = opened(path)
    memory.keep_scenario(OWN)
    for name in ("", "%", "da", OWN.hash[:15], OWN.hash[:16].upper(), "g" * 16, f"{OWN.hash}0", "0" * 16):
        assert memory.scenario(name) is None and Library(memory).get(name) is None
    assert memory.scenario(OWN.hash[:16]) == OWN == memory.scenario(OWN.hash)


@pytest.mark.parametrize("harm", ["not a database", "torn", "empty"])
def test_damaged_file_is_set_aside_and_a_new_one_begun(path: Path, harm: str) -> None:
    first = opened(path)
    for number in range(40):
        first.keep_option(ME, option(f"Option {number}"), EDITED)
    first.close()
    content = path.read_bytes()
    if harm == "not a database":
        path.write_bytes(b"A letter to the board. " * 400)
    elif harm == "torn":
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    else:
        path.write_bytes(b"")
    memory = opened(path)
    assert memory.view(ME) is None and memory.trouble == ""
    assert memory.keep_view(ME, VIEW, [OWN, EDITED]) and memory.view(ME) is not None
    aside = [file for file in path.parent.iterdir() if ".damaged-" in file.name]
    assert len(aside) == (0 if harm == "empty" else 1)
    assert memory.was_damaged is (harm != "empty")


def test_file_of_another_program_or_a_newer_version_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE recipes (name TEXT)")
    base.close()
    memory = opened(path)
    assert not memory.keep_view(ME, VIEW, [OWN, EDITED])
    assert memory.trouble == "the file belongs to another program"
    newer = path.with_name("newer.sqlite")
    made = opened(newer)
    made.tidy()
    made.close()
    with sqlite3.connect(newer) as base:
        base.execute("UPDATE schema_version SET version = 99")
    base.close()
    later = opened(newer)
    assert later.view(ME) is None
    assert later.trouble == "the file was written by a newer version of Prioritiser"


def test_nothing_is_kept_where_nothing_can_be_written_and_it_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    memory = opened(tmp_path / "file" / "memory.sqlite")
    assert not memory.keep_view(ME, VIEW, [OWN])
    assert memory.trouble.startswith("the file cannot be written (")
    off = Memory(MemoryFile(None))
    assert not off.keep_option(ME, option("x"), OWN)
    assert (off.trouble, off.is_on, off.options(ME), off.scenario(OWN.hash)) == ("", False, (), None)


def refuse_writing(memory: Memory, why: str) -> None:
    """Let SQLite itself refuse whatever is written from now on."""
    memory.tidy()
    connection = memory._file._connection
    assert connection is not None
    if why == "the disk is full":
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    else:
        connection.execute("PRAGMA query_only = ON")


@pytest.mark.parametrize("why", ["the disk is full", "the file may not be written"])
def test_what_was_kept_is_still_read_when_nothing_can_be_written(path: Path, why: str) -> None:
    memory = opened(path)
    memory.keep_view(ME, VIEW, [OWN, EDITED])
    refuse_writing(memory, why)
    large = replace(VIEW, kept_plan="x" * 100_000)
    assert not memory.keep_view(ME, large, [OWN])
    assert (memory.trouble, memory.place) == (why, str(path))
    for _ in range(2):
        found = memory.view(ME)
        assert found is not None and found.kept_plan == VIEW.kept_plan and memory.is_readable
        assert memory.trouble == why  # reading well does not mean that writing does
        assert memory.scenario(EDITED.hash) == EDITED
    began = time.perf_counter()
    assert not memory.keep_option(ME, option("x"), OWN)
    assert time.perf_counter() - began < 0.05
    memory.close()
    memory._file._no_writing_until = 0.001  # the time has passed, and there is room again
    assert memory.keep_view(ME, large, [OWN]) and memory.trouble == ""


def test_file_is_read_when_it_is_in_a_place_where_nothing_can_be_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(path)
    first.keep_view(ME, VIEW, [OWN, EDITED])
    first.close()

    def refuse(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("CREATE TABLE refused (x)")

    monkeypatch.setattr(memory_file, "_write_ahead", refuse)  # on a disk that is read-only this cannot be done
    memory = opened(path)
    began = time.perf_counter()
    found = memory.view(ME)
    assert found is not None and found.page == VIEW.page and memory.scenario(EDITED.hash) == EDITED
    assert memory.trouble == "the file may not be written" and memory.is_readable
    assert not memory.keep_view(ME, VIEW, [OWN])
    assert time.perf_counter() - began < 1.5  # nobody waits for a lock that is none


def test_failure_is_remembered_until_something_was_drawn(path: Path) -> None:
    memory = opened(path)
    memory.keep_view(ME, VIEW, [OWN, EDITED])
    assert memory.failure(ME) is None
    assert memory.note_failure(ME, Failure(HERE, "Why"))
    memory.close()
    memory = opened(path)
    assert memory.failure(ME) == Failure(HERE, "Why")
    assert memory.failure(replace(ME, visitor="you")) is None
    memory.keep_view(ME, VIEW, [OWN, EDITED])
    assert memory.failure(ME) is None


def test_file_of_an_older_version_is_used_as_it_is(path: Path) -> None:
    memory = opened(path)
    memory.keep_view(ME, VIEW, [OWN, EDITED])
    memory.close()
    with sqlite3.connect(path) as base:
        base.execute("DROP TABLE failures")
    base.close()
    found = opened(path).view(ME)
    assert found is not None and found.page == VIEW.page
    assert opened(path).note_failure(ME, Failure(HERE, "Why"))


def test_steps_that_were_written_without_words_are_read(path: Path) -> None:
    memory = opened(path)
    memory.keep_view(ME, VIEW, [OWN, EDITED])
    with sqlite3.connect(path) as base:
        base.execute(
            "UPDATE views SET future = ?", (json.dumps([[OWN.hash, {"balance": ["0.5"]}], [OWN.hash, {}, {}]]),)
        )
    base.close()
    found = memory.view(ME)
    assert found is not None and found.history == VIEW.history and found.future == FUTURE[:1]


def test_locked_file_is_waited_for_once_and_then_let_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_file, "BUSY_MS", 100)
    memory = opened(path)
    memory.tidy()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert not memory.keep_view(ME, VIEW, [OWN, EDITED])
    assert memory.trouble == "another program holds the file"
    began = time.perf_counter()
    assert not memory.keep_view(ME, VIEW, [OWN, EDITED])
    assert time.perf_counter() - began < 0.05
    holder.execute("COMMIT")
    holder.close()
    monkeypatch.setattr(memory._file, "_rest_until", 0.0)
    assert memory.keep_view(ME, VIEW, [OWN, EDITED]) and memory.trouble == ""


def test_deleted_file_is_begun_anew(path: Path) -> None:
    memory = opened(path)
    memory.keep_view(ME, VIEW, [OWN, EDITED])
    for file in path.parent.iterdir():
        file.unlink()
    assert memory.view(ME) is None
    assert memory.keep_view(ME, VIEW, [OWN, EDITED]) and path.exists()


def test_twenty_writers_on_several_connections_lose_nothing(path: Path) -> None:
    memories = [opened(path) for _ in range(4)]
    failed: list[str] = []

    def write(number: int) -> None:
        memory, owner = memories[number % 4], replace(ME, visitor=f"visitor {number}")
        for turn in range(10):
            kept = memory.keep_view(owner, replace(VIEW, page=str(turn)), [OWN, EDITED])
            if not (kept and memory.keep_option(ME, option(f"{number}.{turn}"), EDITED)):
                failed.append(memory.trouble)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(opened(path).options(ME)) == 200
    for number in range(20):
        view = memories[0].view(replace(ME, visitor=f"visitor {number}"))
        assert view is not None and view.page == "9"


def test_old_views_and_unused_scenarios_go_but_never_what_is_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.ui.storage.memory.KEPT_SCENARIOS", 1)
    memory, old = opened(path), replace(ME, visitor="long gone")
    unused = [replace(OWN, title=f"Unused {number}") for number in range(3)]
    for scenario in unused:
        memory.keep_scenario(scenario)
    memory.keep_view(ME, VIEW, [OWN, EDITED])
    memory.keep_view(old, VIEW, [OWN])
    memory.keep_option(old, option("Kept for long"), EDITED)
    memory.close()
    with sqlite3.connect(path) as base:
        base.execute("UPDATE views SET at = '2020-01-01T00:00:00+00:00' WHERE visitor = 'long gone'")
    base.close()
    memory.tidy()
    assert memory.view(old) is None and memory.view(ME) is not None
    assert [scenario.title for scenario in unused if memory.scenario(scenario.hash)] == ["Unused 2"]
    assert memory.scenario(OWN.hash) == OWN and memory.scenario(EDITED.hash) == EDITED
    assert len(memory.options(old)) == 1


def test_part_of_a_row_that_makes_no_sense_is_left_out(path: Path) -> None:
    memory = opened(path)
    memory.keep_view(ME, VIEW, [OWN, EDITED])
    memory.keep_scenario(OWN)
    memory.close()
    with sqlite3.connect(path) as base:
        base.execute("UPDATE views SET history = '{broken', link = 'null'")
        base.execute("UPDATE scenarios SET content = ?", (b"no zip",))
    base.close()
    found = memory.view(ME)
    assert found is not None and not found.is_readable and found.history == () and found.future == VIEW.future
    assert memory.scenario(OWN.hash) is None
    memory.tidy()
    assert memory.trouble == ""


def test_writing_a_view_again_is_quick(path: Path) -> None:
    memory = opened(path)
    steps = tuple(Step(OWN.hash, {"weights": [f"{number},50,50"]}) for number in range(50))
    view = replace(VIEW, history=steps)
    memory.keep_view(ME, view, [OWN, EDITED])
    times = []
    for number in range(20):
        began = time.perf_counter()
        memory.keep_view(ME, replace(view, page=str(number)), [OWN, EDITED])
        times.append(time.perf_counter() - began)
    assert sorted(times)[10] < 0.02  # about 1 ms; the machine may be busy


def test_folder_is_ones_own_by_platform(tmp_path: Path) -> None:
    home = Path.home()
    assert memory_path({}, "linux") == home / ".local/share/prioritiser/memory.sqlite"
    assert memory_path({"XDG_DATA_HOME": str(tmp_path)}, "linux") == tmp_path / "prioritiser/memory.sqlite"
    assert memory_path({"XDG_DATA_HOME": "not/absolute"}, "linux") == home / ".local/share/prioritiser/memory.sqlite"
    assert memory_path({"LOCALAPPDATA": str(tmp_path)}, "win32") == tmp_path / "prioritiser/memory.sqlite"
    assert memory_path({"PRIORITISER_MEMORY": " Off "}, "linux") is None
    assert memory_path({"PRIORITISER_MEMORY": str(tmp_path / "m")}, "linux") == tmp_path / "m"


def test_file_is_for_nobody_else_to_read(path: Path) -> None:
    opened(path).tidy()
    assert path.stat().st_mode & 0o077 == 0
