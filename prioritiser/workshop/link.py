"""Where phones find a room: what the command tells the server of it, the link of a workshop, and its code to scan."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping

import segno

ROOM_VARIABLE = "PRIORITISER_ROOM"
ADDRESS_VARIABLE = "PRIORITISER_ROOM_ADDRESS"
ROOM_PATH = "/room"
_QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks


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


def link_picture(link: str) -> str:
    """Draw a link as a QR code: an SVG as large as what it stands in, ink on white, that a quarter of may be hidden."""
    drawn = io.BytesIO()
    segno.make(link, error="q", micro=False).save(
        drawn, kind="svg", border=_QUIET_ZONE, dark="#212B32", light="#FFFFFF", omitsize=True, xmldecl=False
    )
    return drawn.getvalue().decode("utf-8").strip()
