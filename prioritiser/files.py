"""A scenario from and to a folder, a zip or a workbook; every problem found is raised at once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from prioritiser.checks import find_setting_problems, find_table_problems, find_what_if_problems
from prioritiser.csv_tables import decode, read_csv, write_csv
from prioritiser.draft import Draft, DraftTable
from prioritiser.errors import Issue, PrioritiserError, ScenarioError
from prioritiser.findings import Findings, Grid
from prioritiser.limits import (
    MAX_ARCHIVE_BYTES,
    MAX_ROWS,
    MAX_SETTINGS_BYTES,
    MAX_TABLE_BYTES,
    open_archive,
    read_bytes,
    read_member,
)
from prioritiser.rows import TableRead, read_rows
from prioritiser.saving import save_file, save_folder
from prioritiser.scenario import Scenario, Settings, cell_text
from prioritiser.schema import OPTIONAL_TABLES, TABLE_NAMES, TABLES
from prioritiser.setting_checks import SETTINGS_FILE
from prioritiser.settings_file import Heading, Places, parse_toml, read_heading, write_toml
from prioritiser.words import did_you_mean_file
from prioritiser.workbook import read_workbook
from prioritiser.workbook_writer import table_cells, write_workbook

FILE_NAMES = (SETTINGS_FILE, *(f"{name}.csv" for name in TABLE_NAMES))
_UNREAD_KEYS = ("format", "title", "years", "weights", "settings", "goal_weights")
_KINDS = "A scenario is a folder, a .zip or an .xlsx workbook."
_ARCHIVES = (".zip", ".xlsx")
_OTHER_KINDS = {
    ".xlsm": "Save it as .xlsx, without macros.",
    ".xlsb": "Save it as .xlsx.",
    ".xls": "Save it as .xlsx.",
    ".ods": "Save it as .xlsx.",
    ".toml": "Give the folder that holds it.",
    ".csv": "Give the folder that holds it.",
}


@dataclass(frozen=True)
class Reading:
    """What was found at a path: a scenario, or None and every issue; and the notices."""

    name: str
    scenario: Scenario | None
    issues: tuple[Issue, ...]
    notices: tuple[str, ...]


@dataclass
class _Source:
    """The parts of a scenario before any cell is read. given: keys of scenario.toml, None if they cannot be read."""

    grids: Mapping[str, Grid] = field(default_factory=dict)
    given: Mapping[str, Any] | None = None
    places: Places = field(default_factory=Places)
    blocked: frozenset[tuple[int | None, str]] = frozenset()
    suffix: str = ".csv"


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a folder, a .zip or an .xlsx workbook; raises ScenarioError with every problem."""
    reading = inspect_scenario(path)
    if reading.scenario is None:
        raise ScenarioError(reading.name, reading.issues)
    return reading.scenario


def inspect_scenario(path: str | Path) -> Reading:
    """Read a scenario and return it, or every issue found; and its notices. Raises nothing for bad input."""
    findings = Findings()
    try:
        source = _find_source(Path(path), findings)
    except OSError as error:
        findings.problem(Path(path).name, error.strerror or "unreadable", "A path that may be read.")
        source = None
    return _inspect(str(path), source, findings)


def inspect_bytes(name: str, content: bytes) -> Reading:
    """Read a scenario from the bytes of a .zip or .xlsx workbook, such as an upload; raises nothing for bad input."""
    findings = Findings()
    suffix = Path(name).suffix.casefold()
    if suffix in _ARCHIVES:
        source = _archive_source(name, content, findings)
    else:
        source = None
        _refuse_kind(name, suffix, "A .zip or an .xlsx workbook.", findings)
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
    return _inspect(name, _Source(kept, given), findings)


def _inspect(name: str, source: _Source | None, findings: Findings) -> Reading:
    if source is None:
        return Reading(name, None, tuple(findings.issues), tuple(findings.notices))
    heading, draft, reads = _read_draft(source, findings)
    findings.issues += _check(draft, heading, reads)
    if findings.issues:
        issues = sorted(dict.fromkeys(findings.issues), key=lambda issue: _order(issue, source.suffix))
        return Reading(name, None, tuple(issues), tuple(findings.notices))
    scenario = _build(heading, draft, findings)
    return Reading(name, scenario, (), scenario.notices)


def _order(issue: Issue, suffix: str) -> tuple[int, int, int, str]:
    files = [SETTINGS_FILE, "scenario", "what_ifs", *(f"{name}{suffix}" for name in TABLE_NAMES)]
    return (files.index(issue.file) if issue.file in files else -1, issue.row, len(issue.letter), issue.letter)


def _find_source(path: Path, findings: Findings) -> _Source | None:
    suffix = path.suffix.casefold()
    if path.is_dir():
        return _folder_source(path, findings)
    if not path.exists():
        near = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        findings.problem(path.name, "There is no such file or folder", _KINDS, did_you_mean_file(path.name, near))
        return None
    if suffix not in _ARCHIVES:
        _refuse_kind(path.name, suffix, _KINDS, findings)
        return None
    content = read_bytes(path, MAX_ARCHIVE_BYTES, findings)
    return None if content is None else _archive_source(path.name, content, findings)


def _refuse_kind(name: str, suffix: str, expected: str, findings: Findings) -> None:
    findings.problem(name, f"a {suffix or 'nameless'} file", expected, _OTHER_KINDS.get(suffix, ""))


def _archive_source(name: str, content: bytes, findings: Findings) -> _Source | None:
    read = _zip_source if name.casefold().endswith(".zip") else _workbook_source
    return read(name, content, findings)


def _folder_source(folder: Path, findings: Findings) -> _Source:
    names = [entry.name for entry in folder.iterdir()]
    return _source_of(names, lambda name, limit: read_bytes(folder / name, limit, findings), findings)


def _zip_source(name: str, content: bytes, findings: Findings) -> _Source | None:
    archive = open_archive(name, content, findings)
    if archive is None:
        return None
    members = [member for member in archive.members.namelist() if not member.startswith("__MACOSX/")]
    shallow = [member for member in members if member.count("/") <= 1]
    bases = sorted({member.rpartition("/")[0] for member in shallow if member.rpartition("/")[2] in FILE_NAMES})
    if len(bases) > 1:
        places = " and ".join(f'"{base}"' if base else "the root" for base in bases)
        findings.problem(name, f"tables in {places}", "Tables at the root or in one folder.", "Zip one scenario.")
        return None
    base = f"{bases[0]}/" if bases and bases[0] else ""
    inside = [member.removeprefix(base) for member in members if member.startswith(base)]
    return _source_of(inside, lambda file, limit: read_member(archive, base + file, limit, findings), findings)


def _source_of(names: Iterable[str], read: Callable[[str, int], bytes | None], findings: Findings) -> _Source:
    """Read scenario.toml and the tables by name, from wherever they are."""
    present = set(names)
    source, grids = _Source(), {}
    for file in FILE_NAMES:
        table = file.removesuffix(".csv")
        if file not in present:
            if table not in OPTIONAL_TABLES:
                _missing(file, present, findings)
            continue
        content = read(file, MAX_SETTINGS_BYTES if file == SETTINGS_FILE else MAX_TABLE_BYTES)
        if content is None:
            continue
        if file == SETTINGS_FILE:
            text = decode(content, file, findings)
            source.given = None if text is None else parse_toml(text, findings)
        elif (grid := read_csv(content, file, findings)) is not None:
            grids[table] = grid
    unread = {file.removesuffix(".csv") for file in present if file in FILE_NAMES} - set(grids)
    source.grids = {**grids, **{name: Grid(f"{name}.csv", (), ()) for name in OPTIONAL_TABLES - set(grids) - unread}}
    return source


def _missing(file: str, present: Iterable[str], findings: Findings) -> None:
    others = [name for name in present if name not in FILE_NAMES]
    fix = did_you_mean_file(file, others) or "`prioritiser new` writes an example of each file."
    findings.issues.append(Issue(file, 0, "", "missing", f"A scenario needs {file}.", fix, said="it is missing."))


def _workbook_source(name: str, content: bytes, findings: Findings) -> _Source | None:
    archive = open_archive(name, content, findings)
    read = None if archive is None else read_workbook(archive, name, findings)
    if read is None:
        return None
    for sheet in ("scenario", *TABLE_NAMES):
        if sheet not in read.present and sheet not in OPTIONAL_TABLES:
            expected = f"A workbook needs a sheet {sheet}."
            findings.issues.append(Issue(sheet, 0, "", "missing", expected, said="the sheet is missing."))
        elif sheet not in read.present:
            read.grids[sheet] = Grid(sheet, (), ())
    given = read.given if read.places.keys else None
    return _Source(read.grids, given, read.places, frozenset(read.blocked), suffix="")


def _read_draft(source: _Source, findings: Findings) -> tuple[Heading, Draft, Mapping[str, TableRead]]:
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
        read = TableRead(DraftTable(), {}) if optional else read_rows(grid, row_type, heading.years, findings)
        reads[row_type.table] = read if heading.years else replace(read, table=_all_partial(read.table))
    tables = {name: read.table for name, read in reads.items()}
    settings, what_ifs = heading.settings, heading.what_ifs
    draft = Draft(heading.title, heading.years, settings, what_ifs, tables, heading.tags, source.suffix)
    return heading, draft, reads


def _all_partial(table: DraftTable) -> DraftTable:
    """Trust nothing but ids: without the years, the columns of numbers are not known."""
    return DraftTable((), (), tuple(table.everything()), table.readable)


def _check(draft: Draft, heading: Heading, reads: Mapping[str, TableRead]) -> list[Issue]:
    """Find what is wrong beyond single cells, each problem placed where a reader finds it."""
    issues: list[Issue | None] = []
    for problem in find_table_problems(draft):
        if problem.file == SETTINGS_FILE:
            issues.append(heading.settle(problem))
        else:
            letters = reads[problem.file.removesuffix(draft.suffix)].letters
            issues.append(replace(problem, letter=letters.get(problem.column, "")))
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
    if suffix in _ARCHIVES and not target.is_dir():
        save_file(target, scenario_bytes(scenario, target.name))
    elif target.exists() and not target.is_dir():
        raise PrioritiserError(f"{target} is a file. {_KINDS}")
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
    "FILE_NAMES",
    "Reading",
    "check_settings_kept",
    "inspect_bytes",
    "inspect_scenario",
    "inspect_tables",
    "read_scenario",
    "scenario_bytes",
    "scenario_files",
    "write_scenario",
    "zip_bytes",
]
