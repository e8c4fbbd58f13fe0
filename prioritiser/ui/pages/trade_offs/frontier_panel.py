"""The first part of the Trade-offs page: the frontier, and a portfolio of it to adopt."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from prioritiser.analysis.marginal_values import trade_offs
from prioritiser.analysis.pareto.adoption import Way, is_held, locked_to, way_to
from prioritiser.analysis.pareto.frontier import EXACT, Frontier, FrontierPoint, Stages, find_frontier
from prioritiser.analysis.summary.summary import References
from prioritiser.charts.frontier import PICKED, frontier_chart
from prioritiser.evaluation.outcome import TIERS, Outcome
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import capital, counted, joined, short
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Desk, Run, WorkState, work_key
from prioritiser.ui.components.markup import disclosed, element
from prioritiser.ui.components.progress import show_work
from prioritiser.ui.components.widgets import message, show
from prioritiser.ui.pages.trade_offs import trade_off_tables as tables

CHART, PICK, TIERS_SHOWN, CLOSENESS = "frontier_chart", "frontier_point", "frontier_tiers", "frontier_closeness"
_PAIR = 2
# seconds, and the step for a pair and for three tiers
_LOOKS = {
    "Quick, 20 s": (20.0, 0.005, 0.02),
    "Closer, 2 min": (120.0, 0.003, 0.01),
    "Closest, 10 min": (600.0, 1e-3, 5e-3),
}
_QUICK = next(iter(_LOOKS))


def show_frontier(scenario: Scenario, settings: Settings, portfolio: Portfolio, compared: References) -> None:
    """Show what is given up for what, and let people adopt a portfolio."""
    counted_tiers = list(portfolio.outcome.scores)
    if len(counted_tiers) < _PAIR:
        show(
            element("h2", "There is nothing to give up"),
            element("p", "Only one tier has goals that count. A frontier needs two.", class_="lead"),
        )
        return
    head = st.container(key="frontier_head")
    with st.container(key="frontier_choices", horizontal=True, vertical_alignment="bottom"):
        tiers = _choose_tiers(counted_tiers)
        look = st.segmented_control(
            "How closely to look", list(_LOOKS), default=_QUICK, key=CLOSENESS, required=True, wrap=True
        )
    held = is_held(portfolio.outcome, settings)
    asked = _asked_of(settings, held=held)
    frontier = _search(scenario, asked, tuple(tiers), look or _QUICK)
    if frontier is None or not frontier.points:
        with head:
            said = "Portfolios that no other beats appear here as they are found."
            show(element("h2", "What do we give up?"), element("p", said, class_="lead"))
        return
    with head:
        show(element("h2", trade_offs.given_up(frontier)), element("p", trade_offs.how_sure(frontier), class_="lead"))
        if held:
            said = "Every initiative is locked, which leaves no choice. These are the portfolios without the locks."
            show(element("p", said, class_="lead"))
    points = {trade_offs.point_key(point.outcome): point for point in frontier.points}
    shown = [*tiers, *(tier for tier in counted_tiers if tier not in tiers and len(tiers) > _PAIR)]
    left, right = st.columns([60, 40], gap="medium")
    with right, st.container(key="adopt"):
        chosen = _choose_point(frontier, points)
        _show_adopting(points[chosen], frontier, portfolio, settings, asked)
    with left, st.container(key="frontier"):
        _show_chart(frontier, portfolio, compared, shown, chosen)


def _choose_tiers(tiers: Sequence[str]) -> list[str]:
    """Let people choose a pair of tiers, or all three."""
    pairs = [[one, other] for number, one in enumerate(tiers) for other in tiers[number + 1 :]]
    choices = {" and ".join([TIER_NAMES[pair[0]], trade_offs.tier_words(pair[1])]): pair for pair in pairs}
    if len(tiers) == _PAIR:
        return list(tiers)
    choices = {"All three": list(tiers), **choices}
    name = st.segmented_control(
        "Tiers to set against each other", list(choices), default="All three", key=TIERS_SHOWN, required=True, wrap=True
    )
    return choices[name or "All three"]


def _asked_of(settings: Settings, *, held: bool) -> Settings:
    """Leave out what plays no part in a frontier, so that it stays when a portfolio of it is adopted."""
    asked = settings.replace(weights=dict.fromkeys(TIERS, 1.0), balance=0.0)
    return asked.replace(lock={}) if held else asked


def _search(scenario: Scenario, asked: Settings, tiers: tuple[str, ...], look: str) -> Frontier | None:
    """Look quickly first; a closer look goes on from there."""
    first = _ask_stage(scenario, asked, tiers, _QUICK, ())
    if look == _QUICK or not first.over or first.result is None or first.result.exact:
        return first.result
    known = tuple(point.outcome for point in first.result.points)
    return _ask_stage(scenario, asked, tiers, look, known).result or first.result


def _ask_stage(
    scenario: Scenario, asked: Settings, tiers: tuple[str, ...], look: str, known: tuple[Outcome, ...]
) -> WorkState[Frontier]:
    seconds, pair, three = _LOOKS[look]
    step = pair if len(tiers) == _PAIR else three
    name = "frontier" if look == _QUICK else "frontier_closer"
    key = work_key("frontier", scenario, asked, tiers, seconds, step)
    return show_work(
        name,
        session.ask_work(name, key, scenario, _search_run(asked, tiers, seconds, step, known)),
        "Looking for portfolios that no other beats",
    )


def _search_run(
    asked: Settings, tiers: tuple[str, ...], seconds: float, step: float, known: tuple[Outcome, ...]
) -> Run[Frontier]:
    def run(desk: Desk[Frontier]) -> Frontier:
        return find_frontier(
            desk.optimiser,
            asked,
            tiers=tiers,
            step=step,
            budget=desk.within(seconds),
            progress=lambda found, done, total: desk.progress(f"{found} found, part", done, total),
            stages=Stages(desk.tell, known),
        )

    return run


def _choose_point(frontier: Frontier, points: dict[str, FrontierPoint]) -> str:
    """Let people choose a portfolio from a list, which a click on the chart moves too."""
    show(element("h3", "Adopt one of them"))
    names = {
        key: f"{number}: {trade_offs.scores_words(point.outcome.scores, frontier.tiers)}"
        for number, (key, point) in enumerate(points.items(), 1)
    }
    chosen = st.selectbox(
        "Portfolio, chosen here or by a click on the chart",
        list(names),
        key=PICK,
        format_func=lambda key: names.get(key, key),
        filter_mode=None,
    )
    return str(chosen) if chosen in points else next(iter(points))


def _show_adopting(
    point: FrontierPoint, frontier: Frontier, portfolio: Portfolio, settings: Settings, asked: Settings
) -> None:
    """Say which settings lead to the chosen portfolio, and put them in force at a press."""
    outcome, tiers = point.outcome, frontier.tiers
    said = trade_offs.scores_words(outcome.scores, list(outcome.scores), 1)
    show(element("p", f"{said}. Starts {counted(len(outcome.plan), 'initiative')}."))
    if _same(outcome, portfolio.outcome, tiers):
        show(element("p", element("strong", "This is the portfolio in force."), role="status"))
        return
    others = [other.outcome for other in frontier.points if other is not point]
    others += [portfolio.outcome] if not is_held(portfolio.outcome, settings) else []
    now = settings.replace(lock=asked.lock)
    way = way_to(outcome, others, now, tiers)
    if not way.leads:
        part = counted(len(way.in_part), "initiative")
        text = f"No weights lead to this one, and locks cannot hold {part} delivered in part. Choose one beside it."
        show(message("note", "This one cannot be adopted.", (), text))
        return
    if way.weights is not None:
        _show_weights(way, frontier)
    else:
        text = "No weights lead to this one: whatever they are, another portfolio is better. "
        show(element("p", f"{text}It is held by {counted(way.locks, 'lock')}, one for each initiative."))
    st.button("Adopt this portfolio", key="adopt_point", on_click=session.press, args=(_put(way),))
    if way.weights is not None and not any(delivery.share < 1 for delivery in outcome.plan.values()):
        with st.container(key="adopt_exactly"):
            hold = (_put(locked_to(outcome, now)),)
            st.button("Hold exactly this one by locks", key="adopt_locks", on_click=session.press, args=hold)
    show(element("p", "Undo takes it back.", class_="small"))


def _show_weights(way: Way, frontier: Frontier) -> None:
    weights = ", ".join(f"{trade_offs.tier_words(tier)} {short((way.weights or {})[tier])}" for tier in frontier.tiers)
    said = [f"Weights {weights} of 100, without balance, lead to it: no other is better there."]
    if not frontier.complete:
        said = [f"Weights {weights} of 100, without balance, lead to it: none of those found is better there."]
        said.append("A portfolio that is not listed may be better still; then that one is recommended.")
    if len(frontier.tiers) == _PAIR and len(way.settings.weights) > _PAIR:
        left = [
            trade_offs.tier_words(tier) for tier, weight in way.settings.weights.items() if tier not in frontier.tiers
        ]
        said.append(f"Nothing is then done for {joined(left)} goals as such." if left else "")
    show(element("p", " ".join(filter(None, said))))


def _put(way: Way) -> Callable[[Settings], Settings]:
    return partial(_carried_out, way)


def _carried_out(way: Way, now: Settings) -> Settings:
    """Lay a way over the settings in force: weights and balance, or locks; the rest stays."""
    if way.weights is not None:
        return now.replace(weights=way.settings.weights, balance=0.0, lock=way.settings.lock)
    return now.replace(lock=way.settings.lock)


def _same(one: Outcome, other: Outcome, tiers: Sequence[str]) -> bool:
    return all(abs(one.scores[tier] - other.scores[tier]) <= EXACT for tier in tiers)


def _show_chart(
    frontier: Frontier, portfolio: Portfolio, compared: References, shown: Sequence[str], chosen: str
) -> None:
    marks = [trade_offs.Mark("in_force", "the portfolio in force", portfolio.outcome.scores)]
    if compared.has_today:
        marks.append(trade_offs.Mark("today", "today's plan", compared.today.scores))
    marks.append(trade_offs.Mark("nothing", "doing nothing", compared.nothing.scores))
    table = trade_offs.frontier_table(frontier, shown, marks)
    best = {tier: score for tier, score in portfolio.best_alone.items() if score is not None and tier in shown}
    third = shown[_PAIR] if len(shown) > _PAIR else None
    show(tables.frontier_key(trade_offs.size_ranges(table), third, marks))
    said = "; ".join(f"{mark.name} {trade_offs.scores_words(mark.scores, frontier.tiers)}" for mark in marks)
    st.vega_lite_chart(
        frontier_chart(table, list(shown), best, chosen),
        width="stretch",
        theme=None,
        key=CHART,
        on_select=_take_click,
        selection_mode=PICKED,
        alt=f"Scatter of {counted(len(frontier.points), 'portfolio')} by {trade_offs.tier_words(shown[0])} across and "
        f"{trade_offs.tier_words(shown[1])} up. {trade_offs.given_up(frontier)}. {capital(said)}. "
        "The list beside it chooses one.",
    )
    show(disclosed("Show this as a table", tables.frontier_points(frontier, marks)))


def _take_click() -> None:
    """Let the list show what was clicked on in the chart."""
    picked = session.held(CHART)["selection"].get(PICKED) or []
    if picked and picked[0].get("key"):
        session.put(PICK, picked[0]["key"])
