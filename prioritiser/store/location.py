"""Where what people make is kept: one folder of their own on this machine, or a database that they name."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from prioritiser.errors import StoreError

MEMORY_VARIABLE = "PRIORITISER_MEMORY"
DATABASE_VARIABLE = "PRIORITISER_DATABASE"
POSTGRES = "postgresql+psycopg"
_SQLITE = "sqlite:///"
_FILE = "rooms.sqlite"
_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    {
        "nfs", "nfs3", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "ncpfs", "coda", "ceph", "glusterfs", "lustre",
        "gpfs", "beegfs", "davfs", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.davfs2",
        "fuse.rclone", "fuse.s3fs",
    }
)  # fmt: skip
_ESCAPED = re.compile(r"\\([0-7]{3})")  # how a table of mounts writes a blank in a path
_REMOTE_DRIVE = 4  # what Windows calls a drive of another machine


def memory_path(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path | None:
    """Return the file of the memory: the one that PRIORITISER_MEMORY names, else in one's own data folder.

    None where the variable says `off`. A network disk will not do: its locks cannot be relied on.
    """
    named = environment.get(MEMORY_VARIABLE, "").strip()
    if named.casefold() == "off":
        return None
    if named:
        return Path(named)
    own, otherwise = ("LOCALAPPDATA", "AppData/Local") if platform == "win32" else ("XDG_DATA_HOME", ".local/share")
    folder = environment.get(own, "").strip()
    return (Path(folder) if Path(folder).is_absolute() else Path.home() / otherwise) / "prioritiser" / "memory.sqlite"


def database_url(given: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """Return the address of the database: the one given, else PRIORITISER_DATABASE, else a file beside the memory.

    Raises StoreError where none can be had, or it cannot be used.
    """
    named = (given or environment.get(DATABASE_VARIABLE, "")).strip()
    if named:
        return checked_url(named)
    memory = memory_path(environment)
    if memory is None:
        raise StoreError(
            f"{MEMORY_VARIABLE} is off, so there is no file for workshops. Name a database: --database "
            f"sqlite:///FILE or {POSTGRES}://…, or the variable {DATABASE_VARIABLE}."
        )
    return f"{_SQLITE}{memory.absolute().with_name(_FILE).as_posix()}"


def checked_url(url: str) -> str:
    """Return an address as it is used, such as that of PostgreSQL with its driver. Raises StoreError.

    What stands after sqlite:/// is the path of the file, letter by letter; ~ is one's own folder.
    """
    scheme, colon, rest = url.strip().partition("://")
    if colon and scheme in ("postgresql", "postgres", POSTGRES) and rest:
        return f"{POSTGRES}://{rest}"
    path = rest.removeprefix("/")
    if colon and scheme == "sqlite" and rest.startswith("/") and path.strip("/") and "\0" not in path:
        if not path.startswith((":memory:", "file:")) and not path.endswith("/"):
            return f"{_SQLITE}{path}"
    shown = f"{scheme}://…" if colon else "This"  # what is no address may hold a password
    raise StoreError(
        f"{shown} is no database that can be used. Expected sqlite:///FILE, or {POSTGRES}://USER@HOST/NAME."
    )


def sqlite_path(url: str) -> Path | None:
    """Return the file that a checked address names; None for a server."""
    if not url.startswith(_SQLITE):
        return None
    path = Path(url.removeprefix(_SQLITE))
    try:
        return path.expanduser()
    except RuntimeError:  # nobody of that name
        return path


def check_is_local(path: Path, mounts: str | None = None) -> None:
    """Raise StoreError for a file on a network disk, whose locks cannot be relied on.

    mounts: the table of what is mounted where, as Linux writes it; read where it is there.
    """
    kind = _kind_of_disk(path.absolute(), mounts)
    if kind:
        raise StoreError(
            f"{path} is on a network disk ({kind}), where two writers can destroy a database. Choose a folder of this "
            f"machine, or a {POSTGRES}:// database."
        )


def _kind_of_disk(path: Path, mounts: str | None) -> str:
    if sys.platform == "win32":
        return _windows_kind(path)
    if mounts is None:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace") if _MOUNTS.exists() else ""
    found, kind = Path("/"), ""
    real = path.resolve()
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) > 2:
            at = Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), parts[1]))
            if (at == real or at in real.parents) and len(at.parts) >= len(found.parts):
                found, kind = at, parts[2]
    return kind if kind in _NETWORK else ""


def _windows_kind(path: Path) -> str:
    if path.drive.startswith("\\\\"):
        return "a shared folder"
    kernel = getattr(ctypes, "windll", None)
    is_remote = kernel is not None and kernel.kernel32.GetDriveTypeW(f"{path.drive}\\") == _REMOTE_DRIVE
    return "a drive of another machine" if is_remote else ""
