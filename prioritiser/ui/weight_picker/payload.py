"""What the picker in the browser is given: plain numbers and texts, from which it answers by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from prioritiser.analysis.summary.summary import last_scored_year, met_count
from prioritiser.analysis.weight_space.picture import bound_planes, regions
from prioritiser.analysis.weight_space.weight_map import PROVED, WeightMap, plan_values
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.in_words import TIER_NAMES, short_labels
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Tier
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import shares_of_100, shortened
from prioritiser.text.shortening import cut_apart
from prioritiser.ui.components.answer_tables import SHAPES
from prioritiser.ui.session import SavedOption

OWN = "The scenario's own settings"
_DECIMALS = 12  # what is left out is far below the precision of a proof
_NAME_LENGTH = 60


def map_payload(drawn: WeightMap, key: str) -> dict[str, Any]:
    """Write a map for the browser.

    A portfolio holds its values `v` and scores `s` by tier, the targets `m` that it meets by tier, its initiatives `i`
    as positions in `names`, and its share `a` of all weights. planes: linear functions whose largest is the bound.
    whole: the map is complete, so that no share changes any more. proved: a difference of values below it is none.
    """
    scenario = drawn.portfolios[0].outcome.scenario
    areas = {region.portfolio: region.area for region in regions(drawn)}
    return {
        "key": key,
        "whole": drawn.complete,
        "proved": PROVED * drawn.fineness,
        "names": list(short_labels(scenario.initiatives, _NAME_LENGTH).values()),
        "portfolios": [
            portfolio_payload(portfolio.outcome, drawn.tiers, portfolio.values) | {"a": areas.get(number, 0.0)}
            for number, portfolio in enumerate(drawn.portfolios)
        ],
        "regions": [
            {"p": region.portfolio, "c": np.round(region.corners, 5).tolist(), "shade": region.shade}
            for region in regions(drawn)
        ],
        "planes": np.round(bound_planes(drawn), _DECIMALS).tolist(),
        "year": last_scored_year(scenario),
        "targets": [_met(drawn.portfolios[0].outcome, tier)[1] for tier in drawn.tiers],
    }


def portfolio_payload(outcome: Outcome, tiers: Sequence[str], values: Sequence[float]) -> dict[str, Any]:
    """Write a portfolio for the browser; see `map_payload`."""
    places = {row.initiative_id: place for place, row in enumerate(outcome.scenario.initiatives)}
    return {
        "v": np.round(values, _DECIMALS).tolist(),
        "s": [round(outcome.scores[tier], 6) for tier in tiers],
        "m": [_met(outcome, tier)[0] for tier in tiers],
        "i": sorted(places[name] for name in outcome.plan),
    }


def shown_payload(drawn: WeightMap | None, shown: Outcome | None, settings: Settings) -> dict[str, Any] | None:
    """Write the portfolio that the page shows, and `w`, its weights; None where it answers other settings."""
    if drawn is None or shown is None or shown.scenario.hash != drawn.portfolios[0].outcome.scenario.hash:
        return None
    if shown.settings.replace(weights=settings.weights) != settings:
        return None
    values = plan_values(shown, drawn.tiers, drawn.best_alone)
    asked = shares_of(shown.settings.weights, drawn.tiers)
    return portfolio_payload(shown, drawn.tiers, values.tolist()) | {"w": asked}


def tiers_payload(tiers: Sequence[str]) -> list[dict[str, str]]:
    """Write what the tiers are called, and their mark."""
    return [{"id": tier, "name": TIER_NAMES[tier], "mark": SHAPES[tier]} for tier in tiers]


def marks_payload(scenario: Scenario, tiers: Sequence[str], saved: Sequence[SavedOption]) -> list[dict[str, Any]]:
    """Write where the presets and the saved options are; those at the same weights share a mark."""
    presets = [(OWN, scenario.settings), *((one.name, scenario.settings_for(one.name)) for one in scenario.what_ifs)]
    named = [(name, settings, False) for name, settings in presets]
    named += [(option.name, option.moment.view.settings, True) for option in saved]
    marks: dict[tuple[int, ...], dict[str, Any]] = {}
    shown = cut_apart([name for name, _, _ in named], lambda name: shortened(name, _NAME_LENGTH))
    for name, (_, settings, is_saved) in zip(shown, named, strict=True):
        shares = shares_of(settings.weights, tiers)
        mark = marks.setdefault(tuple(shares), {"w": shares, "names": [], "saved": False})
        mark["names"].append(name)
        mark["saved"] = mark["saved"] or is_saved
    return [mark for mark in marks.values() if sum(mark["w"])]


def shares_of(weights: Mapping[str, float], tiers: Sequence[str]) -> list[int]:
    """Write weights as whole shares of 100, in the order of the tiers."""
    return shares_of_100([weights.get(tier, 0.0) for tier in tiers])


def _met(outcome: Outcome, tier: str) -> tuple[int, int]:
    return met_count(outcome, last_scored_year(outcome.scenario), Tier(tier))
