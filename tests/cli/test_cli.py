"""The command line: what it prints, writes and returns for right and wrong requests."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from prioritiser.cli import run
from tests.places import QUICKSTART

BEST = ["handover", "neighbourhood_team", "practice_phones", "shared_record", "stop_smoking"]


@pytest.fixture
def quickstart(tmp_path: Path) -> Path:
    return Path(shutil.copytree(QUICKSTART, tmp_path / "quickstart"))


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert run([*arguments, "--output", "-"]) == 0
    return json.loads(capsys.readouterr().out)


def test_solve_gives_the_plan_worked_by_hand_when_asked_for_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "solve", str(QUICKSTART), "--gap", "0")
    assert [row["id"] for row in found["initiatives"]] == BEST
    assert found["objective"] == pytest.approx(0.41, abs=1e-9)
    assert found["termination"] == "optimal"
    assert found["gap"] == 0
    assert found["tiers"]["national"] == {
        "score": pytest.approx(0.2),
        "do_nothing": 0,
        "best_alone": pytest.approx(0.6),
        "best_alone_bound": None,
    }
    assert found["settings"]["weights"] == {"national": 0.4, "local": 0.3, "long_term": 0.3}
    assert set(found) >= {
        "format",
        "scenario",
        "settings",
        "termination",
        "objective",
        "bound",
        "gap",
        "tiers",
        "ambidexterity",
        "initiatives",
        "goals",
        "resources",
        "solver",
    }


def test_json_on_stdout_is_alone_when_run_as_a_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "prioritiser.cli", "solve", str(QUICKSTART), "--output", "-", "--horizons"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ambidexterity"]["horizons"]["medium"]["achieved"]["national"] == pytest.approx(
        1 / 3
    )


def test_solve_shows_a_table_when_no_output_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", str(QUICKSTART)]) == 0
    text = capsys.readouterr().out
    assert "Proved best for these weights" in text
    assert "(judged)" in text


def test_options_change_the_settings_when_given(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(
        capsys,
        "solve",
        str(QUICKSTART),
        "--weights",
        "1,1,2",
        "--balance",
        "0.5",
        "--lock",
        "handover=out",
        "--without",
        "R1",
        "--case",
        "low",
        "--capacity",
        "money=0.9",
    )
    assert found["settings"]["weights"] == {"national": 0.25, "local": 0.25, "long_term": 0.5}
    assert found["settings"]["balance"] == 0.5
    assert found["settings"]["case"] == "low"
    assert found["settings"]["without"] == ["R1"]
    assert "handover" not in [row["id"] for row in found["initiatives"]]


def test_compare_starts_with_todays_plan_when_solving_every_what_if(capsys: pytest.CaptureFixture[str]) -> None:
    options = answer(capsys, "compare", str(QUICKSTART))["options"]
    assert [option["name"] for option in options] == [
        "Today's plan",
        "Scenario settings",
        "National first",
        "Less money",
    ]
    assert options[0]["in"] == options[0]["out"] == options[0]["moved"] == []
    assert set(options[1]) >= {"name", "settings", "tiers", "met", "spend", "in", "out", "moved", "breaches"}
    assert run(["compare", str(QUICKSTART)]) == 0
    assert "Less money" in capsys.readouterr().out


def test_compare_writes_tables_when_asked(tmp_path: Path) -> None:
    for name in ("c.csv", "c.xlsx", "c.json"):
        assert run(["compare", str(QUICKSTART), "--output", str(tmp_path / name)]) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "c.csv").read_text(encoding="utf-8-sig"))))
    assert [row["option"] for row in rows][:2] == ["Today's plan", "Scenario settings"]
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    assert book.sheetnames == ["cover", "options", "differences"]
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["options"]


def test_export_writes_plan_and_workbook_when_asked(tmp_path: Path) -> None:
    assert run(["export", str(QUICKSTART), "--output", str(tmp_path / "plan.csv")]) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "plan.csv").read_text(encoding="utf-8-sig"))))
    assert [row["initiative_id"] for row in rows] == BEST
    assert run(["export", str(QUICKSTART), "--output", str(tmp_path / "answer.xlsx")]) == 0
    assert openpyxl.load_workbook(tmp_path / "answer.xlsx").sheetnames


def test_check_lists_every_problem_when_a_scenario_is_wrong(
    quickstart: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    effects = quickstart / "effects.csv"
    lines = effects.read_text(encoding="utf-8").splitlines()
    effects.write_text(
        "\n".join([lines[0], lines[1].replace(lines[1].split(",")[0], "handovr"), *lines[2:]]), encoding="utf-8"
    )
    (quickstart / "goals.csv").write_text(
        (quickstart / "goals.csv").read_text(encoding="utf-8").replace("national", "nationl")
    )
    assert run(["check", str(quickstart)]) == 3
    text = capsys.readouterr().err
    assert "handovr" in text
    assert "nationl" in text
    assert run(["check", str(quickstart), "--output", "-"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert found["valid"] is False
    assert set(found["issues"][0]) >= {"file", "row", "column", "found", "expected", "fix"}


def test_check_says_valid_when_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(QUICKSTART)]) == 0
    assert "is valid: 4 goals, 8 initiatives, 2 resources, 1 rule." in capsys.readouterr().out
    assert answer(capsys, "check", str(QUICKSTART)) == {"valid": True, "issues": [], "notices": []}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--weights", "0,0,0"], "At least one tier with goals needs a weight above 0."),
        (["--weights", "1,2"], "three numbers"),
        (["--weights", "1,2,x"], '"x" is not a number'),
        (["--weights", "1,nan,1"], "A number, 0 or more."),
        (["--balance", "1.5"], "A number from 0 to 1."),
        (["--case", "lo"], 'Did you mean "low"?'),
        (["--what-if", "Nope"], "There is no what-if 'Nope'. This scenario has: 'National first', 'Less money'."),
        (["--capacity", "mony=0.5"], 'Did you mean "money"?'),
        (["--capacity", "money=-1"], "A factor of 0 or more"),
        (["--capacity", "money"], "expected a name, '=' and a value"),
        (["--lock", "handover=2031/32"], "in, out, or a possible start"),
        (["--lock", "handovr=in"], 'Did you mean "handover"?'),
        (["--lock", "handover=in", "--lock", "handover=out"], "--lock handover: in and out. Give it once."),
        (["--capacity", "money=1", "--capacity", "money=2"], "--capacity money: 1 and 2. Give it once."),
        (["--without", "R9"], "not in rules.csv."),
        (["--gap", "-1"], "--gap -1"),
        (["--time-limit", "0"], "seconds above 0"),
        (["--output", "plan.pdf"], "expected a file ending in .json, .csv, .xlsx."),
        (["--output", "nowhere/plan.csv"], "--output nowhere/plan.csv: there is no folder nowhere. Make it first."),
        (["--balance", "2"], "balance: 2. A number from 0 to 1."),
        (["--colour"], "No such option"),
    ],
)
def test_exit_code_is_2_when_the_command_line_is_wrong(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["solve", str(QUICKSTART), *arguments]) == 2
    heard = capsys.readouterr().err
    assert said in heard
    assert "scenario.toml" not in heard  # the file is not what is wrong


def test_exit_code_is_3_when_the_scenario_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", str(tmp_path / "nowhere")]) == 3
    assert "nowhere" in capsys.readouterr().err


def test_exit_code_is_4_and_the_clash_is_named_when_nothing_is_feasible(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", str(QUICKSTART), "--lock", "theatre_lists=in", "--capacity", "money=0"]) == 4
    text = capsys.readouterr().err
    assert text.startswith("No portfolio meets these together: ")
    assert "lock " in text
    assert "capacity " in text


def test_nothing_is_written_when_the_answer_does_not_exist(tmp_path: Path) -> None:
    target = tmp_path / "plan.csv"
    target.write_text("mine", encoding="utf-8")
    command = [
        "export",
        str(QUICKSTART),
        "--lock",
        "theatre_lists=in",
        "--capacity",
        "money=0",
        "--output",
        str(target),
    ]
    assert run(command) == 4
    assert target.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_new_makes_a_scenario_that_solves_when_the_path_is_free(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("mine", "mine.xlsx"):
        assert run(["new", str(tmp_path / name)]) == 0
        assert run(["check", str(tmp_path / name)]) == 0
        assert run(["solve", str(tmp_path / name)]) == 0
    capsys.readouterr()
    assert run(["new", str(tmp_path / "mine")]) != 0
    assert "mine" in capsys.readouterr().err


def test_debug_shows_where_and_keeps_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--debug", "check", str(tmp_path / "none")]) == 3
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "There is no such file or folder" in shown.splitlines()[-1]
