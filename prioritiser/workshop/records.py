"""What a workshop is, as frozen values: its plan, its state, who takes part and what they answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from prioritiser.errors import WorkshopError

MOST_ROUNDS = 20
MOST_MINUTES = 240


class Kind(StrEnum):
    """Kinds of question: swing weights, a hundred points over the tiers, support for initiatives."""

    SWING = "swing"
    POINTS = "points"
    SUPPORT = "support"


class Fairness(StrEnum):
    """The four portfolios for all, by what each is best at."""

    MEAN = "mean"
    MEDIAN = "median"
    LEAST_REGRET = "least_regret"
    FAIREST_GAIN = "fairest_gain"


CALLED: dict[str, str] = {
    Fairness.MEAN: "Best for the mean weights",
    Fairness.MEDIAN: "Best for the median voice",
    Fairness.LEAST_REGRET: "Least regret",
    Fairness.FAIREST_GAIN: "Fairest gain",
}
CALLED_BRIEFLY: dict[str, str] = {
    Fairness.MEAN: "mean weights",
    Fairness.MEDIAN: "median voice",
    Fairness.LEAST_REGRET: "least regret",
    Fairness.FAIREST_GAIN: "fairest gain",
}


@dataclass(frozen=True)
class Question:
    """One question to a room. goals: ids of the goals whose moves are weighed within their tier; of swing only."""

    kind: Kind
    goals: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkshopPlan:
    """What a facilitator decides when a room is opened.

    is_anonymous: no names are asked, and nothing shows one person's answer. roles, places: to choose from.
    what_ifs: names of those of the scenario that are discussed.
    """

    title: str
    questions: tuple[Question, ...]
    is_anonymous: bool = True
    roles: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    what_ifs: tuple[str, ...] = ()

    def as_text(self) -> str:
        """Write all but the title as JSON."""
        plain = asdict(self)
        del plain["title"]
        return json.dumps(plain, ensure_ascii=False)

    @staticmethod
    def from_text(title: str, text: str) -> WorkshopPlan:
        """Read what `as_text` wrote. Raises ValueError, KeyError or TypeError where it makes no sense."""
        plain = json.loads(text)
        questions = tuple(Question(Kind(one["kind"]), _texts(one["goals"])) for one in plain["questions"])
        lists = {name: _texts(plain[name]) for name in ("roles", "places", "what_ifs")}
        if not isinstance(plain["is_anonymous"], bool):
            raise TypeError("is_anonymous")
        return WorkshopPlan(title, questions, plain["is_anonymous"], **lists)


def _texts(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise TypeError("a list of texts is expected")
    return tuple(given)


@dataclass(frozen=True)
class State:
    """Where a workshop stands.

    rounds: numbers of the rounds that count, in order; one that was reset is not among them, its answers are kept.
    last: the highest number used. asked: position of the question that is asked last; None for all at once.
    timer_ends: when the time for talking is over; empty for no timer. closed_at: empty while it is open.
    """

    rounds: tuple[int, ...] = (1,)
    last: int = 1
    asked: int | None = None
    is_open: bool = True
    timer_ends: str = ""
    closed_at: str = ""

    @property
    def round(self) -> int:
        """Number of the round that answers go to."""
        return self.rounds[-1]

    def asks(self, question: int) -> bool:
        """Whether a question has been asked by now."""
        return self.asked is None or question <= self.asked

    def as_text(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_text(text: str) -> State:
        """Read what `as_text` wrote. Raises ValueError, KeyError or TypeError where it makes no sense."""
        plain = json.loads(text)
        state = State(**{**plain, "rounds": tuple(plain["rounds"])})
        numbers = [0, *state.rounds, state.last, *([] if state.asked is None else [state.asked])]
        if not all(type(number) is int and number >= 0 for number in numbers) or not isinstance(state.is_open, bool):
            raise TypeError("a whole number is expected")
        ordered = [0, *state.rounds]
        if not state.rounds or sorted(set(ordered)) != ordered or not state.rounds[-1] <= state.last <= MOST_ROUNDS:
            raise ValueError("rounds")
        for at in (state.timer_ends, state.closed_at):
            if at:
                check_time(at)
        return state


@dataclass(frozen=True)
class Workshop:
    """One workshop. settings: those that were in force when it was opened, as JSON; times are UTC, ISO 8601."""

    workshop_id: str
    code: str
    plan: WorkshopPlan
    state: State
    scenario_hash: str
    settings: Mapping[str, Any]
    created_at: str
    is_illustrative: bool = False

    @property
    def title(self) -> str:
        """Its title."""
        return self.plan.title


@dataclass(frozen=True)
class Participant:
    """Somebody in a room. name: empty where it is anonymous, or none was given."""

    participant_id: str
    name: str = ""
    role: str = ""
    place: str = ""


@dataclass(frozen=True)
class Entry:
    """An answer that counts: the last of a participant to a question.

    round: position of its round among those that count, 0 for the first. answer: as `answers.read_answer` gives it.
    """

    answer_id: int
    participant: Participant
    question: int
    round: int
    answer: Mapping[str, Any]
    comment: str
    at: str
    is_released: bool = False


@dataclass(frozen=True)
class Receipt:
    """What a participant is told: when the answer was taken, and whether it had been taken already."""

    at: str
    is_repeat: bool = False


@dataclass(frozen=True)
class Move:
    """Something that a facilitator does; minutes: of a timer, 0 stops it."""

    name: str
    minutes: float = field(default=0.0)


MOVES = ("open", "close", "next", "all", "round", "reset", "timer")


def check_time(at: str) -> None:
    """Raise ValueError or TypeError where this is no time as it is kept, with its zone."""
    if datetime.fromisoformat(at).tzinfo is None:
        raise ValueError(at)


def now_text() -> str:
    """Return the time now, as it is kept."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def moved(state: State, move: Move, questions: int, now: str) -> State:
    """Return the state after a move. questions: how many there are. Raises WorkshopError where it cannot be made.

    open, close: take answers, or no more. next: ask the next question as well; all: ask all at once. round: begin
    another round, in which the answers of before stand until they are changed. reset: begin the round anew; its answers
    are kept, but do not count. timer: time for talking.
    """
    if move.name == "open":
        return replace(state, is_open=True, closed_at="")
    if move.name == "close":
        return replace(state, is_open=False, closed_at=now, timer_ends="")
    if move.name == "next":
        asked = 0 if state.asked is None else state.asked + 1
        if asked >= questions:
            raise WorkshopError(f"There is no next question: all {questions} are asked.")
        return replace(state, asked=asked)
    if move.name == "all":
        return replace(state, asked=None)
    if move.name in ("round", "reset"):
        if state.last >= MOST_ROUNDS:
            raise WorkshopError(f"A workshop has at most {MOST_ROUNDS} rounds, those that were reset among them.")
        kept = state.rounds if move.name == "round" else state.rounds[:-1]
        number = state.last + 1
        return replace(state, rounds=(*kept, number), last=number, is_open=True, closed_at="", timer_ends="")
    if move.name == "timer":
        if not 0 <= move.minutes <= MOST_MINUTES:
            raise WorkshopError(f"A timer of {move.minutes:g} minutes: 0 to {MOST_MINUTES}, 0 stops it.")
        ends = datetime.fromisoformat(now) + timedelta(minutes=move.minutes)
        return replace(state, timer_ends=ends.isoformat(timespec="milliseconds") if move.minutes else "")
    raise WorkshopError(f'"{move.name}" is nothing that a facilitator can do. One of: {", ".join(MOVES)}, undo.')
