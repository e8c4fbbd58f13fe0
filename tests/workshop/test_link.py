"""The link of a workshop for phones, and the code that they scan to come to it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
import segno

from prioritiser.workshop.link import is_phones, is_room_open, link_picture, phone_link, room_address

ROOM = {"PRIORITISER_ROOM": "1", "PRIORITISER_ROOM_ADDRESS": "http://192.0.2.1:8501/"}


def test_link_names_the_address_and_the_code_when_there_is_a_room() -> None:
    assert is_room_open(ROOM) and room_address(ROOM) == "http://192.0.2.1:8501"
    assert phone_link("HKTRWA", ROOM) == "http://192.0.2.1:8501/room/HKTRWA"
    assert phone_link(environment=ROOM) == "http://192.0.2.1:8501/room"


@pytest.mark.parametrize("variables", [{}, {"PRIORITISER_ROOM": "0"}, {"PRIORITISER_ROOM": " "}])
def test_there_is_no_link_when_there_is_no_room(variables: dict[str, str]) -> None:
    assert not is_room_open(variables)
    assert phone_link("HKTRWA", {**ROOM, "PRIORITISER_ROOM": "", **variables}) == ""
    assert phone_link("HKTRWA", {"PRIORITISER_ROOM": "1"}) == ""  # it is on no network


def test_code_to_scan_holds_the_modules_of_the_link_when_drawn() -> None:
    link = phone_link("HKTRWA", ROOM)
    drawn = ET.fromstring(link_picture(link))
    modules = segno.make(link, error="q", micro=False).symbol_size(border=4)
    assert drawn.attrib["viewBox"] == f"0 0 {modules[0]} {modules[1]}" and "width" not in drawn.attrib
    assert {part.tag.rpartition("}")[2] for part in drawn} == {"path"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/room", True), ("/room/HKTRWA", True), ("/rooms", False), ("/", False), ("/roomy/x", False), ("//room", False)],
)
def test_paths_of_phones_are_told_from_others(path: str, expected: bool) -> None:
    assert is_phones(path) is expected
