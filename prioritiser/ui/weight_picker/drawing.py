"""The map that the picker answers from: built in the background, kept on disk, and said how far it is."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from prioritiser.analysis.weight_space.answer import portfolio_of_map
from prioritiser.analysis.weight_space.store import cache_folder, keep_map, read_map
from prioritiser.analysis.weight_space.weight_map import PAGES_TOLERANCE, WeightMap, build_map
from prioritiser.errors import NoAnswerError, PrioritiserError
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Tier
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import percent
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Desk, Work, work_key
from prioritiser.ui.components.markup import element
from prioritiser.ui.components.progress import is_stopped, show_stopped, watch_work
from prioritiser.ui.components.widgets import show
from prioritiser.ui.weight_picker.payload import map_payload

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
    key = work_key(_NAME, scenario, fixed, PAGES_TOLERANCE)

    def run(desk: Desk[DrawnMap]) -> DrawnMap:
        folder = cache_folder()
        found = None if folder is None else read_map(folder, scenario, fixed, PAGES_TOLERANCE)
        if found is None:
            found = build_map(
                desk.optimiser,
                fixed,
                tolerance=PAGES_TOLERANCE,
                budget=desk.within(_TIME_LIMIT_S),
                progress=lambda doing, done, total: desk.progress(f"{doing}, part", done, total),
                tell=lambda so_far: desk.tell(DrawnMap(so_far, map_payload(so_far, key))),
            )
            if folder is not None:
                keep_map(folder, found, scenario, fixed)
        if not isfinite(found.certified_gap):
            raise NoAnswerError("The map was stopped before it could say how far off its portfolios may be.")
        return DrawnMap(found, map_payload(found, key))

    return session.ask_work(_NAME, key, scenario, run, first_look_s=0.0, by_itself=True)


def best_of_map(scenario: Scenario, settings: Settings, like: Portfolio | None) -> Portfolio | None:
    """Find the map's portfolio for these settings, if a map is there and near enough; like: see `portfolio_of_map`."""
    drawn = ask_map(scenario, settings).state.result
    if drawn is None:
        return None
    best = portfolio_of_map(drawn.found, settings, like)
    return best if best.gap <= PAGES_TOLERANCE else None


def show_map_line(work: Work[DrawnMap]) -> None:
    """Say in one line how far the map is, with a button to cancel it, or what it lacks; nothing when it is whole."""
    so_far = work.state
    if not so_far.over:
        watch_work(_NAME, work, so_far, "the map is being drawn", "Cancel the map")
    elif is_stopped(work):
        show_stopped(_NAME, _off(so_far.result) or "The map was stopped: the dot moves without a preview.")
    elif so_far.failure is not None:
        expected = isinstance(so_far.failure, PrioritiserError)
        why = "no map can be drawn for these settings" if expected else "the map could not be drawn"
        _show_line(f"The dot moves without a preview: {why}.")
    elif said := _off(so_far.result):
        _show_line(said)


def _off(drawn: DrawnMap | None) -> str:
    """Say how far the portfolios of a map can be off; nothing when it is whole."""
    if drawn is None or drawn.found.complete:
        return ""
    gap = percent(drawn.found.certified_gap, 1)
    return f"The map is incomplete: at some weights it may be {gap} off the best."


def _show_line(words: str) -> None:
    show(element("p", words, class_="small map-line"))
