"""The address and the links of a room, as the command told the server."""

from __future__ import annotations

import os
from collections.abc import Mapping

ROOM_VARIABLE = "PRIORITISER_ROOM"
ADDRESS_VARIABLE = "PRIORITISER_ROOM_ADDRESS"
ROOM_PATH = "/room"


def is_room_open(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the app was started for a room of phones: `prioritiser app --room`."""
    return environment.get(ROOM_VARIABLE, "").strip() not in ("", "0")


def room_address(environment: Mapping[str, str] = os.environ) -> str:
    """Return the address that phones use, such as http://192.0.2.1:8501; empty where there is none."""
    return environment.get(ADDRESS_VARIABLE, "").strip().rstrip("/") if is_room_open(environment) else ""


def phone_link(code: str = "", environment: Mapping[str, str] = os.environ) -> str:
    """Return the link of a workshop for phones, or of the page that asks for its code; empty where there is none."""
    address = room_address(environment)
    return f"{address}{ROOM_PATH}{'/' if code else ''}{code}" if address else ""


def is_phones(path: str) -> bool:
    """Whether a path is one of those that phones use."""
    return path == ROOM_PATH or path.startswith(f"{ROOM_PATH}/")
