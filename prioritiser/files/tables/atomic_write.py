"""Files written whole or not at all: each is written beside its place, then renamed into it.

What cannot be written is named, and what was there before stays.
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from prioritiser.errors import NotWrittenError


def save_file(path: Path, content: bytes) -> None:
    """Write a file, replacing one of that name; raises NotWrittenError."""
    save_files(path.parent, {path.name: content})


def save_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a folder: a new one appears at once; in one that exists only these files are replaced.

    Raises NotWrittenError.
    """
    if folder.is_dir():
        save_files(folder, contents)
        return
    made, part = folder.with_name(_beside(folder.name)), folder
    try:
        made.mkdir()
        for name, content in contents.items():
            part = folder / name
            (made / name).write_bytes(content)
        made.rename(folder)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)
        raise NotWrittenError(part, error) from error


def save_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write all files beside their places first, then rename them in the order given. Raises NotWrittenError."""
    parts, name = {name: folder / _beside(name) for name in contents}, ""
    try:
        for name, part in parts.items():
            with part.open("xb") as file:
                file.write(contents[name])
                file.flush()
                os.fsync(file.fileno())
        for name, part in parts.items():
            part.replace(folder / name)
    except OSError as error:
        raise NotWrittenError(folder / name, error) from error
    finally:
        for part in parts.values():
            if part.exists():
                part.unlink()


def _beside(name: str) -> str:
    return f".{name}.{secrets.token_hex(4)}.part"
