"""A log as one file: whole, the same again, and refused when it was changed or is another log."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator

import pytest

from prioritiser.decisions.log import DecisionLog
from prioritiser.decisions.transfer import RECORDS_FILE, export_log, import_log
from prioritiser.errors import DecisionError, RefusedFileError
from prioritiser.store.database import Database, open_database
from tests.decisions.made import WORDS, log_of, portfolio


@pytest.fixture
def other(new_url: Callable[[], str]) -> Iterator[DecisionLog]:
    database = open_database(new_url())
    yield DecisionLog(database)
    database.close()


def changed(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return written.getvalue()


def test_log_is_the_same_when_it_went_out_and_in(database: Database, other: DecisionLog) -> None:
    log, made = log_of(database, 3)
    content = export_log(log)
    assert import_log(other, "d.zip", content) == 3
    assert other.entries() == made and export_log(other) == content
    assert import_log(other, "d.zip", content) == 0
    log.withdraw(3, WORDS, after=3)
    assert import_log(other, "d.zip", export_log(log)) == 1 and other.verify(log.entries()[-1].receipt).is_valid


def test_another_log_is_refused(database: Database, other: DecisionLog) -> None:
    log, _ = log_of(database, 2)
    other.adopt(portfolio(0, 1, 0), WORDS, after=0)
    with pytest.raises(DecisionError, match="are two logs: they differ from decision 1 on"):
        import_log(other, "d.zip", export_log(log))
    assert other.head() == 1


def _put(files: dict[str, bytes], **told: object) -> None:
    files[RECORDS_FILE] = json.dumps(json.loads(files[RECORDS_FILE]) | told).encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.pop(RECORDS_FILE), "is no file of decisions, or not whole"),
        (lambda files: files.update({RECORDS_FILE: b"{"}), "was changed or is damaged: its parts do not fit"),
        (lambda files: files.update({RECORDS_FILE: b"[" * 100_000}), "was changed or is damaged"),
        (lambda files: _put(files, format=2), "was written by a newer version of Prioritiser"),
        (lambda files: _put(files, format="1"), "was changed or is damaged"),
        (lambda files: _put(files, entries=[7]), "was changed or is damaged"),
        (lambda files: files.update({"scenario-2.zip": b"x"}), "was changed: decision 2 was altered"),
        (lambda files: files.pop("scenario-1.zip"), "was changed: decision 1 was altered"),
    ],
)
def test_file_that_was_changed_is_refused_and_nothing_is_read(
    database: Database, other: DecisionLog, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    content = changed(export_log(log_of(database, 2)[0]), change)
    with pytest.raises(RefusedFileError, match=f"d.zip {said}"):
        import_log(other, "d.zip", content)
    assert other.head() == 0


def test_file_that_is_no_zip_is_refused(other: DecisionLog) -> None:
    with pytest.raises(RefusedFileError, match=r"Export it anew\. Nothing was read"):
        import_log(other, "d.zip", b"nonsense")
