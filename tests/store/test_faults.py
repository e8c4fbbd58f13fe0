"""What may be wrong with a database, each made for real: one sentence, nothing lost, the file as it was."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from prioritiser.errors import StoreError
from prioritiser.store.database import Database, open_database
from prioritiser.store.trouble import why
from prioritiser.workshop.records import Move
from prioritiser.workshop.store import WorkshopStore
from tests.store.faults import small_disk, with_rights
from tests.store.postgres import Cluster
from tests.workshop.rooms import POINTS, Room, answered_room, opened, reads, writes

SOON_S = 0.3
HELD = "another program holds it; close that program and try again."
NOT_TO_WRITE = "it may not be written to; make it writable, or name another with --database."
MOVED = "the file was moved, deleted or replaced while it was in use; put it back, or start anew with another."
FULL = "the disk is full; make room and try again. What was acknowledged is kept."
DAMAGED = "it is damaged; put a copy or an exported workshop in its place. It was not changed."
NO_DATABASE = "it is no database, or damaged; put a copy in its place. It was not changed."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database in a file with a room in which two have answered, opened by nobody."""
    path = tmp_path / "folder" / "rooms.sqlite"
    path.parent.mkdir()
    with opened_store(path) as store:
        code = opened(store)
        for name in ("Ann", "Bob"):
            _, token = store.join(code, name)
            store.answer(token, 0, POINTS, f"Said by {name}")
    return path


@contextmanager
def opened_store(path: Path) -> Iterator[WorkshopStore]:
    database = open_database(f"sqlite:///{path}", patience_s=SOON_S)
    try:
        yield WorkshopStore(database)
    finally:
        database.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[WorkshopStore]:
    with opened_store(tmp_path / "elsewhere.sqlite") as store:
        yield store


def refused_to_open(url: str, **given: Any) -> str:
    with pytest.raises(StoreError) as refused:
        open_database(url, patience_s=SOON_S, **given)
    said = str(refused.value)
    assert "\n" not in said
    return said


def all_say(calls: Mapping[str, Any], words: str) -> None:
    """Every call ends in these words after the database's name, and in no other error."""
    for name, call in calls.items():
        with pytest.raises(StoreError) as refused:
            call()
        assert str(refused.value).endswith(f": {words}"), name


def all_work(calls: Mapping[str, Any]) -> None:
    for call in calls.values():
        call()


def comments(path: Path) -> list[str]:
    with opened_store(path) as store:
        return sorted(entry.comment for workshop in store.workshops() for entry in store.entries(workshop))


SAID = ["Said by Ann", "Said by Bob"]


def test_writes_are_refused_and_reads_go_on_when_another_writer_holds_the_file(
    file: Path, elsewhere: WorkshopStore
) -> None:
    with opened_store(file) as store:
        room = answered_room(store, elsewhere)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            all_say(writes(store, room), HELD)
            all_work(reads(store, room))
            assert refused_to_open(f"sqlite:///{file}") == f"{file}: {HELD}"
            other.execute("ROLLBACK")
        all_work(writes(store, room))


def test_file_is_refused_when_it_may_not_be_written(file: Path) -> None:
    content = file.read_bytes()
    with with_rights(file, 0o444):
        assert refused_to_open(f"sqlite:///{file}") == f"{file}: {NOT_TO_WRITE}"
    with with_rights(file, 0o000):
        said = refused_to_open(f"sqlite:///{file}")
    assert said == f"{file}: it cannot be opened; its folder may be missing or closed to you."
    assert file.read_bytes() == content
    assert comments(file) == SAID


def test_folder_is_named_when_nothing_may_be_written_in_it(file: Path) -> None:
    content = file.read_bytes()
    with with_rights(file.parent, 0o555):
        said = refused_to_open(f"sqlite:///{file}")
        assert said == (f"{file}: its folder may not be written to; make it writable, or name another with --database.")
        new = file.with_name("new.sqlite")
        said = refused_to_open(f"sqlite:///{new}")
    assert said == f"{new}: it cannot be made or opened (Permission denied)."
    assert file.read_bytes() == content
    assert comments(file) == SAID


def test_writes_are_refused_when_the_file_is_closed_to_them_while_open(file: Path, elsewhere: WorkshopStore) -> None:
    with opened_store(file) as store:
        room = answered_room(store, elsewhere)
        store.database.close()  # as where every connection was given back, and new ones are made
        with with_rights(file, 0o444):
            all_work(reads(store, room))
            all_say(writes(store, room), NOT_TO_WRITE)
        all_work(writes(store, room))


def test_what_was_acknowledged_is_kept_when_the_disk_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 700) as folder, opened_store(folder / "rooms.sqlite") as store:
        code = opened(store)
        _, token = store.join(code, "Ann")
        taken = filled(store, token)
        held = [entry.comment for entry in store.entries(store.by_code(code))]
        assert held == [taken[-1]]
        store.database.close()
        with opened_store(folder / "rooms.sqlite") as again:  # the log of what was written fits all the same
            assert [entry.comment for entry in again.entries(again.by_code(code))] == [taken[-1]]


def test_writing_goes_on_when_there_is_room_again(tmp_path: Path) -> None:
    limit = 60

    def keep_small(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit}")

    event.listen(Engine, "connect", keep_small)
    try:
        with opened_store(tmp_path / "rooms.sqlite") as store:
            code = opened(store)
            _, token = store.join(code, "Ann")
            taken = filled(store, token)
            limit = 10_000
            store.database.close()
            store.answer(token, 0, POINTS, "After")
            assert [entry.comment for entry in store.entries(store.by_code(code))] == ["After"]
    finally:
        event.remove(Engine, "connect", keep_small)
    with closing(sqlite3.connect(tmp_path / "rooms.sqlite")) as connection:
        held = [row[0] for row in connection.execute("SELECT comment FROM answers ORDER BY answer_id")]
    assert held == [*taken, "After"]


def filled(store: WorkshopStore, token: str) -> list[str]:
    """Answer until the disk is full; returns the comments that were taken."""
    taken: list[str] = []
    with pytest.raises(StoreError) as refused:
        while len(taken) < 150:
            said = f"{len(taken)} {'x' * 990}"
            store.answer(token, 0, POINTS, said)
            taken.append(said)
    assert str(refused.value).endswith(f": {FULL}")
    assert taken
    return taken


def altered(content: bytes) -> bytes:
    """Alter what every page of a file begins with, but for the first page."""
    pages = [content[begin : begin + 4096] for begin in range(0, len(content), 4096)]
    return b"".join([pages[0], *(b"\xff" * 16 + page[16:] for page in pages[1:])])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (altered, DAMAGED),
        (lambda content: content[: len(content) // 2], DAMAGED),
        (lambda content: content[:4096], DAMAGED),
        (lambda content: content[:50], NO_DATABASE),
        (lambda content: b"\x00" * len(content), NO_DATABASE),
        (
            lambda _: b"PK\x03\x04 this is something else altogether, and long enough to be looked at\n" * 20,
            NO_DATABASE,
        ),
        (lambda _: b"x", NO_DATABASE),
    ],
    ids=["altered", "half", "first page", "first bytes", "zeros", "another kind", "one letter"],
)
def test_damaged_file_is_refused_and_left_as_it_is_when_opened(file: Path, damage: Any, words: str) -> None:
    content = damage(file.read_bytes())
    file.write_bytes(content)
    assert refused_to_open(f"sqlite:///{file}") == f"{file}: {words}"
    assert file.read_bytes() == content


def test_altered_row_is_named_when_it_is_read(file: Path) -> None:
    def alter(words: str, *given: object) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(words, given)

    with opened_store(file) as store:
        workshop = store.workshops()[0]
    alter("UPDATE answers SET answer = '{' WHERE comment = 'Said by Ann'")
    with (
        opened_store(file) as store,
        pytest.raises(StoreError, match=r"^Answer \d+ cannot be read: its row is damaged"),
    ):
        store.entries(workshop)
    alter("UPDATE answers SET answer = '{}' WHERE comment = 'Said by Ann'")
    alter("UPDATE answers SET comment = CAST(x'ff' AS TEXT) WHERE comment = 'Said by Bob'")
    with opened_store(file) as store, pytest.raises(StoreError, match=re.escape(DAMAGED)):
        store.entries(workshop)
    alter("UPDATE workshops SET scenario = x'00'")
    said = rf"^The scenario of the workshop {workshop.code} cannot be read: it is damaged, or of another version\. "
    with opened_store(file) as store, pytest.raises(StoreError, match=said):
        store.scenario(workshop)
    alter("UPDATE workshops SET settings = '[1]'")
    with opened_store(file) as store:
        with pytest.raises(StoreError, match=f"The workshop {workshop.code} cannot be read: its row is damaged"):
            store.by_code(workshop.code)
    alter("UPDATE workshops SET settings = '{}', state = '{\"rounds\": []}'")
    with opened_store(file) as store:
        with pytest.raises(StoreError, match=f"The workshop {workshop.code} cannot be read: its row is damaged"):
            store.workshops()


def test_file_of_another_program_is_refused_and_left_as_it_is_when_opened(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('0001')")
    content = path.read_bytes()
    assert refused_to_open(f"sqlite:///{path}") == f"{path} belongs to another program. Name another database."
    assert path.read_bytes() == content
    assert list(tmp_path.glob("other.sqlite*")) == [path]


def test_file_of_a_newer_version_is_refused_and_left_as_it_is_when_opened(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("UPDATE prioritiser_version SET version_num = '9999'")
    content = file.read_bytes()
    said = refused_to_open(f"sqlite:///{file}")
    assert said == f"{file} was written by a newer version of Prioritiser. Use that version, or another database."
    assert file.read_bytes() == content


def test_file_without_one_of_its_tables_is_refused_when_opened(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("DROP TABLE released")
    assert refused_to_open(f"sqlite:///{file}") == f"{file}: {DAMAGED}"


def test_missing_folder_or_file_is_named_when_opened(tmp_path: Path, memory_of_its_own: Path) -> None:
    path = tmp_path / "none" / "rooms.sqlite"
    said = refused_to_open(f"sqlite:///{path}")
    assert said == f"{path}: there is no folder {path.parent}. Make it first."
    path = tmp_path / "rooms.sqlite"
    said = refused_to_open(f"sqlite:///{path}", make=False)
    assert said == f"{path}: there is no such file. Open a workshop first, or name another with --database."
    assert (
        refused_to_open(f"sqlite:///{tmp_path}") == f"{tmp_path} is no file. Name one with --database sqlite:///FILE."
    )
    under_a_file = tmp_path / "file" / "rooms.sqlite"
    under_a_file.parent.write_text("x")
    assert refused_to_open(f"sqlite:///{under_a_file}").startswith(f"{under_a_file}: there is no folder")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert "circle" in refused_to_open(f"sqlite:///{tmp_path / 'circle'}")
    assert list(tmp_path.glob("*.sqlite")) == []
    beside = memory_of_its_own.with_name("rooms.sqlite")
    beside.parent.rmdir()
    open_database(f"sqlite:///{beside}").close()  # one's own folder is made where it is missing
    assert beside.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("gone", ["deleted", "moved", "replaced"])
def test_nothing_is_acknowledged_when_the_file_is_gone(file: Path, elsewhere: WorkshopStore, gone: str) -> None:
    with opened_store(file) as store:
        room = answered_room(store, elsewhere)
        aside = file.with_name("aside.sqlite")
        content = file.read_bytes()
        file.unlink() if gone == "deleted" else file.rename(aside)
        if gone == "replaced":
            file.write_bytes(content)
        all_say({**reads(store, room), **writes(store, room)}, MOVED)
        assert file.exists() == (gone == "replaced")
        if gone == "moved":
            aside.rename(file)
            all_work({**reads(store, room), **writes(store, room)})


def test_words_fit_when_a_fault_cannot_be_made_here() -> None:
    broken = sqlite3.OperationalError("disk I/O error")
    broken.sqlite_errorname = "SQLITE_IOERR_READ"
    assert why(broken) == "the disk reports an error; copy the file elsewhere before anything else"
    moved = sqlite3.OperationalError("attempt to write a readonly database")
    moved.sqlite_errorname = "SQLITE_READONLY_DBMOVED"
    assert f"{why(moved)}." == MOVED
    assert why(sqlite3.IntegrityError("UNIQUE constraint failed: a.b")) == "it refuses (UNIQUE constraint failed: a.b)"
    assert f"{why(psycopg.errors.DiskFull('could not extend file'))}." == FULL
    assert f"{why(psycopg.errors.DataCorrupted('invalid page'))}." == DAMAGED
    assert why(psycopg.errors.TooManyConnections("sorry")) == "too many programs use it; close some and try again"


@pytest.fixture
def served(cluster: Cluster) -> Iterator[tuple[Cluster, str]]:
    """A server, and the name of an empty database on it."""
    name = cluster.make()
    yield cluster, name
    if cluster.process is None:
        cluster.start()
    cluster.drop(name)


@pytest.fixture
def server_room(served: tuple[Cluster, str], elsewhere: WorkshopStore) -> Iterator[tuple[WorkshopStore, Room]]:
    cluster, name = served
    database = open_database(cluster.address(name), patience_s=SOON_S)
    store = WorkshopStore(database)
    yield store, answered_room(store, elsewhere)
    database.close()


def test_calls_end_in_words_when_another_holds_the_tables_of_a_server(
    served: tuple[Cluster, str], server_room: tuple[WorkshopStore, Room]
) -> None:
    cluster, name = served
    calls = {**reads(*server_room), **writes(*server_room)}
    with psycopg.connect(cluster.address(name, "postgresql")) as other:
        other.execute("LOCK TABLE workshops, participants, answers, moves IN ACCESS EXCLUSIVE MODE")
        all_say(calls, HELD)
        other.rollback()
    all_work(calls)


def test_writes_are_refused_and_reads_go_on_when_a_server_is_read_only(
    served: tuple[Cluster, str], server_room: tuple[WorkshopStore, Room]
) -> None:
    cluster, name = served
    cluster.ask(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    store, room = server_room
    store.database.close()  # connections made from now on are told
    words = "it may not be written to now; name another with --database, or ask who runs it."
    all_say(writes(store, room), words)
    all_work(reads(store, room))
    assert refused_to_open(cluster.address(name)).endswith(f": {words}")


def test_calls_end_in_words_and_go_on_when_a_server_stops_and_comes_back(
    served: tuple[Cluster, str], server_room: tuple[WorkshopStore, Room]
) -> None:
    cluster, _ = served
    calls = {**reads(*server_room), **writes(*server_room)}
    cluster.stop()
    for name, call in calls.items():
        with pytest.raises(StoreError, match=r": it does not answer, or refuses \(") as refused:
            call()
        assert cluster.password not in str(refused.value), name
    cluster.start()
    all_work(calls)


def test_database_of_a_server_is_refused_in_words_when_it_cannot_be_used(served: tuple[Cluster, str]) -> None:
    cluster, name = served
    assert '"none" does not exist' in refused_to_open(cluster.address("none"))
    wrong = cluster.address(name).replace(cluster.password, "wrong")
    said = refused_to_open(f"{wrong}?application_name=wrong")
    assert "password authentication failed" in said
    assert ":wrong" not in said
    assert "=wrong" not in said
    with psycopg.connect(cluster.address(name, "postgresql"), autocommit=True) as other:
        other.execute("CREATE TABLE theirs (number INT)")
    shown = cluster.address(name).replace(cluster.password, "***")
    assert refused_to_open(cluster.address(name)) == f"{shown} belongs to another program. Name another database."
    old = cluster.make("ENCODING 'LATIN1' TEMPLATE template0")
    shown = cluster.address(old).replace(cluster.password, "***")
    assert refused_to_open(cluster.address(old)) == (
        f"{shown} keeps letters as LATIN1, which has no place for some names. Make a database with the encoding UTF8."
    )
    cluster.drop(old)


def test_database_of_a_newer_version_is_refused_when_it_is_on_a_server(served: tuple[Cluster, str]) -> None:
    cluster, name = served
    open_database(cluster.address(name)).close()
    with psycopg.connect(cluster.address(name, "postgresql"), autocommit=True) as other:
        other.execute("UPDATE prioritiser_version SET version_num = '9999'")
    assert refused_to_open(cluster.address(name)).endswith(
        " was written by a newer version of Prioritiser. Use that version, or another database."
    )


def test_user_of_a_server_is_told_when_they_may_not_make_tables(served: tuple[Cluster, str]) -> None:
    cluster, name = served
    cluster.ask("DROP ROLE IF EXISTS guest")
    cluster.ask("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    address = cluster.address(name).replace(f"prioritiser:{cluster.password}", "guest:guest")
    said = refused_to_open(address)
    assert said.endswith(": this user may not write there; ask who runs it for a database of one's own.")


def test_wait_for_a_turn_ends_in_words_when_it_is_long(url: str) -> None:
    database = open_database(url, patience_s=SOON_S)
    with pytest.raises(StoreError, match="too many ask at once; try again in a moment"):
        held_by_all(database, 100)
    if database.is_sqlite:
        with database.writing(), pytest.raises(StoreError, match="too many ask at once; try again in a moment"):
            with database.writing():
                pass
    database.close()


def held_by_all(database: Database, number: int) -> None:
    with database.reading():
        if number:
            held_by_all(database, number - 1)


def test_move_is_kept_when_the_room_is_opened_again(file: Path) -> None:
    with opened_store(file) as store:
        workshop = store.move(store.workshops()[0].workshop_id, Move("round"))
    with opened_store(file) as store:
        assert store.workshops() == [workshop]
