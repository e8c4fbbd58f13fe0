"""A plan in a file of its own is read as the tables are; what is wrong in it is said at once, never as a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritiser.cli import run
from prioritiser.errors import ScenarioError
from prioritiser.evaluation.plan import Delivery
from prioritiser.files.plan_file import read_plan_file
from prioritiser.files.scenario_files import read_scenario
from tests.depth import cases
from tests.places import QUICKSTART

SCENARIO = read_scenario(QUICKSTART)
YEAR = SCENARIO.years[0]
BEDS, PHONES = sorted(SCENARIO.initiative_by_id)[:2]
PLAIN = f"initiative_id,share,start\n{BEDS},1,{YEAR}\n{PHONES},1,{YEAR}\n"
WANTED = {BEDS: Delivery(1.0, 0), PHONES: Delivery(1.0, 0)}


def written(folder: Path, content: str | bytes, name: str = "plan.csv") -> Path:
    """A plan file that holds this."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def problems(path: Path) -> list[str]:
    """The issues of a plan file, as text."""
    with pytest.raises(ScenarioError) as error:
        read_plan_file(SCENARIO, path)
    return [str(issue) for issue in error.value.issues]


def test_a_plan_as_people_leave_it_reads_as_the_plain_one(tmp_path: Path) -> None:
    assert read_plan_file(SCENARIO, written(tmp_path, PLAIN)) == (WANTED, ())
    other = f"Initiative ID;Share;Start\n\n  {BEDS.upper()} ;1;{YEAR.replace('/', '-')}\n;;\n{PHONES}\u200b;1.0;FY{YEAR[2:]}\n"
    plan, notices = read_plan_file(SCENARIO, written(tmp_path, other))
    assert plan == WANTED
    assert len(notices) == 2  # semicolons; what was read as meant
    named = f"initiative_id,name,share,start\n{BEDS},Caf\xe9,1,{YEAR}\n{PHONES},x,1,{YEAR}\n".encode("cp1252")
    plan, notices = read_plan_file(SCENARIO, written(tmp_path, named))
    assert plan == WANTED
    assert ["Windows-1252" in notice for notice in notices] == [True]


def test_the_same_in_json(tmp_path: Path) -> None:
    entries = [{"id": BEDS.upper(), "share": 1, "start": YEAR}, {"id": PHONES, "share": "1", "start": YEAR, "more": []}]
    path = written(tmp_path, json.dumps({"initiatives": entries}), "plan.json")
    plan, notices = read_plan_file(SCENARIO, path)
    assert plan == WANTED
    assert notices == (f'plan.json: read as meant: "{BEDS.upper()}" as {BEDS}.',)


def test_a_share_of_nothing_is_not_in_the_plan_and_a_plan_of_nothing_is_said(tmp_path: Path) -> None:
    plan, notices = read_plan_file(SCENARIO, written(tmp_path, f"initiative_id,share,start\n{BEDS},0,{YEAR}\n"))
    assert plan == {}
    assert notices == ("plan.csv: the plan starts nothing.",)


def test_every_problem_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    rows = [f"{BEDS},1.5,{YEAR}", f"nobody,1,{YEAR}", f"{PHONES},half,1999/00", f"{PHONES},1,{YEAR}", f",1,{YEAR}"]
    found = problems(written(tmp_path, "initiative_id,share,start\n" + "\n".join(rows)))
    assert [text.partition(":")[0] for text in found] == [
        "plan.csv, row 2, column B (share)",
        "plan.csv, row 3, column A (initiative_id)",
        "plan.csv, row 4, column B (share)",
        "plan.csv, row 4, column C (start)",
        "plan.csv, row 5, column A (initiative_id)",
        "plan.csv, row 6, column A (initiative_id)",
    ]
    assert "is already in row 4" in found[4]


def test_a_title_or_a_missing_column_is_one_problem(tmp_path: Path) -> None:
    assert len(problems(written(tmp_path, "Our plan,,\n" + PLAIN))) == 1
    (found,) = problems(written(tmp_path, f"initiative_id,start\n{BEDS},{YEAR}\n"))
    assert "the column share is missing" in found


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("plan.csv", "", "empty"),
        ("plan.csv", " \n\n", "empty"),
        ("plan.json", "", "not valid JSON"),
        ("plan.json", "[" * 100_000, "nested too deeply"),
        ("plan.json", '{"initiatives": ' + "[" * 100_000, "nested too deeply"),
        ("plan.json", "[]", "no list of initiatives"),
        ("plan.json", '{"initiatives": 5}', "no list of initiatives"),
        ("plan.json", '{"initiatives": ["beds"]}', "no list of initiatives"),
        ("plan.json", '{"initiatives": [{"id": ["a"], "share": 1, "start": "2026/27"}]}', "entry 1, id: a list"),
        ("plan.json", '{"initiatives": [{"id": {}, "share": 1, "start": "2026/27"}]}', "entry 1, id: an object"),
        ("plan.json", '{"initiatives": [{}]}', "entry 1, share: blank"),
        ("plan.json", '{"initiatives": [{"id": "a", "share": true, "start": "2026/27"}]}', "entry 1, share: TRUE"),
        ("plan.json", '{"initiatives": [{"id": "a", "share": NaN, "start": "x"}]}', "share must be"),
        ("plan.json", '{"initiatives": [{"id": "a", "share": 1e999, "start": "x"}]}', "share must be"),
        ("plan.json", '{"initiatives": [{"share": ' + "9" * 4000 + "}]}", "hundreds of digits"),
        ("plan.json", '{"initiatives": [{"share": ' + "9" * 6000 + "}]}", "not valid JSON"),
        ("plan.json", b'\xff\xfe{\x00}\x00', "UTF-16"),
    ],
)  # fmt: skip
def test_no_content_of_a_file_ends_in_a_traceback(name: str, content: str | bytes, text: str, tmp_path: Path) -> None:
    assert text in "\n".join(problems(written(tmp_path, content, name)))


def test_a_plan_that_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    assert "plan.csv" in problems(tmp_path / "plan.csv")[0]
    (tmp_path / "folder.csv").mkdir()
    assert "not a file" in problems(tmp_path / "folder.csv")[0]


_VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=3)


@settings(max_examples=cases(60), deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["id", "share", "start", "name"]), _VALUES), max_size=4))
def test_any_json_is_a_plan_or_says_why_not(entries: list[dict[str, object]]) -> None:
    with TemporaryDirectory() as folder:
        path = written(Path(folder), json.dumps({"initiatives": entries}), "plan.json")
        try:
            plan, _ = read_plan_file(SCENARIO, path)
        except ScenarioError as error:
            assert error.issues
        else:
            assert all(0 < delivery.share <= 1 for delivery in plan.values())


def test_the_command_says_notices_on_stderr_and_problems_with_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, PLAIN.replace(",", ";"))
    arguments = ["solve", str(QUICKSTART), "--changes", "2", "--keep"]
    assert run([*arguments, str(path), "--output", "-"]) == 0
    streams = capsys.readouterr()
    assert "Note: plan.csv: its cells are parted by semicolons" in streams.err
    assert json.loads(streams.out)["keep"]["changes"] <= 2
    assert run([*arguments, str(written(tmp_path, PLAIN.replace(BEDS, "bed5")))]) == 2
    assert 'plan.csv, row 2, column A (initiative_id): "bed5"' in capsys.readouterr().err


def test_what_the_scenario_does_not_allow_of_an_older_plan_is_said_and_kept(tmp_path: Path) -> None:
    whole = SCENARIO.initiative_by_id[BEDS]
    late = next(year for number, year in enumerate(SCENARIO.years) if number not in SCENARIO.starts(whole))
    may = ", ".join(SCENARIO.years[start] for start in SCENARIO.starts(whole))
    plan, notices = read_plan_file(SCENARIO, written(tmp_path, f"initiative_id,share,start\n{BEDS},0.4,{late}\n"))
    assert plan == {BEDS: Delivery(0.4, SCENARIO.years.index(late))}
    assert notices == (
        f"plan.csv: {BEDS} cannot start in {late} (it may in {may}): it is moved or left out, which counts as a change.",
        f"plan.csv: {BEDS} has a share of 0.4, and may not have less than 1: it is delivered in a larger part or left "
        "out, which counts as a change.",
    )
