"""Settings to and from a link: the same words as on the command line; a link with nonsense loses only that part."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from prioritiser.errors import PrioritiserError
from prioritiser.scenario import Changes, Scenario, Settings
from prioritiser.schema import Case, Tier
from prioritiser.wording import shares_of_100, shortened

type Link = dict[str, list[str]]
SCENARIO = "scenario"
PARTS = ("weights", "balance", "case", "capacity", "lock", "goal_weight", "without", "year")
_MOST_VALUES = 2000


@dataclass(frozen=True)
class View:
    """What a link opens: settings, the year that targets are shown for, and what in the link could not be used."""

    settings: Settings
    year: str
    problems: tuple[str, ...] = ()


def write_link(scenario: Scenario, view: View) -> Link:
    """Write a view as the parameters of a link; what equals the scenario's own settings is left out."""
    own, settings = scenario.settings, view.settings
    link: Link = {}
    if dict(settings.weights) != dict(own.weights):
        link["weights"] = [",".join(_number(settings.weights.get(tier.value, 0.0)) for tier in Tier)]
    if settings.balance != own.balance:
        link["balance"] = [_number(settings.balance)]
    if settings.case is not own.case:
        link["case"] = [settings.case.value]
    for name, mine, theirs in (
        ("capacity", settings.capacity, own.capacity),
        ("goal_weight", settings.goal_weights, own.goal_weights),
    ):
        values = [f"{key}={_number(mine[key])}" for key in sorted(mine) if theirs.get(key) != mine[key]]
        if values:
            link[name] = values
    locks = [f"{key}={settings.lock[key]}" for key in sorted(settings.lock) if own.lock.get(key) != settings.lock[key]]
    if locks:
        link["lock"] = locks
    rules = [rule for rule in settings.without if rule not in own.without]
    if rules:
        link["without"] = rules
    if view.year != scenario.years[-1]:
        link["year"] = [view.year]
    return link


def read_link(scenario: Scenario, link: Mapping[str, Sequence[str]]) -> View:
    """Read a link; each part that makes no sense is left out and named in `problems`, the rest is kept."""
    problems: list[str] = []
    settings, year = scenario.settings, scenario.years[-1]
    for name in link:
        if name not in PARTS:
            problems.append(f'"{shortened(name, 40)}" is not a setting.')
    for name, read in _READERS.items():
        for value in list(link.get(name, ()))[:_MOST_VALUES]:
            try:
                changed = settings.merge(read(value))
                scenario.check(changed)
                settings = changed
            except (PrioritiserError, ValueError) as error:
                problems.append(f'{name.replace("_", " ")} "{shortened(value, 40)}": {_first_line(error)}')
    for value in link.get("year", ()):
        if value in scenario.years:
            year = value
        else:
            problems.append(f'year "{shortened(value, 40)}": it is none of {", ".join(scenario.years)}.')
    return View(settings, year, tuple(problems))


def carried_over(scenario: Scenario, view: View, other: Scenario) -> View:
    """Carry a view over to another scenario; what does not fit there is left out and named in `problems`."""
    opened = read_link(other, write_link(scenario, view))
    return View(opened.settings, view.year if view.year in other.years else other.years[-1], opened.problems)


def _first_line(error: Exception) -> str:
    return shortened(str(error).splitlines()[0] if str(error) else "it makes no sense.", 160)


def _number(value: float) -> str:
    return f"{value:.15g}"


def _read_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError("a number was expected.") from error
    if not math.isfinite(number):
        raise ValueError("a plain number was expected.")
    return number


def _weights(text: str) -> Changes:
    parts = text.split(",")
    if len(parts) != len(Tier):
        raise ValueError("three numbers were expected, such as 40,30,30.")
    return Changes(weights={tier.value: _read_number(part) for tier, part in zip(Tier, parts, strict=True)})


def _case(text: str) -> Changes:
    if text not in set(Case):
        raise ValueError(f"one of {', '.join(Case)} was expected.")
    return Changes(case=Case(text))


def _pair(text: str, example: str) -> tuple[str, str]:
    name, sign, value = text.rpartition("=")
    if not sign or not name or not value:
        raise ValueError(f"something such as {example} was expected.")
    return name.strip(), value.strip()


def _capacity(text: str) -> Changes:
    name, value = _pair(text, "capital=0.8")
    return Changes(capacity={name: _read_number(value)})


def _lock(text: str) -> Changes:
    name, value = _pair(text, "virtual_wards=in")
    return Changes(lock={name: value})


def _goal_weight(text: str) -> Changes:
    name, value = _pair(text, "ae_4h=2")
    return Changes(goal_weights={name: _read_number(value)})


_READERS: Mapping[str, Callable[[str], Changes]] = {
    "weights": _weights,
    "balance": lambda text: Changes(balance=_read_number(text)),
    "case": _case,
    "capacity": _capacity,
    "lock": _lock,
    "goal_weight": _goal_weight,
    "without": lambda text: Changes(without=(text,)),
}


def moved_weight(scenario: Scenario, settings: Settings, tier: str, share: int) -> Settings:
    """Give a tier a whole share of 100; the others keep their proportions and fill up the rest in whole shares.

    Only tiers with goals take part; when the others are all 0, they share the rest evenly.
    """
    others = [name for name in tiers_with_goals(scenario) if name != tier]
    weights = dict.fromkeys((name.value for name in Tier), 0.0)
    weights[tier] = float(share) if others else 100.0
    kept = [settings.weights.get(name, 0.0) for name in others]
    parts = shares_of_100(kept if math.fsum(kept) > 0 else [1.0] * len(others), 100 - share)
    weights |= {name: float(part) for name, part in zip(others, parts, strict=True)}
    return settings.replace(weights=weights)


def tiers_with_goals(scenario: Scenario) -> list[str]:
    """Name the tiers that have a goal, in order."""
    having = {goal.tier for goal in scenario.goals}
    return [tier.value for tier in Tier if tier in having]


def with_locks(settings: Settings, kept_in: Iterable[str], kept_out: Iterable[str]) -> Settings:
    """Lock initiatives in and out; a lock to a start year stays for those that are still locked in."""
    lock = {name: settings.lock.get(name, "in") for name in kept_in}
    lock = {name: "in" if value == "out" else value for name, value in lock.items()}
    return settings.replace(lock=lock | dict.fromkeys(kept_out, "out"))


def with_factor(settings: Settings, resource_id: str, factor: float) -> Settings:
    """Set the factor of one capacity for all years; factors for single years of it end."""
    kept = {key: value for key, value in settings.capacity.items() if key.partition("@")[0] != resource_id}
    return settings.replace(capacity=kept if factor == 1 else kept | {resource_id: factor})
