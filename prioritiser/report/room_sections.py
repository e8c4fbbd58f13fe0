"""What a room of people says and means, as sections of a paper: its weights, portfolios for all, and who loses most."""

from collections.abc import Mapping, Sequence

import pandas as pd

from prioritiser.analysis.summary.changes import changes_between
from prioritiser.analysis.summary.summary import last_scored_year, met_count
from prioritiser.report.document import Block, Bullets, Cell, Figure, FigureKind, Paragraph, Quantity, Section, Table
from prioritiser.report.headings import HEADINGS
from prioritiser.report.known import Known
from prioritiser.report.recommendation import EVERY
from prioritiser.report.room import EVERYBODY, Lost, Remark, RoomMeaning, RoomPortfolio, Voice
from prioritiser.report.words import RECOMMENDED, count, points, share
from prioritiser.scenario.in_words import TIER_NAMES, decimals_for, level
from prioritiser.scenario.schema import Goal, Tier
from prioritiser.text.formatting import counted, joined, percent, plain, rounded
from prioritiser.workshop.agreement import Agreement
from prioritiser.workshop.groups import OTHERS
from prioritiser.workshop.records import CALLED, CALLED_BRIEFLY, Fairness
from prioritiser.workshop.shown import Spread
from prioritiser.workshop.support import PriceState, SupportPrice

_BEST_AT: dict[str, str] = {
    Fairness.MEAN: "most is gained by the mean of everybody's weights",
    Fairness.MEDIAN: "most is gained by the middle voice in each tier",
    Fairness.LEAST_REGRET: "the largest regret of anybody is as small as can be",
    Fairness.FAIREST_GAIN: "the product of everybody's gains is as large as can be",
}
REGRET = (
    "Regret is what somebody's own best portfolio gives them more, as a share of what it gives above doing nothing."
)
AGREEMENT = (
    "Agreement is the mean pairwise similarity of the weights of tiers (Bray and Curtis 1957): 100 % where all weigh "
    "alike, 0 % where no two share a tier."
)
_GROUPS = "Roles and places of fewer than five people, or that would show as few, count as others."
_UNNAMED = "Only groups of five people or more are shown, and nobody's answer is."
_PROVED, _MUCH, _LITTLE = 1e-4, 0.005, 0.001
_MOST_NAMED, _MOST_POINTS, _LONGEST_POINT = 4, 5, 160
_SPREAD = ("name", "tier", "least", "lower", "median", "upper", "most")


def room(known: Known) -> Section | None:
    """Say how the weights of the room spread, of all and by group, and how far it agrees."""
    meaning = known.room
    if meaning is None:
        return None
    said = f"{counted(meaning.people, 'person', 'people')} weighed the tiers in {counted(meaning.rounds, 'round')}."
    if meaning.why_not or not meaning.weights.every:
        why = meaning.why_not or "Nobody was asked for weights."
        return Section("room", HEADINGS["room"], why, (Paragraph(_where(meaning)),), EVERY, (why,))
    finding = f"{said} {agreement_words(meaning.agreement)}."
    tiers = [tier for tier in TIER_NAMES if tier in meaning.weights.every]
    lines = tuple(
        f"{TIER_NAMES[tier]}: half of the room gives it {_range(spread)}; the median is {percent(spread.median)}."
        for tier in tiers
        if (spread := meaning.weights.every[tier])
    )
    notes = (Paragraph(AGREEMENT), *(Paragraph(note) for note in meaning.notes))
    blocks: tuple[Block, ...] = (
        Paragraph(_where(meaning)), _weights_figure(meaning, tiers), _weights_table(meaning, tiers), *notes
    )  # fmt: skip
    return Section("room", HEADINGS["room"], finding, blocks, EVERY, lines, (Bullets(lines), Paragraph(AGREEMENT)))


def _where(meaning: RoomMeaning) -> str:
    what = "A made-up workshop, to show the method" if meaning.is_illustrative else "The workshop"
    return f"{what}: {meaning.title}. It was closed on {meaning.held}, after {counted(meaning.rounds, 'round')}."


def agreement_words(agreement: Agreement) -> str:
    """Say how far a room agrees, before and after it talked."""
    if agreement.now is None:
        return "How far they agree is not known"
    if agreement.before is None or agreement.after is None:
        return f"Agreement is {percent(agreement.now)}"
    if rounded(100 * agreement.before) == rounded(100 * agreement.after):
        return f"Agreement stayed at {percent(agreement.after)} after discussion"
    return f"Agreement moved from {percent(agreement.before)} before discussion to {percent(agreement.after)} after it"


def _range(spread: Spread) -> str:
    low, high = percent(spread.lower), percent(spread.upper)
    return low if low == high else f"{low} to {high}"


def _weights_figure(meaning: RoomMeaning, tiers: Sequence[str]) -> Figure:
    """Draw the spread of each tier: of all, and by role, else by place."""
    shown = meaning.weights
    groups = {EVERYBODY: shown.every, **(shown.roles or shown.places)}
    rows = [_spread_row(f"{group_name(name)} ({spreads[tier].number})", tier, spreads[tier]) for tier in tiers
            for name, spreads in groups.items()]  # fmt: skip
    widest = max(tiers, key=lambda tier: shown.every[tier].upper - shown.every[tier].lower)
    title = f"{TIER_NAMES[widest]} weights differ most: half of the room gives {_range(shown.every[widest])}"
    said = "; ".join(f"{TIER_NAMES[tier]} {_spread_words(shown.every[tier])}" for tier in tiers)
    alt = f"The spread of the weights of each tier, of all and by group. Of everybody: {said}."
    return Figure(FigureKind.SPREAD, title, alt, pd.DataFrame(rows, columns=list(_SPREAD)), {"most": 1.0})


def _spread_row(name: str, tier: str, spread: Spread) -> tuple[str | float, ...]:
    return (name, tier, spread.least, spread.lower, spread.median, spread.upper, spread.most)


def _spread_words(spread: Spread) -> str:
    return f"from {_percent(spread.least)} to {_percent(spread.most)}, median {_percent(spread.median)}"


def _percent(part: float, decimals: int = 0) -> str:
    """Write a share; of one that is hardly there no more is known."""
    return f"under {percent(_LITTLE, 1)}" if 0 < part < _LITTLE else percent(part, decimals)


def _weights_table(meaning: RoomMeaning, tiers: Sequence[str]) -> Table:
    shown = meaning.weights
    groups: dict[str, Mapping[str, Spread]] = {EVERYBODY: shown.every}
    groups |= {name if name not in groups else f"{name} (role)": found for name, found in shown.roles.items()}
    groups |= {name if name not in groups else f"{name} (place)": found for name, found in shown.places.items()}
    rows = tuple(
        (f"{TIER_NAMES[tier]}: {group_name(name)}", count(spread.number),
         *(share(part) for part in (spread.least, spread.lower, spread.median, spread.upper, spread.most)))
        for tier in tiers for name, found in groups.items() if (spread := found[tier])
    )  # fmt: skip
    columns = ("Tier and whose weights", "People", "Least", "Lower quarter", "Median", "Upper quarter", "Most")
    caption = "The weights of the tiers in the room: of everybody, by role and by place"
    note = _GROUPS if meaning.is_anonymous else ""
    return Table("weights of the room", caption, columns, rows, (5, 1.4, 1.4, 1.9, 1.5, 1.9, 1.4), note)


def fair(known: Known) -> Section | None:
    """Set portfolios for all side by side, and say what everybody can live with and what to argue about."""
    meaning = known.room
    if meaning is None or not meaning.fair:
        return None
    settled, argued = len(meaning.settled), dict(meaning.argued or {})
    finding = f"Everybody can live with {counted(settled, 'initiative')}; {len(argued)} are worth arguing about."
    if not argued:
        finding = f"Everybody can live with {counted(settled, 'initiative')}; there is nothing to argue about."
    elif not settled:
        finding = f"No initiative is in every portfolio for all; {len(argued)} are worth arguing about."
    best_at = tuple(f"{CALLED[one.key]}: {_BEST_AT[one.key]}." for one in meaning.fair)
    side_by_side = _side_by_side(known, meaning)
    blocks: list[Block] = [Bullets(best_at), side_by_side]
    blocks += [_argued_table(known, meaning, argued)] if argued else []
    blocks += [_settled_table(known, meaning)] if settled else []
    blocks += _support_tables(known, meaning)
    said = tuple(_regret_line(one) for one in (meaning.portfolios[0], *meaning.fair))[:_MOST_POINTS]
    return Section("fair", HEADINGS["fair"], finding, tuple(blocks), EVERY, said, (side_by_side,))


def group_name(name: str) -> str:
    """Return what a group is called in a paper."""
    return "Others" if name == OTHERS else name


def name_of(one: RoomPortfolio) -> str:
    """Return what a portfolio is called in a paper."""
    return CALLED.get(one.key, one.key)


def _regret_line(one: RoomPortfolio) -> str:
    spread = one.regrets.every
    if spread is None:
        return f"{name_of(one)}: {counted(len(one.outcome.plan), 'initiative')}."
    return f"{name_of(one)}: largest regret {_percent(spread.most)}, mean {_percent(one.mean or 0.0, 1)}."


def _side_by_side(known: Known, meaning: RoomMeaning) -> Table:
    year = last_scored_year(known.scenario)
    rows = []
    for one in meaning.portfolios:
        met, targets = met_count(one.outcome, year)
        other = len(changes_between(known.scenario, known.outcome.plan, one.outcome.plan))
        spread = one.regrets.every
        rows.append((
            name_of(one), count(len(one.outcome.plan)), count(other),
            *(share(one.outcome.scores.get(tier.value)) for tier in Tier), f"{met} of {targets}",
            share(None if spread is None else spread.most), share(one.mean, 1), _proof(one),
        ))  # fmt: skip
    head = ("Portfolio", "Initiatives", "Other choices", *TIER_NAMES.values())
    columns = (*head, f"Targets met {year}", "Largest regret", "Mean regret", "Proof")
    caption = "The recommended portfolio, four that are fair to all, and the other options"
    note = f"{REGRET} Proved: nothing is better at what it is for. Tiers: the share of the way to the targets."
    widths = (3.6, 1.9, 1.6, 1.7, 1.3, 1.4, 1.8, 1.6, 1.5, 1.7)
    return Table("fair portfolios", caption, columns, tuple(rows), widths, note)


def _proof(one: RoomPortfolio) -> str:
    if one.gap is None:
        return ""
    return "proved" if one.gap <= _PROVED else f"within {percent(one.gap, 1)}"


def _regret_figure(meaning: RoomMeaning) -> Figure | None:
    known = [(one, one.regrets.every) for one in meaning.portfolios if one.regrets.every is not None]
    if not known:
        return None
    least, spread = min(known, key=lambda pair: pair[1].most)
    title = f"The largest regret is least, {_percent(spread.most)}, with: {name_of(least)}"
    rows = [_spread_row(name_of(one), "", found) for one, found in known]
    said = "; ".join(f"{name_of(one)} {_spread_words(found)}" for one, found in known)
    frame = pd.DataFrame(rows, columns=list(_SPREAD)).drop(columns="tier")
    return Figure(FigureKind.SPREAD, title, f"How regret spreads in the room by each portfolio. {said}.", frame)


def _argued_table(known: Known, meaning: RoomMeaning, argued: Mapping[str, float]) -> Table:
    rows = []
    for name, alone in argued.items():
        inside = [CALLED_BRIEFLY[one.key] for one in meaning.fair if name in one.outcome.plan]
        rows.append(
            (_label(known, name), _recommended(known, name), joined(inside), share(alone), _must(meaning, name))
        )
    columns = ("Initiative", "Recommended", "In the portfolio for", "Would start it alone", "Must be done, say")
    caption = "Worth arguing about: in some of the portfolios for all"
    note = "Would start it alone: the share of the room whose own best portfolio has it."
    return Table("argue about", caption, columns, tuple(rows), (5.5, 2.2, 4.5, 1.9, 1.9), note)


def _settled_table(known: Known, meaning: RoomMeaning) -> Table:
    rows = tuple((_label(known, name), _recommended(known, name), _must(meaning, name)) for name in meaning.settled)
    columns = ("Initiative", "Recommended", "Must be done, say")
    caption = "What everybody can live with: in each portfolio for all"
    return Table("can live with", caption, columns, rows, (8, 2, 2))


def _label(known: Known, name: str) -> str:
    return known.scenario.initiative_by_id[name].label


def _recommended(known: Known, name: str) -> str:
    return "Yes" if name in known.outcome.plan else "No"


def _must(meaning: RoomMeaning, name: str) -> Cell:
    return share(None if meaning.support is None else meaning.support[name].must)


def _support_tables(known: Known, meaning: RoomMeaning) -> list[Table]:
    """Show where support and the portfolio for the mean weights part, with the price of following the room."""
    tables = []
    for name, caption, price, some in (
        ("without support", "In the portfolio for the mean weights, and asked for by nobody", "Price of leaving it out",
         meaning.unsupported),
        ("asked for and out", "Asked for by most, and not in the portfolio for the mean weights",
         "Price of taking it in", meaning.wanted),
    ):  # fmt: skip
        rows = tuple((_label(known, one.initiative_id), share(one.support), _price(one)) for one in some)
        asked = counted(meaning.supporters, "person", "people")
        note = f"Of {asked} who were asked. A price is what the best plan loses of the weighted score."
        if rows:
            tables.append(Table(name, caption, ("Initiative", "Must be done, say", price), rows, (7, 2, 3), note))
    return tables


def _price(one: SupportPrice) -> Cell:
    if one.state is PriceState.NO_PLAN:
        return "no plan does it"
    if one.price is None:
        return "not worked out"
    return Quantity(100 * one.price, points(one.price, 2).lstrip("+"))


def voices(known: Known, dissent: str = "") -> Section | None:
    """Say which groups the recommended portfolio serves least, why, and what people wrote."""
    meaning = known.room
    lines = tuple(line.strip() for line in dissent.splitlines() if line.strip())
    if meaning is None or not (meaning.voices or meaning.remarks or lines):
        return None
    figure = _regret_figure(meaning)
    blocks: list[Block] = [*([figure] if figure else []), *([_voice_table(known, meaning)] if meaning.voices else [])]
    if meaning.remarks:
        blocks += [Paragraph("In people's own words, as released for this paper:"), Bullets(_quotes(meaning.remarks))]
    if lines:
        blocks += [Paragraph("Who did not agree, and why:"), Bullets(lines)]
    finding = _voices_finding(meaning)
    told = [_voice_line(known, voice) for voice in meaning.voices[:2]]
    said = [quote for quote in _quotes(meaning.remarks) if len(quote) <= _LONGEST_POINT]
    points_ = tuple([*told, *lines[:1], *said][:_MOST_POINTS]) or (finding,)
    return Section("voices", HEADINGS["voices"], finding, tuple(blocks), EVERY, points_, (Bullets(points_),))


def _voices_finding(meaning: RoomMeaning) -> str:
    if not meaning.voices:
        return meaning.why_not or "What people wrote is recorded here."
    worst, recommended = meaning.voices[0], meaning.portfolios[0]
    largest = recommended.regrets.every
    most = "" if largest is None else f" The largest regret of anybody is {_percent(largest.most)}."
    if worst.mean < _MUCH:
        return f"By the recommended portfolio no group loses much.{most}"
    whose = "the room" if worst.group == EVERYBODY else f"the group {group_name(worst.group)}"
    return f"By the recommended portfolio {whose} loses most: {percent(worst.mean, 1)} of its gain, on average.{most}"


def _voice_table(known: Known, meaning: RoomMeaning) -> Table:
    rows = tuple(
        (group_name(voice.group), count(voice.number), share(voice.mean, 1), share(voice.largest),
         _falls_out(known, voice), "; ".join(_lost_words(known, voice)))
        for voice in meaning.voices
    )  # fmt: skip
    columns = ("Group", "People", "Mean regret", "Largest regret", "What falls out for them", "What they lose most on")
    caption = f"What each group loses by the {RECOMMENDED.lower()} portfolio, and why"
    only = f" {_UNNAMED}" if meaning.is_anonymous else ""
    note = f"Falls out: in most of their own best portfolios, and not recommended.{only}"
    return Table("voices", caption, columns, rows, (2.4, 1.2, 1.4, 1.4, 4.6, 5), note)


def _falls_out(known: Known, voice: Voice) -> str:
    names = [_label(known, name) for name in voice.falls_out]
    more = len(names) - _MOST_NAMED
    return "; ".join([*names[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])]) or "nothing"


def _lost_words(known: Known, voice: Voice) -> list[str]:
    goals = known.scenario.goal_by_id
    return [_lost(goals[one.goal_id], one) for one in voice.lost]


def _lost(goal: Goal, one: Lost) -> str:
    """Write 'A&E within 4 hours: 82.1 instead of 83.0 % in 2028/29'."""
    short = plain(one.level, decimals_for(goal, one.level, one.own_level))
    return f"{goal.label}: {short} instead of {level(goal, one.own_level, one.level)} in {one.year}"


def _voice_line(known: Known, voice: Voice) -> str:
    names = [_label(known, name) for name in voice.falls_out]
    out = f"; what falls out first: {names[0]}" if names else ""
    return f"{group_name(voice.group)}: mean regret {_percent(voice.mean, 1)}{out}."


def _quotes(remarks: Sequence[Remark]) -> tuple[str, ...]:
    return tuple(
        f"\u201c{' '.join(remark.text.split())}\u201d" + (f" ({remark.by})" if remark.by else "") for remark in remarks
    )
