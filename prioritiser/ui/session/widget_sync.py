"""What the browser holds of an input: tells a person's move from a value that the browser has not yet replaced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prioritiser.scenario.settings import Settings

type Take = Callable[[Settings, Any], Settings]
# Half of the last decimal that a capacity's percentage keeps; anything closer shows as the same number.
_SAME_WITHIN = 5e-5


@dataclass
class Input:
    """One input: what becomes of a move, and what was sent to the browser in which run of the page.

    Every message of the browser carries the values of all inputs, and the last run that it has shown. A run that
    came from another input may still be on its way, so a value that was sent in that run, or the one before it,
    says nothing about what a person wants.
    """

    take: Take | None = None
    sent: list[tuple[int, Any]] = field(default_factory=list)

    def moved(self, held: Any, seen: int) -> bool:
        """Whether a person moved the input to what it holds, when the browser has shown the run `seen`."""
        before = [position for position, (run, _) in enumerate(self.sent) if run <= seen]
        possible = self.sent[before[-1] if before else 0 :]
        return not any(same(held, value) for _, value in possible)

    def note_move(self, held: Any, seen: int) -> None:
        """Note what a person moved the input to."""
        self.sent = [(seen, held), *(entry for entry in self.sent if entry[0] > seen)]

    def note_sent(self, value: Any, run: int) -> None:
        """Note what a run sends."""
        self.sent.append((run, value))

    def forget_replaced(self, seen: int) -> None:
        """Forget what the browser can no longer hold."""
        before = [position for position, (run, _) in enumerate(self.sent) if run <= seen]
        if before:
            del self.sent[: before[-1]]

    def waits(self, seen: int) -> bool:
        """Whether something was sent that the browser has not yet shown."""
        return bool(self.sent) and self.sent[-1][0] > seen

    def is_gradual(self, held: Any) -> bool:
        """Whether it goes through many values on the way to the one that is meant."""
        return isinstance(held, int | float)


class Typed(Input):
    """A text that people type."""

    def is_gradual(self, held: Any) -> bool:
        """Whether it goes through many values: it does."""
        return True


@dataclass
class NamedMoves(Input):
    """A component of our own, which gives each move a name: what it holds counts once, whenever it comes.

    It holds `{"moved": {"move": name, ...}}`. last: the move that was taken last.
    """

    last: str = ""

    def moved(self, held: Any, seen: int) -> bool:
        """Whether it holds a move that was not taken yet."""
        return _move_of(held) not in {"", self.last}

    def note_move(self, held: Any, seen: int) -> None:
        """Note that the move was taken."""
        self.last = _move_of(held)

    def is_gradual(self, held: Any) -> bool:
        """Whether it goes through many values: it does."""
        return True


def _move_of(held: Any) -> str:
    moved = held.get("moved") if isinstance(held, Mapping) else None
    return str(moved.get("move", ""))[:80] if isinstance(moved, Mapping) else ""


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to whoever sees the input: order in a list says nothing."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return sorted(one) == sorted(other)
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= _SAME_WITHIN
    return bool(one == other)
