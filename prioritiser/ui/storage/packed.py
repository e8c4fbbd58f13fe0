"""A scenario as the bytes of its zip, and back: what the memory keeps of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from prioritiser.errors import PrioritiserError
from prioritiser.files.scenario_files import read_scenario, write_scenario
from prioritiser.scenario.scenario import Scenario


def packed(scenario: Scenario) -> bytes | None:
    """Return a scenario as a zip; None where the format cannot keep all of it."""
    with tempfile.TemporaryDirectory(prefix="prioritiser-") as folder:
        path = Path(folder) / "scenario.zip"
        try:
            write_scenario(scenario, path)
        except PrioritiserError:
            return None
        return path.read_bytes()


def unpacked(content: bytes, wanted: str) -> Scenario | None:
    """Read a scenario from the bytes of its zip; None where it cannot be read, or is not the one of the wanted hash."""
    try:
        with tempfile.TemporaryDirectory(prefix="prioritiser-") as folder:
            path = Path(folder) / "scenario.zip"
            path.write_bytes(content)
            scenario = read_scenario(path)
    except (PrioritiserError, OSError, TypeError, ValueError):
        return None
    return scenario if scenario.hash == wanted else None
