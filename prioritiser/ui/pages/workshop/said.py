"""What the room says: everybody's weights over the regions of the map, how they spread, agreement, and support."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from prioritiser.analysis.weight_space.picture import regions
from prioritiser.charts.room import dots_chart, place, region_rows, spread_chart
from prioritiser.scenario.in_words import TIER_NAMES, short_labels
from prioritiser.text.formatting import capital, counted, percent, shares_of_100
from prioritiser.ui.components.answer_tables import SHAPES
from prioritiser.ui.components.markup import Column, Markup, Part, bar, disclosed, element, key_list, table, together
from prioritiser.ui.components.widgets import show, show_chart, show_section
from prioritiser.ui.weight_picker.drawing import ask_map, show_map_line
from prioritiser.workshop.agreement import Agreement
from prioritiser.workshop.answers import tiers_of
from prioritiser.workshop.heard.rounds import MUST, WITHOUT, RoomSaid, Round
from prioritiser.workshop.records import Kind, Workshop
from prioritiser.workshop.shown import ShownRoom, Spread, shown_agreement, shown_dots, shown_weights

_ALL, _ROLES, _PLACES = "Everybody", "By role", "By place"
_LATER = "What the room says appears here when you close the answers."
_SOURCE = (
    "Agreement is the mean pairwise similarity of the weights of tiers (Bray and Curtis 1957): "
    "100 % where all weigh alike, 0 % where no two share a tier."
)


def show_said(workshop: Workshop, said: RoomSaid) -> None:
    """Show what the rounds that may be looked at say; where there is none, when it appears."""
    if not said.rounds:
        show(element("p", _LATER, class_="quiet"))
        return
    now = said.rounds[-1]
    if now.number < len(workshop.state.rounds):
        text = f"This is what the room said in round {now.number}. The round that is open appears when you close it."
        show(element("p", text, class_="quiet"))
    kinds = {question.kind for question in workshop.plan.questions}
    if kinds & {Kind.SWING, Kind.POINTS}:
        _show_weights(workshop, said, now)
    if Kind.SUPPORT in kinds:
        _show_support(said, now.support)


def _show_weights(workshop: Workshop, said: RoomSaid, now: Round) -> None:
    tiers = list(tiers_of(said.scenario, said.settings))
    if now.room.why_not:
        show_section("The weights of the room are not shown yet", now.room.why_not)
        return
    first = said.rounds[0] if now.number > 1 and not said.rounds[0].room.why_not else None
    agreement = shown_agreement(now.room, None if first is None else first.room)
    show_section(agreement_words(agreement), _SOURCE, *(element("p", note, class_="quiet") for note in now.room.notes))
    if len(tiers) < 2:
        show(element("p", "Only one tier has goals that count, so there is nothing to weigh."))
        return
    left, right = st.columns([54, 46], gap="large")
    with left, st.container(key="room_dots"):
        _show_dots(workshop, said, now, first, tiers)
    with right, st.container(key="room_spread"):
        _show_spread(now, tiers)


def agreement_words(agreement: Agreement) -> str:
    """Say how far the room agrees, before and after it talked."""
    if agreement.now is None:
        return "How far the room agrees is not known"
    if agreement.after is None or agreement.before is None:
        return f"Agreement of the room: {percent(agreement.now)}"
    change = "Agreement" if round(agreement.before, 2) == round(agreement.after, 2) else "Agreement moved"
    return f"{change} from {percent(agreement.before)} before discussion to {percent(agreement.after)} after it"


def _show_dots(workshop: Workshop, said: RoomSaid, now: Round, first: Round | None, tiers: list[str]) -> None:
    work = ask_map(said.scenario, said.settings)
    drawn = work.state.result
    outlines = [(region.corners, region.shade) for region in regions(drawn.found)] if drawn is not None else []
    is_named = not workshop.plan.is_anonymous
    rows = [] if first is None else _dot_rows("before", shown_dots(first.room).points, tiers)
    rows += _dot_rows("now", shown_dots(now.room).points, tiers)
    spread = shown_weights(now.room).every
    mean = {tier: sum(one.weights[tier] for one in now.room.people) / len(now.room.people) for tier in spread}
    rows += _dot_rows("mean", [mean], tiers)
    number = len(now.room.people)
    show(_key(first is not None, has_map=bool(outlines)))
    described = f"{counted(number, 'person', 'people')}: a dot each, by the weights of {_listed(tiers)}. "
    described += f"The mean of the room is {_weights_words(mean, tiers)}."
    table_of = _people_table(now, tiers, is_named=is_named)
    show_chart(dots_chart(region_rows(outlines, tiers), pd.DataFrame(rows), tiers), described, table_of, "dots_chart")
    show(element("p", f"The mean of the room is {_weights_words(mean, tiers)}."))
    show_map_line(work)


def _key(has_before: bool, *, has_map: bool) -> Markup:
    marks = [("key-dot", "one person; larger: several"), ("key-diamond", "mean of the room")]
    if has_before:
        marks.insert(1, ("key-hollow", "before discussion"))
    more = ["Each region: one portfolio is best."] if has_map else []
    return key_list(marks, *more)


def _dot_rows(kind: str, points: Sequence[Mapping[str, float]], tiers: Sequence[str]) -> list[dict[str, object]]:
    """Put people who say the same into one dot; to a whole share, as that is what the words say."""
    found = Counter(tuple(shares_of_100([point[tier] for tier in tiers])) for point in points)
    rows = []
    for shares, people in sorted(found.items()):
        weights = dict(zip(tiers, map(float, shares), strict=True))
        x, y = place(weights, tiers)
        said = ", ".join(f"{TIER_NAMES[tier].lower()} {share}" for tier, share in zip(tiers, shares, strict=True))
        who = "mean" if kind == "mean" else counted(people, "person", "people")
        rows.append({"x": x, "y": y, "kind": kind, "people": people, "words": f"{capital(said)}: {who}"})
    return rows


def _listed(tiers: Sequence[str]) -> str:
    return ", ".join(TIER_NAMES[tier].lower() for tier in tiers)


def _weights_words(weights: Mapping[str, float], tiers: Sequence[str]) -> str:
    shares = shares_of_100([weights[tier] for tier in tiers])
    return ", ".join(f"{TIER_NAMES[tier].lower()} {share}" for tier, share in zip(tiers, shares, strict=True))


def _people_table(now: Round, tiers: Sequence[str], *, is_named: bool) -> Markup:
    """Show everybody's weights: under their names where they gave them, else counted and in no one's order."""
    heads = [Column(f"{SHAPES[tier]} {TIER_NAMES[tier]}", numeric=True) for tier in tiers]
    if is_named:
        rows: list[list[Part]] = [
            [one.name or "No name", one.role or "–", *(percent(one.weights[tier]) for tier in tiers)]
            for one in sorted(now.room.people, key=lambda one: one.name.casefold())
        ]
        return table("Weights of everybody", [Column("Name"), Column("Role"), *heads], rows)
    found = Counter(tuple(shares_of_100([one.weights[tier] for tier in tiers])) for one in now.room.people)
    counts: list[list[Part]] = [
        [counted(people, "person", "people"), *(f"{share} %" for share in shares)]
        for shares, people in sorted(found.items(), reverse=True)
    ]
    return table("Weights in the room, without names or roles", [Column("People"), *heads], counts)


def _show_spread(now: Round, tiers: Sequence[str]) -> None:
    shown = shown_weights(now.room)
    groups = {_ALL: {_ALL: shown.every}, _ROLES: shown.roles, _PLACES: shown.places}
    there = [name for name, found in groups.items() if found]
    place_of_title = st.container()
    chosen = _ALL
    if len(there) > 1:
        chosen = st.segmented_control(
            "Whose weights", there, default=_ALL, key="room_whose", required=True, label_visibility="collapsed"
        )
    rows = _spread_rows(groups[chosen if chosen in there else _ALL], tiers)
    widest = max(tiers, key=lambda tier: shown.every[tier].upper - shown.every[tier].lower)
    one = shown.every[widest]
    with place_of_title:
        title = f"{TIER_NAMES[widest]} weights differ most: half of the room gives {percent(one.lower)} to "
        show_section(
            f"{title}{percent(one.upper)}", "The bar holds the middle half, the mark is the median, the line everybody."
        )
    described = "; ".join(f"{row['name']}: {row['words']}" for row in rows)
    show_chart(
        spread_chart(pd.DataFrame(rows), 1.0),
        f"Spread of the weights, from 0 to 100 %. {described}.",
        _spread_table(rows),
        "spread_chart",
    )
    if now.room.is_anonymous:
        said = "Roles and places of fewer than five people, or that would show as few, count as others."
        show(element("p", said, class_="small"))


def _spread_rows(groups: Mapping[str, Mapping[str, Spread]], tiers: Sequence[str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for tier in tiers:
        for name, spreads in groups.items():
            spread = spreads[tier]
            called = TIER_NAMES[tier] if name == _ALL else f"{TIER_NAMES[tier]}, {name} ({spread.number})"
            rows.append({"name": f"{SHAPES[tier]} {called}", "tier": tier, **spread_columns(spread)})
    return rows


def spread_columns(spread: Spread) -> dict[str, object]:
    """Write a spread as a row of the chart has it."""
    return {
        "said": f"median {percent(spread.median)}",
        "words": f"{percent(spread.lower)} to {percent(spread.upper)}, median {percent(spread.median)}",
        "least": spread.least,
        "lower": spread.lower,
        "median": spread.median,
        "upper": spread.upper,
        "largest": spread.most,
    }


def _spread_table(rows: Sequence[Mapping[str, object]]) -> Markup:
    columns = [Column("Weights of"), *Column.numbers("Least", "Lower quarter", "Median", "Upper quarter", "Most")]
    names = ("least", "lower", "median", "upper", "largest")
    cells: list[list[Part]] = [[str(row["name"]), *(percent(float(str(row[name]))) for name in names)] for row in rows]
    return table("Spread of the weights", columns, cells)


def _show_support(said: RoomSaid, room: ShownRoom) -> None:
    if room.why_not:
        show_section("What must be done is not shown yet", room.why_not)
        return
    number = len(room.people)
    labels = short_labels(said.scenario.initiatives, 90)
    must = {name: sum(one.weights[name] == MUST for one in room.people) / number for name in labels}
    without = {name: sum(one.weights[name] == WITHOUT for one in room.people) / number for name in labels}
    ranked = sorted(labels, key=lambda name: (without[name] - must[name], labels[name].casefold()))
    most = [name for name in ranked if must[name] > 0.5]
    title = (
        f"{counted(len(most), 'initiative')} must be done, say more than half of {counted(number, 'person', 'people')}"
    )
    columns = [Column("Initiative", kind="first"), *Column.numbers("Must do", "Can live without")]
    rows: list[list[Part]] = [[labels[name], _share(must[name]), _share(without[name])] for name in ranked]
    first = 12
    parts: list[Part] = [table("Support in the room", columns, rows[:first])]
    if len(rows) > first:
        rest = table("Support in the room, the others", columns, rows[first:])
        parts.append(disclosed(f"Show {counted(len(rows) - first, 'other')}", rest))
    notes = [element("p", note, class_="quiet") for note in room.notes]
    show_section(title, "First come those that most must have; last those that most can live without.", *notes)
    show(*parts)


def _share(part: float) -> Markup:
    return together((bar(part, "share"), f" {percent(part)}"))
