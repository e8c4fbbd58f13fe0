"""Bring a database's tables up to this version, step by step, by Alembic; one of a newer version is refused."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from prioritiser.errors import StoreError

_STEPS = Path(__file__).parent / "migrations"
_ALONE = threading.Lock()  # Alembic keeps the connection of its steps in one place for the whole process


def migrate(connection: Connection, to: str = "head") -> None:
    """Take the steps that are missing, in the transaction of the connection. Raises StoreError."""
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    now = MigrationContext.configure(connection).get_current_revision()
    if now is not None and now not in known:
        raise StoreError(
            f"{connection.engine.url.database} was written by a newer version of Prioritiser. Use that version, or "
            "another database."
        )
    if now is None and inspect(connection).get_table_names():
        raise StoreError(f"{connection.engine.url.database} belongs to another program. Name another database.")
    if now != ScriptDirectory.from_config(config).get_current_head() or to != "head":
        with _ALONE:
            command.upgrade(config, to)
