"""Workbooks as people leave them: percentages, formulas, hidden rows, merged cells, sheets of almost the right name."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from prioritiser import optimise
from prioritiser.files.scenario_files import Reading, inspect_bytes, inspect_scenario, read_scenario
from tests.fuzz.mutate import zipped
from tests.places import QUICKSTART
from tests.small import SHEETS, members_of, write_sheets

YEARS = ("2026/27", "2027/28")
type Rows = list[list[object]]


class Percent(float):
    """A number in a cell that is shown as a percentage."""


def book(
    sheets: Mapping[str, Rows] | None = None, then: Callable[[Any, Mapping[str, Any]], None] | None = None
) -> bytes:
    """The small scenario as a workbook with some sheets replaced, and whatever else is done to it.

    ('=', text, value): a formula with its saved value.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        shares = workbook.add_format({"num_format": "0%"})
        made = {}
        for name, rows in {**SHEETS, **(sheets or {})}.items():
            sheet = made[name] = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, Percent):
                        sheet.write_number(row, column, cell, shares)
                    elif isinstance(cell, tuple):
                        sheet.write_formula(row, column, cell[1], None, cell[2])
                    elif cell is not None:
                        sheet.write(row, column, cell)
        if then is not None:
            then(workbook, made)
    return content.getvalue()


def without_values(content: bytes, sheet: str) -> bytes:
    """A workbook whose formulas have no saved value."""
    parts = members_of(content)
    text = parts[sheet].decode()
    parts[sheet] = text.replace("<v>200</v>", "").encode()
    return zipped(parts)


def renamed(old: str, new: str) -> bytes:
    """The small workbook, in which a sheet has another name."""
    parts = members_of(book())
    main = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = main.replace(f'name="{old}"'.encode(), f'name="{new}"'.encode())
    return zipped(parts)


def read(content: bytes) -> Reading:
    """What is found in a workbook."""
    return inspect_bytes("book.xlsx", content)


def issues(content: bytes) -> list[str]:
    """The issues, as text."""
    return [str(issue) for issue in read(content).issues]


GOALS: Rows = [["goal_id", "tier", "unit", "overlap", "baseline", "2026/27", "2027/28"]]


def test_percentage_is_read_as_shown_where_the_unit_is_one_and_as_a_fraction_where_the_column_is() -> None:
    rows = [*GOALS, ["rtt", "national", "%", Percent(0.25), Percent(0.65), None, Percent(0.92)]]
    reading = read(book({"goals": [*rows, ["falls", "local", "points", 0.25, 1, 3, 4]]}))
    assert reading.scenario is not None, reading.issues
    goal = reading.scenario.goal_by_id["rtt"]
    assert (goal.overlap, goal.baseline, goal.targets) == (0.25, 65, {"2027/28": 92})
    assert [notice for notice in reading.notices if "percentage" in notice] == [
        "goals: 3 cells shown as a percentage, read as shown where the unit is a percentage (92% as 92) and as a "
        "fraction where the column is a share (92% as 0.92)."
    ]


@pytest.mark.parametrize("unit", ["%", "% of patients", "per cent", "percentage points", "pct"])
def test_percentage_is_understood_in_every_spelling_of_its_unit(unit: str) -> None:
    rows = [*GOALS, ["rtt", "national", unit, None, 0, None, Percent(0.92)], ["falls", "local", "", 0, 1, 3, 4]]
    scenario = read(book({"goals": rows})).scenario
    assert scenario is not None
    assert scenario.goal_by_id["rtt"].targets == {"2027/28": 92}


def test_percentage_of_anything_else_is_an_issue_with_both_readings() -> None:
    rows = [*GOALS, ["rtt", "national", "people", None, 0, None, Percent(0.92)], ["falls", "local", "", 0, 1, 3, 4]]
    (found,) = issues(book({"goals": rows}))
    assert found == (
        "goals, row 2, column G (2027/28): a cell shown as 92%, which holds 0.92. A target is no percentage here. "
        "Format the cell as a plain number and write 92 or 0.92, whichever is meant."
    )


def test_percentage_in_shares_of_initiatives_and_rules_is_a_fraction() -> None:
    initiatives = [["initiative_id", "min_scale", "confidence"], ["wards", Percent(0.5), Percent(0.8)], ["hub", 1, 1]]
    rules = [["rule_id", "kind", "subject", "limit", "resource_id"]]
    rules += [["R1", "spend_share_at_most", "wards", Percent(0.4), "money"]]
    scenario = read(book({"initiatives": initiatives, "rules": rules})).scenario  # type: ignore[dict-item]
    assert scenario is not None
    row = scenario.initiative_by_id["wards"]
    assert (row.min_scale, row.confidence, scenario.rules[0].limit) == (0.5, 0.8, 0.4)


def test_quickstart_with_percent_cells_is_the_quickstart(tmp_path: Path) -> None:
    # 75 % of people seen within 4 hours and so on, as a spreadsheet shows it: the answer is that of the README
    plain = read_scenario(QUICKSTART)
    sheets = {name: rows_of(plain, name) for name in ("goals", "resources", "initiatives", "uses", "effects", "rules")}
    for row in sheets["goals"][1:]:
        row[:] = [Percent(cell / 100) if isinstance(cell, float) and cell > 1 else cell for cell in row]
    heading = [["key", "value"], ["format", 1], ["title", plain.title], ["years", "; ".join(plain.years)]]
    weights = [[f"weights.{tier}", plain.settings.weights[tier]] for tier in ("national", "local", "long_term")]
    path = tmp_path / "book.xlsx"
    path.write_bytes(book({**sheets, "scenario": [*heading, *weights]}))  # type: ignore[list-item]
    scenario = inspect_scenario(path).scenario
    assert scenario is not None
    portfolio = optimise(scenario, gap=0)
    assert portfolio.objective == pytest.approx(0.41)
    assert not any(row.met for row in portfolio.outcome.goals.itertuples())


def rows_of(scenario: Any, name: str) -> Rows:
    """A table of a scenario as rows of cells."""
    frame = scenario.table(name)
    return [list(frame.columns), *([None if cell is None else cell for cell in row] for row in frame.to_numpy())]


def test_saved_value_of_a_formula_is_read_and_counted() -> None:
    uses = [["initiative_id", "resource_id", "year_1"], ["wards", "money", ("=", "=100+100", 200)], ["hub", "money", 1]]
    reading = read(book({"uses": uses}))  # type: ignore[dict-item]
    assert reading.scenario is not None
    assert reading.scenario.uses[1].amount(1) == 200
    assert next(notice for notice in reading.notices if "formula" in notice).startswith(
        "uses: 1 formula; the value saved with it was read."
    )


def test_formula_without_a_saved_value_is_an_issue() -> None:
    uses = [["initiative_id", "resource_id", "year_1"], ["wards", "money", ("=", "=100+100", 200)], ["hub", "money", 1]]
    content = book({"uses": uses})  # type: ignore[dict-item]
    sheet = f"xl/worksheets/sheet{list(SHEETS).index('uses') + 1}.xml"
    (found,) = issues(without_values(content, sheet))
    assert 'uses, row 2, column C (year_1): the formula "=100+100"' in found
    assert "Paste special" in found


def test_saved_error_of_a_formula_is_an_issue() -> None:
    uses = [["initiative_id", "resource_id", "year_1"], ["wards", "money", ("=", "=1/0", "#DIV/0!")]]
    (found,) = issues(book({"uses": uses}))  # type: ignore[dict-item]
    assert "the error #DIV/0!" in found


def test_hidden_and_filtered_rows_are_read_and_named() -> None:
    def hide(_: Any, sheets: Mapping[str, Any]) -> None:
        sheets["initiatives"].set_row(2, None, None, {"hidden": True})

    reading = read(book(then=hide))
    assert reading.scenario is not None
    assert set(reading.scenario.initiative_by_id) == {"wards", "hub"}
    assert "initiatives: row 3 is hidden and was read all the same." in reading.notices


def test_merged_cells_of_a_table_are_one_issue() -> None:
    def merge(_: Any, sheets: Mapping[str, Any]) -> None:
        sheets["initiatives"].merge_range(1, 1, 2, 1, "Trust")

    (found,) = issues(book(then=merge))
    assert "merged" in found
    assert "B2:B3" in found


def test_merged_cells_of_a_table_that_names_others_hide_no_problem_beside_them() -> None:
    def merge(_: Any, sheets: Mapping[str, Any]) -> None:
        sheets["uses"].merge_range(2, 0, 3, 0, "hub")

    rows = [
        ["initiative_id", "resource_id", "year_1"],
        ["wards", "money", "n/a"],
        ["hub", "money", 1],
        [None, "money", 2],
    ]
    found = issues(book({"uses": rows}, merge))
    assert [text.partition(":")[0] for text in found] == ["uses, row 2, column C (year_1)", "uses, row 3"]


def test_sheet_of_almost_the_right_name_is_read() -> None:
    reading = read(renamed("goals", "Goals "))
    assert reading.scenario is not None, reading.issues
    assert any('"Goals "' in notice for notice in reading.notices)


def test_two_sheets_of_one_name_are_refused() -> None:
    (found,) = issues(book({"Resources ": SHEETS["resources"]}))
    assert found == (
        'resources: 2 sheets of one name: "resources" and "Resources ". One sheet resources. '
        "Delete one of them, or give it another name."
    )


def test_missing_sheet_says_which_was_meant_and_notices_are_kept() -> None:
    reading = read(renamed("goals", "Goals1"))
    assert [str(issue) for issue in reading.issues] == ['goals: the sheet is missing. Did you mean "Goals1"?']
    assert reading.notices


def test_title_above_the_header_is_one_problem() -> None:
    rows: Rows = [["Goals of our system, draft 3"], [], *SHEETS["goals"]]
    (found,) = issues(book({"goals": rows}))
    assert "goals, row 1" in found
    assert "stands above the header, which is row 3" in found


def test_carriage_return_of_a_cell_is_no_part_of_its_name() -> None:
    # Excel writes a carriage return as _x000D_; one of the two of the group may start, and 5 of 10 points is best
    heading: Rows = [["key", "value"], ["format", 1], ["title", "CR"], ["years", "2026/27"], ["weights.national", 1]]
    goals: Rows = [["goal_id", "tier", "unit", "direction", "baseline", "2026/27"]]
    goals += [["ae", "national", "%", "up", 75, 85], ["rtt", "national", "%", "up", 65, 75]]
    content = book(
        {
            "scenario": heading,
            "goals": goals,
            "resources": [["resource_id", "unit", "2026/27"], ["money", "£k", 1000]],
            "initiatives": [["initiative_id", "lead"], ["lists", "Acute trust\r"], ["same_day", "Acute trust"]],
            "uses": [["initiative_id", "resource_id", "year_1"], ["lists", "money", 1], ["same_day", "money", 1]],
            "effects": [["initiative_id", "goal_id", "central"], ["lists", "rtt", 4], ["same_day", "ae", 5]],
            "rules": [["rule_id", "kind", "subject", "limit"], ["R1", "count_at_most", "lead=Acute trust", 1]],
        }
    )
    assert any(b"_x000D_" in part for part in members_of(content).values())
    scenario = read(content).scenario
    assert scenario is not None
    portfolio = optimise(scenario, gap=0)
    assert list(portfolio.outcome.plan) == ["same_day"]
    assert portfolio.objective == pytest.approx(0.25)
    assert {row.lead for row in scenario.initiatives} == {"Acute trust"}


@pytest.mark.parametrize("encoding", ["UTF-0.10.10", "UTF-7", "x-nothing", "latin-1000"])
@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
)
def test_unknown_encoding_of_a_part_is_an_issue_about_the_file(encoding: str, part: str) -> None:
    parts = members_of(book())
    parts[part] = parts[part].replace(b'encoding="UTF-8"', f'encoding="{encoding}"'.encode())
    found = issues(zipped(parts))
    assert len(found) == 1
    assert found[0].startswith("book.xlsx: a workbook that cannot be read")


def test_strict_form_says_what_it_is() -> None:
    parts = members_of(book())
    transitional, strict = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    (found,) = issues(zipped({name: part.replace(transitional, strict) for name, part in parts.items()}))
    assert "Strict" in found
    assert "Excel Workbook (.xlsx)" in found


def test_workbook_with_blank_rows_and_spaces_reads_as_the_plain_one(tmp_path: Path) -> None:
    rows: Rows = [
        ["initiative_id ", " lead", "earliest", "latest"],
        [],
        [" wards ", "Trust", "2026/27", "2027/28"],
        ["  "],
    ]
    reading = read(book({"initiatives": [*rows, ["hub", "Council"]]}))
    assert reading.scenario is not None
    assert reading.scenario.hash == read_scenario(write_sheets(tmp_path / "plain.xlsx")).hash


def twelve_sins(mended: bool) -> bytes:
    """The quickstart as an analyst might bring it; mended: as eight messages say, each followed to the letter."""
    plain = read_scenario(QUICKSTART)
    sheets = {name: rows_of(plain, name) for name in ("goals", "resources", "initiatives", "uses", "effects", "rules")}
    for row in sheets["goals"][1:]:  # 1: percentages in the cells
        row[:] = [Percent(cell / 100) if isinstance(cell, float) and cell > 1 else cell for cell in row]
    resources = sheets["resources"]
    second = "2027/28" if mended else "Budget 2027-28 (£k)"  # 2 and 3: years in words of one's own
    spelled = {"2026/27": "FY26/27", "2027/28": second, "2028/29": "28/29"}
    resources[0] = [spelled.get(str(cell), cell) for cell in resources[0]]
    last = resources[0].index("28/29")
    resources[1][last], resources[2][last] = (1000, 8) if mended else ("£1m", "8 WTE")  # 4 and 5: sizes and units
    uses = sheets["uses"]
    column = uses[0].index("year_1")
    uses[3][0] = f" {uses[3][0]!s} ".upper()  # 6: capitals and blanks round an id
    if not mended:
        sheets["goals"][:0] = [["Our goals, draft 4"], []]  # 7: a title
        uses[1][column] = ("=", "=100+100", uses[1][column])  # 8: a formula, whose value is not saved below
        uses.append(["Total", None, *(None if cell is None else 5 for cell in uses[1][2:])])  # 9: totals
        effects = sheets["effects"]
        effects[0] = ["lead" if cell == "lead_months" else cell for cell in effects[0]]  # 10: half a heading
    heading: Rows = [["key", "value"], ["format", 1], ["title", plain.title], ["years", "; ".join(plain.years)]]
    heading += [[f"weights.{tier}", plain.settings.weights[tier]] for tier in ("national", "local", "long_term")]

    def hide(_: Any, made: Mapping[str, Any]) -> None:
        made["effects"].set_row(4, None, None, {"hidden": True})  # 11: a hidden row

    content = book({**sheets, "scenario": heading}, hide)
    parts = members_of(content)
    name = b'name="initiatives"'  # 12: a sheet under another name
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(name, name if mended else b'name="Initiatives list"')
    uses_part = f"xl/worksheets/sheet{list(SHEETS).index('uses') + 1}.xml"
    if not mended:
        before, formula, after = parts[uses_part].decode().partition("<f>100+100</f>")
        parts[uses_part] = (before + formula + after.partition("</v>")[2]).encode()
    return zipped(parts)


def test_twelve_ordinary_sins_are_mended_from_the_messages_alone() -> None:
    wrong = read(twelve_sins(mended=False))
    said = "\n".join(str(issue) for issue in wrong.issues)
    assert len(wrong.issues) == 8, said
    for advice in (
        "Delete the rows above row 3",
        'Did you mean "2027/28"?',
        "Write 1000: the unit is £k.",
        "Write 8 only",
        'Did you mean "Initiatives list"?',
        "Paste special, Values",
        "Delete the row: totals are worked out.",
        'Did you mean "lead_months"?',
    ):
        assert advice in said
    right = read(twelve_sins(mended=True))
    assert right.scenario is not None, right.issues
    assert len(right.notices) == 4  # the hidden row, percentages, spellings of resources and of uses
    plan = optimise(right.scenario, gap=0)
    assert plan.objective == pytest.approx(0.41)
    assert list(plan.outcome.plan) == [
        "handover", "neighbourhood_team", "practice_phones", "shared_record", "stop_smoking",
    ]  # fmt: skip


def shown_as(code: str, value: float, unit: str) -> bytes:
    """The small scenario with one capacity shown in a format of its own."""

    def give(workbook: Any, sheets: Mapping[str, Any]) -> None:
        sheets["resources"].write_number(1, 2, value, workbook.add_format({"num_format": code}))

    return book({"resources": [["resource_id", "unit", *YEARS], ["money", unit, *[value] * len(YEARS)]]}, give)


@pytest.mark.parametrize(
    ("code", "value", "unit", "found"),
    [
        ("#,##0,", 1_200_000, "£k", "1200000, shown divided by 1,000. A number as it is shown."),
        ('£#,##0,,"m"', 1_200_000, "£k", "1200000, shown divided by 1,000,000. A number as it is shown."),
        ('"£"0.0"m"', 1.2, "£k", "a cell shown as 1.2m. A capacity is a number: the unit is £k."),
        ("0.0\\k", 40, "WTE", "a cell shown as 40k. A capacity is a number: the unit is WTE."),
    ],
)
def test_number_whose_format_says_another_size_is_an_issue(code: str, value: float, unit: str, found: str) -> None:
    (issue,) = issues(shown_as(code, value, unit))
    assert issue == (
        f"resources, row 2, column C ({YEARS[0]}): {found} Format the cell as a plain number, and write it in its unit."
    )


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [
        ('"£"0.0"m"', 1.2, "£m"),
        ("0.0\\k", 40, "£000"),
        ("#,##0;[Red]-#,##0", 40, "£k"),
        ('0.0,"k"', 0, "£k"),
        ("0 ?/?", 2, None),
    ],
)
def test_number_whose_format_says_its_own_size_is_read(code: str, value: float, unit: str) -> None:
    scenario = read(shown_as(code, value, unit)).scenario
    assert scenario is not None
    assert scenario.resources[0].capacities[YEARS[0]] == value


@pytest.mark.parametrize("title", ["rules (2)", "Rule", "RULES2"])
def test_rules_under_another_name_are_not_lost(title: str) -> None:
    assert issues(renamed("rules", title)) == [f'rules: the sheet is missing. Did you mean "{title}"?']
