"""Who is in the example workshop, what they tend to say, and what each of them says. Nobody said any of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

POINTS, SWING, SUPPORT = 0, 1, 2  # positions of the questions
PLACES = ("Northvale", "Port Ashby", "Sallowfield")
SILENT = (4, 17, 21, 22)  # positions of those whose first answers stand
WEIGH_GOALS = (0, 3, 6, 8, 11, 14, 16, 19, 22)
SPREAD, SLIP, USUAL_GOAL = 30.0, 10.0, 55.0


@dataclass(frozen=True)
class Role:
    """What a role tends to say. tiers: swing weights. likes: initiatives. goals: swing weights of moves that differ."""

    name: str
    number: int
    tiers: tuple[float, float, float]
    likes: tuple[str, ...]
    goals: Mapping[str, float]


ROLES = (
    Role(
        "Acute trust", 6, (100, 35, 30),
        ("theatre_productivity", "surgical_hub", "ed_flow", "sdec_utc", "cancer_navigators", "handover_45"),
        {"ae_4h_pct": 100, "cancer_62d_pct": 90},
    ),
    Role(
        "Council", 5, (20, 80, 100),
        ("warm_homes", "best_start", "toothbrushing", "tobacco_optout", "discharge_intermediate", "lung_screening"),
        {"cyp_extractions_pct": 100, "cvd_premature_mortality_change_pct": 100},
    ),
    Role(
        "Public", 5, (75, 100, 55),
        ("modern_gp", "urgent_dental", "cdc_extended_hours", "gp_continuity", "mhst", "handover_45"),
        {"ae_4h_pct": 100, "cat2_mean_min": 100},
    ),
    Role(
        "Primary care", 3, (55, 100, 85),
        ("gp_continuity", "modern_gp", "cvd_optimisation", "neighbourhood_teams", "shared_care_record"),
        {"cvd_lipid_pct": 100, "cancer_stage12_pct": 80},
    ),
    Role(
        "Community and mental health", 3, (65, 100, 70),
        ("mh_crisis", "mhst", "community_waits", "care_coordination_hub", "smi_ld_checks", "neurodevelopment"),
        {"cyp_mh_access_n": 100},
    ),
    Role(
        "Voluntary sector", 2, (20, 70, 100),
        ("high_intensity_use", "inclusion_health", "warm_homes", "screening_uptake_core20", "best_start"),
        {"cyp_mh_access_n": 90, "cvd_premature_mortality_change_pct": 100},
    ),
)  # fmt: skip
_UNLOVED = (
    "pause_prevention_grants", "merge_night_gp_bases", "close_duplicate_sites", "cdc_new_spoke", "epr",
    "corporate_consolidation", "independent_sector",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A comment. person: position of who says it. round: 0 or 1. is_released: for the paper."""

    person: int
    round: int
    question: int
    text: str
    is_released: bool = False


COMMENTS = (
    Said(0, 0, SWING, "If the front door fails, nothing else on this list can be staffed.", True),
    Said(1, 0, SUPPORT, "Cancer navigators cost little, and every clinic asks for them."),
    Said(2, 0, POINTS, "I find it hard to put a number on this. Can we talk first?"),
    Said(3, 1, SWING, "I moved towards local. The queue at our door begins with a phone that nobody answers.", True),
    Said(5, 0, SUPPORT, "A hub without the theatre lists to fill it would be an expensive corridor."),
    Said(6, 0, SWING, "In ten years we shall be judged on smoking, weight and damp homes, not on one winter.", True),
    Said(7, 0, SUPPORT, "Warm homes is ours to lead. We could match the money if the partnership finds half."),
    Said(8, 1, SUPPORT, "I can live without a second diagnostic centre if the first one opens in the evenings.", True),
    Said(10, 0, POINTS, "Prevention always loses to the next bad week. Here I would like it to win."),
    Said(11, 0, POINTS, "Getting through to the surgery matters more to me than any target on this list.", True),
    Said(12, 0, SWING, "My father lay nine hours on a trolley. Please do not trade that away.", True),
    Said(13, 1, SUPPORT, "Thank you for showing what each choice costs. I put back two things I had crossed out."),
    Said(14, 0, SUPPORT, "Who looks after the people who cannot use the app?"),
    Said(16, 0, SWING, "Knowing your patient keeps people out of hospital, once the phones are answered."),
    Said(17, 0, SUPPORT, "Teams across practices without one record would be meetings, not care.", True),
    Said(18, 1, SWING, "I still put local first, but I can defend this list to my partners."),
    Said(19, 0, SWING, "Children wait the longest and shout the least. Count them."),
    Said(20, 1, SUPPORT, "A place to go in a crisis should come before any new building.", True),
    Said(22, 0, SWING, "We meet the people who never reach a waiting list."),
    Said(23, 0, SUPPORT, "Pausing our grants saves little, and closes groups that will not open again.", True),
)


@dataclass(frozen=True)
class Person:
    """Somebody in the room. tiers: swing weights as they are meant, before they are scaled and rounded."""

    role: Role
    place: str
    tiers: tuple[float, ...]
    likes: frozenset[str]
    can_spare: frozenset[str]


def draw_person(chance: Random, role: Role, number: int, initiatives: Sequence[str]) -> Person:
    """Draw one person of a role. number: how many of it there are before. initiatives: all that may be asked for."""
    tiers = tuple(near(chance, tier, SPREAD) for tier in role.tiers)
    others = [name for name in initiatives if name not in (*role.likes, *_UNLOVED)]
    likes = frozenset(name for name in role.likes if chance.random() < 0.6) | frozenset(
        name for name in others if chance.random() < 0.1
    )
    can_spare = frozenset(name for name in _UNLOVED if chance.random() < 0.35)
    return Person(role, PLACES[number % len(PLACES)], tiers, likes, can_spare)


def moved_together(chance: Random, people: Sequence[Person]) -> list[Person]:
    """Move everybody part of the way to the mean of the room."""
    shares = [[100 * tier / math.fsum(one.tiers) for tier in one.tiers] for one in people]
    mean = [math.fsum(column) / len(people) for column in zip(*shares, strict=True)]
    most = {
        name
        for role in ROLES
        for name in role.likes
        if sum(name in one.likes for one in people) > len(people) / 3
    }  # fmt: skip
    moved = []
    for one, own in zip(people, shares, strict=True):
        part = 0.15 + 0.35 * chance.random()
        tiers = tuple(mine + part * (theirs - mine) for mine, theirs in zip(own, mean, strict=True))
        joins = most - one.can_spare if chance.random() < 0.5 else set()
        moved.append(replace(one, tiers=tiers, likes=one.likes | joins))
    return moved


def near(chance: Random, value: float, spread: float) -> float:
    """Draw a weight near another, evenly; from 5 to 100."""
    return min(100.0, max(5.0, value + spread * (2 * chance.random() - 1)))
