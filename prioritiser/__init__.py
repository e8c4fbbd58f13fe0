"""Choose a portfolio of improvement initiatives: national targets, local goals and long-term work.

The names below are loaded when they are first asked for, so that a command can begin, and be stopped, at once.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prioritiser.errors import InfeasibleError, NoAnswerError, PrioritiserError, ScenarioError, SettingsError
    from prioritiser.files import read_scenario, write_scenario
    from prioritiser.optimise import Optimiser, optimise
    from prioritiser.outcome import Outcome, evaluate
    from prioritiser.portfolio import Portfolio
    from prioritiser.scenario import Changes, Scenario, Settings

__all__ = [
    "Changes",
    "InfeasibleError",
    "NoAnswerError",
    "Optimiser",
    "Outcome",
    "Portfolio",
    "PrioritiserError",
    "Scenario",
    "ScenarioError",
    "Settings",
    "SettingsError",
    "evaluate",
    "optimise",
    "read_scenario",
    "write_scenario",
]
_ROOMS = {
    "errors": ("InfeasibleError", "NoAnswerError", "PrioritiserError", "ScenarioError", "SettingsError"),
    "files": ("read_scenario", "write_scenario"),
    "optimise": ("Optimiser", "optimise"),
    "outcome": ("Outcome", "evaluate"),
    "portfolio": ("Portfolio",),
    "scenario": ("Changes", "Scenario", "Settings"),
}


class _Face(ModuleType):
    """This package as a module whose names are loaded when asked for."""

    @property
    def optimise(self) -> Any:
        """The function: its module, of the same name, would take its place here when it is loaded."""
        return import_module(f"{__name__}.optimise").optimise

    @optimise.setter
    def optimise(self, _: Any) -> None:
        return

    def __getattr__(self, name: str) -> Any:
        room = next((room for room, names in _ROOMS.items() if name in names), None)
        if room is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{room}"), name)


sys.modules[__name__].__class__ = _Face
