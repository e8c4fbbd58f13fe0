"""The parts of a scenario in a folder, a zip or a workbook, before any cell is read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prioritiser.errors import Issue
from prioritiser.files.excel.reader import read_workbook
from prioritiser.files.tables.csv_format import decode, read_csv
from prioritiser.files.tables.issues import Findings, Grid
from prioritiser.files.tables.toml_format import Places, parse_toml
from prioritiser.files.tables.upload_limits import (
    MAX_ARCHIVE_BYTES,
    MAX_SETTINGS_BYTES,
    MAX_TABLE_BYTES,
    open_archive,
    read_bytes,
    read_member,
)
from prioritiser.scenario.schema import OPTIONAL_TABLES, TABLE_NAMES
from prioritiser.scenario.setting_ranges import SETTINGS_FILE
from prioritiser.text.spelling import folded
from prioritiser.text.suggestions import did_you_mean_file

FILE_NAMES = (SETTINGS_FILE, *(f"{name}.csv" for name in TABLE_NAMES))
ARCHIVES = (".zip", ".xlsx")
KINDS = "A scenario is a folder, a .zip or an .xlsx workbook."
_OTHER_KINDS = {
    ".xlsm": "Save it as .xlsx, without macros.",
    ".xlsb": "Save it as .xlsx.",
    ".xls": "Save it as .xlsx.",
    ".ods": "Save it as .xlsx.",
    ".toml": "Give the folder that holds it.",
    ".csv": "Give the folder that holds it.",
}
_TEXT_EDITOR = "In a text editor (in Notepad: Save as, Encoding), save it as UTF-8."


@dataclass
class Source:
    """The parts of a scenario before any cell is read. given: keys of scenario.toml, None if they cannot be read."""

    grids: Mapping[str, Grid] = field(default_factory=dict)
    given: Mapping[str, Any] | None = None
    places: Places = field(default_factory=Places)
    blocked: frozenset[tuple[int | None, str]] = frozenset()
    suffix: str = ".csv"


def find_source(path: Path, findings: Findings) -> Source | None:
    """Read the parts that lie at a path; None and an issue where there is no scenario. Raises OSError."""
    suffix = path.suffix.casefold()
    if path.is_dir():
        return _folder_source(path, findings)
    if not path.exists():
        near = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        findings.problem(path.name, "There is no such file or folder", KINDS, did_you_mean_file(path.name, near))
        return None
    if suffix not in ARCHIVES:
        refuse_kind(path.name, suffix, KINDS, findings)
        return None
    content = read_bytes(path, MAX_ARCHIVE_BYTES, findings)
    return None if content is None else archive_source(path.name, content, findings)


def refuse_kind(name: str, suffix: str, expected: str, findings: Findings) -> None:
    """Say that a file is of a kind that is not read."""
    findings.problem(name, f"a {suffix or 'nameless'} file", expected, _OTHER_KINDS.get(suffix, ""))


def archive_source(name: str, content: bytes, findings: Findings) -> Source | None:
    """Read the parts in the bytes of a .zip or .xlsx, as the name's ending says."""
    read = _zip_source if name.casefold().endswith(".zip") else _workbook_source
    return read(name, content, findings)


def _folder_source(folder: Path, findings: Findings) -> Source:
    names = {entry.name: entry.name for entry in folder.iterdir()}
    return _source_of(names, lambda name, limit: read_bytes(folder / name, limit, findings), findings)


def _zip_source(name: str, content: bytes, findings: Findings) -> Source | None:
    archive = open_archive(name, content, findings)
    if archive is None:
        return None
    paths = {member.replace("\\", "/"): member for member in archive.members.namelist()}
    members = {path: member for path, member in paths.items() if not path.startswith("__MACOSX/")}
    shallow = [path for path in members if path.count("/") <= 1]
    bases = sorted({path.rpartition("/")[0] for path in shallow if _own_name(path.rpartition("/")[2]) in FILE_NAMES})
    if len(bases) > 1:
        places = " and ".join(f'"{base}"' if base else "the root" for base in bases)
        findings.problem(name, f"tables in {places}", "Tables at the root or in one folder.", "Zip one scenario.")
        return None
    base = f"{bases[0]}/" if bases and bases[0] else ""
    inside = {path.removeprefix(base): member for path, member in members.items() if path.startswith(base)}
    return _source_of(inside, lambda member, limit: read_member(archive, member, limit, findings), findings)


def _own_name(name: str) -> str:
    """Return the name of the format that a file's name means: Goals.CSV is goals.csv."""
    plain = folded(name)
    return plain if plain in FILE_NAMES else name


def _source_of(names: Mapping[str, str], read: Callable[[str, int], bytes | None], findings: Findings) -> Source:
    """Read scenario.toml and the tables, from wherever they are; names: what each file's name is to `read`."""
    present: dict[str, list[str]] = {}
    for name in sorted(names):
        present.setdefault(_own_name(name), []).append(name)
    source, grids = Source(), {}
    for file in FILE_NAMES:
        table = file.removesuffix(".csv")
        if file not in present:
            if table not in OPTIONAL_TABLES:
                _missing(file, names, findings)
            continue
        if len(present[file]) > 1:
            both = " and ".join(f'"{name}"' for name in present[file])
            findings.problem(file, f"{both}, which are one name", f"One file {file}.", "Delete or rename one of them.")
            continue
        written = present[file][0]
        if written != file:
            findings.notices.append(f'{file}: read from "{written}".')
        content = read(names[written], MAX_SETTINGS_BYTES if file == SETTINGS_FILE else MAX_TABLE_BYTES)
        if content is None:
            continue
        if file == SETTINGS_FILE:
            text = decode(content, file, findings, _TEXT_EDITOR)
            source.given = None if text is None else parse_toml(text, findings)
        elif table in OPTIONAL_TABLES and not content.removeprefix(b"\xef\xbb\xbf").strip():
            grids[table] = Grid(file, (), ())
        elif (grid := read_csv(content, file, findings)) is not None:
            grids[table] = grid
    unread = {file.removesuffix(".csv") for file in present if file in FILE_NAMES} - set(grids)
    source.grids = {**grids, **{name: Grid(f"{name}.csv", (), ()) for name in OPTIONAL_TABLES - set(grids) - unread}}
    return source


def _missing(file: str, present: Iterable[str], findings: Findings) -> None:
    others = [name for name in present if name not in FILE_NAMES]
    fix = did_you_mean_file(file, others) or "`prioritiser new` writes an example of each file."
    findings.issues.append(Issue(file, 0, "", "missing", f"A scenario needs {file}.", fix, said="it is missing."))


def _workbook_source(name: str, content: bytes, findings: Findings) -> Source | None:
    archive = open_archive(name, content, findings)
    read = None if archive is None else read_workbook(archive, name, findings)
    if read is None:
        return None
    settings = read.settings
    given = settings.given if settings.places.keys else None
    return Source(read.grids, given, settings.places, frozenset(settings.blocked), suffix="")
