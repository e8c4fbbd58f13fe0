"""Where the database is: what may be named, what is refused in words, and where it is when nothing is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from prioritiser.errors import StoreError
from prioritiser.store.database import open_database
from prioritiser.store.location import check_is_local, checked_url, database_url, sqlite_path

MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
server:/share /mnt/share nfs4 rw 0 0
/dev/sdb1 /mnt/share/own ext4 rw 0 0
//server/team /media/team\040share cifs rw 0 0
host:/home /media/phone fuse.sshfs rw 0 0
"""
EXPECTED = "Expected sqlite:///FILE, or postgresql+psycopg://USER@HOST/NAME."


def refused(url: str) -> str:
    with pytest.raises(StoreError) as error:
        open_database(url)
    return str(error.value)


def test_database_is_beside_the_memory_when_none_is_named() -> None:
    assert database_url(None, {"XDG_DATA_HOME": "/data"}) == "sqlite:////data/prioritiser/rooms.sqlite"
    assert database_url(" ", {"PRIORITISER_MEMORY": "/my/memory.sqlite"}) == "sqlite:////my/rooms.sqlite"


def test_option_comes_before_the_variable_when_both_name_one() -> None:
    named = {"PRIORITISER_DATABASE": "postgresql://ann@db.example/rooms", "PRIORITISER_MEMORY": "off"}
    assert database_url("sqlite:///own.sqlite", named) == "sqlite:///own.sqlite"
    assert database_url(None, named) == "postgresql+psycopg://ann@db.example/rooms"


def test_memory_that_is_off_asks_for_a_database_when_none_is_named() -> None:
    with pytest.raises(StoreError) as error:
        database_url(None, {"PRIORITISER_MEMORY": "off"})
    assert str(error.value) == (
        "PRIORITISER_MEMORY is off, so there is no file for workshops. Name a database: --database sqlite:///FILE or "
        "postgresql+psycopg://…, or the variable PRIORITISER_DATABASE."
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mysql://ann:secret@db.example/rooms", "mysql://…"),
        ("sqlite://rooms.sqlite", "sqlite://…"),
        ("sqlite:///", "sqlite://…"),
        ("sqlite:////", "sqlite://…"),
        ("sqlite:///:memory:", "sqlite://…"),
        ("sqlite:///file:rooms?mode=memory", "sqlite://…"),
        ("sqlite:///folder/", "sqlite://…"),
        ("sqlite:///ro\0oms", "sqlite://…"),
        ("postgresql://", "postgresql://…"),
        ("rooms.sqlite", "This"),
        ("host=db.example password=secret", "This"),
    ],
)
def test_address_that_cannot_be_used_is_refused_without_what_may_be_secret(url: str, shown: str) -> None:
    assert refused(url) == f"{shown} is no database that can be used. {EXPECTED}"


def test_address_of_a_server_that_cannot_be_read_is_refused_in_words() -> None:
    said = "The address of the database cannot be read. Expected postgresql+psycopg://USER@HOST/NAME."
    assert refused("postgresql://ann:secret@db.example:port/rooms") == said


def test_missing_driver_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    assert refused("postgres://ann:secret@db.example/rooms") == (
        "postgresql+psycopg://ann:***@db.example/rooms: its driver is missing. Install it: pip install "
        "'prioritiser[postgres]'."
    )


def test_path_is_taken_letter_by_letter_when_it_has_signs_of_addresses(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c%20d é 50%" / "r&o=oms.sqlite"
    path.parent.mkdir()
    database = open_database(f"sqlite:///{path}")
    assert path.is_file()
    assert database.name == str(path)
    database.close()


def test_file_is_in_ones_own_folder_when_the_address_begins_with_a_tilde() -> None:
    assert sqlite_path(checked_url("sqlite:///~/rooms.sqlite")) == Path.home() / "rooms.sqlite"
    assert sqlite_path("sqlite:///~nobody-of-this-name/rooms.sqlite") == Path("~nobody-of-this-name/rooms.sqlite")
    assert sqlite_path("sqlite:///C:/rooms.sqlite") == Path("C:/rooms.sqlite")


def test_file_stays_the_same_when_the_working_folder_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    database = open_database("sqlite:///rooms.sqlite")
    database.close()
    monkeypatch.chdir("/")
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM workshops").scalar() == 0
    database.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/mnt/share/rooms.sqlite", "nfs4"),
        ("/mnt/share/deep/down/rooms.sqlite", "nfs4"),
        ("/mnt/share/own/rooms.sqlite", ""),
        ("/mnt/shared/rooms.sqlite", ""),
        ("/media/team share/rooms.sqlite", "cifs"),
        ("/media/phone/rooms.sqlite", "fuse.sshfs"),
        ("/srv/rooms.sqlite", ""),
    ],
)
def test_network_disk_is_refused_when_the_file_is_on_one(path: str, kind: str) -> None:
    if not kind:
        check_is_local(Path(path), MOUNTS)
        return
    with pytest.raises(StoreError) as error:
        check_is_local(Path(path), MOUNTS)
    assert str(error.value) == (
        f"{path} is on a network disk ({kind}), where two writers can destroy a database. Choose a folder of this "
        "machine, or a postgresql+psycopg:// database."
    )


def test_link_to_a_network_disk_is_followed_when_the_file_lies_behind_it(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/mnt/share")
    with pytest.raises(StoreError, match="nfs4"):
        check_is_local(tmp_path / "link" / "rooms.sqlite", MOUNTS)
