"""What the Workshop page calls questions, moves and states of a room."""

from datetime import UTC, datetime

from prioritiser.workshop.records import Kind, State, Workshop
from prioritiser.workshop.store import clock_time

QUESTIONS = {
    Kind.SWING: "Which moves matter most?",
    Kind.POINTS: "Share 100 points",
    Kind.SUPPORT: "What must be done?",
}
ABOUT = {
    Kind.SWING: "Each weighs one move against another, such as one target reached against another.",
    Kind.POINTS: "Each shares 100 points over the tiers.",
    Kind.SUPPORT: "Each marks the initiatives that must be done, and those that they can live without.",
}
TAKEN_BACK = {
    "open": "opening again",
    "next": "the next question",
    "all": "asking all questions",
    "round": "the new round",
    "reset": "the reset",
    "timer": "the timer",
}


def spaced(code: str) -> str:
    """Write a code as people read it aloud."""
    return f"{code[:3]} {code[3:]}"


def state_words(state: State) -> str:
    """Say whether a room takes answers, and in which round it is."""
    rounds = f"round {len(state.rounds)}"
    return f"Open, {rounds}" if state.is_open else f"Closed at {clock_time(state.closed_at)}, {rounds}"


def opened_words(workshop: Workshop) -> str:
    """Say when a room was opened."""
    when = datetime.fromisoformat(workshop.created_at).astimezone()
    return f"opened {when.day} {when:%B %Y}, {when:%H:%M}"


def time_left(state: State, now: datetime | None = None) -> str:
    """Say what is left of the timer in minutes and seconds; '0:00' when it is over, '' where none runs."""
    if not state.timer_ends:
        return ""
    left = (datetime.fromisoformat(state.timer_ends) - (now or datetime.now(UTC))).total_seconds()
    seconds = max(0, round(left))
    return f"{seconds // 60}:{seconds % 60:02d}"


PORTFOLIOS_SAID = {
    "mean": "Most is gained by the mean of everybody's weights.",
    "median": "Most is gained by the middle voice in each tier.",
    "least_regret": "The largest regret of anybody is as small as can be.",
    "fairest_gain": "The product of everybody's gains is as large as can be.",
}
REGRET = (
    "Regret is what somebody's own best portfolio gives them more, as a share of what it gives above doing nothing."
)
