"""What a phone asks, and what it is answered, as plain values: nothing of the server's in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prioritiser.ui.server.tries import Device


@dataclass(frozen=True)
class Asked:
    """One request. path: its parts behind /room. by_script: the script of a page asks, and reads JSON."""

    method: str
    path: tuple[str, ...]
    device: Device
    fields: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    is_secure: bool = False
    by_script: bool = False

    @property
    def is_post(self) -> bool:
        """Whether it changes something."""
        return self.method == "POST"


@dataclass(frozen=True)
class Reply:
    """One answer. page: HTML, or told: a JSON object, or to: where to go next.

    cookies: name → value and path, for so many days or until the browser is closed. wait_s: when to try again.
    same_time: it takes as long as every other of its kind, so that nothing can be learnt from how long it took.
    """

    status: int = 200
    page: str = ""
    told: Mapping[str, Any] | None = None
    to: str = ""
    cookies: Mapping[str, tuple[str, str, float]] = field(default_factory=dict)
    wait_s: int = 0
    same_time: bool = False
    content: bytes = b""
    kind: str = ""
