"""Choose a portfolio of improvement initiatives: national targets, local goals and long-term work."""

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
