"""What the model assumes, with its equations; assumptions are kept apart from choices."""

from __future__ import annotations

from prioritiser.portfolio import Portfolio
from prioritiser.scenario import Scenario, Settings
from prioritiser.schema import Case
from prioritiser.ui.markup import Column, Markup, Part, disclosed, element, table, together
from prioritiser.ui.widgets import show_section
from prioritiser.wording import counted, percent, settings_words

_CASES = {
    Case.LOW: "the cautious figure of each effect",
    Case.CENTRAL: "the central figure of each effect",
    Case.HIGH: "the hopeful figure of each effect",
}


def how_it_works(portfolio: Portfolio) -> tuple[Markup, ...]:
    """Say how the answer was found and proved."""
    solver = portfolio.solver
    return (
        element(
            "p",
            "A mixed-integer linear programme chooses the initiatives and their start years that take the weighted "
            "tiers furthest towards their targets within every capacity, rule and lock. A tier score is the share "
            "of the way from today to its targets; passing a target earns nothing more. Figures marked judged are "
            "somebody's estimate, not a measurement. The tool advises; people decide.",
        ),
        element(
            "p",
            f"Objective {portfolio.objective:.6f}, bound {portfolio.bound:.6f}, {solver.name} {solver.version}, "
            f"{counted(solver.solves, 'solve')}, {solver.seconds:.1f} s.",
        ),
        *(element("p", notice) for notice in portfolio.notices),
    )


def show_assumptions(scenario: Scenario, settings: Settings) -> None:
    """Show what is assumed, what is chosen, and the equations."""
    show_section(
        "What the model assumes",
        "Assumptions say how the world works; choices say what we want. Only evidence should change the first.",
        disclosed("Show assumptions and equations", *_assumptions(scenario, settings), *_equations()),
    )


def _assumptions(scenario: Scenario, settings: Settings) -> tuple[Markup, ...]:
    rows: list[list[Part]] = [
        [
            "Effects",
            "Each initiative moves a goal by its effect; the case in force takes " + _CASES[settings.case] + ".",
        ],
        ["Confidence", f"An effect counts times the likelihood of delivery. {_confidence(scenario)}"],
        ["Build-up", f"An effect begins after its lead time and grows evenly over its ramp. {_build_up(scenario)}"],
        ["Overlap", f"Gains on one goal do not add up in full where they overlap. {_overlap(scenario)}"],
        ["Trend", f"Without any initiative a goal moves by its trend each year. {_trend(scenario)}"],
        ["Independence", f"Effects do not depend on each other, except where one needs another. {_needs(scenario)}"],
        ["Share", "Delivered in part, an initiative costs and brings that part, in proportion."],
        ["Targets", "Getting closer to a target counts evenly all the way; passing it earns nothing more."],
        ["Horizon", f"Nothing after {scenario.years[-1]} counts. What is still to come is listed above."],
    ]
    columns = [Column("What is assumed"), Column("How")]
    return (
        element("h3", "Assumptions"),
        table("Assumptions, with how often this scenario uses them", columns, rows),
        element("h3", "Choices"),
        element("p", "Weights, balance, capacities, locks and rules are yours. Now in force:"),
        element("p", settings_words(settings) + ".", class_="quiet"),
    )


def _confidence(scenario: Scenario) -> str:
    below = [row.confidence for row in scenario.initiatives if row.confidence < 1]
    if not below:
        return "Here all are taken to be sure."
    unsure = f"{len(below)} of {counted(len(scenario.initiatives), 'initiative')}"
    return f"Here {unsure} are below 100 %, the least {percent(min(below))}."


def _build_up(scenario: Scenario) -> str:
    slow = sum(bool(effect.lead_months or effect.ramp_months) for effect in scenario.effects)
    return f"So do {slow} of {counted(len(scenario.effects), 'effect')} here."


def _overlap(scenario: Scenario) -> str:
    count = sum(goal.overlap > 0 for goal in scenario.goals)
    return f"So for {count} of {counted(len(scenario.goals), 'goal')} here."


def _trend(scenario: Scenario) -> str:
    count = sum(goal.trend_per_year != 0 for goal in scenario.goals)
    return f"So for {count} of {counted(len(scenario.goals), 'goal')} here."


def _needs(scenario: Scenario) -> str:
    count = sum(effect.if_also is not None for effect in scenario.effects)
    return f"{count} of {counted(len(scenario.effects), 'effect')} here do."


def _equations() -> tuple[Markup, ...]:
    lines: tuple[tuple[str, Markup], ...] = (
        ("Level of goal g at the end of year t", _formula("L", "g,t", " = baseline + trend · t + gains − losses")),
        ("Gain of one effect", _formula("e", "", " · confidence · ", ("x", "i"), " · ramp(t)")),
        (
            "Ramp, m months after the start",
            together((element("var", "ramp"), " = (m − lead) ÷ ramp months, from 0 to 1")),
        ),
        (
            "Gains that overlap, X in all, the largest q, overlap o",
            together(("gains = min(", element("var", "X"), ", ", element("var", "q"), " + (1 − o)(X − q))")),
        ),
        (
            "Way to the target",
            _formula("a", "g,t", " = min(1, (", ("L", "g,t"), " − zero level) ÷ (target − zero level))"),
        ),
        ("Score of a tier", _formula("S", "h", " = weighted mean of ", ("a", "g,t"), " over its goals and years")),
        (
            "What is made as large as possible",
            together(
                (
                    "(1 − β) · Σ ",
                    _symbol("W", "h"),
                    " · ",
                    _symbol("S", "h"),
                    " + β · the least of (",
                    _symbol("S", "h"),
                    " − doing nothing) ÷ (best alone − doing nothing)",
                )
            ),
        ),
        ("Within each capacity", together(("Σ use of ", _symbol("x", "i"), " in year t ≤ capacity in year t"))),
    )
    rows: list[list[Part]] = [[name, element("span", formula, class_="formula")] for name, formula in lines]
    return (
        element("h3", "Equations"),
        table("The equations of the model", [Column("What"), Column("Equation")], rows),
        element("p", "W are the weights and β the balance; both are choices.", class_="small"),
    )


def _symbol(letter: str, index: str) -> Markup:
    return together((element("var", letter), element("sub", index) if index else None))


def _formula(letter: str, index: str, *rest: str | tuple[str, str]) -> Markup:
    parts: list[Part] = [_symbol(letter, index)]
    parts += [part if isinstance(part, str) else _symbol(*part) for part in rest]
    return together(parts)
