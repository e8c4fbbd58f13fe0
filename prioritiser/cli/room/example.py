"""The example workshop, put into the database before the app opens on it."""

from __future__ import annotations

from prioritiser.cli.room.opened import opened_store
from prioritiser.errors import SettingsError
from prioritiser.scenario.scenario import Scenario
from prioritiser.workshop.example.holding import example_workshop
from prioritiser.workshop.records import Workshop


def put_example(scenario: Scenario, given: str | None = None) -> Workshop:
    """Put the example workshop into the database where it is not there yet; returns it.

    scenario: the bundled example. given: address of the database, by default that of `database_url`. Raises StoreError.
    """
    with opened_store(given, make=True) as store:
        return example_workshop(store, scenario)


def check_bundled(is_bundled: bool) -> None:
    """Raise SettingsError where the example workshop is wanted on another scenario."""
    if not is_bundled:
        raise SettingsError("--example opens the bundled example and its workshop. Leave out SCENARIO.")
