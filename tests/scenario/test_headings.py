"""Which year or column a heading means, however people write it."""

from __future__ import annotations

import pytest

from prioritiser.scenario.headings import possible_years, understood_column, understood_year
from prioritiser.scenario.numbers import NotANumber, Wanted, parse_number

YEARS = ("2026/27", "2027/28", "2028/29")
SAME = """2026-27;2026\u201327;2026\u201427;26/27;26-27;FY26/27;FY 26/27;fy2026-27;F/Y 26/27;2026/2027;2026-2027;2026/7;2026 / 27
2026_27;2026 27;2026/27 (\u00a3k);2026/27 [target];Financial year 2026/27;2026\u00a0/27;20\u200b26/27;\uff12\uff10\uff12\uff16/27
2026\u204427;26\\27;Fiscal year 26/27;\ufeff2026/27;2026/27 """


@pytest.mark.parametrize("text", [text for line in SAME.splitlines() for text in line.split(";")], ids=ascii)
def test_year_is_understood_when_written_in_another_way(text: str) -> None:
    assert understood_year(text, YEARS) == "2026/27"


@pytest.mark.parametrize("text", ["FY27", "2026", "2027", "27", "2026/28", "1926/27", "Budget 2026/27", "", "26.27"])
def test_year_is_not_guessed_when_it_could_be_two_or_none(text: str) -> None:
    assert understood_year(text, YEARS) is None


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Year 1", "year_1"),
        ("Y2", "year_2"),
        ("yr 3", "year_3"),
        ("YEAR-1", "year_1"),
        ("Year1", "year_1"),
        ("year_2 (\u00a3k)", "year_2"),
        ("Resource ID", "resource_id"),
        ("initiative\u00a0id", "initiative_id"),
        ("INITIATIVE-ID", "initiative_id"),
    ],
)
def test_column_of_uses_is_understood_when_spelled_otherwise(heading: str, column: str) -> None:
    found = understood_column(heading, ("initiative_id", "resource_id"), ("year_1", "year_2", "year_3"))
    assert found is not None and found[0] == column


@pytest.mark.parametrize("heading", ["Lead months", "lead (months)", "LEAD_MONTHS", "lead-months", "lead in months"])
def test_months_of_effects_are_understood_when_spelled_otherwise(heading: str) -> None:
    found = understood_column(heading, ("central", "lead_months"))
    assert found is not None and found[0] == "lead_months"


AMOUNTS = [
    ("1.2m", "1200"),
    ("\u00a31.2m", "1200"),
    ("1.2bn", "1200000"),
    ("1.2 million", "1200"),
    ("250k", "250"),
    ("200-", "-200"),
    ("(50)", "-50"),
    ("\u00bd", "0.5"),
    ("1\u00bd", "1.5"),
    ("1,200", "1200"),
    ("1 200", "1200"),
    ("1.200,50", "1200.50"),
    ("3,5", "3.5"),
    ("\u22125", "-5"),
    ("(1.2m)", "-1200"),
    ("-\u00a35k", "-5"),
    ("1_000", "1000"),
    ("\uff11\uff12", "12"),
    ("5\u200b", "5"),
]


@pytest.mark.parametrize(("text", "right"), AMOUNTS, ids=ascii)
def test_amount_is_right_when_the_advice_is_followed(text: str, right: str) -> None:
    wrong = parse_number(text, Wanted("", "\u00a3k"))
    assert isinstance(wrong, NotANumber)
    assert right in wrong.fix.replace(":", " ").replace(",", " ").split() or f"{right}." in wrong.fix
    assert parse_number(right) == float(right)


@pytest.mark.parametrize(
    ("heading", "years"),
    [
        ("Budget 2027-28 (£k)", ["2027/28"]),
        ("plan for 26/27", ["2026/27"]),
        ("FY28", ["2027/28", "2028/29"]),
        ("Budget 2027", ["2026/27", "2027/28"]),
        ("budget", []),
    ],
)
def test_heading_speaks_of_the_years_that_it_names(heading: str, years: list[str]) -> None:
    assert possible_years(heading, YEARS) == years
