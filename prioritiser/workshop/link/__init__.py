"""Where phones find a room: what the command tells the server of it, the link of a workshop, and its code to scan."""

from prioritiser.workshop.link.address import (
    ADDRESS_VARIABLE,
    ROOM_PATH,
    ROOM_VARIABLE,
    is_phones,
    is_room_open,
    phone_link,
    room_address,
)
from prioritiser.workshop.link.picture import link_picture

__all__ = [
    "ADDRESS_VARIABLE",
    "ROOM_PATH",
    "ROOM_VARIABLE",
    "is_phones",
    "is_room_open",
    "link_picture",
    "phone_link",
    "room_address",
]
