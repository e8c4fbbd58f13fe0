"""Which address phones are told, found without asking anybody, and what is said of what may stand between."""

from __future__ import annotations

import ipaddress
import subprocess
import sys
from pathlib import Path

import pytest

from prioritiser.cli import run
from prioritiser.cli.network import address_of_room, check_certificate, network_addresses, room_lines
from prioritiser.errors import SettingsError
from tests.places import QUICKSTART

FOUND = ("192.0.2.1", "198.51.100.4")


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.skipif(sys.platform == "win32", reason="interfaces are listed otherwise there")
def test_addresses_are_of_this_machine_and_reachable_from_outside(platform: str) -> None:
    if not sys.platform.startswith(platform) and platform == "linux":
        pytest.skip("another system")
    for address in network_addresses(platform):
        parsed = ipaddress.ip_address(address)
        assert not parsed.is_loopback and not parsed.is_unspecified


@pytest.mark.skipif(sys.platform != "linux", reason="the way out is read from /proc")
def test_way_out_comes_first_and_a_table_that_is_missing_changes_nothing_else(tmp_path: Path) -> None:
    assert set(network_addresses(routes=tmp_path / "none")) == set(network_addresses())


def test_nothing_is_sent_and_nobody_asked_when_addresses_are_found() -> None:
    code = (
        "import sys\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, _: seen.append(event) if event.startswith('socket.') else None)\n"
        "from prioritiser.cli.network import network_addresses\n"
        "network_addresses(); network_addresses('darwin')\n"
        "print(sorted(set(seen) & {'socket.sendto', 'socket.sendmsg', 'socket.getaddrinfo', 'socket.gethostbyname'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_likeliest_address_is_told_with_its_port() -> None:
    assert address_of_room(8501, False, {}, FOUND) == "http://192.0.2.1:8501"
    assert address_of_room(8501, True, {}, FOUND) == "https://192.0.2.1:8501"
    assert address_of_room(8501, False, {}, ()) == ""


def test_address_that_a_variable_names_is_told() -> None:
    named = {"PRIORITISER_ROOM_ADDRESS": " https://room.icb.example/ "}
    assert address_of_room(8501, True, named, FOUND) == "https://room.icb.example"


@pytest.mark.parametrize(
    "named",
    [
        "room",
        "ftp://a.example",
        "http://",
        "http://a.example/path",
        "http://u@a.example",
        "http://a.example:99999",
        "http://a.example?b",
    ],
)
def test_address_that_makes_no_sense_is_refused(named: str) -> None:
    with pytest.raises(SettingsError, match="Expected an address such as"):
        address_of_room(8501, False, {"PRIORITISER_ROOM_ADDRESS": named}, FOUND)


def test_what_may_stand_between_is_said() -> None:
    said = room_lines("http://192.0.2.1:8501", 8501, FOUND)
    assert said[0] == "Phones go to http://192.0.2.1:8501/room"
    assert said[1] == "This computer is in other networks too, as 198.51.100.4."
    assert "let this computer's firewall take connections at port 8501" in said[2] and "guest networks" in said[2]
    assert "facilitator" in said[3] and "http://192.0.2.1:8501/room/facilitate" in said[3]
    assert said[4].startswith("Others in the network can read along what phones send.")
    assert "--certificate and --key" in said[4]
    assert len(room_lines("https://192.0.2.1:8501", 8501, FOUND[:1])) == 3
    alone = room_lines("", 8501, ())
    assert alone == ["This computer is on no network, so phones cannot come. Connect it to one and start again."]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of our own and its key."""
    certificate, key = tmp_path / "room.pem", tmp_path / "room.key"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=room", "-days", "2"]
    try:
        subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl here")
    return certificate, key


def test_certificate_and_key_that_fit_are_taken(pair: tuple[Path, Path]) -> None:
    check_certificate(*pair)
    check_certificate(None, None)


def test_certificate_and_key_that_do_not_fit_are_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    certificate, key = pair
    for wrong in ((certificate, None), (None, key)):
        with pytest.raises(SettingsError, match="--certificate and --key go together: give both, or neither"):
            check_certificate(*wrong)
    with pytest.raises(SettingsError, match=r"--key .*none\.key: there is no such file"):
        check_certificate(certificate, tmp_path / "none.key")
    locked = tmp_path / "locked.key"
    subprocess.run(
        ["openssl", "rsa", "-aes256", "-passout", "pass:secret", "-in", key, "-out", locked],
        check=True,
        capture_output=True,
    )
    (tmp_path / "no.pem").write_text("nothing")
    for wrong in ((key, certificate), (certificate, locked), (tmp_path / "no.pem", key)):
        with pytest.raises(SettingsError, match="cannot be used together"):
            check_certificate(*wrong)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--certificate", "a.pem", "--key", "b.pem"], 2, "--certificate and --key are for phones: add --room."),
        (["--room", "--key", "b.pem"], 2, "--certificate and --key go together: give both, or neither."),
        (["--room", "--certificate", "a.pem", "--key", "b.pem"], 2, "--certificate a.pem: there is no such file."),
        (["--room", "--database", "mysql://x/y"], 1, "mysql://… is no database that can be used."),
        (["--database", "rooms.db"], 1, "is no database that can be used. Expected sqlite:///FILE"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_anything_starts(
    options: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["app", str(QUICKSTART), "--no-browser", "--port", "0", *options]) == code
    assert said in capsys.readouterr().err


def test_room_without_a_file_or_a_database_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRIORITISER_MEMORY", "off")
    assert run(["app", str(QUICKSTART), "--no-browser", "--port", "0", "--room"]) == 1
    said = capsys.readouterr().err
    assert "PRIORITISER_MEMORY is off, so there is no file for workshops. Name a database: --database" in said


def test_database_that_cannot_be_used_is_said_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.sqlite").write_bytes(b"no database at all" * 1000)
    database = f"sqlite:///{tmp_path / 'notes.sqlite'}"
    assert run(["app", str(QUICKSTART), "--no-browser", "--port", "0", "--room", "--database", database]) == 1
    assert "it is no database, or damaged" in capsys.readouterr().err
