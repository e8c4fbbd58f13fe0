"""Bring a database's tables up to this version, step by step, by Alembic; one of a newer version is refused."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from prioritiser.errors import StoreError
from prioritiser.store.tables import METADATA
from prioritiser.store.trouble import DAMAGED

VERSION_TABLE = "prioritiser_version"  # a name of our own: other programs count their steps by Alembic too
_STEPS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = threading.Lock()  # Alembic keeps what it is doing where all threads see it


def migrate(connection: Connection, name: str, to: str = "head") -> None:
    """Take the steps that are missing, in the transaction of the connection. name: of the database, for messages.

    Raises StoreError.
    """
    config = _config()
    config.attributes["connection"] = connection
    now = check_known(connection, name)
    if to != "head" or now != ScriptDirectory.from_config(config).get_current_head():
        with _ONE_AT_A_TIME:
            command.upgrade(config, to)


def check_writable(connection: Connection) -> None:
    """Raise what the database raises where nothing may be written to it; nothing is changed."""
    with connection.begin_nested() as trial:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = version_num"))
        trial.rollback()


def check_known(connection: Connection, name: str) -> str | None:
    """Return the step that a database is at, None for an empty one. Raises StoreError for one that is not ours."""
    steps = ScriptDirectory.from_config(_config())
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    found = context.get_current_heads()
    tables = set(inspect(connection).get_table_names())
    if not found:
        if tables:
            raise StoreError(f"{name} belongs to another program. Name another database.")
        return None
    if not set(found) <= {step.revision for step in steps.walk_revisions()}:
        raise StoreError(
            f"{name} was written by a newer version of Prioritiser. Use that version, or another database."
        )
    if len(found) > 1 or (found[0] == steps.get_current_head() and not tables >= METADATA.tables.keys()):
        raise StoreError(f"{name}: {DAMAGED}.")
    return found[0]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.attributes["version_table"] = VERSION_TABLE
    return config
