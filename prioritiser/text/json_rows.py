"""Frozen rows as plain values for JSON: what is written of a row, in which order and under which names."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, ClassVar


@dataclass(frozen=True)
class JsonRow:
    """A row that is written attribute by attribute: by default every field, in its order and under its own name.

    written: what is written instead, in its order: `name`, or `name=attribute` where the two are not the same.
    """

    _written: ClassVar[str] = ""

    def __init_subclass__(cls, written: str = "") -> None:
        super().__init_subclass__()
        cls._written = written

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        written = self._written.split() or [field.name for field in fields(self)]
        pairs = (part.partition("=") for part in written)
        return {name: _plain(attrgetter(attribute or name)(self)) for name, _, attribute in pairs}


def _plain(value: Any) -> Any:
    if hasattr(value, "as_json"):
        return value.as_json()
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
