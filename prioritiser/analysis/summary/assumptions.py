"""What the model assumes and its equations, in words that the page and the papers share."""

from dataclasses import dataclass

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted, percent

_CASES = {
    Case.LOW: "the cautious figure of each effect",
    Case.CENTRAL: "the central figure of each effect",
    Case.HIGH: "the hopeful figure of each effect",
}
ADVICE = (
    "A mixed-integer linear programme chooses the initiatives and their start years that take the weighted "
    "tiers furthest towards their targets within every capacity, rule and lock. A tier score is the share "
    "of the way from today to its targets; passing a target earns nothing more. Figures marked judged are "
    "somebody's estimate, not a measurement. The tool advises; people decide."
)


@dataclass(frozen=True)
class Symbol:
    """A letter of an equation, with its index."""

    letter: str
    index: str = ""

    def __str__(self) -> str:
        return f"{self.letter}({self.index})" if self.index else self.letter


type Formula = tuple[str | Symbol, ...]
_S, _X, _L, _A = Symbol("S", "h"), Symbol("x", "i"), Symbol("L", "g,t"), Symbol("a", "g,t")
EQUATIONS: tuple[tuple[str, Formula], ...] = (
    ("Level of goal g at the end of year t", (_L, " = baseline + trend · t + gains − losses")),
    ("Gain of one effect", (Symbol("e"), " · confidence · ", _X, " · ramp(t)")),
    ("Ramp, m months after the start", (Symbol("ramp"), " = (m − lead) ÷ ramp months, from 0 to 1")),
    (
        "Gains that overlap, X in all, the largest q, overlap o",
        ("gains = min(", Symbol("X"), ", ", Symbol("q"), " + (1 − o)(X − q))"),
    ),
    ("Way to the target", (_A, " = min(1, (", _L, " − zero level) ÷ (target − zero level))")),
    ("Score of a tier", (_S, " = weighted mean of ", _A, " over its goals and years")),
    (
        "What is made as large as possible",
        (
            "(1 − β) · Σ ",
            Symbol("W", "h"),
            " · ",
            _S,
            " + β · the least of (",
            _S,
            " − doing nothing) ÷ (best alone − doing nothing)",
        ),
    ),
    ("Within each capacity", ("Σ use of ", _X, " in year t ≤ capacity in year t")),
)
SYMBOLS = "W are the weights and β the balance; both are choices."


def assumptions(scenario: Scenario, settings: Settings) -> list[tuple[str, str]]:
    """List what is assumed and how, with how often this scenario uses it."""
    case = _CASES[settings.case]
    return [
        ("Effects", f"Each initiative moves a goal by its effect; the case in force takes {case}."),
        ("Confidence", f"An effect counts times the likelihood of delivery. {_confidence(scenario)}"),
        ("Build-up", f"An effect begins after its lead time and grows evenly over its ramp. {_build_up(scenario)}"),
        ("Overlap", f"Gains on one goal do not add up in full where they overlap. {_overlap(scenario)}"),
        ("Trend", f"Without any initiative a goal moves by its trend each year. {_trend(scenario)}"),
        ("Independence", f"Effects do not depend on each other, except where one needs another. {_needs(scenario)}"),
        ("Share", "Delivered in part, an initiative costs and brings that part, in proportion."),
        ("Targets", "Getting closer to a target counts evenly all the way; passing it earns nothing more."),
        ("Horizon", f"Nothing after {scenario.years[-1]} counts. What is still to come is listed by itself."),
    ]


def _confidence(scenario: Scenario) -> str:
    below = [row.confidence for row in scenario.initiatives if row.confidence < 1]
    if not below:
        return "Here all are taken to be sure."
    unsure = f"{len(below)} of {counted(len(scenario.initiatives), 'initiative')}"
    return f"Here {unsure} are below 100 %, the least {percent(min(below))}."


def _build_up(scenario: Scenario) -> str:
    slow = sum(bool(effect.lead_months or effect.ramp_months) for effect in scenario.effects)
    return f"So do {slow} of {counted(len(scenario.effects), 'effect')} here."


def _overlap(scenario: Scenario) -> str:
    count = sum(goal.overlap > 0 for goal in scenario.goals)
    return f"So for {count} of {counted(len(scenario.goals), 'goal')} here."


def _trend(scenario: Scenario) -> str:
    count = sum(goal.trend_per_year != 0 for goal in scenario.goals)
    return f"So for {count} of {counted(len(scenario.goals), 'goal')} here."


def _needs(scenario: Scenario) -> str:
    count = sum(effect.if_also is not None for effect in scenario.effects)
    return f"{count} of {counted(len(scenario.effects), 'effect')} here do."
