"""Reports written by hand, small and hostile, which the tests of every format share."""

from __future__ import annotations

from datetime import date

import pandas as pd

from prioritiser.report.document import (
    Bullets,
    Equation,
    Figure,
    FigureKind,
    Length,
    Paragraph,
    Quantity,
    Report,
    Section,
    Table,
)

YEARS = ("2026/27", "2027/28", "2028/29")
EVERY = frozenset(Length)
HOSTILE = (
    "=1+1",
    "@SUM(A1)",
    "<img src=https://example.org/x.png onerror=alert(1)>",
    "[a link](https://example.org)",
    "**bold** #heading $math$ _x_ `code`",
    '#link("https://example.org")[press] \\ @ref *x*',
    "{{ 7*7 }} &amp; </script><script>alert(1)</script>",
    "مستشفى الجامعة",
    "🏥 emoji 👩🏽‍⚕️",
    "x" * 300,
    "\x07bell \u202eflipped",
)


def small_figures() -> tuple[Figure, ...]:
    """One figure of every kind, of three initiatives and three goals."""
    nan = float("nan")
    return (
        Figure(
            FigureKind.TIERS,
            "Long-term goals get 47 % of the way",
            "Bars by tier: national 32 %, local 28 %, long term 47 %.",
            pd.DataFrame(
                [
                    ("national", "National", 0.32, 0.11, 0.29, 0.41),
                    ("local", "Local", 0.28, -0.13, -0.07, 0.375),
                    ("long_term", "Long term", 0.47, 0.18, nan, 0.55),
                ],
                columns=["tier", "name", "score", "do_nothing", "today", "best_alone"],
            ),
        ),
        Figure(
            FigureKind.GANTT,
            "Two of three start in the first year",
            "Start years: Virtual wards from 2026/27, Community hubs from 2026/27, Estates from 2028/29.",
            pd.DataFrame(
                [
                    ("Virtual wards", "Acute trust", "2026/27", 0, 2, 1.0),
                    ("Community hubs", "Community trust", "2026/27", 0, 2, 0.6),
                    ("Estates", "ICB", "2028/29", 2, 2, 1.0),
                ],
                columns=["initiative", "lead", "start", "first", "last", "share"],
            ),
            {"years": list(YEARS)},
        ),
        Figure(
            FigureKind.GOALS,
            "One of three targets is met by 2028/29",
            "Way to each target by year, in words in each cell.",
            pd.DataFrame(
                [
                    (goal, tier, year, way, words, met)
                    for goal, tier, ways in (
                        ("Treated within 18 weeks", "national", (0.2, 0.5, 0.9)),
                        ("Falls", "local", (-0.4, 0.0, 0.3)),
                        ("Smoking", "long_term", (nan, nan, 1.0)),
                    )
                    for year, way, words, met in zip(
                        YEARS, ways, ("70.0 %", "80.5 %", "91.0 %"), (False, False, ways[2] == 1.0), strict=True
                    )
                ],
                columns=["goal", "tier", "year", "attainment", "words", "met"],
            ),
            {"years": list(YEARS)},
        ),
        Figure(
            FigureKind.CAPACITY,
            "Revenue is full in two of three years",
            "Use of capacity by year; revenue 20, 20 and 15 of £20m, staff 40 of 50 each year, estate without limit.",
            pd.DataFrame(
                [
                    (resource, year, used, limit, unit, f"{used:g} of {limit:g}" if limit > 0 else f"{used:g}")
                    for resource, unit, uses, limit in (
                        ("Revenue", "£m", (20.0, 20.0, 15.0), 20.0),
                        ("Staff", "WTE", (40.0, 40.0, 40.0), 50.0),
                        ("Estate", "m²", (5.0, -3.0, 0.0), nan),
                    )
                    for year, used in zip(YEARS, uses, strict=True)
                ],
                columns=["resource", "year", "used", "capacity", "unit", "words"],
            ),
            {"years": list(YEARS)},
        ),
        Figure(
            FigureKind.TRADE_OFF,
            "A point more of local costs half a point of national",
            "Portfolios by national and local score; the recommended one at 32 % and 28 %.",
            pd.DataFrame(
                [
                    (0.41, 0.10, 0.2, False, ""),
                    (0.32, 0.28, 0.47, True, "Recommended"),
                    (0.20, 0.37, 0.3, False, "Today"),
                ],
                columns=["national", "local", "long_term", "chosen", "name"],
            ),
            {"tiers": ["national", "local", "long_term"]},
        ),
        Figure(
            FigureKind.WATERFALL,
            "From today's plan to the recommendation: 11 points more",
            "Steps: today's plan 25 %, stopped work -3 points, new work +14 points, recommendation 36 %.",
            pd.DataFrame(
                [
                    ("Today's plan", 0.25, 0.0, 0.25, "total"),
                    ("Stop Estates", -0.03, 0.25, 0.22, "loss"),
                    ("Start Virtual wards", 0.14, 0.22, 0.36, "gain"),
                    ("Recommended", 0.36, 0.0, 0.36, "total"),
                ],
                columns=["step", "change", "start", "end", "kind"],
            ),
        ),
        Figure(
            FigureKind.CHANCES,
            "One target is likely, one is a coin toss",
            "Chance of each target: 18 weeks 90 %, falls 48 %, smoking 3 %.",
            pd.DataFrame(
                [
                    ("Treated within 18 weeks", "national", 0.9),
                    ("Falls", "local", 0.48),
                    ("Smoking", "long_term", 0.03),
                ],
                columns=["goal", "tier", "chance"],
            ),
        ),
        Figure(
            FigureKind.TRIANGLE,
            "The weights chosen, among those that were tried",
            "National 40, local 30, long term 30; national first 70, 15, 15.",
            pd.DataFrame(
                [("Recommended", 40, 30, 30, True), ("National first", 70, 15, 15, False)],
                columns=["name", "national", "local", "long_term", "chosen"],
            ),
            {"tiers": ["national", "local", "long_term"]},
        ),
        Figure(
            FigureKind.SPREAD,
            "Half of the room gives national 30 to 50",
            "Spread of weights: national from 10 to 80, median 40; long term from 0 to 30, median 20.",
            pd.DataFrame(
                [
                    ("Everybody (12)", "national", 0.1, 0.3, 0.4, 0.5, 0.8),
                    ("Council (5)", "national", 0.1, 0.2, 0.25, 0.3, 0.35),
                    ("Everybody (12)", "long_term", 0.0, 0.1, 0.2, 0.25, 0.3),
                ],
                columns=["name", "tier", "least", "lower", "median", "upper", "most"],
            ),
            {"most": 1.0},
        ),
    )


def table(names: tuple[str, ...] = ("Virtual wards", "Community hubs", "Estates")) -> Table:
    """A table of initiatives with numbers."""
    return Table(
        "portfolio",
        "What is started, when, and what it uses",
        ("Initiative", "Start", "Lead", "Largest use of revenue"),
        tuple(
            (name, YEARS[n % 3], "Acute trust", Quantity(1.25 * n, f"£{1.25 * n:.2f}m")) for n, name in enumerate(names)
        ),
        (4, 1, 2, 2),
        "Judged figures are marked.",
    )


def small_report(length: Length = Length.FULL, names: tuple[str, ...] = ()) -> Report:
    """A report with one section per figure, each with a paragraph, points and a table; names go everywhere."""
    title = names[0] if names else "Five-year plan"
    sections = tuple(
        Section(
            figure.kind.value,
            figure.kind.value.replace("_", " ").capitalize(),
            figure.title,
            (
                Paragraph(f"{figure.title}: what this means for the board. {' '.join(names)}".strip()),
                figure,
                table(names or ("Virtual wards", "Community hubs", "Estates")),
                Bullets(("Nothing is certain.", *names)),
            ),
            EVERY,
            ("One point.", *(names or ("Another point.",))[:4]),
            (Paragraph("In short."), table()),
        )
        for figure in small_figures()
    )
    method = Section(
        "equations",
        "Equations",
        "What is made as large as possible is the weighted share of the way to the targets.",
        (Equation("Level of goal g at the end of year t", "L(g,t) = baseline + trend · t + gains − losses"),),
        frozenset({Length.FULL}),
    )
    return Report(
        title=title,
        subtitle=" ".join(names) or "Example ICS (illustrative)",
        flag="Illustrative: no real system is described.",
        masthead=(
            ("Meeting", "Board in public"),
            ("Paper number", "07"),
            ("Author", names[-1] if names else "A. Author"),
        ),
        headline="Start 3 of 5 initiatives. By the end of 2028/29, 1 of 3 national targets is met.",
        proof="Proved best for these weights",
        recommendation=("The board is asked to approve the portfolio.", *names),
        sections=(*sections, *((method,) if length is Length.FULL else ())),
        provenance=(("Scenario hash", "0" * 64), ("Made by", "Prioritiser 0.1.0"), *(("Name", name) for name in names)),
        answer={"format": 1, "objective": 0.36, "goals": []},
        length=length,
        made=date(2026, 11, 25),
    )


def hostile_report(length: Length = Length.FULL) -> Report:
    """The small report with names that try to become live, that break lines and that run from right to left."""
    return small_report(length, HOSTILE)
