"""What the command line says about one answer, in plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from prioritiser import Portfolio, optimise, read_scenario
from prioritiser.cli.shared.console import solve_text
from tests.places import QUICKSTART
from tests.small import write_files


@pytest.fixture(scope="module")
def quickstart() -> Portfolio:
    return optimise(read_scenario(QUICKSTART), gap=0)


def line(text: str, start: str) -> str:
    return next(row for row in text.splitlines() if row.startswith(start))


def test_best_alone_is_not_found_in_time_when_time_ran_out(quickstart: Portfolio) -> None:
    known: Mapping[str, float | None] = {**quickstart.best_alone, "local": None}
    text = solve_text(replace(quickstart, best_alone=known))
    assert line(text, "Local").endswith("not found in time")
    assert line(text, "National").endswith("60\u00a0%")
    assert "none" not in text


def test_todays_plan_is_left_out_when_there_is_none(tmp_path: Path) -> None:
    text = solve_text(optimise(read_scenario(write_files(tmp_path / "s")), gap=0))
    assert "today's plan" not in line(text, "Share of the way")
    assert "none" not in text


def test_levels_are_whole_numbers_when_they_are_large(tmp_path: Path) -> None:
    goals = "goal_id,tier,baseline,2026/27,2027/28\nrtt,national,1234567,,1300000\nfalls,local,2,3,4\n"
    text = solve_text(optimise(read_scenario(write_files(tmp_path / "s", {"goals.csv": goals})), gap=0))
    assert "1,300,000" in line(text, "rtt")
    assert "1,234,569" in line(text, "rtt")  # 1,234,567 and the 2 of wards
