"""The parts of 'What we read, and how' (docs/reading.md) that are worked out: each message comes from an example read.

Run `python -m docs.reading_guide` after a change of the reading; a test says when the page is out of date.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from prioritiser.files.format_table import format_table
from prioritiser.files.scenario_files import Reading, inspect_scenario
from prioritiser.files.tables import upload_limits as limits
from prioritiser.scenario.headings import understood_column, understood_year
from prioritiser.scenario.numbers import RANGE, NotANumber, Wanted, parse_number

PAGE = Path(__file__).parent / "reading.md"
YEARS = ("2026/27", "2027/28")
_CAPACITY_BLANK = "Write 0 if there is none, or leave the cell blank if there is no limit."

FILES: Mapping[str, str] = {
    "scenario.toml": (
        'format = 1\ntitle = "Example"\nyears = ["2026/27", "2027/28"]\n[weights]\nnational = 60\nlocal = 40\n'
    ),
    "goals.csv": (
        "goal_id,tier,unit,direction,baseline,2026/27,2027/28\n"
        "ae_4h,national,%,up,70,,80\nwaits,local,people,down,5000,4000,2000\n"
    ),
    "resources.csv": "resource_id,unit,2026/27,2027/28\nmoney,£k,100,120\nstaff,WTE,8,8\n",
    "initiatives.csv": "initiative_id,lead\nhub,Acute trust\nphones,ICB\n",
    "uses.csv": "initiative_id,resource_id,year_1,year_2\nhub,money,60,60\nphones,money,40,40\nphones,staff,2,2\n",
    "effects.csv": "initiative_id,goal_id,central,lead_months\nhub,waits,-2000,6\nphones,ae_4h,4,3\n",
}
# what is in the file, the file, what is replaced, and what stands there instead
SINS: Sequence[tuple[str, str, str, str]] = (
    ("Years written as people write them", "resources.csv", "2026/27,2027/28", "26-27,FY27/28"),
    ("A column for a year that is not in `years`", "resources.csv", "2027/28", "FY27"),
    ("A heading that is almost a column's name", "effects.csv", "lead_months", "lead"),
    ("Figures of your own beside the table", "resources.csv", "unit,", "unit,last year,"),
    ("A title above the header", "goals.csv", "goal_id,", "Our goals (draft 3),,,,,,\ngoal_id,"),
    ("A last row of totals", "resources.csv", "staff,WTE,8,8", "staff,WTE,8,8\nTotal,,108,128"),
    ("A column of row numbers, as pandas writes it", "initiatives.csv", "", ""),
    ("Semicolons between the cells", "initiatives.csv", ",", ";"),
    ("No capacity, as a dash", "resources.csv", "100,120", "100,-"),
    ("An amount with a size", "resources.csv", "100,120", "100,£1.2m"),
    ("An id in other capitals or with a space behind it", "uses.csv", "phones,staff", "Phones ,staff"),
    ("An id that is not there", "uses.csv", "phones,staff", "phone,staff"),
    ("One id twice", "initiatives.csv", "phones,ICB", "phones,ICB\nPhones,ICB"),
    ("An invisible character in a number", "resources.csv", "100,120", "100,12\u200b0"),
)
AMOUNTS: Sequence[tuple[str, str]] = (
    ("-", "£k"), ("TBC", "£k"), ("£1.2m", "£k"), ("1.2bn", "£m"), ("250k", "£"), ("£300", "£k"), ("1,200", "£k"),
    ("3,5", "£m"), ("(50)", "£k"), ("200-", "£k"), ("½", "WTE"), ("c. 300", "£k"), ("10-20", "£k"), ("300 WTE", "WTE"),
    ("300 beds", "WTE"), ("92%", "%"), ("92%", "£k"), ("2 years", "months"),
)  # fmt: skip
SPELLINGS = ("2026-27", "2026–27", "26/27", "FY26/27", "2026/2027", "2026/27 (£k)", "Financial year 2026/27")
NO_YEARS = ("2026", "FY27", "Budget 2026/27", "2026/28")
COLUMNS = ("Year 1", "Y2", "Resource ID", "year 2 (£k)")


def page(text: str) -> str:
    """The page with each of its worked-out parts put between its markers anew."""
    parts = {"limits": _limits, "spellings": _spellings, "sins": _sins, "amounts": _amounts, "workbook": _workbooks}
    for name, made in {**parts, "columns": lambda: format_table().strip()}.items():
        start, end = f"<!-- {name}: start -->", f"<!-- {name}: end -->"
        if start not in text or end not in text:
            raise ValueError(f"the page lacks the markers of {name}")
        between = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
        text = between.sub(f"{start}\n{made()}\n{end}".replace("\\", r"\\"), text, count=1)
    return text


def _limits() -> str:
    sizes = {
        "a CSV file": limits.MAX_TABLE_BYTES,
        "`scenario.toml`": limits.MAX_SETTINGS_BYTES,
        "a zip or workbook": limits.MAX_ARCHIVE_BYTES,
        "a zip or workbook when unpacked": limits.MAX_UNPACKED_BYTES,
    }
    rows = [f"| {what} | {size / 1_000_000:g} MB |" for what, size in sizes.items()]
    counts = [f"| rows of a table | {limits.MAX_ROWS:,} |", f"| columns of a table | {limits.MAX_COLUMNS} |"]
    counts.append(f"| cells of a CSV table | {limits.MAX_CELLS:,} |")
    return "\n".join(["| at most | |", "|---|---|", *rows, *counts, f"| a number | {RANGE} |"])


def _spellings() -> str:
    years = [(text, understood_year(text, YEARS) or "") for text in SPELLINGS]
    columns = [
        (text, (understood_column(text, ("initiative_id", "resource_id"), ("year_1", "year_2")) or ("", ""))[0])
        for text in COLUMNS
    ]
    wrong = [text for text, meant in [*years, *columns] if not meant] + [
        text for text in NO_YEARS if understood_year(text, YEARS)
    ]
    if wrong:
        raise ValueError(f"the page says otherwise of {wrong}")
    return "\n".join(
        [
            "| a heading such as | is read as |",
            "|---|---|",
            *(f"| `{text}` | `{meant}` |" for text, meant in [*years, *columns]),
            "",
            f"What could mean two years, or none, is an issue: {', '.join(f'`{text}`' for text in NO_YEARS)}.",
        ]
    )


def _sins() -> str:
    with tempfile.TemporaryDirectory() as folder:
        plain = _read(Path(folder) / "plain", FILES)
        if plain.issues or plain.notices:
            raise ValueError(f"the plain example is not plain: {plain}")
        rows = []
        for number, (sin, file, old, new) in enumerate(SINS):
            text = _numbered(FILES[file]) if not old else FILES[file].replace(old, new)
            reading = _read(Path(folder) / str(number), {**FILES, file: text})
            rows.append(f"| {sin} | {'<br>'.join(_said(reading))} |")
    return "\n".join(
        [
            "| in the file | what `check` says |",
            "|---|---|",
            *rows,
        ]
    )


def _numbered(text: str) -> str:
    header, *rows = text.splitlines()
    return "\n".join([f",{header}", *(f"{number},{row}" for number, row in enumerate(rows))]) + "\n"


def _read(folder: Path, files: Mapping[str, str]) -> Reading:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return inspect_scenario(folder)


def _said(reading: Reading) -> list[str]:
    said = [f"Issue: {_cell(str(issue))}" for issue in reading.issues]
    said += [f"Note: {_cell(notice)}" for notice in reading.notices]
    if not said:
        raise ValueError("an example of the page goes by in silence")
    return said


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _amounts() -> str:
    rows = []
    for text, unit in AMOUNTS:
        number = parse_number(text, Wanted(_CAPACITY_BLANK, unit))
        if not isinstance(number, NotANumber) or not number.fix:
            raise ValueError(f"{text} in {unit} has no advice")
        rows.append(f"| `{text}` | {unit} | {_cell(number.fix)} |")
    return "\n".join(
        [
            "| written | unit | what is said |",
            "|---|---|---|",
            *rows,
        ]
    )


def _workbooks() -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(_workbook())
        said = _said(inspect_scenario(path))
    return "\n".join(f"- {text}" for text in said)


def _workbook() -> bytes:
    """The example as a workbook, with three habits of spreadsheets."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    percent = book.add_format({"num_format": "0%"})
    sheet = book.add_worksheet("scenario")
    rows = [("key", "value"), ("format", 1), ("title", "Example"), ("years", "2026/27; 2027/28")]
    for number, row in enumerate([*rows, ("weights.national", 60), ("weights.local", 40)]):
        sheet.write_row(number, 0, row)
    for name, text in FILES.items():
        if not name.endswith(".csv"):
            continue
        sheet = book.add_worksheet(name.removesuffix(".csv"))
        for number, line in enumerate(text.splitlines()):
            for column, cell in enumerate(line.split(",")):
                plain = parse_number(cell)
                if cell == "80":
                    sheet.write_number(number, column, 0.8, percent)
                elif cell == "120":
                    sheet.write_formula(number, column, "=100+20", None, 120)
                elif isinstance(plain, NotANumber):
                    sheet.write_string(number, column, cell)
                else:
                    sheet.write_number(number, column, plain)
        if name == "initiatives.csv":
            sheet.set_row(2, None, None, {"hidden": True})
    book.close()
    return content.getvalue()


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
