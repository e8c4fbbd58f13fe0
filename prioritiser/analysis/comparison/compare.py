"""The what-ifs side by side, and against today's plan."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from prioritiser.errors import InfeasibleError, NoAnswerError
from prioritiser.evaluation.outcome import TIERS, Outcome, current_plan, evaluate
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.optimisation.incumbent import Progress
from prioritiser.optimisation.optimiser import DEFAULT_GAP, Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Changes, Settings
from prioritiser.text.spelling import folded

TODAY = "Today's plan"
OWN_SETTINGS = "Scenario settings"


@dataclass(frozen=True)
class Option:
    """One plan among those compared: its settings, what it achieves, and how it differs from today's plan.

    portfolio is None for today's plan, which nobody solved; outcome is None where there is no answer, and
    `failure` then says why. entered, left: initiative ids; moved: id to (start today, start here).
    """

    name: str
    settings: Settings
    outcome: Outcome | None
    portfolio: Portfolio | None
    today: Outcome
    failure: str = ""

    @property
    def entered(self) -> tuple[str, ...]:
        """Initiatives that today's plan does not have."""
        return () if self.outcome is None else tuple(name for name in self.outcome.plan if name not in self.today.plan)

    @property
    def left(self) -> tuple[str, ...]:
        """Initiatives of today's plan that are not in this one."""
        return () if self.outcome is None else tuple(name for name in self.today.plan if name not in self.outcome.plan)

    @property
    def moved(self) -> dict[str, tuple[str, str]]:
        """Initiatives in both that start in another year."""
        if self.outcome is None:
            return {}
        years, before, after = self.outcome.scenario.years, self.today.plan, self.outcome.plan
        return {
            name: (years[before[name].start], years[after[name].start])
            for name in after
            if name in before and before[name].start != after[name].start
        }

    def met(self) -> list[tuple[str, int, int]]:
        """Count the targets met and set, by year."""
        if self.outcome is None:
            return []
        goals = self.outcome.goals
        scored = goals[goals["target"].notna()]
        return [
            (year, int((rows["met"] == True).sum()), len(rows))  # noqa: E712 - met may be None
            for year, rows in ((year, scored[scored["year"] == year]) for year in self.outcome.scenario.years)
        ]


def compare(
    scenario: Scenario,
    changes: Changes | None = None,
    what_ifs: Sequence[str] | None = None,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
) -> Iterator[Option]:
    """Yield today's plan, the scenario's own settings and every what-if, each solved; today's plan comes first.

    changes: settings laid over each of them. what_ifs: names, by default all. time_limit: seconds for each solve.
    progress: called with the name, the number done and the number in all. Where a what-if has no answer, its option
    says why and the rest goes on.
    """
    own = scenario.settings_for(None, changes)
    names = [what_if.name for what_if in scenario.what_ifs] if what_ifs is None else list(what_ifs)
    asked = [(OWN_SETTINGS, own), *((_told(name), scenario.settings_for(name, changes)) for name in names)]
    today = evaluate(scenario, current_plan(scenario), own)
    yield Option(TODAY, own, today, None, today)
    optimiser = Optimiser(scenario)
    for number, (name, settings) in enumerate(asked):
        if progress is not None:
            progress(name, number, len(asked))
        try:
            portfolio = optimiser.solve(settings, gap=gap, time_limit=time_limit, stop=stop)
        except (InfeasibleError, NoAnswerError) as error:
            yield Option(name, settings, None, None, today, str(error))
        else:
            yield Option(name, settings, portfolio.outcome, portfolio, today)
    if progress is not None:
        progress("", len(asked), len(asked))


def _told(what_if: str) -> str:
    """Name a what-if so that it is not taken for one of our own options."""
    return f"{what_if} (what-if)" if folded(what_if) in {folded(TODAY), folded(OWN_SETTINGS)} else what_if


def options_json(options: Sequence[Option]) -> dict[str, Any]:
    """Return the JSON of `compare`."""
    return {"options": [_option_json(option) for option in options]}


def _option_json(option: Option) -> dict[str, Any]:
    outcome, portfolio = option.outcome, option.portfolio
    answer: dict[str, Any] = {"name": option.name, "settings": option.settings.as_json(), "failure": option.failure}
    if outcome is None:
        return answer | dict.fromkeys(["tiers", "met", "spend", "in", "out", "moved", "breaches", "termination", "gap"])
    best = {} if portfolio is None else portfolio.best_alone
    return answer | {
        "tiers": {
            tier: {
                "score": outcome.scores.get(tier),
                "do_nothing": outcome.do_nothing.get(tier),
                "best_alone": best.get(tier),
            }
            for tier in TIERS
        },
        "met": [{"year": year, "met": met, "targets": targets} for year, met, targets in option.met()],
        "spend": [
            {
                "id": resource_id,
                "years": [{"year": row.year, "used": float(row.used)} for row in rows.itertuples()],  # type: ignore[arg-type]
            }
            for resource_id, rows in outcome.resources.groupby("resource_id", sort=False)
        ],
        "in": list(option.entered),
        "out": list(option.left),
        "moved": [{"id": name, "from": before, "to": after} for name, (before, after) in option.moved.items()],
        "breaches": [
            {"kind": breach.kind, "subject": breach.subject, "year": breach.year or None, "text": breach.text}
            for breach in outcome.breaches
        ],
        "termination": None if portfolio is None else portfolio.termination.value,
        "gap": None if portfolio is None else portfolio.gap,
    }
