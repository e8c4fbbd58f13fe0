"""Prices that pages ask for: found in the background, and told row by row."""

from prioritiser.analysis.marginal_values.price import Price, find_price
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Desk, WorkState, work_key
from prioritiser.ui.components.progress import show_work


def ask_price(
    scenario: Scenario, settings: Settings, name: str, parts: tuple[str, ...], doing: str
) -> WorkState[Price]:
    """Ask for some parts of the prices and show how far they are; each row arrives in place as it is found.

    name: what they are for, one at a time in a session. doing: a few words, such as 'Working out what rules cost'.
    """

    def run(desk: Desk[Price]) -> Price:
        return find_price(
            desk.optimiser,
            settings,
            parts=parts,
            budget=desk.budget,
            progress=lambda row, done, total: desk.progress(f"{row},", done, total),
            tell=desk.tell,
        )

    return show_work(name, session.ask_work(name, work_key("price", scenario, settings, parts), scenario, run), doing)
