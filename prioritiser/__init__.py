"""Choose a portfolio of improvement initiatives: national targets, local goals and long-term work.

The names below are loaded when they are first asked for, so that a command can begin, and be stopped, at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prioritiser.errors import InfeasibleError, NoAnswerError, PrioritiserError, ScenarioError, SettingsError
    from prioritiser.evaluation.outcome import Outcome, evaluate
    from prioritiser.evaluation.portfolio import Portfolio
    from prioritiser.files.scenario_files import read_scenario, write_scenario
    from prioritiser.optimisation.optimiser import Optimiser, optimise
    from prioritiser.scenario.scenario import Scenario
    from prioritiser.scenario.settings import Changes, Settings

__all__ = [
    "Changes", "InfeasibleError", "NoAnswerError", "Optimiser", "Outcome", "Portfolio", "PrioritiserError",
    "Scenario", "ScenarioError", "Settings", "SettingsError", "evaluate", "optimise", "read_scenario",
    "write_scenario",
]  # fmt: skip
_ROOMS = {
    "errors": ("InfeasibleError", "NoAnswerError", "PrioritiserError", "ScenarioError", "SettingsError"),
    "files.scenario_files": ("read_scenario", "write_scenario"),
    "optimisation.optimiser": ("Optimiser", "optimise"),
    "evaluation.outcome": ("Outcome", "evaluate"),
    "evaluation.portfolio": ("Portfolio",),
    "scenario.scenario": ("Scenario",),
    "scenario.settings": ("Changes", "Settings"),
}


def __getattr__(name: str) -> Any:
    room = next((room for room, names in _ROOMS.items() if name in names), None)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
