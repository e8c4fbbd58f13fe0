"""Why is each initiative in or out: what would the opposite cost, what would it displace, and what would flip it?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter
from typing import Any

from prioritiser.analysis.explanation.counterfactuals.find import FlipFinder
from prioritiser.analysis.explanation.counterfactuals.words import PRECISION, Flip, condition
from prioritiser.analysis.marginal_values.base import Base, StoppedError
from prioritiser.analysis.summary.changes import changes_between
from prioritiser.analysis.summary.value_for_money import ValueForMoney, value_for_money
from prioritiser.errors import InfeasibleError, NoAnswerError, SettingsError
from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.portfolio import Portfolio, is_proved
from prioritiser.optimisation.incumbent import Budget, Incumbent, Progress
from prioritiser.optimisation.optimiser import DEFAULT_GAP, Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import RuleKind
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import joined, plain, rounded
from prioritiser.text.json_rows import JsonRow
from prioritiser.text.suggestions import did_you_mean

NOT_ASKED = "Not found: time was up or it was stopped."


@dataclass(frozen=True)
class Reversal:
    """What the opposite of the plan costs for one initiative: out for one that is in, in at full share for one out.

    cost: objective of the best plan less that of the best plan with it forced the other way, 0 or more; None where it
    cannot be, or was not found. at_most: it costs no more than this, whatever the gap hides. within_gap: the gap cannot
    tell the cost from nothing. is_free: the cost is nothing that people would call worse. why_not: why there is no
    cost. entered, left, moved: initiatives, against the plan.
    """

    cost: float | None = None
    at_most: float | None = None
    within_gap: bool = False
    is_free: bool = False
    why_not: str = ""
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation(
    JsonRow,
    written="id=initiative_id in=is_in share start cost_of_reversal=reversal.cost "
    "cost_of_reversal_at_most=reversal.at_most within_gap=reversal.within_gap why_not entered=reversal.entered "
    "left=reversal.left moved=reversal.moved flips complete sentence",
):
    """Why one initiative is in or out. flips: the smallest changes that flip it, empty where they were not sought."""

    initiative_id: str
    is_in: bool
    share: float
    start: str | None
    reversal: Reversal
    flips: tuple[Flip, ...]
    complete: bool
    sentence: str

    @property
    def why_not(self) -> str | None:
        """Why there is no cost; None where there is one."""
        return self.reversal.why_not or None


@dataclass(frozen=True)
class Explained:
    """The explanations asked for, beside the order by value for money; complete: False where time was up."""

    portfolio: Portfolio
    objective: float
    bound: float
    rows: tuple[Explanation, ...]
    complete: bool
    solves: int
    seconds: float

    @cached_property
    def value_for_money(self) -> ValueForMoney:
        """The order by value for money, worked out when it is first asked for."""
        return value_for_money(self.portfolio)

    def as_json(self) -> dict[str, Any]:
        """Return the answer of `explain` as plain values."""
        return {
            **self.portfolio.head_json(),
            "complete": self.complete,
            "objective": self.objective,
            "bound": self.bound,
            "initiatives": [row.as_json() for row in self.rows],
            "value_for_money": [row.as_json() for row in self.value_for_money.rows],
            "greedy": self.value_for_money.as_json(),
            "notices": list(self.portfolio.notices),
            "solves": self.solves,
            "seconds": self.seconds,
        }


def explain(
    optimiser: Optimiser,
    settings: Settings,
    initiatives: Sequence[str] = (),
    *,
    with_flips: bool | None = None,
    gap: float = DEFAULT_GAP,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Explained:
    """Explain the initiatives named, or all; by default with what would flip them where they are named.

    Everything is compared with the best plan for the settings, ties broken, and S* of the tiers stays what it is for
    them. When the budget is over, what was found is returned, marked incomplete.
    Raises SettingsError for an unknown initiative, InfeasibleError (with the clash) and NoAnswerError for the base.
    """
    began = perf_counter()
    names = _known(optimiser, initiatives)
    with_flips = bool(initiatives) if with_flips is None else with_flips
    base = Base.of(optimiser, settings, gap, budget or Budget(), progress)
    finder = FlipFinder(base)
    reversals: dict[str, Reversal] = {}
    flips: dict[str, list[Flip]] = {name: [] for name in names}
    whole = set[str]() if with_flips else set(names)
    try:
        for number, name in enumerate(names):
            base.report(f"The opposite for {_label(base, name)}", number, len(names))
            reversals[name], forced = _reversal(base, name)
            if forced is not None:
                finder.know(name, forced)
        for number, name in enumerate(names if with_flips else ()):
            base.report(f"What would flip {_label(base, name)}", number, len(names))
            if reversals[name].cost is not None and not (reversals[name].is_free or reversals[name].within_gap):
                for flip in finder.find(name):
                    flips[name].append(flip)
            whole.add(name)
    except StoppedError:
        whole &= reversals.keys()
    if progress is not None:
        progress("", len(names), len(names))
    rows = tuple(
        _explanation(base, name, reversals.get(name, Reversal(why_not=NOT_ASKED)), flips[name], name in whole)
        for name in names
    )
    found, complete = base.found, all(row.complete for row in rows)
    seconds = perf_counter() - began
    return Explained(base.portfolio, found.objective, found.bound, rows, complete, base.solves, seconds)


def _known(optimiser: Optimiser, initiatives: Sequence[str]) -> tuple[str, ...]:
    """Names asked for, each once, in the order of the scenario; all where none is asked for."""
    known = optimiser.scenario.initiative_by_id
    unknown = [name for name in dict.fromkeys(initiatives) if name not in known]
    if unknown:
        texts = [f'There is no initiative "{name}". {did_you_mean(name, known)}'.strip() for name in unknown]
        raise SettingsError("\n".join(f"--initiative: {text}" for text in texts))
    return tuple(name for name in known if not initiatives or name in initiatives)


def _label(base: Base, name: str) -> str:
    return base.scenario.initiative_by_id[name].label


def _reversal(base: Base, name: str) -> tuple[Reversal, Incumbent | None]:
    """Force an initiative the other way and solve again; returns the best plan then, too."""
    why_not = _fixed(base, name)
    if why_not:
        return Reversal(why_not=why_not), None
    lock = "out" if name in base.outcome.plan else "in"
    changed = base.settings.replace(lock={**base.settings.lock, name: lock})
    try:
        found = base.ask(changed, above=base.found if base.found.values is not None else None)
    except InfeasibleError:
        return Reversal(why_not=_clash(base, changed, name)), None
    return _priced(base, found, name), found


def _priced(base: Base, found: Incumbent, name: str) -> Reversal:
    changes = changes_between(base.scenario, base.outcome.plan, found.outcome.plan)
    moves = {kind: tuple(row.initiative_id for row in changes if row.kind == kind) for kind in _KINDS}
    cost = max(0.0, base.found.objective - found.objective)
    at_least = max(0.0, base.found.objective - found.bound)
    fine = base.portfolio.fineness
    hidden = not all(is_proved(one.objective, one.bound, fine) for one in (base.found, found))
    return Reversal(
        cost=cost,
        at_most=max(cost, base.found.bound - found.objective),
        within_gap=hidden and is_proved(0.0, at_least, fine),
        is_free=is_proved(0.0, cost, fine),
        why_not="",
        **moves,
    )


_KINDS = ("entered", "left", "moved")


def _fixed(base: Base, name: str) -> str:
    """Say which lock or rule fixes an initiative by itself; nothing where none does."""
    lock = base.settings.lock.get(name)
    if lock is not None:
        return {"in": "It is locked in by these settings.", "out": "It is locked out by these settings."}.get(
            lock, f"It is locked to start in {lock} by these settings."
        )
    for rule in base.scenario.rules:
        if rule.rule_id in base.settings.without or rule.subject != name:
            continue
        owner = f" ({rule.owner})" if rule.owner else ""
        if rule.kind is RuleKind.MUST_DO:
            return f"Rule {rule.rule_id}{owner} says that it must be done."
        if rule.kind is RuleKind.MUST_NOT:
            return f"Rule {rule.rule_id}{owner} says that it must not be done."
    return ""


def _clash(base: Base, changed: Settings, name: str) -> str:
    """Name what cannot hold together with the opposite: rules, locks and capacities."""
    way = "left out" if name in base.outcome.plan else "put in"
    try:
        demands = base.optimiser.clash(changed, base.budget)
    except NoAnswerError:
        return f"No plan has it {way}."
    others = [demand.plain for demand in demands if (demand.kind, demand.demand_id) != ("lock", name)]
    return f"No plan has it {way}: {'; '.join(others)}." if others else f"No plan has it {way}."


def _explanation(base: Base, name: str, reversal: Reversal, flips: Sequence[Flip], complete: bool) -> Explanation:
    delivery = base.outcome.plan.get(name)
    share = 0.0 if delivery is None else delivery.share
    start = None if delivery is None else base.scenario.years[delivery.start]
    row = Explanation(name, delivery is not None, share, start, reversal, tuple(flips), complete, sentence="")
    return replace(row, sentence=sentence_of(base.outcome, row))


MOST_NAMES = 3
MOST_FLIPS = 2
_FINE = 0.095


def sentence_of(outcome: Outcome, row: Explanation) -> str:
    """Say what the opposite costs, what it displaces and what would flip it; outcome: of the best plan."""
    scenario, reversal = outcome.scenario, row.reversal
    state = "In" if row.is_in else "Out"
    if reversal.cost is None:
        return f"{state}: {reversal.why_not[0].lower()}{reversal.why_not[1:]}"
    doing = "leaving it out" if row.is_in else "putting it in"
    if reversal.within_gap:
        most = points(reversal.at_most or 0.0)
        return f"{state}, but too close to call: {doing} costs at most {most} of the {score_words(outcome)}."
    if reversal.is_free:
        least = "" if row.is_in else ", and the plan without it uses less or as little"
        return f"{state}, but only just: {doing} costs nothing{least}."
    text = f"{state}: {doing} costs {points(reversal.cost)} of the {score_words(outcome)}"
    text += _others(scenario, row.initiative_id, reversal, row.is_in)
    if not row.flips:
        return f"{text}."
    found = sorted((flip for flip in row.flips if flip.to is not None), key=_told_apart)[:MOST_FLIPS]
    verb = "leave" if row.is_in else "enter"
    if not found:
        return f"{text}; no single change that was tried would make it {verb}."
    return f"{text}; it would {verb} if {joined(_conditions(scenario, found), 'or')}."


def _told_apart(flip: Flip) -> float:
    """Size of a change; those below the precision are alike."""
    return max(flip.size, PRECISION)


def points(part: float) -> str:
    """Write a part of the score as points of 100."""
    number = 100 * part
    decimals = 1 if number >= _FINE else 2
    if rounded(number, decimals) == 0:
        return "less than 0.01 points"
    shown = plain(number, decimals).removesuffix(".0")
    return f"{shown} point{'' if shown == '1' else 's'}"


def score_words(outcome: Outcome) -> str:
    """Name what a cost is a part of."""
    return "weighted score" if outcome.settings.balance == 0 else "score, weights and balance together"


def _conditions(scenario: Scenario, flips: Sequence[Flip]) -> list[str]:
    return [condition(scenario, flip.kind, flip.subject, flip.start, flip.to) for flip in flips if flip.to is not None]


def _others(scenario: Scenario, name: str, reversal: Reversal, is_in: bool) -> str:
    """Say what else enters and leaves with the opposite."""
    entered = [other for other in reversal.entered if other != name]
    left = [other for other in reversal.left if other != name]
    if is_in:
        parts = [f"{named(scenario, entered)} would come in"] if entered else []
        parts += [f"{named(scenario, left)} would go too"] if left else []
        return f"; {' and '.join(parts)}" if parts else ""
    parts = [f"displaces {named(scenario, left)}"] if left else []
    parts += [f"brings in {named(scenario, entered)}"] if entered else []
    return "".join(f" and {part}" for part in parts)


def named(scenario: Scenario, names: Sequence[str], most: int = MOST_NAMES) -> str:
    """Name initiatives; where there are more than so many, the last are counted."""
    labels = [scenario.initiative_by_id[name].label for name in names]
    if len(labels) > most:
        labels = [*labels[: most - 1], f"{len(labels) - most + 1} others"]
    return joined(labels)
