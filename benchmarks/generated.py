"""Scenarios made up for measuring: as dense as the bundled example, of any number of initiatives."""

from __future__ import annotations

from random import Random

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, Goal, Initiative, Resource, Tier, Use
from prioritiser.scenario.settings import Settings

YEARS = ("2026/27", "2027/28", "2028/29", "2029/30", "2030/31")
GOALS = 38
RESOURCES = 4
EFFECTS_EACH = 2
PART_AFFORDABLE = 0.4


def dense_scenario(initiatives: int, seed: int = 1) -> Scenario:
    """Make up a scenario with so many initiatives, three start years each, in which two fifths can be afforded."""
    rng = Random(seed)
    names = [f"i{number}" for number in range(initiatives)]
    uses = [
        Use(
            initiative_id=name,
            resource_id=f"r{resource}",
            amounts={f"year_{year}": float(rng.randint(5, 100)) for year in range(1, len(YEARS) + 1)},
        )
        for name in names
        for resource in range(RESOURCES)
    ]
    effects = [
        Effect(
            initiative_id=name,
            goal_id=f"g{goal}",
            central=round(rng.uniform(0.5, 5.0), 2),
            lead_months=rng.choice([0, 6, 12]),
            ramp_months=rng.choice([0, 12, 24]),
        )
        for name in names
        for goal in rng.sample(range(GOALS), EFFECTS_EACH)
    ]
    target = 1.5 * EFFECTS_EACH * initiatives / GOALS
    goals = [
        Goal(
            goal_id=f"g{goal}",
            tier=list(Tier)[goal % 3],
            overlap=0.2,
            targets={year: round(target * (position + 1) / len(YEARS), 2) for position, year in enumerate(YEARS)},
        )
        for goal in range(GOALS)
    ]
    capacity = PART_AFFORDABLE * 52 * initiatives
    return Scenario(
        title=f"{initiatives} initiatives",
        years=YEARS,
        settings=Settings(weights={"national": 40, "local": 30, "long_term": 30}),
        goals=tuple(goals),
        resources=tuple(
            Resource(resource_id=f"r{resource}", capacities=dict.fromkeys(YEARS, capacity))
            for resource in range(RESOURCES)
        ),
        initiatives=tuple(Initiative(initiative_id=name, earliest=YEARS[0], latest=YEARS[2]) for name in names),
        uses=tuple(uses),
        effects=tuple(effects),
    )
