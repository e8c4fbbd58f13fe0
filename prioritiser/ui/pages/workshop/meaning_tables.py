"""The lists, cards and tables of what a room means, as HTML; each text is escaped."""

from collections.abc import Mapping, Sequence

from prioritiser.analysis.summary.summary import last_scored_year, met_count
from prioritiser.scenario.in_words import short_labels
from prioritiser.text.formatting import capital, counted, joined, percent, points_number
from prioritiser.ui.components.answer_tables import tier_name
from prioritiser.ui.components.markup import Column, Markup, Part, disclosed, element, table
from prioritiser.ui.pages.workshop.consensus_work import Choice
from prioritiser.ui.pages.workshop.words import PORTFOLIOS_SAID
from prioritiser.workshop.consensus import Consensus
from prioritiser.workshop.portfolios import GroupRegret
from prioritiser.workshop.records import CALLED_BRIEFLY
from prioritiser.workshop.support import PriceState, SupportPrice

_LISTED = 12
_SHARES = ("most", "some")
_ALONE = {
    "all": "All would choose",
    "most": "Most would choose",
    "some": "Some would choose",
    "none": "Nobody would choose",
}


def finding_lists(answer: Consensus) -> Markup:
    """List what is in every portfolio for all, beside what is in some: in which, and who would choose it alone."""
    labels, chosen = short_labels(answer.scenario.initiatives, 90), answer.chosen_by()
    settled = [element("li", labels[name]) for name in answer.in_all()]
    rows: list[list[Part]] = []
    for name in sorted(answer.in_some(), key=lambda name: -chosen[name]):
        inside = [CALLED_BRIEFLY[key] for key, one in answer.candidates.items() if name in one.outcome.plan]
        support = [percent(answer.support[name])] if answer.support else []
        rows.append([labels[name], percent(chosen[name]), *support, capital(joined(inside))])
    heads = [Column("Argue about", kind="first"), Column("Would choose it alone", numeric=True)]
    heads += [Column("Support", numeric=True)] if answer.support else []
    argue = table("In some of the portfolios for all", [*heads, Column("In")], rows) if rows else None
    first = element("ul", *settled[:_LISTED], class_="room-agreed")
    rest = settled[_LISTED:]
    more = (
        disclosed(f"Show {counted(len(rest), 'other')}", element("ul", *rest, class_="room-agreed")) if rest else None
    )
    agreed = element("div", element("h3", "Can live with"), first, more) if settled else None
    return element("div", agreed, element("div", argue) if argue else None, class_="room-halves")


def fair_card(answer: Consensus, choice: Choice, *, proved: str) -> Markup:
    """Show one portfolio for all: how far each tier gets, targets met, regrets and how sure it is."""
    outcome, spread = choice.outcome, choice.regrets.every
    met, targets = met_count(outcome, year := last_scored_year(outcome.scenario))
    candidate = answer.candidates[choice.key]
    rows: list[tuple[Part, str]] = [(tier_name(tier), percent(score)) for tier, score in outcome.scores.items()]
    rows.append((f"Targets met, {year}", f"{met} of {targets}"))
    if spread is not None:
        rows += [("Largest regret", percent(spread.most)), ("Mean regret", percent(candidate.mean))]
    rows.append(("Initiatives", str(len(outcome.plan))))
    cells = [element("div", element("dt", name), element("dd", value)) for name, value in rows]
    return element(
        "div",
        element("h3", choice.name),
        element("p", PORTFOLIOS_SAID[choice.key], class_="quiet"),
        element("dl", *cells),
        element("p", proved, class_="small"),
        class_="fair-card",
    )


def regret_table(listed: Sequence[Choice]) -> Markup:
    """Show how the regrets of each portfolio spread in the room."""
    columns = [Column("Portfolio"), *Column.numbers("Least", "Lower quarter", "Median", "Upper quarter", "Largest")]
    rows: list[list[Part]] = []
    for one in listed:
        spread = one.regrets.every
        if spread is not None:
            parts = (spread.least, spread.lower, spread.median, spread.upper, spread.most)
            rows.append([one.name, *(percent(part) for part in parts)])
    return table("Regret in the room", columns, rows)


def group_table(listed: Sequence[Choice], what: str) -> Markup:
    """Show the mean regret of each group that may be shown, and the largest where that may be.

    what: roles or places.
    """
    groups: dict[str, Mapping[str, GroupRegret]] = {one.name: getattr(one.regrets, what) for one in listed}
    names = list(dict.fromkeys(name for found in groups.values() for name in found))
    counts = {name: next(found[name].number for found in groups.values() if name in found) for name in names}
    columns = [Column("Portfolio"), *Column.numbers(*(f"{name} ({counts[name]})" for name in names))]
    rows: list[list[Part]] = [
        [portfolio, *(_group_words(found.get(name)) for name in names)] for portfolio, found in groups.items()
    ]
    is_named = any(one.largest is not None for found in groups.values() for one in found.values())
    largest = "; in brackets the largest" if is_named else ""
    return table(f"Mean regret by {what.removesuffix('s')}{largest}", columns, rows)


def _group_words(one: GroupRegret | None) -> str:
    if one is None:
        return "–"
    return percent(one.mean) if one.largest is None else f"{percent(one.mean)} ({percent(one.largest)})"


def distant_line(listed: Sequence[Choice]) -> str:
    """Name the most distant voices by role, in a room with names."""
    said = [f"{one.name}: {joined(one.regrets.distant, 'then')}" for one in listed if one.regrets.distant]
    return f"Most distant voices. {'; '.join(said)}." if said else ""


def alone_lists(answer: Consensus) -> Markup:
    """List initiatives by how many would choose them alone."""
    labels, chosen = short_labels(answer.scenario.initiatives, 90), answer.chosen_by()
    parts = []
    for kind, names in answer.would_choose().items():
        ranked = sorted(names, key=lambda name: -chosen[name])
        said = [f"{labels[name]}, {percent(chosen[name])}" if kind in _SHARES else labels[name] for name in ranked]
        inside = element("ul", *(element("li", words) for words in said), class_="room-agreed")
        head = f"{_ALONE[kind]} {counted(len(names), 'initiative')}"
        parts.append(disclosed(head, inside) if names else element("p", f"{_ALONE[kind]}: none"))
    return element("div", *parts)


def support_tables(answer: Consensus) -> list[Markup]:
    """Show what is recommended and nobody supports, and what most support and is out, with the price of each."""
    labels = short_labels(answer.scenario.initiatives, 90)
    shown = []
    for caption, price, some in (
        ("Recommended without any support", "Price of leaving it out", answer.unsupported),
        ("Supported by most, and out", "Price of taking it in", answer.wanted),
    ):
        if some:
            columns = [Column("Initiative", kind="first"), *Column.numbers("Support", price)]
            rows: list[list[Part]] = [[labels[one.initiative_id], percent(one.support), _price(one)] for one in some]
            shown.append(table(caption, columns, rows))
    return shown


def _price(one: SupportPrice) -> str:
    if one.state is PriceState.NO_PLAN:
        return "no plan does it"
    if one.price is None:
        return "not known yet"
    return f"{points_number(one.price, 2)} points of the weighted way"
