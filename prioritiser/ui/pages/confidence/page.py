"""Confidence: which initiatives are safe, how likely is each target, and which estimate matters most."""

from functools import partial

import streamlit as st

from prioritiser.analysis.robustness.acceptability import OUT, SAFE, class_of
from prioritiser.analysis.robustness.chances import (
    Chances,
    capacity_chances,
    count_chances,
    expected_met,
    target_chances,
)
from prioritiser.analysis.robustness.sampling import is_fixed
from prioritiser.analysis.robustness.stress import Stress
from prioritiser.analysis.robustness.value_of_information import WORTH_SAYING
from prioritiser.analysis.summary.changes import changes_between
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.charts.chances import chance_chart
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.in_words import TIER_NAMES, goal_decimals
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Evidence, Tier
from prioritiser.text.formatting import counted, percent, plain
from prioritiser.ui.components.answer_line import show_answer
from prioritiser.ui.components.answer_tables import changes_panel, tier_name
from prioritiser.ui.components.confidence_work import DRAWS, NAME, SAMPLES, ask_stress, chances_at
from prioritiser.ui.components.lock_row import show_lock_row
from prioritiser.ui.components.markup import NOTHING, Markup, disclosed, element, key_list
from prioritiser.ui.components.progress import show_work
from prioritiser.ui.components.ways_out import show_ways_out
from prioritiser.ui.components.widgets import show, show_chart, show_section
from prioritiser.ui.components.year_picker import pick_year
from prioritiser.ui.pages.confidence import tables
from prioritiser.ui.storage.links import View

QUESTION = "How sure can we be of this portfolio, and of each target?"
_COST_SPREADS = (0.0, 0.1, 0.2, 0.3)
_SPREAD_KEY = (
    ("key-spread", "9 of 10 draws"), ("key-middle", "middle draw"), ("key-target", "target"), ("key-now", "today"),
)  # fmt: skip


def show_page(scenario: Scenario, view: View) -> None:
    """Show how well the portfolio in force stands up."""
    progress = show_answer(scenario, view, "confidence_answer")
    portfolio = progress.portfolio
    if portfolio is None:
        show_ways_out(scenario, view.settings, progress.failure)
        return
    if not progress.over:
        show(element("p", "How sure it is appears here as soon as the portfolio is known.", class_="quiet"))
        return
    with st.container(key="confidence"):
        fixed = st.toggle(
            "Keep the weights as they are; vary effects only", key="weights_fixed", persist_state="session"
        )
        work = ask_stress(scenario, portfolio, weights_fixed=fixed)
        found = show_work(NAME, work, "trying samples").result
        _show_classes(found, fixed=fixed)
        show_lock_row(scenario, view.settings, list(scenario.initiative_by_id), "confidence")
        _show_targets(portfolio, view)
        _show_capacities(portfolio)
        _show_estimates(scenario, found)
        _show_regret(found)
        _show_method(portfolio, found)


def _show_classes(found: Stress | None, *, fixed: bool) -> None:
    what = "effects" if fixed else "weights and effects"
    if found is None:
        show_section(
            "Which initiatives are safe is being worked out",
            f"Each of {SAMPLES:,} samples draws {what} and finds its own best plan. The first few appear here.",
        )
        return
    if not found.sampled.with_plan:
        none_yet = "No sample was done" if not found.sampled.done else "No sample has a plan that keeps every rule"
        advice = "Start again, or loosen a rule on levels."
        show_section(none_yet, f"So it cannot be said which initiatives are safe. {advice}")
        return
    classes = [class_of(share) for share in found.acceptability.values()]
    safe, contested, out = (classes.count(kind) for kind in tables.CLASSES)
    title = f"{counted(safe, 'initiative')} {_are(safe)} safe, {contested} {_are(contested)} worth arguing about, "
    title += f"{out} {_are(out)} out in nearly every sample we drew"
    done = counted(found.sampled.done, "sample")
    asked = "" if found.sampled.complete else f" of {found.options.samples:,}"
    sentence = f"Best plans of {done}{asked}, in which {what} vary. Safe: in at least {percent(SAFE)} of them. "
    sentence += f"Out: in at most {percent(OUT)}. In brackets: how far the share may be off by chance."
    show_section(title, sentence, _unsure(found))
    with st.container(key="classes"):
        for column, kind in zip(st.columns(3, gap="medium"), tables.CLASSES, strict=True):
            with column:
                show(tables.class_list(found, kind))


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _unsure(found: Stress) -> Markup:
    """Say how many could be in another class with more samples, and which recommendations are at odds with theirs."""
    intervals = [found.sampled.interval(row.initiative_id) for row in found.scenario.initiatives]
    open_still = sum(interval is not None and class_of(interval[0]) != class_of(interval[1]) for interval in intervals)
    plan, shares = found.portfolio.outcome.plan, found.acceptability
    odd = [
        found.scenario.initiative_by_id[name].label
        for name, share in shares.items()
        if class_of(share) == ("out" if name in plan else "safe")
    ]
    lines = []
    if odd:
        lines.append(element("p", f"Look again at {'; '.join(odd)}: this portfolio goes against nearly all samples."))
    if open_still:
        which = "is so near a threshold that it" if open_still == 1 else "are so near a threshold that they"
        lines.append(element("p", f"{counted(open_still, 'initiative')} {which} may belong to the next class."))
    return element("div", *lines) if lines else NOTHING


def _show_targets(portfolio: Portfolio, view: View) -> None:
    scenario = portfolio.outcome.scenario
    chances = chances_at(portfolio, 0.0)
    targets = target_chances(chances, view.year)
    likely, doubt, unlikely = count_chances(targets)
    if targets.empty:
        title = f"No target is set for {view.year}"
        sentence = "Choose another year to see how likely its targets are."
    else:
        title = f"By the end of {view.year}, {likely} of {counted(len(targets), 'target')} {_are(likely)} likely, "
        title += f"{doubt} in doubt, {unlikely} unlikely"
        sentence = f"Likely: met in at least 9 of 10 of {DRAWS:,} draws. Unlikely: in at most 1 of 10. "
        sentence += f"On average, {plain(expected_met(targets), 1)} are met."
    show_section(title, sentence)
    pick_year(scenario, view.year)
    if targets.empty:
        return
    show(key_list(_SPREAD_KEY))
    tiers = [tier.value for tier in Tier if tier.value in set(targets["tier"])]
    with st.container(key="chances"):
        for column, tier in zip(st.columns(len(tiers), gap="medium"), tiers, strict=True):
            mine = targets[targets["tier"] == tier]
            worded = mine.assign(
                chance_words=[tables.percent_of_draws(chance) for chance in mine["chance"]],
                words=[_level_words(scenario, row) for row in rows_of(mine)],
            )
            described = "; ".join(f"{row.name} {row.chance_words}" for row in rows_of(worded))
            with column:
                show(element("h3", tier_name(tier)))
                show_chart(
                    chance_chart(worded),
                    f"Where the level of each {TIER_NAMES[tier].lower()} goal may lie, against its target. "
                    f"Chance of each target: {described}.",
                    tables.target_table(mine, scenario, view.year, chances.number),
                    key=f"chance_chart_{tier}",
                )


def _level_words(scenario: Scenario, row: object) -> str:
    goal = scenario.goal_by_id[row.goal_id]  # type: ignore[attr-defined]
    levels = (row.p5, row.p50, row.p95, row.target)  # type: ignore[attr-defined]
    worse, middle, better, target = (plain(level, goal_decimals(goal)) for level in levels)
    return f"{worse} to {better}, middle {middle}, target {target} {goal.unit or ''}".strip()


def _show_capacities(portfolio: Portfolio) -> None:
    place = st.container()
    spread = st.segmented_control(
        "Costs may differ from the plan by up to",
        _COST_SPREADS,
        default=0.1,
        format_func=percent,
        key="cost_spread",
        required=True,
        wrap=True,
        persist_state="session",
    )
    chances: Chances = chances_at(portfolio, 0.1 if spread is None else float(spread))
    capacities = capacity_chances(chances)
    if capacities.empty:
        with place:
            show_section("No capacity has a limit", "So none can be exceeded.")
        return
    doubtful = int((capacities["chance"] < 0.9).sum())
    least = capacities.sort_values("chance", kind="stable").iloc[0]
    if chances.cost_spread == 0:
        title = "At the costs as planned, every limit holds"
        sentence = "Choose a spread of costs to see which give way."
    elif doubtful:
        title = f"When costs vary, {doubtful} of {counted(len(capacities), 'yearly limit')} "
        title += f"{'holds' if doubtful == 1 else 'hold'} in fewer than 9 of 10 draws"
        sentence = f"The first to give way: {least['resource']} in {least['year']}, which holds in "
        sentence += f"{tables.percent_of_draws(float(least['chance']))} of draws."
    else:
        title, sentence = "When costs vary, every yearly limit holds in at least 9 of 10 draws", ""
    with place:
        show_section(title, sentence)
    show(tables.capacity_table(capacities))


def _show_estimates(scenario: Scenario, found: Stress | None) -> None:
    if found is None or not found.estimates:
        fixed = is_fixed(scenario)
        show_section(
            "No estimate has a range" if fixed else "Which estimate matters most comes later",
            "Give effects a low and a high to see which matters." if fixed else "It needs the plans of the samples.",
        )
        return
    first = found.estimates[0]
    initiative = found.scenario.initiative_by_id[first.effect.initiative_id].label
    goal = found.scenario.goal_by_id[first.effect.goal_id].label
    if first.worth < WORTH_SAYING:
        title = "No single estimate would change the plan much"
        sentence = f"The largest part of what is uncertain: what {initiative} does for {goal}."
    else:
        title = f"Pin down first what {initiative} does for {goal}"
        worth = f"{100 * first.worth:.2g}"
        sentence = f"To know it before deciding is worth {worth} points of the way to the targets."
    show_section(title, sentence, tables.estimate_list(found.estimates, found.scenario))


def _show_regret(found: Stress | None) -> None:
    regret = None if found is None else found.regret
    if found is None or regret is None:
        show_section(
            "What could be regretted comes later", "It needs the best score of every tier alone, and other plans."
        )
        return
    points = partial(plain, decimals=1)
    corner = TIER_NAMES[regret.corner].lower().replace("long term", "long-term")
    title = f"Whatever the weights, this portfolio is at most {points(100 * regret.chosen)} points below the best"
    sentence = f"Points are of the way to the targets. It is worst when only {corner} goals count."
    scenario = found.scenario
    changes = changes_between(scenario, found.portfolio.outcome.plan, regret.plan)
    if not changes or regret.chosen - regret.least < 5e-4:
        show_section(title, f"{sentence} No other portfolio was found that could be regretted less.")
        return
    panel = changes_panel(changes, (), "this portfolio")
    show_section(
        title,
        f"{sentence} With the portfolio to be regretted least, it would be {points(100 * regret.least)}.",
        disclosed("Show the portfolio to be regretted least", panel),
    )


def _show_method(portfolio: Portfolio, found: Stress | None) -> None:
    scenario = portfolio.outcome.scenario
    judged = sum(effect.evidence is Evidence.JUDGED for effect in scenario.effects)
    ranged = sum(effect.low != effect.high for effect in scenario.effects)
    effects = counted(len(scenario.effects), "estimate")
    lines = [
        f"{judged} of {effects} of effects are judged, not measured; {ranged} have a range.",
        "Effects are drawn between low and high, most often near central. Initiatives fail as their likelihood says.",
        "All draws are independent: what goes wrong together in life does not here, so extremes are understated.",
    ]
    if found is not None:
        near = percent(found.options.tolerance)
        lines.append(f"The plan of each sample is within {near} of the best for it. The seed is {found.options.seed}.")
        lines += [text for text in found.notices if "independent" not in text]
    show_section(
        f"What this rests on: {judged} of {effects} judged",
        "Ranges say how sure people are, not how sure they should be.",
        disclosed("How this works", element("ul", *(element("li", line) for line in lines))),
    )
