"""What the Board pack page asks for: the rest of what a full report says, in the background, and its preview."""

import json

import streamlit as st

from prioritiser.analysis.robustness.stress import Stress
from prioritiser.evaluation.plan import plan_json
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.exports.formats import Pack
from prioritiser.report.document import Report
from prioritiser.report.inputs import gather, what_ifs
from prioritiser.report.known import Asked, Known
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Desk, Work, work_key

NAME = "pack"


def options_on_the_table(scenario: Scenario) -> tuple[Asked, ...]:
    """List the saved options of this scenario, else its what-ifs."""
    saved = tuple(
        Asked(option.name, option.note, option.moment.view.settings)
        for option in session.saved_options()
        if option.scenario.hash == scenario.hash
    )
    return saved or what_ifs(scenario)


def ask_rest(scenario: Scenario, portfolio: Portfolio, stress: Stress) -> Work[Known]:
    """Ask for closest calls, prices and the other options, once it is known what is safe."""
    options = options_on_the_table(scenario)

    def run(desk: Desk[Known]) -> Known:
        return gather(
            desk.optimiser,
            portfolio,
            stress,
            options,
            budget=desk.budget,
            progress=lambda row, done, total: desk.progress(f"{row},", done, total),
        )

    plan = plan_json(portfolio.outcome.plan, scenario.years)
    named = [(option.name, option.note, option.settings.as_json()) for option in options]
    key = work_key(NAME, scenario, portfolio.settings, plan, named, stress.sampled.done)
    return session.ask_work(NAME, key, scenario, run)


def preview(pack: Pack, decision: str) -> tuple[Report, list[bytes]]:
    """Return the report of a pack and the pages of its PDF as pictures.

    The last ones are kept, because the page is drawn again and again.
    """
    known = pack.known
    told = [known.stress is not None, bool(known.explained), known.price is not None, len(known.tabled)]
    key = json.dumps([decision, pack.paper.as_json(), pack.made.isoformat(), told, known.link])
    found: tuple[Report, list[bytes]] = _drawn(key, pack)
    return found


@st.cache_resource(show_spinner=False, max_entries=8)
def _drawn(key: str, _pack: Pack) -> tuple[Report, list[bytes]]:
    from prioritiser.exports.pdf.paper import paper_pages  # noqa: PLC0415 - loads with the first preview

    del key  # it only tells one paper from another
    report = _pack.report()
    return report, paper_pages(report)
