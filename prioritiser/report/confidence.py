"""How sure it is: closest calls, safe and contested, chances of targets, what is to come and what is left out."""

from prioritiser.analysis.robustness.acceptability import class_of
from prioritiser.analysis.robustness.chances import Chances, count_chances, expected_met, find_chances, target_chances
from prioritiser.analysis.robustness.sampling import is_fixed
from prioritiser.analysis.robustness.stress import Stress
from prioritiser.analysis.summary.contributions import contributions, reasons
from prioritiser.analysis.summary.summary import last_scored_year, still_to_come
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.report.document import Block, Bullets, Figure, FigureKind, Length, Paragraph, Section, Table
from prioritiser.report.headings import HEADINGS
from prioritiser.report.known import Known
from prioritiser.report.recommendation import EVERY, LONG
from prioritiser.report.words import JUDGED, of_goal, share
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.text.formatting import counted, joined, percent, plain

FULL = frozenset({Length.FULL})
CLASSES = {"safe": "Safe", "contested": "Contested", "out": "Out"}
_MOST = 4


def argued(known: Known) -> Section | None:
    """Say of the initiatives most argued about why each is in or out, and what would change that."""
    if not known.explained:
        return None
    label = {row.initiative_id: row.label for row in known.scenario.initiatives}
    shares = known.stress.acceptability if known.stress is not None else {}
    rows = tuple(
        (label[row.initiative_id], "In" if row.is_in else "Out", share(shares.get(row.initiative_id)), row.sentence)
        for row in known.explained
    )  # fmt: skip
    caption = "The initiatives most argued about, and why each is in or out"
    columns = ("Initiative", "Now", "Best in", "Why, what the opposite displaces, and what would change it")
    note = "Best in: the part of sampled weights and effects for which the best plan holds the initiative."
    table = Table("most argued", caption, columns, rows, (4, 1.2, 1.5, 10), note)
    inside = sum(row.is_in for row in known.explained)
    finding = (
        f"Of the {len(rows)} initiatives nearest to the line {inside} {'is' if inside == 1 else 'are'} in "
        f"and {len(rows) - inside} out."
    )
    said = tuple(f"{label[row.initiative_id]}. {row.sentence}" for row in known.explained)
    points = tuple(f"{label[row.initiative_id]}: {'in' if row.is_in else 'out'}." for row in known.explained)
    return Section("argued", HEADINGS["argued"], finding, (table,), EVERY, points, (Bullets(said[:1]),))


def classes(known: Known) -> Section | None:
    """Sort the initiatives into safe, contested and out over weights and uncertain effects."""
    stress = known.stress
    if stress is None or not stress.sampled.with_plan:
        return None
    shares = {name: found for name, found in stress.acceptability.items() if found is not None}
    label = {row.initiative_id: row.label for row in known.scenario.initiatives}
    order = sorted(shares, key=lambda name: (-shares[name], label[name].casefold()))
    kinds = {name: class_of(shares[name]) or "" for name in order}
    numbers = {kind: sum(found == kind for found in kinds.values()) for kind in CLASSES}
    plan = known.outcome.plan
    table = Table(
        "safe contested out",
        "Each initiative by how much of what we may believe it is the right choice for",
        ("Initiative", "Class", "Share of samples", "In this portfolio"),
        tuple((label[name], CLASSES[kinds[name]], share(shares[name]), "Yes" if name in plan else "No")
              for name in order),
        (7, 4, 2, 2),
        _how_sampled(stress),
    )  # fmt: skip
    finding = (
        f"{counted(numbers['safe'], 'initiative')} {'is' if numbers['safe'] == 1 else 'are'} safe, "
        f"{numbers['contested']} contested and {numbers['out']} out, over {_over(stress)}."
    )
    odd = tuple(
        f"In this portfolio, though out in most samples: {label[name]}." for name in order
        if name in plan and kinds[name] == "out"
    )  # fmt: skip
    contested = [label[name] for name in order if kinds[name] == "contested"]
    arguable = f"Worth arguing about: {_listed(contested)}." if contested else ""
    said = (*([arguable] if arguable else []), *odd[:3])
    blocks: tuple[Block, ...] = (*((Bullets(said),) if said else ()), table)
    points = (*[f"{CLASSES[kind]}: {numbers[kind]}" for kind in CLASSES], *said)[:5]
    return Section("classes", HEADINGS["classes"], finding, blocks, EVERY, points, (Bullets(said or points),))


def _over(stress: Stress) -> str:
    parts = ([] if stress.options.weights_fixed else ["weights"]) + (
        [] if is_fixed(stress.scenario) else ["uncertain effects"]
    )
    return joined(parts) or "what is certain"


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST
    return joined([*names[:_MOST], f"{more} more"] if more > 0 else names)


def _how_sampled(stress: Stress) -> str:
    done, options = stress.sampled.done, stress.options
    weights = "weights in force" if options.weights_fixed else "weights drawn evenly"
    effects = ", effects without a range" if is_fixed(stress.scenario) else " and effects between low and high"
    margin = percent(stress.sampled.margin, 1)
    whole = "" if stress.complete else f" Stopped early: {done:,} of {options.samples:,} samples."
    drawn = f"{done:,} samples, {weights}{effects}"
    return f"{drawn}; each plan within {margin} of the best.{whole}"


def chances(known: Known) -> Section | None:
    """Say how likely each target is in the last year that has targets, when effects and delivery are uncertain."""
    year, stress = last_scored_year(known.scenario), known.stress
    if is_fixed(known.scenario) and all(row.confidence == 1 for row in known.scenario.initiatives):
        sure = "The scenario gives no effect a low and a high figure, and takes every delivery for certain."
        finding = f"{sure} So how likely a target is cannot be said."
        advice = Paragraph("Give effects a low and a high figure, and initiatives a confidence, to see chances.")
        return Section("chances", HEADINGS["chances"], finding, (advice,), EVERY, (advice.text,))
    if stress is None:
        found = find_chances(known.outcome)
    else:
        options = stress.options
        found = Chances(known.outcome, stress.goals, stress.capacities, options.draws, options.cost_spread)
    table = target_chances(found, year)
    if table.empty:
        return None
    likely, between, unlikely = count_chances(table)
    goal = known.scenario.goal_by_id
    expected = plain(expected_met(table), 1)
    finding = (
        f"Of {counted(len(table), 'target')} for {year}, {likely} {'is' if likely == 1 else 'are'} likely, "
        f"{between} open and {unlikely} unlikely; {expected} can be expected to be met."
    )
    figure = Figure(
        FigureKind.CHANCES,
        f"Chance of each target at the end of {year}",
        f"Chance of each target. {finding}",
        table.rename(columns={"name": "goal"})[["goal_id", "goal", "tier", "chance"]],
        note="Likely: at least 9 in 10. Unlikely: at most 1 in 10.",
    )
    numbers = Table(
        "chances",
        f"Chance of each target at the end of {year}, and where its level may lie",
        ("Goal", "Tier", "Unit", "Chance", "Bad case (1 in 20)", "Middle", "Good case (1 in 20)", "Target", "Evidence"),
        tuple(
            (row.name, TIER_NAMES[row.tier], goal[row.goal_id].unit or "", share(row.chance),
             *(of_goal(goal[row.goal_id], value) for value in (row.p5, row.p50, row.p95, row.target)),
             JUDGED if row.judged else "")
            for row in rows_of(table)
        ),
        (6, 2, 2.4, 1.4, 2, 1.6, 2, 1.6, 1.6),
        f"{found.number:,} draws of effects between low and high, and of delivery by each initiative's confidence.",
    )  # fmt: skip
    open_ones = table[(table["chance"] > 0.1) & (table["chance"] < 0.9)].sort_values("chance", ascending=False)
    points = tuple(f"{row.name}: {percent(row.chance)}." for row in rows_of(open_ones.head(4)))
    short = (Bullets(points[:1] or (finding,)),)
    return Section("chances", HEADINGS["chances"], finding, (figure, numbers), EVERY, points or (finding,), short)


def to_come(known: Known) -> Section:
    """List what chosen work brings only after the last year."""
    last = known.scenario.years[-1]
    coming = still_to_come(known.outcome)
    if not known.outcome.plan:
        none = Paragraph("Nothing is started, so nothing is to come.")
        return Section("to_come", HEADINGS["to_come"], f"Nothing is still to come after {last}.", (none,), FULL)
    if coming.empty:
        nothing = Paragraph(f"Every chosen effect is felt in full by the end of {last}.")
        return Section("to_come", HEADINGS["to_come"], f"Nothing is still to come after {last}.", (nothing,), FULL)
    goal = known.scenario.goal_by_id
    those = counted(coming["initiative_id"].nunique(), "initiative")
    table = Table(
        "still to come",
        f"Effects not yet felt in full at the end of {last}",
        ("Initiative", "Goal", "Unit", "Full effect", f"Felt in {last}", "Still to come", "Evidence"),
        tuple(
            (row.initiative, row.goal, goal[row.goal_id].unit or "",
             *(of_goal(goal[row.goal_id], value) for value in (row.full, row.at_end, row.to_come)),
             JUDGED if row.judged else "")
            for row in rows_of(coming)
        ),
        (5, 5, 2, 1.8, 1.8, 1.8, 1.6),
        "A finite horizon starves slow work: the scores do not count what comes later.",
    )  # fmt: skip
    verb = "is" if len(coming) == 1 else "are"
    finding = f"{counted(len(coming), 'effect')} of {those} {verb} still to come after {last}."
    return Section("to_come", HEADINGS["to_come"], finding, (table,), FULL)


def left_out(known: Known) -> Section | None:
    """List what is left out and why."""
    outcome, scenario = known.outcome, known.scenario
    why = reasons(outcome, contributions(outcome))
    shares = known.stress.acceptability if known.stress is not None else {}
    out = [row for row in scenario.initiatives if row.initiative_id not in outcome.plan]
    if not out:
        return None
    out.sort(key=lambda row: (-(shares.get(row.initiative_id) or 0.0), row.label.casefold()))
    running = sum(row.current_start is not None for row in out)
    verb = "is" if len(out) == 1 else "are"
    finding = f"{counted(len(out), 'initiative')} {verb} left out, {running} of them in today's plan."
    table = Table(
        "left out",
        "What is left out and why",
        ("Initiative", "Lead", "In today's plan from", "Why it is out", "Best in", "Evidence"),
        tuple(
            (row.label, row.lead or "", row.current_start or "", why[row.initiative_id],
             share(shares.get(row.initiative_id)), str(row.evidence or ""))
            for row in out
        ),
        (6, 3, 2.4, 6, 1.5, 1.8),
    )  # fmt: skip
    points = tuple(f"{row.label}: {why[row.initiative_id][:1].lower()}{why[row.initiative_id][1:]}." for row in out[:5])
    return Section("left_out", HEADINGS["left_out"], finding, (table,), LONG, points)
