"""What is fed: each kind has its sound files, its ways of being broken, and what the program does with it."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs

from prioritiser.errors import PrioritiserError, ScenarioError
from prioritiser.files.plan_file import read_plan_file
from prioritiser.files.scenario_files import Reading, inspect_bytes, inspect_scenario, read_scenario, scenario_bytes
from prioritiser.files.tables.toml_format import write_toml
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui.storage.links import read_link
from tests.fuzz.mutate import Mutator, broken_bytes, broken_cell, broken_member, broken_value
from tests.small import FILES, write_files

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart"
_LINK = (
    b"weights=40,30,30&balance=0.5&case=low&capacity=money=0.8&capacity=money@2026/27=2&lock=hub=in&lock=wards=2027/28"
    b"&goal_weight=rtt=2&without=R1&year=2026/27"
)
_SOLVE_WITHIN = 2.0


@dataclass(frozen=True)
class Target:
    """One kind of input. feed: raises nothing but what a user is told."""

    name: str
    seeds: Sequence[bytes]
    mutators: Sequence[Mutator]
    feed: Callable[[bytes, Path], None]


def targets() -> list[Target]:
    """Every kind of input that a stranger's file or link can be."""
    small, quick = _small(), read_scenario(QUICKSTART)
    zips = [scenario_bytes(scenario, "a.zip") for scenario in (small, quick)]
    books = [scenario_bytes(scenario, "a.xlsx") for scenario in (small, quick)]
    plan = b"initiative_id,share,start\nwards,1,2026/27\nhub,0.5,2026/27\n"
    entries = [{"id": "wards", "share": 1, "start": "2026/27"}, {"id": "hub", "share": 1, "start": "2026/27"}]
    json_plan = json.dumps({"initiatives": entries}, indent=1).encode()
    return [
        Target("folder", [_joined(FILES)], (broken_cell, broken_cell, broken_bytes), _feed_folder),
        Target(
            "zip",
            zips,
            (broken_member, broken_member, broken_bytes),
            lambda data, _: _use(inspect_bytes("a.zip", data)),
        ),
        Target(
            "workbook",
            books,
            (broken_member, broken_member, broken_member, broken_bytes),
            lambda data, _: _use(inspect_bytes("a.xlsx", data)),
        ),
        Target(
            "toml",
            [FILES["scenario.toml"].encode(), write_toml(quick).encode()],
            (broken_value, broken_bytes),
            _feed_toml,
        ),
        Target(
            "plan csv",
            [plan],
            (broken_cell, broken_bytes),
            lambda data, folder: _feed_plan(small, data, folder / "plan.csv"),
        ),
        Target(
            "plan json",
            [json_plan],
            (broken_value, broken_bytes),
            lambda data, folder: _feed_plan(small, data, folder / "plan.json"),
        ),
        Target("link", [_LINK], (broken_bytes, _broken_part), lambda data, _: _feed_link(small, data)),
    ]


def _small() -> Scenario:
    with TemporaryDirectory() as folder:
        return read_scenario(write_files(Path(folder)))


_BETWEEN = "\n%%%%\n"


def _joined(files: Mapping[str, str]) -> bytes:
    return _BETWEEN.join(f"{name}\n{text}" for name, text in files.items()).encode()


def _feed_folder(data: bytes, folder: Path) -> None:
    names = set(FILES)
    for part in data.split(_BETWEEN.encode()):
        name, _, content = part.partition(b"\n")
        if (plain := name.decode("utf-8", "replace")) in names:
            (folder / plain).write_bytes(content)
    _use(inspect_scenario(folder))


def _feed_toml(data: bytes, folder: Path) -> None:
    _use(inspect_scenario(write_files(folder, {"scenario.toml": data})))


def _feed_plan(scenario: Scenario, data: bytes, path: Path) -> None:
    path.write_bytes(data)
    try:
        plan, _ = read_plan_file(scenario, path)
    except ScenarioError as error:
        assert error.issues
        assert str(error)
        return
    assert all(0 < delivery.share <= 1 for delivery in plan.values())


def _feed_link(scenario: Scenario, data: bytes) -> None:
    view = read_link(scenario, parse_qs(data.decode("utf-8", "replace"), keep_blank_values=True))
    scenario.check(view.settings)
    _solve(scenario, view.settings)


def _broken_part(data: bytes, rng: random.Random) -> bytes:
    return broken_cell(data, rng, rng.choice("&=,"))


def _use(reading: Reading) -> None:
    """Do what the program does with what was read: say what is wrong, or keep it, and solve it."""
    if reading.scenario is None:
        assert reading.issues
        assert str(ScenarioError(reading.name, reading.issues, reading.notices))
        return
    assert scenario_bytes(reading.scenario, "b.zip")
    again = inspect_bytes("b.zip", scenario_bytes(reading.scenario, "b.zip"))
    assert again.scenario is not None, again.issues
    assert again.scenario.hash == reading.scenario.hash
    _solve(reading.scenario, reading.scenario.settings)


def _solve(scenario: Scenario, settings: object) -> None:
    streams = io.StringIO()
    with redirect_stdout(streams), redirect_stderr(streams):
        try:
            Optimiser(scenario).solve(settings, time_limit=_SOLVE_WITHIN)  # type: ignore[arg-type]
        except PrioritiserError as error:
            assert str(error)
