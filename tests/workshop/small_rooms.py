"""Small rooms about small scenarios: ballots, and what they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prioritiser import read_scenario
from prioritiser.scenario.scenario import Scenario
from prioritiser.workshop.ballots import Ballot
from tests.small import write_files

TIERS = ("national", "local", "long_term")
LOCAL = (0, 1, 0)
EITHER: Mapping[str, str | None] = {
    "goals.csv": "goal_id,tier,weight,2026/27,2027/28\nrtt,local,1,,5\nfalls,local,1,3,4\n",
    "resources.csv": "resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,40,20,no\n",
    "rules.csv": None,
    "scenario.toml": 'format = 1\ntitle = "S"\nyears = ["2026/27", "2027/28"]\n[weights]\nlocal = 1\n',
}


def ballot(name: str, weights: Sequence[float], **more: Any) -> Ballot:
    """Make a ballot of weights of the national, the local and the long-term goals."""
    return Ballot(name, dict(zip(TIERS, weights, strict=True)), **more)


def either(folder: Path, changes: Mapping[str, str | None] | None = None) -> Scenario:
    """Write and read a scenario with money for one of two: wards move rtt by 2 of 5, hub moves falls by 1 of 4."""
    return read_scenario(write_files(folder / "either", {**EITHER, **(changes or {})}))
