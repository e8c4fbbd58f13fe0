"""Compare: saved options, what-ifs and today's plan side by side, differences first."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from prioritiser.analysis.comparison import differences
from prioritiser.charts.compare import start_chart
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import counted, joined, percent, shortened
from prioritiser.ui import session
from prioritiser.ui.components.dialogs import show_dialog
from prioritiser.ui.components.lock_row import show_lock_row
from prioritiser.ui.components.markup import as_label, disclosed, element
from prioritiser.ui.components.progress import show_work
from prioritiser.ui.components.widgets import message, show, show_chart, show_section
from prioritiser.ui.components.year_picker import pick_year
from prioritiser.ui.pages.compare import tables
from prioritiser.ui.pages.compare.work import (
    LETTERS,
    MOST,
    NOW,
    SAVED,
    TODAY,
    WHAT_IF,
    Candidate,
    Side,
    ask_portfolio,
    candidates,
    first_choice,
    ready,
    todays_outcome,
)
from prioritiser.ui.storage.links import View

QUESTION = "Where do the options differ?"
_DRAWN = 20
_MOST_ROWS = 12
_PREFIX = {TODAY: "", NOW: "", SAVED: "Saved: ", WHAT_IF: "What if: "}


def show_page(scenario: Scenario, view: View) -> None:
    """Show what is compared, and first where it differs."""
    known = candidates(scenario, view)
    chosen = _choose(known)
    if not chosen:
        show(element("p", "Choose what to compare: differences appear here."))
        return
    finding, waiting = st.container(key="compare_finding"), st.container(key="compare_waiting")
    sides = [_side(scenario, view, place, known[key], waiting) for place, key in enumerate(chosen)]
    now = next((side for side in sides if side.candidate.kind == NOW), None)
    with st.container(key="sides"):
        for place, (column, side) in enumerate(zip(st.columns(len(sides), gap="medium"), sides, strict=True)):
            with column:
                show(tables.side_card(side, now))
                _show_buttons(place, side.candidate)
    pairs = ready(sides)
    if len(pairs) < 2:
        show(element("p", "Differences appear here as soon as there are two portfolios to compare.", class_="quiet"))
        return
    shown, outcomes = [side for side, _ in pairs], [outcome for _, outcome in pairs]
    with finding:
        show(element("p", _finding(shown, outcomes, view.year), class_="answer"))
    with st.container(key="compare"):
        _say_other_scenario(scenario, shown, outcomes)
        _show_initiatives(shown, outcomes)
        changed = [row.initiative_id for row in differences.initiative_differences(outcomes) if row.kind != "same"]
        show_lock_row(
            scenario, view.settings, [name for name in changed if name in scenario.initiative_by_id], "compare"
        )
        _show_targets(scenario, shown, outcomes, view.year)
        _show_figures(shown, outcomes)


def _finding(sides: Sequence[Side], outcomes: Sequence[Outcome], year: str) -> str:
    """Say in one sentence how much differs."""
    rows, targets = differences.initiative_differences(outcomes), differences.target_differences(outcomes, year)
    changed = sum(row.kind != "same" for row in rows)
    begun = f"{joined([side.letter for side in sides])} differ in {changed} of {counted(len(rows), 'initiative')}"
    if not targets:
        return f"{begun}."
    differ = sum(row.differs for row in targets)
    return f"{begun}, with {differ} of {counted(len(targets), 'target')} by the end of {year} met in some only."


def _choose(known: Mapping[str, Candidate]) -> list[str]:
    words = {key: f"{_PREFIX[one.kind]}{shortened(one.name, 60)}" for key, one in known.items()}
    often = Counter(words.values())
    numbered = {key: text if often[text] == 1 else f"{text} ({n})" for n, (key, text) in enumerate(words.items(), 1)}
    chosen = st.multiselect(
        f"Compare up to {MOST}",
        list(known),
        default=first_choice(dict(known)),
        key="compared",
        format_func=lambda key: as_label(numbered[key]),
        max_selections=MOST,
        placeholder="Choose options",
        filter_mode="contains",
        select_all=False,
        persist_state="session",
    )
    return [key for key in chosen if key in known]


def _side(scenario: Scenario, view: View, place: int, candidate: Candidate, waiting: object) -> Side:
    """Evaluate or ask for one of the plans; what is still under way, or why there is none, is shown where it waits."""
    letter, name = LETTERS[place], f"{LETTERS[place]} {shortened(candidate.name, 60)}"
    if candidate.kind == TODAY:
        return Side(letter, candidate, todays_outcome(candidate))
    known = session.answers().known(candidate.scenario, candidate.settings)
    if candidate.kind != NOW and known is not None:
        return Side(letter, candidate, known.outcome, known)
    with waiting:  # type: ignore[attr-defined]
        if candidate.kind == NOW:
            job, progress = session.ask(scenario, view.settings)
            portfolio, failure = progress.portfolio, progress.failure
            if not progress.over:
                session.watch(
                    lambda: job.look().version != progress.version,
                    lambda: show(element("p", f"Working out {name}: {job.seconds:.0f} s", class_="working")),
                )
        else:
            work = ask_portfolio(place, candidate)
            if work.state.over and (work.state.failure is not None or work.stop.is_set()):
                show(element("p", element("strong", name)))
            so_far = show_work(f"compare_{place}", work, f"working out {name}")
            portfolio, failure = so_far.result, None
        if failure is not None:
            show(message("problem", f"{name}: there is no portfolio.", [str(failure)], "Balance lists the ways out."))
    return Side(letter, candidate, None if portfolio is None else portfolio.outcome, portfolio)


def _show_buttons(place: int, candidate: Candidate) -> None:
    letter = LETTERS[place]
    if candidate.kind == WHAT_IF:
        st.button(f"Open {letter}", key=f"open_{place}", on_click=session.press, args=(lambda _: candidate.settings,))
    if candidate.kind != SAVED:
        return
    with st.container(key=f"saved_{place}", horizontal=True):
        st.button(f"Open {letter}", key=f"open_{place}", on_click=session.open_option, args=(candidate.name,))
        name = f"delete {candidate.name}"
        st.button(f"Delete {letter}", key=f"ask_delete_{place}", on_click=session.open_dialog, args=(name,))
    show_dialog(name, "Delete a saved option", lambda: _show_deleting(place, candidate))


def _show_deleting(place: int, candidate: Candidate) -> None:
    show(
        element("p", "This deletes ", element("strong", shortened(candidate.name, 90)), " for good:"),
        element("ul", element("li", "its name and its note"), element("li", "the settings that it was saved with")),
        element("p", "Undo does not bring it back. What is in force now stays as it is."),
    )
    with st.container(key="deleting", horizontal=True):
        st.button("Delete for good", key=f"delete_{place}", on_click=_delete, args=(candidate.name,))
        st.button("Keep it", key=f"keep_{place}", on_click=session.close_dialog)


def _delete(name: str) -> None:
    session.forget_option(name)
    session.close_dialog()


def _say_other_scenario(scenario: Scenario, sides: Sequence[Side], outcomes: Sequence[Outcome]) -> None:
    others = [side for side in sides if side.candidate.scenario.hash != scenario.hash]
    if not others:
        return
    lines = [f"{side.name}: saved of {side.candidate.scenario.title}" for side in others]
    rest = ""
    if not differences.known_to_all(outcomes):
        out = counted(differences.left_out(outcomes), "initiative or goal", "initiatives or goals")
        rest = f" {out} of one only are left out."
    advice = f"Initiatives, goals, capacities and years are compared where all know them, by their ids.{rest}"
    show(message("note", "Not all of these are of the same figures:", lines, advice))


def _show_initiatives(sides: Sequence[Side], outcomes: Sequence[Outcome]) -> None:
    rows = differences.initiative_differences(outcomes)
    kinds = Counter(row.kind for row in rows)
    changed = [row for row in rows if row.kind != "same"]
    same = [row for row in rows if row.kind == "same"]
    words = {"differs": "in some only", "moved": "moved to another year", "resized": "in another share"}
    said = ", ".join(f"{kinds[kind]} {text}" for kind, text in words.items() if kinds[kind])
    if not changed:
        show_section("What differs: no initiative", "All of these hold the same initiatives, from the same years on.")
    else:
        title = f"What differs: {counted(len(changed), 'initiative')} of {len(rows)}, {said}"
        show_section(title, "First those that not all hold, then those that start in another year.")
        show(tables.initiative_table(changed[:_MOST_ROWS], sides, "Initiatives that differ"))
        rest = changed[_MOST_ROWS:]
        if rest:
            more = tables.initiative_table(rest, sides, "Initiatives that differ, the others")
            show(disclosed(f"Show {counted(len(rest), 'other')} that differ", more))
    if same:
        caption = "Initiatives that are the same"
        show(
            disclosed(
                f"Show what is the same: {counted(len(same), 'initiative')}",
                tables.initiative_table(same, sides, caption),
            )
        )
    _show_starts([row for row in changed if row.kind != "resized"], sides, outcomes)


def _show_starts(rows: Sequence[differences.InitiativeRow], sides: Sequence[Side], outcomes: Sequence[Outcome]) -> None:
    years = differences.common_years(outcomes)
    drawn = [row for row in rows if all(start is None or start.year in years for start in row.starts)][:_DRAWN]
    if not drawn:
        return
    starts = tables.start_rows(drawn, sides)
    first = f"The first {len(drawn)} of {len(rows)} that differ. " if len(drawn) < len(rows) else ""
    show_section("When they start", f"{first}Each mark is one option, in the year in which it starts the initiative.")
    show(tables.side_key(sides))
    described = "; ".join(f"{row.initiative}, {row.words}" for row in starts.head(40).itertuples())
    show_chart(
        start_chart(starts, list(years), [side.letter for side in sides]),
        f"Start years of the initiatives that differ, one mark for each option. {described}.",
        tables.initiative_table(drawn, sides, "Start years of the initiatives that differ"),
        key="start_chart",
    )


def _show_targets(scenario: Scenario, sides: Sequence[Side], outcomes: Sequence[Outcome], year: str) -> None:
    rows = differences.target_differences(outcomes, year)
    if not rows:
        show_section(f"No target that all know is set for {year}", "Choose another year below.")
        pick_year(scenario, year)
        return
    differ, same = [row for row in rows if row.differs], [row for row in rows if not row.differs]
    met = "; ".join(
        f"{side.name} meets {sum(row.reached[place].met is True for row in rows)}" for place, side in enumerate(sides)
    )
    sentence = f"Of {counted(len(rows), 'target')}: {met}."
    if differ:
        number = len(differ)
        title = f"{counted(number, 'target')} {'is' if number == 1 else 'are'} met in some only at the end of {year}"
    else:
        title = f"The same targets are met at the end of {year}"
    show_section(title, sentence)
    pick_year(scenario, year)
    if differ:
        show(tables.target_table(differ, sides, f"Targets met in some only, {year}"))
    if same:
        show(
            disclosed(
                f"Show what is the same: {counted(len(same), 'target')} met or missed in all, with their levels",
                tables.target_table(same, sides, f"Targets met or missed in all, {year}"),
            )
        )


def _show_figures(sides: Sequence[Side], outcomes: Sequence[Outcome]) -> None:
    rows = differences.figure_differences(outcomes)
    widest = differences.widest_score(rows)
    if widest is None:
        title = "Each gets equally far"
    else:
        low, high = min(widest.figures), max(widest.figures)
        title = f"{TIER_NAMES[widest.name]} goals differ most: {percent(low, 1)} to {percent(high, 1)} of the way"
    scores = [row for row in rows if row.kind == "score"]
    show_section(title, "", tables.score_table(scores, sides))
    spend = [row for row in rows if row.kind == "spend"]
    changed = [row for row in spend if row.differs]
    if spend:
        name = spend[0].name
        title = f"{name} differs in {len(changed)} of {counted(len(spend), 'year')}" if changed else f"{name}: the same"
        parts = [tables.figure_table(changed, sides, f"{name} that differs, by year")] if changed else []
        show_section(title, "Net use of the money in each year.", *parts)
    _show_use([row for row in rows if row.kind == "use"], sides)
    same = [row for row in rows if not row.differs and row.kind != "score"]
    if same:
        table = tables.figure_table(same, sides, "Use that is the same")
        show(disclosed(f"Show what is the same: {counted(len(same), 'yearly figure')}", table))


def _show_use(rows: Sequence[differences.FigureRow], sides: Sequence[Side]) -> None:
    changed = [row for row in rows if row.differs]
    names = list(dict.fromkeys(row.name for row in changed))
    if not changed:
        return
    many = counted(len(names), "other capacity", "other capacities")
    show_section(
        f"{many} {'is' if len(names) == 1 else 'are'} used differently",
        f"{counted(len(changed), 'yearly figure')} differ.",
        disclosed("Show how they are used", tables.figure_table(changed, sides, "Use that differs, by year")),
    )
