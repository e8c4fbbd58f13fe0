"""Settings as they are written on a command line or in one cell, to `Changes`."""

from __future__ import annotations

from collections.abc import Sequence

from prioritiser.errors import SettingsError
from prioritiser.headings import understood_name
from prioritiser.scenario import Changes
from prioritiser.schema import Case, Tier
from prioritiser.words import did_you_mean

type Repeated = Sequence[str] | None


def parse_changes(
    weights: str | None,
    balance: float | None,
    case: str | None,
    repeated: tuple[Repeated, Repeated, Repeated],
) -> Changes:
    """Read the options that change settings; repeated: --capacity, --lock and --without as given.

    Raises SettingsError with every option that cannot be read.
    """
    problems: list[str] = []
    capacity, lock, without = (list(part or ()) for part in repeated)
    factors = {
        key: _number("--capacity", f"{key}={text}", text, problems)
        for key, text in _pairs("--capacity", capacity, problems)
    }
    chosen = None if weights is None else _weights(weights, problems)
    meant = None if case is None else understood_name(case, Case)
    if case is not None and meant is None:
        problems.append(f"--case {case}: one of {', '.join(Case)}. {did_you_mean(case, list(Case))}".rstrip())
    locks = dict(_pairs("--lock", lock, problems))
    if problems:
        raise SettingsError("\n".join(problems))
    return Changes(
        weights=chosen,
        balance=balance,
        case=None if meant is None else Case(meant),
        capacity=factors,
        lock=locks,
        without=tuple(name.strip() for name in without),
    )


def _weights(text: str, problems: list[str]) -> dict[str, float]:
    parts = text.split(",")
    if len(parts) != len(Tier):
        problems.append(f"--weights {text}: three numbers, national, local and long term, such as 40,30,30.")
        return {}
    return {tier.value: _number("--weights", text, part, problems) for tier, part in zip(Tier, parts, strict=True)}


def _pairs(option: str, texts: list[str], problems: list[str]) -> list[tuple[str, str]]:
    pairs: dict[str, str] = {}
    for text in texts:
        name, equals, given = text.rpartition("=")
        key, value = name.strip(), given.strip()
        if not equals or not key or not value:
            problems.append(f"{option} {text}: expected a name, '=' and a value.")
        elif pairs.setdefault(key, value) != value:
            problems.append(f"{option} {key}: {pairs[key]} and {value}. Give it once.")
    return list(pairs.items())


def _number(option: str, whole: str, text: str, problems: list[str]) -> float:
    try:
        return float(text)
    except ValueError:
        problems.append(f'{option} {whole}: "{text.strip()}" is not a number.')
        return 0.0
