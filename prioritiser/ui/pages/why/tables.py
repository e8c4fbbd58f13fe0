"""Why an initiative is in or out, as HTML: the opposite, flips, what it uses and brings, and value for money."""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from prioritiser.analysis.explanation.explain import Explained, Explanation, Reversal, points
from prioritiser.analysis.summary.value_for_money import ValueForMoney, Worth
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Evidence, Goal, Resource
from prioritiser.text.formatting import change_words, plain
from prioritiser.ui.components.initiative_tables import use_words
from prioritiser.ui.components.markup import NOTHING, Column, Markup, Part, element, judged_mark, table, together

_WHOLE = 1 - 1e-9
_WOULD = {"entered": ("+", "Would enter"), "left": ("−", "Would leave"), "moved": ("→", "Would move")}


def opposite_list(scenario: Scenario, row: Explanation) -> Markup:
    """List what enters, leaves and moves with the opposite, the initiative itself left out."""
    lines = []
    for kind, names in _displaced(row.reversal).items():
        sign, word = _WOULD[kind]
        for name in names:
            if name != row.initiative_id:
                mark = element("span", sign, class_=f"sign {kind}", aria_hidden="true")
                label = scenario.initiative_by_id[name].label
                lines.append(element("li", mark, element("span", element("strong", word), f" {label}")))
    if not lines:
        return NOTHING
    said = "If it were left out:" if row.is_in else "If it were put in:"
    return together((element("h3", said), element("ul", *lines, class_="changes")))


def _displaced(reversal: Reversal) -> dict[str, tuple[str, ...]]:
    return {"entered": reversal.entered, "left": reversal.left, "moved": reversal.moved}


def lock_price(row: Explanation, lock: str) -> str:
    """Say what a lock would cost; lock: in or out. row: the explanation without any lock on the initiative."""
    if (lock == "in") is row.is_in:
        if row.is_in and row.share < _WHOLE:
            return "it is recommended in part; the lock takes all of it, at a price not worked out here"
        return "costs nothing: that is recommended anyway"
    reversal = row.reversal
    if reversal.cost is None:
        return f"cannot be priced: {reversal.why_not[:1].lower()}{reversal.why_not[1:]}".rstrip(".")
    if reversal.within_gap:
        return f"costs at most {points(reversal.at_most or 0.0)}, too little to tell from nothing"
    if reversal.is_free:
        return "costs nothing"
    return f"costs {points(reversal.cost)} of the score"


def lock_list(row: Explanation, lock: str | None) -> Markup:
    """Show the price of each lock, and which one is in force."""
    lines = []
    for way in ("in", "out"):
        said = f"Always {way} {lock_price(row, way)}"
        mine = way == lock
        lines.append(element("li", element("strong", "In force: ") if mine else NOTHING, f"{said}."))
    if lock not in {None, "in", "out"}:
        said = f" it is locked to start in {lock}; what the year alone costs is not worked out here."
        lines.append(element("li", element("strong", "In force:"), said))
    return element("ul", *lines, class_="plain")


def flip_list(row: Explanation) -> Markup:
    """List the smallest change of each kind that flips an initiative, or that none does."""
    if not row.flips:
        return element("p", "There is no single change to look for: nothing is lost either way, or it is fixed.")
    lines = []
    for flip in sorted(row.flips, key=lambda one: one.size):
        grid = "" if flip.exact or flip.to is None else " A smaller change may do: this is the first found."
        lines.append(element("li", f"{flip.sentence}{grid}"))
    return element("ul", *lines, class_="plain")


def uses_table(scenario: Scenario, uses: pd.DataFrame, name: str) -> Markup:
    """Show what an initiative uses of each resource by year."""
    if uses.empty:
        return element("p", "It uses nothing that the scenario counts.")
    rows = _by_year(uses, scenario.resource_by_id, "resource_id", "used", use_words)
    return table(f"What {name} uses, by year", _years("Resource", scenario), rows, kind="by-year")


def effects_table(scenario: Scenario, effects: pd.DataFrame, name: str) -> Markup:
    """Show what an initiative changes of each goal by year, in the goal's unit."""
    if effects.empty:
        return element("p", "It moves no goal of its own.")
    rows = _by_year(effects, scenario.goal_by_id, "goal_id", "change", _change)
    return table(f"What {name} brings, by year", _years("Goal", scenario), rows, kind="by-year")


def _change(value: float, unit: str | None) -> str:
    return change_words(value, unit) if value else "–"


def _by_year(
    sums: pd.DataFrame,
    named: Mapping[str, Goal] | Mapping[str, Resource],
    key: str,
    amount: str,
    words: Callable[[float, str | None], Part],
) -> list[list[Part]]:
    """Rows with the name of each goal or resource, marked where it was judged, and its amount of each year in words."""
    rows: list[list[Part]] = []
    for name, mine in sums.groupby(key, sort=False):
        one = named[str(name)]
        first = together((one.label, " ", judged_mark(bool(mine["judged"].any()))))
        rows.append([first, *(words(value, one.unit) for value in mine[amount])])
    return rows


def _years(first: str, scenario: Scenario) -> list[Column]:
    return [Column(first, kind="first"), *Column.numbers(*scenario.years)]


def evidence_words(scenario: Scenario, name: str) -> str:
    """Say how much of what stands behind an initiative was judged."""
    kinds = [
        part.evidence
        for parts in (scenario.uses, scenario.effects)
        for part in parts
        if part.initiative_id == name and part.evidence is not None
    ]
    judged = sum(kind is Evidence.JUDGED for kind in kinds)
    if not kinds:
        return "The scenario does not say how its figures were found."
    return f"{judged} of its {len(kinds)} figures on use and effect are judged." if judged else "No figure is judged."


def worths_frame(value: ValueForMoney, scenario: Scenario, chosen: str) -> pd.DataFrame:
    """Make the table that the chart draws."""
    rows = []
    for row in value.rows:
        label = scenario.initiative_by_id[row.initiative_id].label
        standing = "recommended" if row.in_optimum else "left out"
        rows.append((label, row.use, 100 * row.gain, standing, row.rank, row.initiative_id == chosen))
    return pd.DataFrame(rows, columns=["initiative", "use", "gain", "standing", "rank", "chosen"])


def worth_table(rows: Iterable[Worth], scenario: Scenario) -> Markup:
    """Show the order by value for money, and which are taken."""
    columns = [
        Column("Initiative", kind="first"),
        Column("Place", numeric=True),
        Column("Recommended"),
        *Column.numbers("Gain on its own, points", "Use of all limits", "Gain per use"),
        Column("Taken in this order"),
    ]
    body: list[list[Part]] = []
    for row in rows:
        label, best = scenario.initiative_by_id[row.initiative_id].label, element("strong", "In")
        figures = (plain(100 * row.gain, 2), plain(row.use, 2), row.per_use(scenario))
        taken = "In" if row.in_greedy else "Out"
        body.append([label, str(row.rank), best if row.in_optimum else "Out", *figures, taken])
    return table("Order by value for money, each initiative on its own", columns, body)


def disagreements(value: ValueForMoney, scenario: Scenario) -> Markup:
    """Name the best value that is left out, and the worst that is recommended."""
    out = next((row for row in value.rows if not row.in_optimum and row.gain > 0), None)
    taken = next((row for row in reversed(value.rows) if row.in_optimum), None)
    lines = []
    if out is not None:
        label = scenario.initiative_by_id[out.initiative_id].label
        lines.append(element("li", f"Best value that is left out: {label}, place {out.rank} of {len(value.rows)}."))
    if taken is not None and (out is None or taken.rank > out.rank):
        label = scenario.initiative_by_id[taken.initiative_id].label
        lines.append(element("li", f"Least value that is recommended: {label}, place {taken.rank}."))
    return element("ul", *lines, class_="plain") if lines else NOTHING


def explained_table(answer: Explained, rows: Iterable[Explanation]) -> Markup:
    """Show the plain sentence of every initiative; in first, what is cheapest to reverse first."""
    scenario = answer.portfolio.outcome.scenario
    order = sorted(rows, key=lambda row: (not row.is_in, row.reversal.cost is None, row.reversal.cost or 0.0))
    columns = [Column("Initiative", kind="first"), Column("Cost of the opposite, points", numeric=True), Column("Why")]
    body: list[list[Part]] = [
        [scenario.initiative_by_id[row.initiative_id].label, _cost(row.reversal), row.sentence] for row in order
    ]
    return table("Why each initiative is in or out", columns, body)


def _cost(reversal: Reversal) -> str:
    if reversal.cost is None:
        return "–"
    if reversal.within_gap:
        return f"at most {points(reversal.at_most or 0.0).split(' point')[0]}"
    return "0" if reversal.is_free else points(reversal.cost).split(" point")[0]
