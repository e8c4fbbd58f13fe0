"""An Excel workbook as a scenario: a grid for each table and the settings in its sheets `scenario` and `what_ifs`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from prioritiser.errors import Issue
from prioritiser.files.excel.settings import SettingsRead, read_settings
from prioritiser.files.excel.sheets import read_sheets
from prioritiser.files.tables.issues import Findings, Grid, shown
from prioritiser.files.tables.upload_limits import Archive
from prioritiser.scenario.schema import OPTIONAL_TABLES, TABLE_NAMES
from prioritiser.text.suggestions import did_you_mean

SHEETS = ("scenario", *TABLE_NAMES, "what_ifs")
# sheets of the pack (exports.pack_xlsx), which holds an answer beside its scenario
PACK_SHEETS = ("cover", "contents", "charts")
PACK_PREFIXES = ("answer ", "paper ")
_OPTIONAL = OPTIONAL_TABLES | {"what_ifs"}

_LETTERS = re.compile(r"[^a-z]")


@dataclass
class WorkbookRead:
    """What a workbook holds: a grid for each table that is sound, and the keys that scenario.toml would have.

    An optional table that has no sheet is an empty grid.
    """

    grids: dict[str, Grid]
    settings: SettingsRead


def read_workbook(archive: Archive, name: str, findings: Findings) -> WorkbookRead | None:
    """Read a workbook whose zip is known to be small and plain; None and an issue when it is not a safe workbook."""
    sheets = read_sheets(archive, name, SHEETS, findings)
    if sheets is None:
        return None
    others = [title for title in sheets.others if not (title in PACK_SHEETS or title.startswith(PACK_PREFIXES))]
    for title in others:
        hint = did_you_mean(title.strip(), set(SHEETS) - sheets.found)
        findings.notices.append(f"The sheet {shown(title)} is not read.{' ' + hint if hint else ''}")
    grids = dict(sheets.grids)
    for table in SHEETS:
        if table not in sheets.found and table not in _OPTIONAL:
            findings.issues.append(_missing(table, others))
        elif table not in sheets.found and table in OPTIONAL_TABLES:
            alike = [title for title in others if _LETTERS.sub("", title.casefold()).rstrip("s") == table.rstrip("s")]
            if alike:
                findings.issues.append(_missing(table, alike))
            grids[table] = Grid(table, (), ())
    settings = read_settings(grids.pop("scenario", None), grids.pop("what_ifs", None), findings)
    return WorkbookRead(grids, settings)


def _missing(table: str, others: Iterable[str]) -> Issue:
    expected, hint = f"A workbook needs a sheet {table}.", did_you_mean(table, others)
    return Issue(table, 0, "", "missing", expected, hint, said="the sheet is missing.")
