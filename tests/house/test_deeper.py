"""A thorough run has what is slow and repeats what tries more in it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deeper import deep_names, slow_tests
from tests.places import ROOT

WRITTEN = """
from tests import depth
from tests.depth import cases, thorough
SEEDS = range(cases(16))
PLAIN = range(3)

@pytest.fixture
def room(): return cases(4)

@pytest.mark.parametrize("seed", SEEDS)
def test_of_seeds(seed): ...

@pytest.mark.parametrize("seed", [0, thorough(1)])
def test_with_more_cases(seed): ...

@pytest.mark.usefixtures("room")
def test_in_a_room(): ...

def test_of_a_room(room): ...

def helper(): return SEEDS

def test_by_a_helper(): helper()

def test_by_the_module(): depth.part(range(9))

def test_plain(tmp_path): assert PLAIN
"""


def test_tests_are_found_whose_names_lead_to_depth(tmp_path: Path) -> None:
    path = tmp_path / "test_written.py"
    path.write_text(WRITTEN)
    found = {name for name in deep_names(path) if name.startswith("test_")}
    assert found == {"test_of_seeds", "test_in_a_room", "test_of_a_room", "test_by_a_helper", "test_by_the_module"}


@pytest.mark.parametrize(
    ("file", "name", "is_deep"),
    [
        ("browser/test_accessibility.py", "test_axe_finds_nothing_of_ours_on_any_page_light_or_dark", True),
        ("browser/test_trade_offs.py", "test_portfolio_is_clicked_on_and_adopted", False),
        ("optimisation/test_brute_force.py", "test_optimise_equals_brute_force_on_seeded_scenarios", True),
    ],
)
def test_depth_is_found_in_our_own_tests(file: str, name: str, is_deep: bool) -> None:
    path = Path(__file__).parent.parent / file
    assert f"def {name}" in path.read_text(encoding="utf-8")
    assert (name in deep_names(path)) is is_deep


def test_every_slow_test_that_is_listed_is_there() -> None:
    for line in slow_tests():
        file, _, name = line.partition("[")[0].partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), line
