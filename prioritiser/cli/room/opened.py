"""The workshops that a command is about: the database that is asked for, and one workshop of it by its code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from prioritiser.errors import NoWorkshopError
from prioritiser.text.formatting import shortened

if TYPE_CHECKING:
    from prioritiser.workshop.records import Workshop
    from prioritiser.workshop.store import WorkshopStore

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME; else PRIORITISER_DATABASE, else your own file.",
    ),
]
_LONGEST_SHOWN = 20


@contextmanager
def opened_store(database: str | None, *, make: bool = False) -> Iterator[WorkshopStore]:
    """Open the database that is asked for, and close it at the end. make: whether a new file may be begun.

    Raises StoreError.
    """
    from prioritiser.store.database import open_database  # noqa: PLC0415 - only these commands need a database
    from prioritiser.store.location import database_url  # noqa: PLC0415
    from prioritiser.workshop.store import WorkshopStore  # noqa: PLC0415

    opened = open_database(database_url(database), make=make)
    try:
        yield WorkshopStore(opened)
    finally:
        opened.close()


def workshop_of(store: WorkshopStore, code: str) -> Workshop:
    """Find a workshop by its code, however it is typed. Raises NoWorkshopError with where to look."""
    try:
        return store.by_code(code)
    except NoWorkshopError as error:
        raise NoWorkshopError(
            f'"{shortened(code, _LONGEST_SHOWN)}" is the code of no workshop in {store.database.name}. '
            "prioritiser workshop list shows the codes there are."
        ) from error
