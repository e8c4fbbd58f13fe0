"""A small working scenario to start from: a commented folder, or a workbook with help, units and drop-downs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prioritiser.errors import PrioritiserError
from prioritiser.files.format_table import format_table
from prioritiser.files.scenario_files import scenario_bytes, scenario_files, zip_bytes
from prioritiser.files.tables.atomic_write import save_file, save_folder
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, Goal, Initiative, Resource, Row, Rule, RuleKind, Use
from prioritiser.scenario.setting_ranges import SETTINGS_FILE
from prioritiser.scenario.settings import Changes, Settings, WhatIf

_YEARS = ("2026/27", "2027/28", "2028/29")
_TITLE = "My system"
_SUMMARY = "An invented example: replace every row with your own."
_SOURCE = "Invented for the example"


def write_template(path: str | Path) -> None:
    """Write the template as a folder, or as a workbook or zip when the path ends in .xlsx or .zip.

    Raises PrioritiserError when something is already there.
    """
    target = Path(path)
    if target.exists() or target.is_symlink():
        raise PrioritiserError(f"{target} already exists. Give a new name; nothing was written.")
    if target.suffix.casefold() in (".xlsx", ".zip"):
        save_file(target, template_bytes(target.name))
    else:
        save_folder(target, _template_files())


def template_bytes(name: str) -> bytes:
    """Write the template as a workbook, or as a zip of the commented folder, as the name's ending says."""
    if name.casefold().endswith(".xlsx"):
        return scenario_bytes(template_scenario(), name)
    return zip_bytes(_template_files())


def _template_files() -> dict[str, bytes]:
    guide = f"# Columns of the tables\n\n{format_table()}".encode()
    return {**scenario_files(template_scenario()), "COLUMNS.md": guide, SETTINGS_FILE: _TOML.encode("utf-8")}


def template_scenario() -> Scenario:
    """Return the example that the template holds: three goals, two resources, three initiatives."""
    return Scenario(
        title=_TITLE,
        system="Example ICS",
        summary=_SUMMARY,
        years=_YEARS,
        settings=Settings(weights={"national": 40, "local": 30, "long_term": 30}),
        goals=_goals(),
        resources=_resources(),
        initiatives=_initiatives(),
        uses=_uses(),
        effects=_effects(),
        rules=(
            Rule(
                rule_id="R1",
                kind=RuleKind.REQUIRES,
                subject="virtual_wards",
                other="shared_record",
                owner="Digital board",
                note="The wards need the record.",
            ),
        ),
        what_ifs=(
            WhatIf(
                "Long view",
                Changes(weights={"national": 20, "local": 20, "long_term": 60}, capacity={"revenue@2026/27": 0.9}),
                "More weight on later years, with a tenth less to spend in the first.",
            ),
        ),
    )


def _rows[R: Row](row_type: type[R], *rows: Mapping[str, Any], **shared: Any) -> tuple[R, ...]:
    return tuple(row_type.model_validate({**row, **shared}) for row in rows)


def _goals() -> tuple[Goal, ...]:
    waits = {
        "goal_id": "waits",
        "name": "Treated within 18 weeks",
        "tier": "national",
        "unit": "%",
        "baseline": 62,
        "targets": {"2026/27": 64, "2027/28": 66, "2028/29": 68},
    }
    falls = {
        "goal_id": "falls",
        "name": "Emergency stays after a fall",
        "tier": "local",
        "unit": "per 1,000 aged 65+",
        "baseline": 20,
        "trend_per_year": 0.2,
        "overlap": 0.2,
        "targets": {"2027/28": 19, "2028/29": 18},
    }
    smoking = {
        "goal_id": "smoking",
        "name": "Adults who smoke",
        "tier": "long_term",
        "unit": "%",
        "baseline": 13,
        "targets": {"2028/29": 11.5},
    }
    return _rows(Goal, waits, falls, smoking, source=_SOURCE, evidence="judged")


def _resources() -> tuple[Resource, ...]:
    revenue = {"resource_id": "revenue", "name": "New revenue", "unit": "£k", "capacities": dict.fromkeys(_YEARS, 900)}
    team = {"resource_id": "team", "name": "Improvement team", "unit": "WTE", "capacities": dict.fromkeys(_YEARS, 6)}
    return _rows(Resource, revenue, team, source=_SOURCE)


def _initiatives() -> tuple[Initiative, ...]:
    wards = {
        "initiative_id": "virtual_wards",
        "name": "Virtual wards",
        "lead": "Acute trust",
        "area": "Urgent care",
        "earliest": "2026/27",
        "latest": "2027/28",
        "confidence": 0.8,
        "current_start": "2026/27",
    }
    record = {
        "initiative_id": "shared_record",
        "name": "Shared care record",
        "lead": "ICB",
        "area": "Digital",
        "current_start": "2026/27",
    }
    smoking = {
        "initiative_id": "stop_smoking",
        "name": "Stop-smoking service in hospital",
        "lead": "Acute trust",
        "area": "Prevention",
        "latest": "2027/28",
        "min_scale": 0.5,
        "confidence": 0.9,
    }
    return _rows(Initiative, wards, record, smoking)


def _uses() -> tuple[Use, ...]:
    amounts = (
        ("virtual_wards", "revenue", 400, 450, 450),
        ("virtual_wards", "team", 3, 1, 0),
        ("shared_record", "revenue", 200, 100, 100),
        ("shared_record", "team", 2, 1, 1),
        ("stop_smoking", "revenue", 350, 350, 350),
        ("stop_smoking", "team", 1, 1, 1),
    )
    return tuple(
        Use(
            initiative_id=initiative,
            resource_id=resource,
            amounts={f"year_{number}": amount for number, amount in enumerate(by_year, start=1)},
            source=_SOURCE,
        )
        for initiative, resource, *by_year in amounts
    )


def _effects() -> tuple[Effect, ...]:
    wards, record, smoking = "virtual_wards", "shared_record", "stop_smoking"
    return _rows(
        Effect,
        {"initiative_id": wards, "goal_id": "waits", "central": 2, "low": 1, "high": 3, "ramp_months": 12},
        {"initiative_id": wards, "goal_id": "falls", "central": -1, "low": -0.5, "high": -1.2, "lead_months": 6},
        {"initiative_id": record, "goal_id": "falls", "central": -0.3, "if_also": wards, "ramp_months": 12},
        {"initiative_id": record, "goal_id": "waits", "central": 0.5, "lead_months": 12},
        {
            "initiative_id": smoking,
            "goal_id": "smoking",
            "central": -1,
            "low": -0.6,
            "high": -1.4,
            "lead_months": 12,
            "ramp_months": 24,
        },
        source=_SOURCE,
        evidence="judged",
    )


_TOML = f"""\
# A scenario: what could be done, what it is for and what it costs. Lines that begin with # are comments.
# The tables stand beside this file; COLUMNS.md says what each of their columns holds.

# The version of the format; leave it at 1.
format = 1

# Shown at the top of every page and export.
title = "{_TITLE}"
system = "Example ICS"
summary = "{_SUMMARY}"

# The years to plan, in order. goals.csv and resources.csv have a column of the same name for each.
years = [{", ".join(f'"{year}"' for year in _YEARS)}]

# How much each kind of goal counts. Only the proportions matter: 40, 30, 30 is the same as 4, 3, 3.
[weights]
national = 40
local = 30
long_term = 30

[settings]
# From 0 to 1: how much to lift whichever kind of goal is furthest behind. 0 looks at the weights only.
balance = 0
# Which size of the effects to believe: "low", "central" or "high".
case = "central"

# A what-if is a set of settings with a name; every key but the name may be left out.
#   weights       all three, as above
#   balance, case as above
#   capacity      factors on capacities: {{ "resource" = 0.9 }} or {{ "resource@year" = 0.9 }}
#   lock          {{ initiative = "in" }}, "out", or the year in which it must start
#   goal_weights  {{ goal = 2 }} in place of the weight in goals.csv
#   without       rules to switch off: ["R1"]
[[what_if]]
name = "Long view"
note = "More weight on later years, with a tenth less to spend in the first."
weights = {{ national = 20, local = 20, long_term = 60 }}
capacity = {{ "revenue@2026/27" = 0.9 }}
"""
