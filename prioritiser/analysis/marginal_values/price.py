"""What more capacity buys, and what rules, locks, balance and national points cost: all prices of one scenario.

Every price is a difference of two solved questions, never a dual: a plan of whole initiatives has no marginal value
(the linear relaxation's stands beside it, labelled). The best-alone scores S* stay as they are for the settings asked,
so that objectives can be compared.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from prioritiser.analysis.marginal_values.balance_curve import BalancePoint, balance_sentence, trace_balance
from prioritiser.analysis.marginal_values.base import Base, StoppedError
from prioritiser.analysis.marginal_values.capacities import CapacityPrice, price_capacities
from prioritiser.analysis.marginal_values.headroom import Headroom, find_headroom, has_headroom
from prioritiser.analysis.marginal_values.national_points import NationalPoint, price_national_points
from prioritiser.analysis.marginal_values.payoff import Payoff, find_payoff
from prioritiser.analysis.marginal_values.policies import PolicyGroup, sum_by_policy
from prioritiser.analysis.marginal_values.rules import RulePrice, price_locks, price_rules
from prioritiser.errors import SettingsError
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.optimisation.incumbent import Budget, Progress
from prioritiser.optimisation.optimiser import DEFAULT_GAP, Optimiser
from prioritiser.scenario.settings import Settings
from prioritiser.text.json_rows import JsonRow

PARTS = ("capacities", "rules", "locks", "balance", "headroom", "national", "policies", "payoff")
DEFAULT_PARTS = tuple(part for part in PARTS if part != "payoff")


@dataclass
class _Rows:
    """What the parts have found so far."""

    capacities: list[CapacityPrice] = field(default_factory=list)
    rules: list[RulePrice] = field(default_factory=list)
    locks: list[RulePrice] = field(default_factory=list)
    balance: dict[int, BalancePoint] = field(default_factory=dict)
    headroom: list[Headroom] = field(default_factory=list)
    national: list[NationalPoint] = field(default_factory=list)
    policies: list[PolicyGroup] = field(default_factory=list)
    payoff: list[Payoff] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How many rows there are."""
        return sum(len(rows) for rows in vars(self).values())


@dataclass(frozen=True)
class Price(
    JsonRow,
    written="complete unfinished parts objective=portfolio.objective bound=portfolio.bound "
    "tiers=portfolio.outcome.scores gap capacities rules locks balance balance_sentence headroom "
    "national_points payoff policies notices solves spared seconds",
):
    """All prices asked for; `unfinished` names the parts that time or a cancel cut short.

    A part that was not asked for is empty, or None. solves: re-solves; spared: those that a bound made needless.
    """

    portfolio: Portfolio
    parts: tuple[str, ...]
    capacities: tuple[CapacityPrice, ...]
    rules: tuple[RulePrice, ...]
    locks: tuple[RulePrice, ...]
    balance: tuple[BalancePoint, ...]
    balance_sentence: str | None
    headroom: Headroom | None
    national_points: tuple[NationalPoint, ...]
    payoff: Payoff | None
    policies: tuple[PolicyGroup, ...]
    unfinished: tuple[str, ...]
    notices: tuple[str, ...]
    gap: float
    solves: int
    spared: int
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every part was finished."""
        return not self.unfinished

    def as_json(self) -> dict[str, Any]:
        """Return plain values, as in the JSON of `price`."""
        return self.portfolio.head_json() | super().as_json()


def known_parts(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the parts in their order; raises SettingsError for one that there is not, or for none."""
    asked = [part.strip() for part in parts if part.strip()]
    unknown = [part for part in asked if part not in PARTS]
    if unknown or not asked:
        came = ", ".join(f"'{part}'" for part in unknown) or "nothing"
        raise SettingsError(f"Parts: {came} came. Expected some of {', '.join(PARTS)}.")
    return tuple(part for part in PARTS if part in asked)


def find_price(
    optimiser: Optimiser,
    settings: Settings | None = None,
    *,
    parts: Iterable[str] = DEFAULT_PARTS,
    gap: float = DEFAULT_GAP,
    budget: Budget | None = None,
    progress: Progress | None = None,
    tell: Callable[[Price], None] | None = None,
) -> Price:
    """Find the prices of these settings, by default the scenario's own.

    parts: of PARTS. gap: relative gap of every solve (0: proved). progress: is told what is done, how much and of how
    much. tell: gets the prices so far after each new row; the parts still to be done are unfinished in them. When the
    budget is over, what was found is returned and marked. Raises SettingsError for an unknown part, InfeasibleError
    with the clash, NoAnswerError when time was up before any plan.
    """
    asked = known_parts(parts)
    settings = optimiser.scenario.settings if settings is None else settings
    budget = budget or Budget()
    began = perf_counter()
    base = Base.of(optimiser, settings, gap, budget, progress)
    rows, unfinished = _Rows(), list(asked)

    def so_far() -> Price:
        return _price(base, rows, asked, unfinished, perf_counter() - began)

    if tell is not None:
        base.progress = _telling(rows, lambda: tell(so_far()), progress)
    for part in asked:
        try:
            base.notices += _find(part, base, rows)
        except StoppedError:
            continue
        unfinished.remove(part)
    return so_far()


def _telling(rows: _Rows, tell: Callable[[], None], progress: Progress | None) -> Progress:
    """Tell when there are more rows than the last time, each time that a part says how far it is."""
    told = 0

    def report(name: str, done: int, total: int) -> None:
        nonlocal told
        if rows.number > told:
            told = rows.number
            tell()
        if progress is not None:
            progress(name, done, total)

    return report


def _price(base: Base, rows: _Rows, asked: tuple[str, ...], unfinished: list[str], seconds: float) -> Price:
    points = [rows.balance[place] for place in sorted(rows.balance)]
    outcome = base.outcome
    idle_value = sum(weight * outcome.do_nothing[tier] for tier, weight in outcome.weights.items())
    return Price(
        portfolio=base.portfolio,
        parts=asked,
        capacities=tuple(rows.capacities),
        rules=tuple(rows.rules),
        locks=tuple(rows.locks),
        balance=tuple(points),
        balance_sentence=balance_sentence(points, idle_value),
        headroom=rows.headroom[0] if rows.headroom else None,
        national_points=tuple(rows.national),
        payoff=rows.payoff[0] if rows.payoff else None,
        policies=tuple(rows.policies),
        unfinished=tuple(unfinished),
        notices=tuple(dict.fromkeys((*_notices(base), *base.notices))),
        gap=base.gap,
        solves=base.solves,
        spared=base.spared,
        seconds=seconds,
    )


def _find(part: str, base: Base, rows: _Rows) -> list[str]:
    """Find the rows of a part; returns its notices."""
    needs = "it needs national goals and others beside them."
    match part:
        case "capacities":
            price_capacities(base, rows.capacities)
        case "rules":
            price_rules(base, rows.rules)
        case "locks":
            price_locks(base, rows.locks)
        case "balance":
            _need_best_alone(base)
            trace_balance(base, rows.balance)
        case "headroom":
            if not has_headroom(base):
                return [f"There is no headroom to show: {needs}"]
            find_headroom(base, rows.headroom)
        case "national":
            if not has_headroom(base):
                return [f"National points have no price: {needs}"]
            _need_best_alone(base)
            price_national_points(base, rows.national)
        case "policies":
            rows.policies += sum_by_policy(base.outcome)
            if not rows.policies:
                return ["No tag of the initiatives has 2 to 12 values: there are no policies to sum by."]
        case "payoff":
            find_payoff(base, rows.payoff)
    return []


def _need_best_alone(base: Base) -> None:
    if len(base.best_alone) < len(base.outcome.weights):
        raise StoppedError


def _notices(base: Base) -> list[str]:
    said = list(base.portfolio.notices)
    if base.settings.balance > 0:
        said.append(
            "Every price measures balance by the best-alone scores of the settings asked, so that objectives can be "
            "compared; a solve with the changed settings would measure it by its own."
        )
    if base.gap > 0:
        said.append(f"A gain that a gap of {base.gap:.2%} cannot tell from nothing is shown as 0; --gap 0 proves it.")
    return said
