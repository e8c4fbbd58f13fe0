"""Settings to and from a link: the same words as on the command line; a link with nonsense loses only that part."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from prioritiser.errors import PrioritiserError
from prioritiser.scenario.headings import understood_name, understood_year
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case, Tier
from prioritiser.scenario.settings import Changes, Settings
from prioritiser.text.formatting import shares_of_100, shortened
from prioritiser.text.spelling import visible

type Link = dict[str, list[str]]
SCENARIO = "scenario"
PARTS = ("weights", "balance", "case", "capacity", "lock", "goal_weight", "without", "year")
# Opens the app as it was first, whatever was kept of this browser's view.
BEGIN, ANEW = "begin", "anew"
_MOST_VALUES = 2000
_MOST_PROBLEMS = 12
# Longer than two ids, a year and a number can be.
_LONGEST_VALUE = 300
# What a message about settings begins with.
_SETTING = re.compile(r"^[a-z_]+(\.[^:]*)?: ")


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
    """Read a link; each part that cannot be used is left out, and `problems` say which, why, and what is used instead.

    It never raises, whatever the link holds.
    """
    problems: list[str] = []
    settings, year = scenario.settings, scenario.years[-1]
    for name in link:
        if name not in PARTS:
            problems.append(f'"{_shown(name)}" is not a setting. It is left out.')
    for name, read in _READERS.items():
        values = list(link.get(name, ()))
        for value in values[:_MOST_VALUES]:
            try:
                changed = settings.merge(scenario.names.respelled(read(_not_too_long(value))))
                scenario.check(changed)
                settings = changed
            except (PrioritiserError, ValueError, ArithmeticError) as error:
                said = f'{name.replace("_", " ")} "{_shown(value)}": {_why(error, value)}'
                problems.append(f"{said} {_instead(settings, name, value)}")
        if len(values) > _MOST_VALUES:
            rest = f"the first {_MOST_VALUES:,} are read, and the other {len(values) - _MOST_VALUES:,} are left out."
            problems.append(f"{name.replace('_', ' ')}: {rest}")
    for value in link.get("year", ()):
        if (known := understood_year(value, scenario.years)) is not None:
            year = known
        else:
            problems.append(f'year "{_shown(value)}": it is none of {", ".join(scenario.years)}. {year} is shown.')
    return View(settings, year, _not_too_many(problems))


def carried_over(scenario: Scenario, view: View, other: Scenario) -> View:
    """Carry a view over to another scenario; what does not fit there is left out and named in `problems`."""
    opened = read_link(other, write_link(scenario, view))
    return View(opened.settings, view.year if view.year in other.years else other.years[-1], opened.problems)


def _why(error: Exception, value: str) -> str:
    """Say why a part cannot be used, without its name and value, which stand before that."""
    known = isinstance(error, PrioritiserError | _UnreadableError)
    lines = visible(str(error)).splitlines() if known else []
    why = _SETTING.sub("", lines[0]) if lines else "it makes no sense."
    return shortened(why.removeprefix(f"{value}. "), 160)


def _shown(text: str) -> str:
    """Write a part of a link so that it can be seen, and can be sent to a browser."""
    return visible(shortened(text[:_LONGEST_VALUE], 40))


def _not_too_long(text: str) -> str:
    if len(text) > _LONGEST_VALUE:
        raise _UnreadableError(f"it has {len(text):,} characters, and no setting has more than {_LONGEST_VALUE}.")
    return text


def _not_too_many(problems: list[str]) -> tuple[str, ...]:
    more = len(problems) - _MOST_PROBLEMS
    return tuple(problems) if more <= 1 else (*problems[:_MOST_PROBLEMS], f"And {more:,} more such parts.")


def _instead(settings: Settings, name: str, value: str) -> str:
    """Say what is used instead of a part that is left out."""
    subject = value.rpartition("=")[0].strip()
    if name == "weights":
        used = ",".join(_number(settings.weights.get(tier.value, 0.0)) for tier in Tier)
        return f"The weights used are {used}."
    if name in ("balance", "case"):
        used = _number(settings.balance) if name == "balance" else settings.case.value
        return f"The {name} used is {used}."
    in_force: Mapping[str, Mapping[str, float | str]] = {
        "capacity": settings.capacity,
        "goal_weight": settings.goal_weights,
        "lock": settings.lock,
    }
    kept = in_force.get(name, {}).get(subject)
    if kept is None:
        return "It is left out."
    return f"{subject}={kept if isinstance(kept, str) else _number(kept)} is used."


class _UnreadableError(ValueError):
    """Why a part of a link is no setting, in words for a page."""


def _number(value: float) -> str:
    return f"{value:.15g}"


def _read_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise _UnreadableError("a plain number was expected, such as 0.5.") from error
    if not math.isfinite(number):
        raise _UnreadableError("a plain number was expected, such as 0.5.")
    return number


def _weights(text: str) -> Changes:
    parts = text.split(",")
    if len(parts) != len(Tier):
        raise _UnreadableError("three numbers were expected, such as 40,30,30.")
    return Changes(weights={tier.value: _read_number(part) for tier, part in zip(Tier, parts, strict=True)})


def _case(text: str) -> Changes:
    meant = understood_name(text, Case)
    if meant is None:
        raise _UnreadableError(f"one of {', '.join(Case)} was expected.")
    return Changes(case=Case(meant))


def _pair(text: str, example: str) -> tuple[str, str]:
    name, sign, value = text.rpartition("=")
    if not sign or not name or not value:
        raise _UnreadableError(f"something such as {example} was expected.")
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
