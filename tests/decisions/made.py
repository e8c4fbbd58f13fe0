"""Portfolios and logs that tests of decisions are about."""

from __future__ import annotations

from functools import cache

from prioritiser.decisions.log import DecisionLog
from prioritiser.decisions.records import Entry, Words
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.store.database import Database
from tests.workshop.rooms import quickstart

WORDS = Words("Plan for 2026", "Most for patients from the same money", "The board", "2027-04-01")


@cache
def portfolio(*weights: float) -> Portfolio:
    """The quickstart's best portfolio, for its own weights or for these."""
    scenario = quickstart()
    tiers = ("national", "local", "long_term")
    settings = (
        scenario.settings.replace(weights=dict(zip(tiers, weights, strict=True))) if weights else scenario.settings
    )
    return Optimiser(scenario).solve(settings)


def log_of(database: Database, number: int = 3) -> tuple[DecisionLog, list[Entry]]:
    """A log with so many decisions, each in the place of the one before."""
    log = DecisionLog(database, lambda: "2026-11-28T09:00:00+00:00")
    made: list[Entry] = []
    for place in range(number):
        made.append(log.adopt(portfolio(), WORDS, after=place, about=place or None))
    return log, made
