"""The map that the picker answers from: built in the background, kept on disk, and said how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from prioritiser.analysis.map_answer import portfolio_of_map
from prioritiser.analysis.map_store import cache_folder, keep_map, read_map
from prioritiser.analysis.weight_map import WeightMap, build_map
from prioritiser.errors import PrioritiserError
from prioritiser.found import Budget
from prioritiser.portfolio import Portfolio
from prioritiser.scenario import Scenario, Settings
from prioritiser.schema import Tier
from prioritiser.ui import state
from prioritiser.ui.markup import Markup, element
from prioritiser.ui.weight_picker.payload import map_payload
from prioritiser.ui.widgets import show
from prioritiser.ui.works import Desk, Work, work_key
from prioritiser.wording import percent

TOLERANCE = 0.01
_TIME_LIMIT_S = 240.0
_NAME = "weight_map"


@dataclass(frozen=True)
class DrawnMap:
    """A map, and what the browser is given of it."""

    found: WeightMap
    payload: dict[str, Any]


def ask_map(scenario: Scenario, settings: Settings) -> Work[DrawnMap]:
    """Ask for the map of these settings; the weights play no part, so that moving them never starts it anew."""
    fixed = settings.replace(weights={tier.value: 1.0 for tier in Tier})
    key = work_key(_NAME, scenario, fixed, TOLERANCE)

    def run(desk: Desk[DrawnMap]) -> DrawnMap:
        folder = cache_folder()
        found = None if folder is None else read_map(folder, scenario, fixed, TOLERANCE)
        if found is None:
            found = build_map(
                desk.optimiser,
                fixed,
                tolerance=TOLERANCE,
                budget=Budget.of(_TIME_LIMIT_S, desk.budget.stop),
                progress=desk.progress,
                tell=lambda so_far: desk.tell(DrawnMap(so_far, map_payload(so_far, key))),
            )
            if folder is not None:
                keep_map(folder, found, scenario, fixed)
        return DrawnMap(found, map_payload(found, key))

    return state.ask_work(_NAME, key, scenario, run, first_look_s=0.0)


def best_of_map(scenario: Scenario, settings: Settings, like: Portfolio | None) -> Portfolio | None:
    """Find the map's portfolio for these settings, if a map is there and near enough; like: see `portfolio_of_map`."""
    drawn = ask_map(scenario, settings).state.result
    if drawn is None:
        return None
    best = portfolio_of_map(drawn.found, settings, like)
    return best if best.gap <= TOLERANCE else None


def show_map_line(work: Work[DrawnMap]) -> None:
    """Say in one line how far the map is, or what it lacks; nothing when it is whole."""
    so_far = work.state
    if not so_far.over:
        state.watch(lambda: work.state.version != so_far.version, lambda: show(_progress(work)))
    elif so_far.failure is not None:
        expected = isinstance(so_far.failure, PrioritiserError)
        why = "no map can be drawn for these settings" if expected else "the map could not be drawn"
        show(_line(f"The dot moves without a preview: {why}."))
    elif so_far.result is not None and not so_far.result.found.complete:
        gap = percent(so_far.result.found.certified_gap, 1)
        show(_line(f"The map is incomplete: at some weights it may be {gap} off the best."))


def _progress(work: Work[DrawnMap]) -> Markup:
    now = work.state
    far = f": {now.doing}, {work.seconds:.0f} s" if now.doing else f": {work.seconds:.0f} s"
    return _line(f"The map is being drawn{far}.")


def _line(words: str) -> Markup:
    return element("p", words, class_="small map-line")
