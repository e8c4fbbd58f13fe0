"""How large and of what kind a file may be, looked at before anything in it is opened."""

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from prioritiser.files.tables.issues import Findings

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 1_000_000
MAX_WRONG_CELLS = 2_000
MAX_SETTINGS_BYTES = 500_000
MAX_TABLE_BYTES = 20_000_000
MAX_ARCHIVE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 100_000_000
MAX_MEMBERS = 500
MAX_RATIO = 200
_SMALL_BYTES = 1_000_000
_LISTED = b"PK\x01\x02"
_SPARE = 20
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Archive:
    """A zip or workbook that was looked at: its bytes, and its members ready to open."""

    content: bytes
    members: zipfile.ZipFile


BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError,
)  # fmt: skip


def read_bytes(path: Path, limit: int, findings: Findings) -> bytes | None:
    """Read a file that is a regular file of at most `limit` bytes; None and an issue otherwise."""
    try:
        if not path.is_file():
            findings.problem(path.name, "not a file", "A regular file.")
            return None
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        findings.problem(path.name, error.strerror or "unreadable", "A file that may be read.")
        return None
    if len(content) > limit:
        findings.problem(path.name, f"more than {_megabytes(limit)}", "A smaller file.", "Delete what is not needed.")
        return None
    return content


def open_archive(name: str, content: bytes, findings: Findings) -> Archive | None:
    """Open a zip or workbook whose members are few, small and plain; None and issues otherwise."""
    if len(content) > MAX_ARCHIVE_BYTES:
        fix = "Delete what is not needed."
        findings.problem(name, f"more than {_megabytes(MAX_ARCHIVE_BYTES)}", "A smaller file.", fix)
        return None
    if content.startswith(_OLD_OFFICE):
        fix = "Remove the password, or save it as an .xlsx workbook."
        findings.problem(name, "a workbook with a password or in the old .xls format", "An .xlsx workbook.", fix)
        return None
    # packed bytes may look like an entry of the list by chance, and a zip inside has a list of its own
    if content.count(_LISTED) > _SPARE * MAX_MEMBERS:
        _refuse_archive(name, f"thousands of files inside, more than {MAX_MEMBERS}", findings)
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception:  # whatever the library meets in bytes that anybody may have made
        findings.problem(name, "not a zip file, or damaged", "A whole .zip or .xlsx file.", "Save it again.")
        return None
    found = _archive_problem(archive.infolist())
    if found:
        _refuse_archive(name, found, findings)
        return None
    return Archive(content, archive)


def _refuse_archive(name: str, found: str, findings: Findings) -> None:
    findings.problem(name, found, "Only plain files of moderate size.", "Make the file anew from its tables.")


def _archive_problem(members: list[zipfile.ZipInfo]) -> str:
    """Say what makes an archive unsafe; sizes are those that reading is held to."""
    if len(members) > MAX_MEMBERS:
        return f"{len(members):,} files inside, more than {MAX_MEMBERS}"
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        return f"more than {_megabytes(MAX_UNPACKED_BYTES)} when unpacked"
    names = [member.orig_filename.casefold() for member in members]
    if len(set(names)) < len(names):
        return "two files of one name inside"
    return next(filter(None, map(_member_problem, members)), "")


def _member_problem(member: zipfile.ZipInfo) -> str:
    name = member.orig_filename.replace("\\", "/")  # some Windows programs write it so
    label = f'"{member.orig_filename[:60]}"'
    plain = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    problems = {
        f"{label}, a name that leads outside": name.startswith("/")
        or any(sign in name for sign in ":\0")
        or ".." in name.split("/"),
        f"{label}, which is encrypted": bool(member.flag_bits & 0x1),
        f"{label}, which is a link": stat.S_ISLNK(member.external_attr >> 16),
        f"{label}, packed in an unusual way": not plain,
        f"{label}, packed more than {MAX_RATIO} times smaller than it is": member.file_size > _SMALL_BYTES
        and member.file_size > MAX_RATIO * max(member.compress_size, 1),
    }
    return next((problem for problem, holds in problems.items() if holds), "")


def read_member(archive: Archive, name: str, limit: int, findings: Findings) -> bytes | None:
    """Read one member of at most `limit` bytes; None and an issue otherwise."""
    label = name.rpartition("/")[2]
    try:
        with archive.members.open(name) as member:
            content = member.read(limit + 1)
    except Exception:  # whatever the library meets in bytes that anybody may have made
        findings.problem(label, "damaged inside the zip", "A whole file.", "Make the zip again.")
        return None
    if len(content) > limit:
        findings.problem(label, f"more than {_megabytes(limit)}", "A smaller file.", "Delete what is not needed.")
        return None
    return content


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:g} MB"
