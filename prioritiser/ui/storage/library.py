"""Scenarios that were made or brought here, by hash, so that a link can open them again."""

import threading
from datetime import UTC, datetime

from prioritiser.recent import Recent
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui.storage.memory import Memory

HASH_SHOWN = 16
KEPT = 32


class Library:
    """Scenarios by the first letters of their hash; those that are not at hand are looked for in the memory."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory
        self._lock = threading.Lock()
        self._kept: Recent[str, tuple[Scenario, datetime | None]] = Recent(KEPT)

    def put(self, scenario: Scenario) -> str:
        """Keep a scenario; returns the name that a link calls it by."""
        if self._hold(scenario, datetime.now(UTC)) and self._memory is not None:
            self._memory.keep_scenario(scenario)
        return scenario.hash[:HASH_SHOWN]

    def get(self, name: str) -> Scenario | None:
        """Return the scenario that a link calls so; None where it is not here."""
        with self._lock:
            at_hand, _ = self._kept.get(name[:HASH_SHOWN], (None, None))
        if at_hand is not None and at_hand.hash.startswith(name):
            return at_hand
        found = self._memory.scenario(name) if self._memory is not None else None
        if found is not None:
            self._hold(found, None)
        return found

    def since(self, scenario: Scenario) -> datetime | None:
        """Return when a scenario was first put here; None where that was before the server started."""
        with self._lock:
            return self._kept.get(scenario.hash[:HASH_SHOWN], (scenario, None))[1]

    def _hold(self, scenario: Scenario, since: datetime | None) -> bool:
        """Have a scenario at hand; whether it was not before. The oldest are let go when there are too many."""
        name = scenario.hash[:HASH_SHOWN]
        with self._lock:
            is_new = name not in self._kept
            self._kept.recall_or(name, lambda: (scenario, since))
        return is_new
