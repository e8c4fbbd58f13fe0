"""The recommendation beside what else could be done: today's plan, the other tiers, balance, rules, other options."""

import math

import pandas as pd

from prioritiser.analysis.marginal_values.price import Price
from prioritiser.analysis.marginal_values.trade_offs import (
    balance_table,
    given_up,
    how_sure,
    levels_lost,
    most_costly,
    national_finding,
    price_words,
    tiers_lost,
)
from prioritiser.analysis.summary.changes import Change, because, changes_between
from prioritiser.analysis.summary.contributions import contributions
from prioritiser.analysis.summary.summary import last_scored_year, met_count, references
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.rules import rule_words
from prioritiser.report.document import Block, Bullets, Figure, FigureKind, Paragraph, Section, Table
from prioritiser.report.headings import HEADINGS
from prioritiser.report.known import Known, Tabled
from prioritiser.report.recommendation import EVERY, LONG
from prioritiser.report.words import NOTHING, RECOMMENDED, TODAY, count, points, share
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.schema import Tier
from prioritiser.text.formatting import capital, counted, joined, percent, shares_of_100

MOST_STEPS, MOST_NAMED, MOST_BROKEN = 10, 3, 6
_VISIBLE = 5e-4
_KINDS = {"entered": "Starts", "left": "Stops", "moved": "Moves", "resized": "Changes size"}


def today(known: Known) -> Section | None:
    """Compare with today's plan: what changes, and how the weighted score gets from one to the other."""
    compared = references(known.outcome)
    if not compared.has_today:
        return None
    changes = changes_between(known.scenario, compared.today.plan, known.outcome.plan)
    kinds = [change.kind for change in changes]
    numbers = {kind: kinds.count(kind) for kind in _KINDS}
    year = last_scored_year(known.scenario)
    now, then = met_count(known.outcome, year)[0], met_count(compared.today, year)[0]
    instead = "as many as with it" if now == then else f"{then} with it"
    finding = (
        f"Against today's plan {numbers['entered']} start, {numbers['left']} stop and {numbers['moved']} move; "
        f"{counted(now, 'target')} {'is' if now == 1 else 'are'} met at the end of {year}, {instead}."
    )
    figure = waterfall(known, compared.today)
    rows = tuple((_KINDS[change.kind], change.name, change.detail) for change in changes)
    columns = ("Change", "Initiative", "Detail")
    table = Table("changes from today", "What changes against today's plan", columns, rows, (2, 7, 3))
    broken = _broken(compared.today)
    stops = (f"Stops: {_names(changes, 'left')}",) if numbers["left"] else ()
    points_ = tuple(f"{_KINDS[kind]}: {_names(changes, kind)}" for kind in _KINDS if numbers[kind])
    blocks: tuple[Block, ...] = (*broken, figure, *((table,) if changes else (Paragraph("Nothing changes."),)))
    short = (*broken[:1], Bullets(stops or points_[:1] or ("Nothing changes against today's plan.",)))
    warned = tuple(block.text for block in broken if isinstance(block, Paragraph))
    return Section("today", HEADINGS["today"], finding, blocks, EVERY, (*warned, *points_), short)


def _broken(before: Outcome) -> tuple[Block, ...]:
    """Say which limits, rules and locks today's plan itself breaks, so that nobody takes it for a choice there is."""
    if not before.breaches:
        return ()
    number = counted(len(before.breaches), "limit, rule or lock", "limits, rules or locks")
    said = f"Today's plan is no choice under these settings: it breaks {number}."
    texts = tuple(breach.text for breach in before.breaches[:MOST_BROKEN])
    more = len(before.breaches) - len(texts)
    return Paragraph(said), Bullets((*texts, *((f"And {more} more.",) if more > 0 else ())))


def _names(changes: tuple[Change, ...], kind: str) -> str:
    names = [change.name for change in changes if change.kind == kind]
    more = len(names) - MOST_NAMED
    return f"{'; '.join(names[:MOST_NAMED])}{f'; and {more} more' if more > 0 else ''}."


def waterfall(known: Known, before: Outcome) -> Figure:
    """Split the difference of the weighted score by initiative; the steps add up exactly.

    What a plan gains over doing nothing is shared out among its initiatives (see `contributions`), so the difference
    of two plans is the sum of the differences of these parts.
    """
    labels = {row.initiative_id: row.label for row in known.scenario.initiatives}
    mine = contributions(known.outcome).groupby("initiative_id")["gain"].sum()
    theirs = contributions(before).groupby("initiative_id")["gain"].sum()
    steps = mine.sub(theirs, fill_value=0.0)
    told = [(name, float(change)) for name, change in steps.items() if abs(change) > _VISIBLE / 10]
    ordered = sorted(told, key=lambda step: (-abs(step[1]), str(step[0])))
    shown = ordered[:MOST_STEPS]
    named = [(labels[str(name)], change) for name, change in sorted(shown, key=lambda step: -step[1])]
    rest = known.outcome.value - before.value - math.fsum(change for _, change in shown)
    if abs(rest) > _VISIBLE / 10:
        named.append((f"{len(steps) - len(shown)} others", rest))
    at, rows = before.value, [(TODAY, before.value, 0.0, before.value, "total")]
    for name, change in named:
        rows.append((name, change, at, at + change, "gain" if change >= 0 else "loss"))
        at += change
    total = known.outcome.value
    rows.append((RECOMMENDED, total, 0.0, total, "total"))
    said = "; ".join(f"{name} {points(change)}" for name, change in named)
    return Figure(
        FigureKind.WATERFALL,
        f"From today's plan to the recommendation: {points(total - before.value)}",
        f"Today's plan {percent(before.value, 1)}. {said}. Recommended {percent(total, 1)}.",
        pd.DataFrame(rows, columns=["step", "change", "start", "end", "kind"]),
        note="Weighted share of the way to the targets. Each step is what an initiative adds, or no longer adds.",
    )


def trade_offs(known: Known) -> Section | None:
    """Show what one tier costs another, and what evening the tiers out costs."""
    tiers = [tier for tier in known.outcome.scores]
    price = known.price
    if len(tiers) < 2:
        return None
    figure = _trade_off_figure(known, tiers)
    blocks: list[Block] = [figure]
    said: list[str] = []
    if known.frontier is not None and known.frontier.points:
        said.append(f"{given_up(known.frontier)}.")
        blocks.append(Paragraph(how_sure(known.frontier)))
    if price is not None and price.national_points:
        said.extend(f"{text.rstrip('.')}." for text in national_finding(price.national_points) if text)
    if price is not None and price.balance_sentence:
        said.append(price.balance_sentence)
    if price is not None and price.balance:
        blocks.append(_balance(price))
    kept = known.portfolio.ambidexterity.value_given_up
    balance = known.portfolio.settings.balance
    if kept is not None and balance > 0:
        said.append(f"The balance setting of {balance:g} gives up {points(kept).lstrip('+')} of the weighted score.")
    finding = said[0] if said else "What is gained in one tier is seen against what it leaves in another."
    blocks.insert(1, Bullets(tuple(said[1:]))) if said[1:] else None
    short = (Bullets(tuple(said[-1:])),) if said[1:] else (Paragraph(figure.alt),)
    return Section("trade_offs", HEADINGS["trade_offs"], finding, tuple(blocks), EVERY, tuple(said[1:5]), short)


def _trade_off_figure(known: Known, tiers: list[str]) -> Figure:
    compared = references(known.outcome)
    rows: list[tuple[dict[str, float], bool, str]] = [(dict(known.outcome.scores), True, RECOMMENDED)]
    if compared.has_today:
        rows.append((dict(compared.today.scores), False, TODAY))
    rows.append((dict(compared.nothing.scores), False, NOTHING))
    rows += [(dict(option.outcome.scores), False, option.name) for option in known.tabled
             if option.outcome.scores.keys() == known.outcome.scores.keys()]  # fmt: skip
    if known.frontier is not None and set(known.frontier.tiers) == set(tiers):
        rows += [(dict(point.outcome.scores), False, "") for point in known.frontier.points]
    elif known.price is not None:
        rows += [(dict(point.tiers), False, "") for point in known.price.balance]
    frame = pd.DataFrame([{**scores, "chosen": chosen, "name": name} for scores, chosen, name in rows])
    named = "; ".join(
        f"{name} {', '.join(f'{TIER_NAMES[tier].lower()} {percent(scores[tier])}' for tier in tiers)}"
        for scores, _, name in rows
        if name
    )
    title = f"{TIER_NAMES[tiers[0]]} against {TIER_NAMES[tiers[1]].lower()}: where the recommendation lies"
    return Figure(
        FigureKind.TRADE_OFF, title, f"Portfolios by tier score. {named}.", frame[[*tiers, "chosen", "name"]],
        {"tiers": tiers},
    )  # fmt: skip


def _balance(price: Price) -> Table:
    curve = balance_table(price)
    tiers = [tier for tier in price.portfolio.outcome.scores]
    rows = tuple(
        (share(row.balance), share(row.value_kept, 1), share(row.least), *(share(getattr(row, t), 1) for t in tiers))
        for row in rows_of(curve)
    )
    columns = ("Balance", "Value kept", "Least served tier", *(TIER_NAMES[tier] for tier in tiers))
    note = "Value kept: of what is gained over doing nothing. Least served tier: of the best it could reach alone."
    return Table("balance", "What evening the tiers out costs", columns, rows, (1.5,) * len(columns), note)


def rules(known: Known) -> Section | None:
    """Price every rule and lock: what the portfolio would gain without it."""
    price, scenario = known.price, known.scenario
    if price is None or not (price.rules or price.locks):
        return None
    owners = {rule.rule_id: rule.owner or "" for rule in scenario.rules}
    words = {rule.rule_id: capital(rule_words(scenario, rule), *scenario.labels) for rule in scenario.rules}
    lines = sorted((*price.rules, *price.locks), key=lambda row: (-row.costs.objective, row.name))
    costly = [row for row in lines if row.costs.objective > 0]
    free = [row.name for row in lines if row.costs.objective <= 0]
    rows = tuple(
        (row.name, words.get(row.name, "Lock"), owners.get(row.name, ""), capital(price_words(price, row.costs)),
         tiers_lost(row.costs), "; ".join(levels_lost(scenario, row.costs)))
        for row in costly
    )  # fmt: skip
    columns = ("Rule", "What it asks for", "Owner", "Costs", "Without it, points by tier", "Without it, targets")
    note = "A price is the part of the gain over doing nothing that the portfolio would have more without the rule."
    table = Table("rules", "What each rule and lock costs", columns, rows, (1.5, 4, 2, 2.5, 3, 5), note)
    nothing = Paragraph(f"Nothing that can be told, or nothing at all: {joined(free)}.")
    dear = tuple(f"{row[0]}, {row[1]}: {str(row[3]).lower()}." for row in rows[:3])
    blocks: tuple[Block, ...] = (*((table,) if rows else ()), *((nothing,) if free else ()))
    said = dear or (nothing.text,)
    return Section("rules", HEADINGS["rules"], f"{most_costly(price)}.", blocks, LONG, said)


def options(known: Known, dissent: str = "") -> Section | None:
    """Set the other options on the table beside the recommendation, and record who did not agree."""
    if not known.tabled and not dissent.strip():
        return None
    year = last_scored_year(known.scenario)
    differing = []
    recommended = Tabled(RECOMMENDED, "", known.portfolio.settings, known.outcome)
    for option in (recommended, *known.tabled) if known.tabled else ():
        changes = changes_between(known.scenario, known.outcome.plan, option.outcome.plan)
        met, targets = met_count(option.outcome, year)
        why = "; ".join(because(known.scenario, known.portfolio.settings, option.settings)) or "nothing"
        differs = capital(why, *known.scenario.labels)
        scores = tuple(share(option.outcome.scores.get(tier.value)) for tier in Tier)
        differing.append((option.name, differs, count(len(option.outcome.plan)), count(len(changes)), *scores,
                          f"{met} of {targets}"))  # fmt: skip
    blocks: list[Block] = []
    if differing:
        head = ("Option", "What differs in the settings", "Initiatives", "Other choices", *TIER_NAMES.values())
        columns, widths = (*head, f"Targets met {year}"), (4, 5, 1.8, 1.6, 1.6, 1.6, 1.8, 2)
        note = "The share of the way to the targets by tier. Options rest on the same scenario."
        options = Table("options", "The options on the table", columns, tuple(differing), widths, note)
        blocks += [_triangle(known), options]
        notes = tuple(f"{option.name}: {option.note}" for option in known.tabled if option.note.strip())
        blocks += [Bullets(notes)] if notes else []
        finding = _spread(known)
    else:
        finding = "Not everyone agreed; what was said is recorded here."
    if dissent.strip():
        lines = tuple(line.strip() for line in dissent.splitlines() if line.strip())
        blocks += [Paragraph("Who did not agree, and why:"), Bullets(lines)]
    said = tuple(line.strip() for line in dissent.splitlines() if line.strip())
    points_ = (*(f"{row[0]}: {row[3]} other choices than the recommendation." for row in differing[1:4]), *said[:2])
    short: tuple[Block, ...] = (Bullets(said),) if said else (Bullets(points_),)
    heading = HEADINGS["options"] if known.room is None else "Other options"  # what was said has its own section
    return Section("options", heading, finding, tuple(blocks), EVERY, points_, short)


def _spread(known: Known) -> str:
    """Say in how many initiatives the options differ at all."""
    plans = [known.outcome.plan, *(option.outcome.plan for option in known.tabled)]
    every = set.intersection(*(set(plan) for plan in plans))
    some = set.union(*(set(plan) for plan in plans)) - every
    return (
        f"{counted(len(plans), 'option')} were on the table: {counted(len(every), 'initiative')} "
        f"{'is' if len(every) == 1 else 'are'} in all of them, {len(some)} in some only."
    )


def _triangle(known: Known) -> Figure:
    tiers = list(known.outcome.scores)
    settings = [(RECOMMENDED, known.portfolio.settings), *((one.name, one.settings) for one in known.tabled)]
    rows = [
        (name, *shares_of_100([given.weights.get(tier, 0.0) for tier in tiers]), name == RECOMMENDED and n == 0)
        for n, (name, given) in enumerate(settings)
    ]
    said = "; ".join(
        f"{row[0]}: {joined([f'{TIER_NAMES[tier].lower()} {row[n + 1]}' for n, tier in enumerate(tiers)])}"
        for row in rows
    )
    return Figure(
        FigureKind.TRIANGLE, "The weights of each option", f"Weights of 100. {said}.",
        pd.DataFrame(rows, columns=["name", *tiers, "chosen"]), {"tiers": tiers},
    )  # fmt: skip
