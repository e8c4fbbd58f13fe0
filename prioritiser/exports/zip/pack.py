"""The pack as one zip: every format, README.txt, the answer as JSON, the tables as CSV, and the scenario's folder."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping

from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.exports.common.csv import rows_csv
from prioritiser.exports.common.plain_text import legal
from prioritiser.exports.common.tables import PaperTable, paper_tables, spread
from prioritiser.exports.zip.readme import readme
from prioritiser.files.scenario_files import FILE_NAMES, check_settings_kept, scenario_files, zip_bytes
from prioritiser.report.document import Report, Table

README, ANSWER = "README.txt", "answer.json"
_OWN = frozenset(name.casefold() for name in (README, ANSWER, "scenario", "tables", *FILE_NAMES))
_MOST_IN_NAME = 60
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def pack_zip(files: Mapping[str, bytes], report: Report, portfolio: Portfolio) -> bytes:
    """Pack the other formats, given by name, with what belongs to them; the same input gives the same bytes.

    Names that could lead outside, that a system does not take or that the zip has already are changed. The zip is a
    scenario too: `read_scenario` reads the folder scenario in it. Raises ScenarioError when the scenario's own settings
    hold what no file keeps.
    """
    given: dict[str, bytes] = {}
    for name, content in sorted(files.items()):
        given[safe_name(name, given)] = content
    tables = {table_name(paper): paper for paper in paper_tables(report)}
    scenario = portfolio.outcome.scenario
    check_settings_kept(scenario, "scenario")
    answer = json.dumps(portfolio.as_json(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    text = readme(report, portfolio, given, tables)
    given |= {README: text.encode("utf-8"), ANSWER: answer.encode("utf-8")}
    given |= {name: table_csv(paper.table) for name, paper in tables.items()}
    given |= {f"scenario/{name}": content for name, content in scenario_files(scenario).items()}
    return zip_bytes(given)


def table_csv(table: Table) -> bytes:
    """Write a table of the paper as CSV: numbers as numbers with their unit in the heading, text that stays text."""
    columns, rows = spread(table)
    headings = [legal(column.heading) for column in columns]
    return rows_csv([headings, *([legal(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)])


def table_name(paper: PaperTable) -> str:
    """Name the file of a table, such as tables/01-portfolio.csv."""
    return f"tables/{paper.number:02d}-{_plain(paper.table.name).strip('-.').casefold() or 'table'}.csv"


def safe_name(wanted: str, taken: Iterable[str] = ()) -> str:
    """Make a plain name of ASCII letters, digits, dots and dashes that leads nowhere else and is not taken."""
    last = wanted.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    stem, ending = (stem, ending) if dot and stem.strip(".") else (last, "")
    stem, ending = _plain(stem).strip("-.") or "file", _plain(ending).strip("-.")
    if _DEVICES.match(stem):
        stem = f"file-{stem}"
    used = _OWN | {name.casefold() for name in taken}
    number, name = 1, _joined(stem, ending)
    while name.casefold() in used:
        number += 1
        name = _joined(f"{stem}-{number}", ending)
    return name


def _joined(stem: str, ending: str) -> str:
    return f"{stem}.{ending}" if ending else stem


def _plain(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9._]+", "-", ascii_only)[:_MOST_IN_NAME]
