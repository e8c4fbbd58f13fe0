"""Random scenarios full of awkward cells are the same after a folder, a zip and a workbook."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prioritiser.files.scenario_files import read_scenario, write_scenario
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, Goal, Initiative, Resource, Rule, Use, clean_text
from prioritiser.scenario.settings import Changes, Settings, WhatIf
from tests.depth import cases

KINDS = ("folder", "scenario.zip", "scenario.xlsx")


def _clean(text: str) -> str:
    try:
        return clean_text(text)
    except ValueError:
        return ""


_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from(
    list(" \n\t,;\"'=+-@é€#_\\")
)
_TEXTS = st.one_of(
    st.text(_CHARACTERS, min_size=1, max_size=12),
    st.sampled_from(
        [
            "=1+1",
            "=cmd|'/c calc'!A0",
            "+44",
            "-",
            "@x",
            "NA",
            "null",
            "1e5",
            "007",
            "TRUE",
            "#N/A",
            '"',
            "''",
            "a\nb",
            "_x000D_",
        ]
    ),
).map(_clean)
_FILLED = _TEXTS.filter(bool)
_NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15),
    st.integers(-(10**14), 10**14).map(lambda whole: whole / 1000),
    st.sampled_from([0.1 + 0.2, 123456789.012345, 9.95, 1e-7, 1e-9, 1e15, -0.0]),
).filter(lambda number: number == 0 or 1e-9 <= abs(number) <= 1e15)
_POSITIVE = _NUMBERS.map(abs)
_TARGETS = _NUMBERS.filter(lambda level: float(f"{level:.15g}") > -1e15)  # not the zero level, to the digits kept
_WEIGHTS = _POSITIVE.filter(lambda weight: weight <= 1e9)
_SHARES = st.just(0.0) | st.floats(1e-9, 1)
_WORDS = _FILLED.filter(lambda text: not any(letter.isnumeric() for letter in text))  # figures belong under tag:
_TAGS = st.dictionaries(st.sampled_from(["Board lead", "Priority £", "=tag", "NA"]), _WORDS, max_size=3) | (
    st.dictionaries(st.sampled_from(["tag:2026", "tag: no", "TAG:="]), _FILLED, max_size=2)
)
_YEARS = ("2026/27", "2027/28", "2028")


def _shared(draw: Any) -> dict[str, Any]:
    return {
        "note": draw(st.none() | _TEXTS),
        "source": draw(st.none() | _FILLED),
        "evidence": draw(st.sampled_from([None, "measured", "derived", "judged"])),
        "tags": draw(_TAGS),
    }


def _given(**cells: Any) -> dict[str, Any]:
    return {name: cell for name, cell in cells.items() if cell is not None}


@st.composite
def scenarios(draw: Any) -> Scenario:
    """Draw a valid scenario whose every kind of cell holds something awkward."""
    amounts = st.dictionaries(st.sampled_from(["year_1", "year_2", "year_3"]), _NUMBERS)
    goals = [
        Goal(
            goal_id="g 1",
            tier="national",
            direction="up",
            zero_level=-1e15,
            targets=draw(st.dictionaries(st.sampled_from(_YEARS), _TARGETS, min_size=1)),
            **_given(weight=draw(st.none() | _WEIGHTS), trend_per_year=draw(st.none() | _NUMBERS), name=draw(_TEXTS)),
            **_shared(draw),
        ),
        Goal(goal_id="007", tier="long_term", targets={"2028": 1}, unit=draw(st.none() | _FILLED), **_shared(draw)),
    ]
    what_ifs = [
        WhatIf(
            name,
            Changes(
                weights=draw(
                    st.sampled_from(
                        [None, {"national": 60, "local": 20, "long_term": 20}, {"national": 0.5, "long_term": 1}]
                    )
                ),
                balance=draw(st.none() | _SHARES),
                case=draw(st.sampled_from([None, "low", "central", "high"])),
                capacity=draw(st.dictionaries(st.sampled_from(["r.1", "r.1@2028", "r.1@2027/28"]), _POSITIVE)),
                lock=draw(st.dictionaries(st.sampled_from(["A", "b"]), st.sampled_from(["in", "out", "2026/27"]))),
                goal_weights=draw(st.dictionaries(st.sampled_from(["007"]), _POSITIVE.filter(bool))),
                without=draw(st.sampled_from([(), ("1",), ("1", "R 2")])),
            ),
            draw(_TEXTS),
        )
        for name in draw(st.lists(_FILLED, unique_by=lambda name: name.casefold(), max_size=3))
    ]
    return Scenario(
        title=draw(_FILLED),
        system=draw(_TEXTS),
        summary=draw(_TEXTS),
        years=_YEARS,
        settings=Settings(
            {"national": draw(_POSITIVE), "long_term": 1}, draw(_SHARES), draw(st.sampled_from(["low", "high"]))
        ),
        goals=tuple(goals),
        resources=(
            Resource(
                resource_id="r.1",
                capacities=draw(st.dictionaries(st.sampled_from(_YEARS), _POSITIVE)),
                **_given(carry_over=draw(st.sampled_from([None, "yes", "no"]))),
                **_shared(draw),
            ),
        ),
        initiatives=(
            Initiative(initiative_id="A", latest="2028", lead=draw(_TEXTS), description=draw(_TEXTS), **_shared(draw)),
            Initiative(initiative_id="b", **_given(min_scale=draw(st.none() | _SHARES)), **_shared(draw)),
        ),
        uses=tuple(
            Use(initiative_id="A", resource_id="r.1", amounts=draw(amounts), **_shared(draw))
            for _ in range(draw(st.integers(0, 2)))
        ),
        effects=(Effect(initiative_id="A", goal_id="g 1", central=draw(_NUMBERS), **_shared(draw)),),
        rules=(
            Rule(rule_id="1", kind="must_not", subject="b", **_shared(draw)),
            Rule(rule_id="R 2", kind="count_at_least", subject=f"lead={draw(_FILLED)}", limit=1),
        ),
        what_ifs=tuple(what_ifs),
        tags=draw(st.dictionaries(st.sampled_from(["owner", "clé", "a.b", "=x"]), _FILLED)),
    )


@settings(
    max_examples=cases(40), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(scenarios())
def test_scenario_is_the_same_when_written_and_read_in_each_kind(scenario: Scenario) -> None:
    with tempfile.TemporaryDirectory() as place:
        for kind in KINDS:
            write_scenario(scenario, Path(place) / kind)
            read = read_scenario(Path(place) / kind)
            assert read == scenario
            assert read.hash == scenario.hash
