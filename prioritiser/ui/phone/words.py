"""Sentences that participants read: who sees what, what counts, and what went wrong."""

from __future__ import annotations

from datetime import UTC, datetime

from prioritiser.workshop.groups import LEAST
from prioritiser.workshop.records import State, Workshop

NOT_KEPT = "It was not kept yet, because the facilitator's computer cannot store it just now."
NOT_SHOWN = "The room cannot be shown just now. Nothing that was sent is lost. Try again in a moment."
TOO_LONG = "This is more than can be taken at once. Make the comment shorter: at most 1,000 characters."
TOO_SLOW = "What you sent did not come through in time. Send it again."
NOT_A_FORM = "What came cannot be read. Send it from the page."
NO_COOKIE = (
    "Your browser kept nothing of this page, so it would not be known again. Allow cookies for this page, or open the "
    "link in another browser."
)
JOIN_AGAIN = "This phone is not known in the room any more. Join again; then answer again."
READ_ALONG = "This page is not encrypted: others in this network can read along."
WRONG_KEY = "This key opens no workshop. Look at it again: five groups of five letters."
LET_IN = {"code": "a code that opens no room", "key": "a key that opens no workshop"}


def wait_words(what: str, seconds: int) -> str:
    """Say that too many wrong codes or keys came, and when to try again."""
    return f"Too often {LET_IN[what]} came from here. Try again in {seconds} second{'' if seconds == 1 else 's'}."


def who_sees(workshop: Workshop, is_secure: bool) -> tuple[str, ...]:
    """Say who will see what of an answer, a sentence each."""
    if workshop.plan.is_anonymous:
        asked = [name for name, there in (("role", workshop.plan.roles), ("place", workshop.plan.places)) if there]
        with_it = f", with your {' and '.join(asked)}" if asked else ""
        said: tuple[str, ...] = (
            f"No name is asked. What you send is kept in the facilitator's database{with_it}.",
            "The screen in the room shows how many have answered. What the room said is shown only when the room is "
            f"closed, and from {LEAST} answers on.",
            "The facilitator can read your comment, show it in the room and release it for the paper, without saying "
            "whose it is. So write nothing that tells who you are.",
        )
    else:
        said = (
            "This room shows names. The facilitator sees your name beside your answers and comments, and may show them "
            "in the room.",
            "What you send is kept in the facilitator's database. A comment is printed in the paper only when the "
            "facilitator releases it.",
        )
    return said if is_secure else (*said, READ_ALONG)


def seconds_left(state: State, now: datetime | None = None) -> int:
    """Seconds until the time for talking is over, by the clock of the server; 0 where there is no timer."""
    if not state.timer_ends:
        return 0
    left = datetime.fromisoformat(state.timer_ends) - (now or datetime.now(UTC))
    return max(0, round(left.total_seconds()))


def round_name(position: int) -> str:
    """Name a round by its position: the first is 0."""
    names = ("first", "second", "third", "fourth", "fifth")
    return f"{names[position]} round" if position < len(names) else f"round {position + 1}"
