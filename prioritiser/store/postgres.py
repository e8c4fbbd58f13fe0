"""A database of PostgreSQL: reads see one moment, writes are on the disk before they are acknowledged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL

from prioritiser.errors import StoreError

_LOCK = 7_204_521  # held while tables are made
_LEAST_S = 2  # of waiting for a connection; less means without end
# a server takes a hundred connections in all by itself, and several programs may use it
_POOL, _MORE = 5, 15
_ENCODING = "UTF8"


def postgres_engine(url: URL, patience_s: float) -> Engine:
    """Make what gives connections, with seconds to wait for others. Raises ImportError without the driver."""
    given: dict[str, Any] = {"connect_timeout": max(_LEAST_S, round(patience_s))}
    given["fallback_application_name"] = "prioritiser"
    # a server may be set to acknowledge what is not on its disk yet, and to wait for a lock for ever
    given["options"] = f"-c synchronous_commit=on -c lock_timeout={round(1000 * patience_s)}ms"
    chosen = {name: value for name, value in given.items() if name not in url.query}
    return create_engine(
        url, connect_args=chosen, pool_pre_ping=True, pool_size=_POOL, max_overflow=_MORE, pool_timeout=patience_s
    )


def as_of_one_moment(engine: Engine) -> Engine:
    """Let every question of a transaction see the same moment, so that what is taken out whole fits together."""
    return engine.execution_options(isolation_level="REPEATABLE READ")


def begin_tables(connection: Connection, name: str) -> None:
    """Hold the tables for their steps, until the transaction ends. Raises StoreError where not all letters fit."""
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != _ENCODING:
        raise StoreError(
            f"{name} keeps letters as {encoding}, which has no place for some names. Make a database with the encoding "
            f"{_ENCODING}."
        )
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
