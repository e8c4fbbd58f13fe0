"""Settings, what-ifs, options and links name rows, years and choices however people spell them."""

from __future__ import annotations

from pathlib import Path

import pytest

from prioritiser.cli import run
from prioritiser.cli.shared.common import parse_changes
from prioritiser.errors import SettingsError
from prioritiser.files.scenario_files import inspect_scenario, read_scenario, write_scenario
from prioritiser.scenario.schema import Case
from prioritiser.scenario.setting_names import SettingNames
from prioritiser.scenario.settings import Changes
from prioritiser.ui.storage.links import read_link
from tests.places import QUICKSTART

NAMES = SettingNames(
    {"goals": ["rtt_18w", "A&E"], "resources": ["Estates IT"], "initiatives": ["hubs"], "rules": ["R1"]},
    ("2026/27", "2027/28"),
)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (Changes(capacity={"estates  it": 0.8}), Changes(capacity={"Estates IT": 0.8})),
        (Changes(capacity={"ESTATES IT@2026-27": 0.8}), Changes(capacity={"Estates IT@2026/27": 0.8})),
        (Changes(capacity={"Estates\u00a0IT@FY26/27": 2}), Changes(capacity={"Estates IT@2026/27": 2})),
        (Changes(lock={"Hubs": "In"}), Changes(lock={"hubs": "in"})),
        (Changes(lock={"hubs\u200b": " OUT "}), Changes(lock={"hubs": "out"})),
        (Changes(lock={"hubs": "2027-28"}), Changes(lock={"hubs": "2027/28"})),
        (Changes(goal_weights={"RTT_18W": 2, "a&e": 1}), Changes(goal_weights={"rtt_18w": 2, "A&E": 1})),
        (Changes(without=("r1",)), Changes(without=("R1",))),
        (Changes(weights={"National": 1, "Long term": 2}), Changes(weights={"national": 1, "long_term": 2})),
        (Changes(case="LOW"), Changes(case=Case.LOW)),  # type: ignore[arg-type]
        # what means nothing stays, for the checks to refuse
        (Changes(lock={"clubs": "FY27"}), Changes(lock={"clubs": "FY27"})),
        (Changes(capacity={"estates@2026": 1}), Changes(capacity={"estates@2026": 1})),
        (Changes(goal_weights={"rtt_18w": 1, "RTT_18w": 2}), Changes(goal_weights={"rtt_18w": 1, "RTT_18w": 2})),
    ],
)
def test_names_are_read_as_meant(given: Changes, meant: Changes) -> None:
    assert NAMES.respelled(given).as_json() == meant.as_json()


def test_a_file_says_in_one_notice_what_it_was_read_as(tmp_path: Path) -> None:
    folder = tmp_path / "scenario"
    plain = read_scenario(QUICKSTART)
    write_scenario(plain, folder)
    toml = folder / "scenario.toml"
    initiative, resource, year = plain.initiatives[0].initiative_id, plain.resources[0].resource_id, plain.years[0]
    toml.write_text(
        toml.read_text(encoding="utf-8").replace('case = "central"', 'case = "Central"')
        + f'\n[[what_if]]\nname = "Other"\nlock = {{ {initiative.upper()} = "IN" }}\n'
        + f'capacity = {{ "{resource.upper()}@{year.replace("/", "-")}" = 0.5 }}\n',
        encoding="utf-8",
    )
    reading = inspect_scenario(folder)
    assert reading.issues == ()
    assert reading.scenario is not None
    settings = reading.scenario.settings_for("OTHER ")
    assert settings.lock == {initiative: "in"}
    assert settings.capacity == {f"{resource}@{year}": 0.5}
    (notice,) = [text for text in reading.notices if "read as meant" in text]
    assert notice.startswith("scenario.toml: ")
    assert '"Central" as central' in notice
    assert f'"{initiative.upper()}" as {initiative}' in notice


def test_one_row_named_twice_is_refused(tmp_path: Path) -> None:
    scenario = read_scenario(QUICKSTART)
    name = scenario.initiatives[0].initiative_id
    with pytest.raises(SettingsError, match=name.upper()):
        scenario.settings_for(None, Changes(lock={name: "in", name.upper(): "out"}))


def test_options_and_links_too(capsys: pytest.CaptureFixture[str]) -> None:
    scenario = read_scenario(QUICKSTART)
    name, year = scenario.initiatives[0].initiative_id, scenario.years[0]
    changes = parse_changes(None, None, "High", (None, [f"{name.upper()}=Out"], None))
    assert scenario.settings_for(None, changes).as_json()["lock"] == {name: "out"}
    assert changes.case is Case.HIGH
    view = read_link(scenario, {"lock": [f"{name.upper()}=OUT"], "case": ["High"], "year": [year.replace("/", "-")]})
    assert (view.problems, view.settings.lock, view.settings.case, view.year) == ((), {name: "out"}, Case.HIGH, year)
    assert run(["solve", str(QUICKSTART), "--lock", f"{name.upper()}=in", "--output", "-"]) == 0
    assert f'"{name}": "in"' in capsys.readouterr().out
    assert run(["solve", str(QUICKSTART), "--case", "likely"]) == 2
