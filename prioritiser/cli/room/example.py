"""The example workshop, put into the database before the app opens on it."""

from __future__ import annotations

from prioritiser.errors import SettingsError
from prioritiser.scenario.scenario import Scenario
from prioritiser.store.database import open_database
from prioritiser.store.location import database_url
from prioritiser.workshop.example.holding import example_workshop
from prioritiser.workshop.records import Workshop
from prioritiser.workshop.store import WorkshopStore


def put_example(scenario: Scenario, given: str | None = None) -> Workshop:
    """Put the example workshop into the database where it is not there yet; returns it.

    scenario: the bundled example. given: address of the database, by default that of `database_url`. Raises StoreError.
    """
    database = open_database(database_url(given))
    try:
        return example_workshop(WorkshopStore(database), scenario)
    finally:
        database.close()


def check_bundled(is_bundled: bool) -> None:
    """Raise SettingsError where the example workshop is wanted on another scenario."""
    if not is_bundled:
        raise SettingsError("--example opens the bundled example and its workshop. Leave out SCENARIO.")
