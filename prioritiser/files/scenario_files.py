"""A scenario from and to a folder, a zip or a workbook; every problem found is raised at once."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prioritiser.errors import Issue, PrioritiserError, ScenarioError
from prioritiser.files.excel.writer import table_cells, write_workbook
from prioritiser.files.sources import ARCHIVES, FILE_NAMES, KINDS, Source, archive_source, find_source, refuse_kind
from prioritiser.files.tables.atomic_write import save_file, save_folder
from prioritiser.files.tables.csv_format import write_csv
from prioritiser.files.tables.header import Understood
from prioritiser.files.tables.issues import Findings, Grid
from prioritiser.files.tables.references import resolve
from prioritiser.files.tables.rows import TableRead, read_rows
from prioritiser.files.tables.toml_format import Heading, read_heading, write_toml
from prioritiser.files.tables.upload_limits import MAX_ROWS
from prioritiser.scenario.checks import find_table_problems
from prioritiser.scenario.draft import Draft, DraftTable
from prioritiser.scenario.headings import looks_like_year
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import OPTIONAL_TABLES, TABLE_NAMES, TABLES, cell_text
from prioritiser.scenario.setting_checks import find_setting_problems, find_what_if_problems
from prioritiser.scenario.setting_names import SettingNames
from prioritiser.scenario.setting_ranges import SETTINGS_FILE
from prioritiser.scenario.settings import Settings
from prioritiser.text.spelling import folded

_UNREAD_KEYS = ("format", "title", "years", "weights", "settings", "goal_weights")


@dataclass(frozen=True)
class Reading:
    """What was found at a path: a scenario, or None and every issue; and the notices."""

    name: str
    scenario: Scenario | None
    issues: tuple[Issue, ...]
    notices: tuple[str, ...]


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a folder, a .zip or an .xlsx workbook; raises ScenarioError with every problem."""
    return _scenario_of(inspect_scenario(path))


def scenario_from_bytes(name: str, content: bytes) -> Scenario:
    """Read a scenario from the bytes of a .zip or an .xlsx of this name; raises ScenarioError with every problem."""
    return _scenario_of(inspect_bytes(name, content))


def _scenario_of(reading: Reading) -> Scenario:
    if reading.scenario is None:
        raise ScenarioError(reading.name, reading.issues, reading.notices)
    return reading.scenario


def inspect_scenario(path: str | Path) -> Reading:
    """Read a scenario and return it, or every issue found; and its notices. Raises nothing for bad input."""
    findings = Findings()
    try:
        source = find_source(Path(path), findings)
    except OSError as error:
        findings.problem(Path(path).name, error.strerror or "unreadable", "A path that may be read.")
        source = None
    return _inspect(str(path), source, findings)


def inspect_bytes(name: str, content: bytes) -> Reading:
    """Read a scenario from the bytes of a .zip or .xlsx workbook, such as an upload; raises nothing for bad input."""
    findings = Findings()
    suffix = Path(name).suffix.casefold()
    if suffix in ARCHIVES:
        source = archive_source(name, content, findings)
    else:
        source = None
        refuse_kind(name, suffix, "A .zip or an .xlsx workbook.", findings)
    return _inspect(name, source, findings)


def inspect_tables(name: str, given: Mapping[str, Any], grids: Mapping[str, Grid]) -> Reading:
    """Read a scenario from the keys of its scenario.toml and a grid of text for each table, as a page edits them."""
    findings = Findings()
    kept = {}
    for table, grid in grids.items():
        if len(grid.rows) > MAX_ROWS:
            fix = "Delete rows that are not needed."
            findings.problem(grid.file, f"more than {MAX_ROWS:,} rows", f"At most {MAX_ROWS:,} rows.", fix)
        else:
            kept[table] = grid
    return _inspect(name, Source(kept, given), findings)


def _inspect(name: str, source: Source | None, findings: Findings) -> Reading:
    if source is None:
        return Reading(name, None, tuple(findings.issues), tuple(findings.notices))
    heading, draft, reads = _read_draft(source, findings)
    findings.issues += _check(draft, heading, reads)
    if findings.issues:
        issues = sorted(dict.fromkeys(findings.issues), key=lambda issue: _order(issue, source.suffix))
        notices = _without_refused(findings.notices, issues)
        return Reading(name, None, tuple(issues), tuple(dict.fromkeys(notices)))
    scenario = _build(heading, draft, findings)
    return Reading(name, scenario, (), scenario.notices)


def _order(issue: Issue, suffix: str) -> tuple[int, int, int, str]:
    files = [SETTINGS_FILE, "scenario", "what_ifs", *(f"{name}{suffix}" for name in TABLE_NAMES)]
    return (files.index(issue.file) if issue.file in files else -1, issue.row, len(issue.letter), issue.letter)


def _read_draft(source: Source, findings: Findings) -> tuple[Heading, Draft, Mapping[str, TableRead]]:
    blocked = source.blocked
    if source.given is None:
        blocked |= {(None, key) for key in _UNREAD_KEYS}
    heading = read_heading(source.given or {}, source.places, findings, blocked)
    reads: dict[str, TableRead] = {}
    for row_type in TABLES:
        grid = source.grids.get(row_type.table)
        if grid is None:
            reads[row_type.table] = TableRead(DraftTable(readable=False), {})
            continue
        optional = not grid.header and row_type.table in OPTIONAL_TABLES
        units = _units_of(_NAMED.get(row_type.table, ""), reads)
        read = TableRead(DraftTable(), {}) if optional else read_rows(grid, row_type, heading.years, findings, units)
        reads[row_type.table] = read if heading.years else replace(read, table=_all_partial(read.table))
    reads = resolve(reads)
    findings.notices += [notice for read in reads.values() for notice in read.understood.notice()]
    tables = {name: read.table for name, read in reads.items()}
    settings, what_ifs = heading.settings, heading.what_ifs
    draft = Draft(heading.title, heading.years, settings, what_ifs, tables, heading.tags, source.suffix)
    heading = _respelled(heading, draft, findings)
    return heading, replace(draft, settings=heading.settings, what_ifs=heading.what_ifs), reads


def _respelled(heading: Heading, draft: Draft, findings: Findings) -> Heading:
    """Write the names in the settings and what-ifs as the tables do, with one notice of what was read as meant."""
    names = SettingNames(draft.ids, heading.years)
    understood = Understood("scenario" if heading.places.sheets else SETTINGS_FILE)
    settings = names.respelled(heading.settings, understood.cell)
    what_ifs = tuple(
        replace(what_if, changes=names.respelled(what_if.changes, understood.cell)) for what_if in heading.what_ifs
    )
    findings.notices += understood.notice()
    return replace(heading, settings=settings, what_ifs=what_ifs)


_NAMED = {"uses": "resources", "effects": "goals", "rules": "goals"}


def _units_of(table: str, reads: Mapping[str, TableRead]) -> dict[str, str]:
    """The unit of each id of a table that was read, by folded id."""
    if table not in reads:
        return {}
    return {
        folded(name): unit
        for _, row in reads[table].table.everything()
        if (name := getattr(row, f"{table[:-1]}_id", None)) and (unit := getattr(row, "unit", None))
    }


def _all_partial(table: DraftTable) -> DraftTable:
    """Trust nothing but ids: without the years, the columns of numbers are not known."""
    return DraftTable((), (), tuple(table.everything()), table.readable)


def _without_refused(notices: Sequence[str], issues: Iterable[Issue]) -> list[str]:
    """Leave out the hint about a column that may be a year where the issue about it names every year that it may be."""
    years = (issue for issue in issues if issue.column and looks_like_year(issue.column))
    refused = tuple(f'{issue.file}: column "{issue.column}" is kept as a tag.' for issue in years)
    return [notice for notice in notices if not notice.startswith(refused)]


def _check(draft: Draft, heading: Heading, reads: Mapping[str, TableRead]) -> list[Issue]:
    """Find what is wrong beyond single cells, each problem placed where a reader finds it."""
    issues: list[Issue | None] = []
    for problem in find_table_problems(draft):
        if problem.file == SETTINGS_FILE:
            issues.append(heading.settle(problem))
        else:
            read = reads[problem.file.removesuffix(draft.suffix)]
            row = read.header_row if problem.row == 1 else problem.row
            issues.append(replace(problem, row=row, letter=read.letters.get(problem.column, "")))
    issues += [heading.settle(problem) for problem in find_setting_problems(draft.settings, draft)]
    issues += [heading.settle(problem, position) for position, problem in find_what_if_problems(draft)]
    return [issue for issue in issues if issue is not None]


def _build(heading: Heading, draft: Draft, findings: Findings) -> Scenario:
    settings = heading.settings
    return Scenario(
        title=heading.title,
        system=heading.system,
        summary=heading.summary,
        years=heading.years,
        settings=Settings(settings.weights or {}, settings.balance or 0.0, settings.case),  # type: ignore[arg-type]
        what_ifs=heading.what_ifs,
        tags=heading.tags,
        notices=tuple(findings.notices),
        **{name: table.rows for name, table in draft.tables.items()},  # type: ignore[arg-type]
    )


def write_scenario(scenario: Scenario, path: str | Path) -> None:
    """Write a scenario as the path's ending says: .zip, .xlsx, or a folder; beside first, then renamed into place.

    In a folder that exists only the files of the format are replaced. Text that begins with '=' stays as it is, so
    that nothing is lost: a spreadsheet may take it for a formula when it opens a CSV file.
    Raises ScenarioError when the format cannot keep something, PrioritiserError when nothing can be written.
    """
    target = Path(path)
    suffix = target.suffix.casefold()
    if suffix in ARCHIVES and not target.is_dir():
        save_file(target, scenario_bytes(scenario, target.name))
    elif target.exists() and not target.is_dir():
        raise PrioritiserError(f"{target} is a file. {KINDS}")
    else:
        check_settings_kept(scenario, target.name)
        save_folder(target, scenario_files(scenario))


def scenario_bytes(scenario: Scenario, name: str) -> bytes:
    """Write a scenario as a .zip or an .xlsx workbook, as the name's ending says.

    Raises ScenarioError when the format cannot keep something.
    """
    check_settings_kept(scenario, name)
    if name.casefold().endswith(".xlsx"):
        return write_workbook(scenario, name)
    return zip_bytes(scenario_files(scenario))


def scenario_files(scenario: Scenario) -> dict[str, bytes]:
    """The files of a scenario's folder by name; scenario.toml comes last."""
    files = {}
    for row_type in TABLES:
        header, rows = table_cells(scenario, row_type)
        files[f"{row_type.table}.csv"] = write_csv(header, ([cell_text(cell) for cell in row] for row in rows))
    return {**files, SETTINGS_FILE: write_toml(scenario).encode("utf-8")}


def check_settings_kept(scenario: Scenario, name: str) -> None:
    """Raise ScenarioError when a scenario's own settings hold what no file of the format keeps."""
    kept = ("capacity", "lock", "goal_weights", "without")
    given = [part for part in kept if getattr(scenario.settings, part)]
    if given:
        expected = "Only weights, balance and case are kept in a scenario's own settings."
        fix = "Keep the rest as a what-if."
        raise ScenarioError(name, [Issue(SETTINGS_FILE, 0, "settings", ", ".join(given), expected, fix)])


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Pack files by name; the same files give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, files[name])
    return content.getvalue()


__all__ = [
    "FILE_NAMES", "Reading", "check_settings_kept", "inspect_bytes", "inspect_scenario", "inspect_tables",
    "read_scenario", "scenario_bytes", "scenario_files", "write_scenario", "zip_bytes",
]  # fmt: skip
