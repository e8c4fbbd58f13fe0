"""What the model assumes, with its equations; assumptions are kept apart from choices."""

from prioritiser.analysis.summary.assumptions import ADVICE, EQUATIONS, SYMBOLS, Symbol, assumptions
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.in_words import settings_words
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted, objective_text
from prioritiser.ui.components.markup import Column, Markup, Part, disclosed, element, table, together
from prioritiser.ui.components.widgets import show_section


def how_it_works(portfolio: Portfolio) -> tuple[Markup, ...]:
    """Say how the answer was found and proved."""
    solver = portfolio.solver
    found = f"Objective {objective_text(portfolio.objective)}, bound {objective_text(portfolio.bound)}, "
    found += f"{solver.name} {solver.version}, {counted(solver.solves, 'solve')}, {solver.seconds:.1f} s."
    return tuple(element("p", said) for said in (ADVICE, found, *portfolio.notices))


def show_assumptions(scenario: Scenario, settings: Settings) -> None:
    """Show what is assumed, what is chosen, and the equations."""
    show_section(
        "What the model assumes",
        "Assumptions say how the world works; choices say what we want. Only evidence should change the first.",
        disclosed("Show assumptions and equations", *_assumptions(scenario, settings), *_equations()),
    )


def _assumptions(scenario: Scenario, settings: Settings) -> tuple[Markup, ...]:
    columns = [Column("What is assumed"), Column("How")]
    return (
        element("h3", "Assumptions"),
        table("Assumptions, with how often this scenario uses them", columns, assumptions(scenario, settings)),
        element("h3", "Choices"),
        element("p", "Weights, balance, capacities, locks and rules are yours. Now in force:"),
        element("p", settings_words(settings) + ".", class_="quiet"),
    )


def _equations() -> tuple[Markup, ...]:
    rows: list[list[Part]] = []
    for name, formula in EQUATIONS:
        parts = [_symbol(part) if isinstance(part, Symbol) else part for part in formula]
        rows.append([name, element("span", *parts, class_="formula")])
    return (
        element("h3", "Equations"),
        table("The equations of the model", [Column("What"), Column("Equation")], rows),
        element("p", SYMBOLS, class_="small"),
    )


def _symbol(symbol: Symbol) -> Markup:
    return together((element("var", symbol.letter), element("sub", symbol.index) if symbol.index else None))
