"""Weight maps kept on disk by the content of scenario and settings, so that the second opening is at once.

A file that is damaged, older or of another scenario is passed over and the map is built anew; every plan read from one
is recomputed, and must be worth what the file says.
"""

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from prioritiser.analysis.weight_space.weight_map import (
    DEFAULT_TOLERANCE,
    PAGES_TOLERANCE,
    SAME,
    MapPortfolio,
    Vertex,
    WeightMap,
    plan_values,
)
from prioritiser.errors import NotWrittenError
from prioritiser.evaluation.outcome import evaluate
from prioritiser.evaluation.plan import Delivery
from prioritiser.files.tables.atomic_write import save_file
from prioritiser.optimisation.persistent import solver_version
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings

FORMAT = 2
VARIABLE = "PRIORITISER_CACHE"


def cache_folder() -> Path | None:
    """Return where maps are kept: PRIORITISER_CACHE, else the user's own folder; None where it is set to nothing."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named.strip() else None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "prioritiser"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prioritiser"


def map_key(scenario: Scenario, settings: Settings, tolerance: float) -> str:
    """Name a map by all that decides it; the weights of the settings do not."""
    try:
        own = version("prioritiser")
    except PackageNotFoundError:
        own = ""
    asked = {name: value for name, value in settings.as_json().items() if name != "weights"}
    decides = [FORMAT, scenario.hash, asked, tolerance, own, list(solver_version())]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def read_map(folder: Path, scenario: Scenario, settings: Settings, tolerance: float) -> WeightMap | None:
    """Read the map of a scenario and settings; None where there is no sound one."""
    key = map_key(scenario, settings, tolerance)
    try:
        kept = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
        if kept["key"] != key or kept["checksum"] != _checksum(kept["map"]):
            return None
        return _read(kept["map"], scenario, settings)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


def kept_map(scenario: Scenario, settings: Settings) -> WeightMap | None:
    """Read the finest map that the command `map` or the pages kept of a scenario and settings; None where none did."""
    folder = cache_folder()
    if folder is None:
        return None
    found = (read_map(folder, scenario, settings, each) for each in (DEFAULT_TOLERANCE, PAGES_TOLERANCE))
    return next((drawn for drawn in found if drawn is not None), None)


def keep_map(folder: Path, drawn: WeightMap, scenario: Scenario, settings: Settings) -> None:
    """Keep a complete map; where the folder cannot be written the map is simply not kept."""
    if not drawn.complete:
        return
    key, content = map_key(scenario, settings, drawn.tolerance), _written(drawn)
    text = json.dumps({"key": key, "checksum": _checksum(content), "map": content}, allow_nan=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_file(folder / f"{key}.json", text.encode("utf-8"))
    except (OSError, NotWrittenError):
        return


def _checksum(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _written(drawn: WeightMap) -> dict[str, Any]:
    return {
        "tiers": list(drawn.tiers),
        "tolerance": drawn.tolerance,
        "certified_gap": drawn.certified_gap,
        "best_alone": dict(drawn.best_alone),
        "portfolios": [
            {
                "plan": {name: [delivery.share, delivery.start] for name, delivery in portfolio.outcome.plan.items()},
                "values": list(portfolio.values),
                "area": portfolio.area,
            }
            for portfolio in drawn.portfolios
        ],
        "vertices": [[list(v.weights), v.portfolio, v.bound, v.solved] for v in drawn.vertices],
        "solves": drawn.solves,
        "seconds": drawn.seconds,
    }


def _read(content: Mapping[str, Any], scenario: Scenario, settings: Settings) -> WeightMap | None:
    tiers, alone = tuple(content["tiers"]), dict(content["best_alone"])
    portfolios = []
    for kept in content["portfolios"]:
        plan = {name: Delivery(float(share), int(start)) for name, (share, start) in sorted(kept["plan"].items())}
        outcome = evaluate(scenario, plan, settings)
        values = plan_values(outcome, tiers, alone)
        if outcome.breaches or np.max(np.abs(values - np.array(kept["values"]))) > SAME:
            return None
        portfolios.append(MapPortfolio(outcome, tuple(values.tolist()), float(kept["area"])))
    return WeightMap(
        tiers=tiers,
        tolerance=float(content["tolerance"]),
        certified_gap=float(content["certified_gap"]),
        complete=True,
        portfolios=tuple(portfolios),
        vertices=tuple(
            Vertex(tuple(w), int(at), float(bound), bool(solved)) for w, at, bound, solved in content["vertices"]
        ),
        best_alone=alone,
        solves=int(content["solves"]),
        seconds=float(content["seconds"]),
    )
