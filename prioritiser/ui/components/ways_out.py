"""The smallest ways out of a clash, each as a sentence, and a button for each that the settings can carry out."""

import math
from collections.abc import Sequence
from functools import partial
from hashlib import sha256

import streamlit as st

from prioritiser.errors import Clash, Demand, InfeasibleError, Step, WayOut
from prioritiser.optimisation.infeasibility.words import LOCK
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import capital, counted
from prioritiser.ui import session
from prioritiser.ui.components.markup import NOTHING, Markup, Part, disclosed, element, together
from prioritiser.ui.components.widgets import show
from prioritiser.ui.storage.links import with_factor, with_locks

_FINEST = 1e6  # factors have six decimals, as percentages of four have in the settings


def show_ways_out(scenario: Scenario, settings: Settings, failure: Exception | None) -> None:
    """Show what would be enough where limits clash, and let people try what the settings of the page can do."""
    if not isinstance(failure, InfeasibleError):
        return
    ways = failure.found.ways_out if failure.found else ()
    if not ways:
        show(element("p", "Loosen a capacity, a lock or a rule of those named above.", class_="quiet"))
        return
    show(
        element("h2", f"Smallest way{'s' if len(ways) > 1 else ''} out"),
        element("p", "Each of these is enough by itself." if len(ways) > 1 else "This is enough.", class_="lead"),
        element("ol", *(element("li", f"{capital(way.plain)}.") for way in ways), class_="ways"),
    )
    doable = [(number, way) for number, way in enumerate(ways, 1) if with_way_out(scenario, settings, way) is not None]
    if doable:
        with st.container(key="try_ways", horizontal=True):
            for number, way in doable:
                st.button(
                    f"Try way {number}" if len(ways) > 1 else "Try it",
                    key=f"way_out_{sha256(way.text.encode()).hexdigest()[:12]}",
                    on_click=session.press,
                    args=(partial(_carried_out, scenario, way),),
                )
    notes = ["A way that is tried can be undone."] if doable else []
    if len(doable) < len(ways):
        notes.append("Where there is no button, raise the limit under Capacity on Balance, or in the scenario's file.")
    show(element("p", " ".join(notes), class_="small"), _further(failure.found))


def begun(demand: Demand) -> str:
    """Begin a line with a demand; that of a lock begins with a name, which stays as people wrote it."""
    return demand.plain if demand.kind == LOCK else capital(demand.plain)


def _further(clash: Clash | None) -> Markup:
    """Show the other sets that cannot hold together, behind a line that opens them, and what was left unsought."""
    if clash is None:
        return NOTHING
    unsought = [] if clash.all_ways else ["Time was up before every way out was worked out."]
    parts: list[Part] = [element("p", text, class_="small") for text in unsought]
    others = clash.sets[1:]
    if others:
        lines = ["; ".join([begun(demands[0]), *(demand.plain for demand in demands[1:])]) for demands in others]
        more = [] if clash.all_sets else [element("p", "There may be more.")]
        listed = element("ul", *(element("li", f"{line}.") for line in lines), class_="ways")
        title = f"Show {counted(len(others), 'more set')} of limits that cannot hold together"
        parts.append(disclosed(title, listed, *more))
    return together(parts)


def _carried_out(scenario: Scenario, way: WayOut, now: Settings) -> Settings:
    return with_way_out(scenario, now, way) or now


def with_way_out(scenario: Scenario, settings: Settings, way: WayOut) -> Settings | None:
    """Carry out a way out: rules off, locks off, factors of capacities up; None where settings cannot."""
    risen: dict[str, list[Step]] = {}
    for step in way.steps:
        name = step.demand.demand_id
        if step.demand.kind == "capacity":
            risen.setdefault(name, []).append(step)
        elif step.by is not None:
            return None
        elif step.demand.kind == "lock":
            kept = {key: lock for key, lock in settings.lock.items() if key != name}
            kept_in = [key for key, lock in kept.items() if lock != "out"]
            settings = with_locks(settings, kept_in, [key for key, lock in kept.items() if lock == "out"])
        elif name not in settings.without:
            settings = settings.replace(without=(*settings.without, name))
    for name, steps in risen.items():
        raised = _raised(scenario, settings, name, steps)
        if raised is None:
            return None
        settings = raised
    return settings


def _raised(scenario: Scenario, settings: Settings, name: str, steps: Sequence[Step]) -> Settings | None:
    """Raise the factor of a capacity in these years, all at once where all have the same; None where none is enough."""
    given = scenario.resource_by_id[name].capacities
    factors: dict[str, float] = {}
    for step in steps:
        year, to = str(step.demand.year), step.to
        if to is None or not given.get(year):
            return None
        factors[year] = max(_rounded_up(to / given[year]), settings.factor(name, year))
    if factors.keys() == given.keys() and len(set(factors.values())) == 1:
        return with_factor(settings, name, next(iter(factors.values())))
    others, whole = dict(settings.capacity), settings.capacity.get(name, 1.0)
    if whole == 0:  # no factor of a year could raise it: each year gets its own
        others = {key: part for key, part in others.items() if key.partition("@")[0] != name}
        others |= {f"{name}@{year}": 0.0 for year in given}
        whole = 1.0
    raised = {f"{name}@{year}": _rounded_up(factor / whole) for year, factor in factors.items()}
    return settings.replace(capacity=others | raised)


def _rounded_up(factor: float) -> float:
    return math.ceil(factor * _FINEST - 1e-6) / _FINEST
