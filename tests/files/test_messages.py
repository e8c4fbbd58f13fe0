"""Messages never flood, and nothing from a file or an option acts on a terminal; what cannot be written is named."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import highspy
import pytest

from prioritiser import optimise
from prioritiser.analysis.weight_space.store import keep_map
from prioritiser.cli import run
from prioritiser.errors import Issue, NoAnswerError, NotWrittenError, issue_lines
from prioritiser.files.scenario_files import inspect_scenario, read_scenario, write_scenario
from prioritiser.files.tables.atomic_write import save_file, save_folder
from prioritiser.text.spelling import escaped, legible, unbroken
from tests.depth import thorough
from tests.places import QUICKSTART
from tests.small import FILES, TOML, texts_of, write_files


def test_thirty_of_a_kind_are_written_and_how_many_more() -> None:
    many = [Issue("uses.csv", row, "year_1", f'"x{row}"', "A number.") for row in range(2, 102)]
    other = [Issue("goals.csv", 2, "tier", '"x"', "A tier.")]
    lines = issue_lines([*many, *other])
    assert len(lines) == 30 + 1 + 1
    assert lines[0] == 'uses.csv, row 2, column year_1: "x2". A number.'
    assert lines[30] == "and 70 more of this kind in uses.csv."
    assert lines[31].startswith("goals.csv")
    assert issue_lines(many[:30])[-1].startswith("uses.csv, row 31")


def test_file_of_wrong_rows_is_told_in_a_page_and_in_json_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"wards,money,x{number},\n" for number in range(20_000))
    folder = write_files(tmp_path / "s", {"uses.csv": f"initiative_id,resource_id,year_1,year_2\n{rows}"})
    assert run(["check", str(folder)]) == 3
    assert len(capsys.readouterr().err.splitlines()) < 40
    assert run(["check", str(folder), "--output", "-"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["issues"]) == 2002
    assert "issues_left_out" not in answer


def test_json_keeps_ten_thousand_issues_and_counts_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ", ".join(f'"X{number}"' for number in range(10_100))
    folder = write_files(tmp_path / "s", {"scenario.toml": f'{TOML}\n[[what_if]]\nname = "W"\nwithout = [{names}]\n'})
    assert run(["check", str(folder), "--output", "-"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert (len(answer["issues"]), answer["issues_left_out"]) == (10_000, 100)


def test_notices_are_told_beside_issues(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_files(tmp_path / "s", {"goals.csv": None, "uses.csv": FILES["uses.csv"].replace(",", ";")})
    assert run(["check", str(folder)]) == 3
    assert "Note: uses.csv: its cells are parted by semicolons" in capsys.readouterr().err


ACTING = {"\x1b[31m": "U+001B[31m", "\u202e": "U+202E", "\x9b": "U+009B", "\u200b": "U+200B", "\x07": "U+0007"}


@pytest.mark.parametrize(("text", "said"), ACTING.items(), ids=ascii)
def test_what_a_terminal_would_act_on_is_named(text: str, said: str) -> None:
    assert legible(f"a{text}b") == f"a{said}b"
    assert json.loads(escaped(json.dumps({"a": text}, ensure_ascii=False))) == {"a": text}
    assert escaped(json.dumps(text, ensure_ascii=False)).isprintable()


def test_legible_text_stays_as_it_is() -> None:
    for text in ("plain\n\ttext", "café – £5\u00a0k ½", "日本", "🙂", ""):
        assert legible(text) == text
    assert unbroken("a\nuses.csv, row 3: fine") == "aU+000Auses.csv, row 3: fine"


@pytest.mark.parametrize("text", list(ACTING))
def test_nothing_in_a_file_or_an_option_reaches_the_terminal_raw(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goals = FILES["goals.csv"].replace("rtt,national", f"rtt,nat{text}ional ")
    folder = write_files(tmp_path / "s", {"goals.csv": goals.replace("\n", f",{text}x\n", 1)})
    run(["check", str(folder)])
    run(["check", str(tmp_path / f"no{text}where")])
    run(["solve", str(QUICKSTART), "--lock", f"a{text}=in"])
    run(["solve", str(QUICKSTART), "--what-if", f"a{text}"])
    run([f"sol{text}ve"])
    streams = capsys.readouterr()
    assert text not in streams.out + streams.err
    assert legible(streams.err) == streams.err


def test_line_break_in_a_cell_forges_no_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    goals = FILES["goals.csv"].replace("rtt,national", 'rtt,"x\n  uses.csv, row 3: all is well"')
    assert run(["check", str(write_files(tmp_path / "s", {"goals.csv": goals}))]) == 3
    assert not any(line.startswith("  uses.csv, row 3") for line in capsys.readouterr().err.splitlines())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a." * 50_000 + "a = 1", "a line of thousands of dots"),
        ("\n".join(f"[{'a.' * 40}b{number}]" for number in range(4_000)), "more than 10,000 dots in keys"),
        ("".join(f"[t{number}]\n" for number in range(4_000)), "4000 unknown keys"),
        ("".join(f'[[what_if]]\nname = "{number}"\n' for number in range(10_000)), "10,000 what-ifs"),
        ("x = " + "[" * 50_000, "lists nested too deeply"),
        ("x = " + "9" * 5_000, "not valid TOML"),
        ("x = " + "{a = " * 5_000, "lists nested too deeply"),
    ],
)  # fmt: skip
def test_toml_that_would_take_minutes_is_refused_by_counting(text: str, said: str, tmp_path: Path) -> None:
    (found,) = texts_of(tmp_path / "s", {"scenario.toml": f"{TOML}\n{text}\n"})
    assert said in found


def test_fifty_thousand_years_are_one_problem(tmp_path: Path) -> None:
    years = ", ".join(f'"y{number}"' for number in range(50_000))
    text = TOML.replace('"2026/27", "2027/28"', years)
    assert "scenario.toml, years: 50,000 years. At most 50 years." in texts_of(tmp_path / "s", {"scenario.toml": text})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("weights", "1e308"),
        ("weights", "1.1e15"),
        ("capacity", "1e308"),
        ("goal_weights", "1e300"),
    ],
)
def test_weight_or_factor_out_of_range_is_refused_everywhere(
    key: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"weights": "national", "capacity": "money", "goal_weights": "rtt"}
    more = ", local = 1" if key == "weights" else ""
    extra = f'\n[[what_if]]\nname = "W"\n{key} = {{ {names[key]} = {value}{more} }}\n'
    (found,) = texts_of(tmp_path / "s", {"scenario.toml": TOML + extra})
    assert f"{key}.{names[key]}" in found
    assert "from 0 to 1e15" in found
    options = {"weights": ["--weights", f"{value},1,1"], "capacity": ["--capacity", f"money={value}"]}
    if key in options:
        assert run(["solve", str(QUICKSTART), *options[key]]) == 2
        assert "from 0 to 1e15" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["case", "balance"])
def test_setting_of_four_hundred_digits_is_an_issue(key: str, tmp_path: Path) -> None:
    (found,) = texts_of(tmp_path / "s", {"scenario.toml": f"{TOML}\n[settings]\n{key} = {'9' * 400}\n"})
    assert found.startswith(f"scenario.toml, {key}: ")


def test_both_ends_of_the_range_are_answered() -> None:
    scenario = read_scenario(QUICKSTART)
    for weights in (
        {"national": 1e15, "local": 1e-9, "long_term": 0},
        {"national": 1e-9, "local": 1e-9, "long_term": 1e9},
    ):
        assert optimise(scenario, scenario.settings.replace(weights=weights), gap=0).gap == 0


def _full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_full_disk_is_named_with_the_file_and_what_was_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tmp_path / "plan.csv"
    before.write_text("before", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(NotWrittenError, match=r"plan\.csv cannot be written: No space left on device\. Free some"):
        save_file(before, b"after")
    for command in (["export", str(QUICKSTART), "--output"], ["solve", str(QUICKSTART), "--output"]):
        assert run([*command, str(before)]) == 1
        said = capsys.readouterr().err
        assert "plan.csv cannot be written: No space left on device" in said
        assert len(said.splitlines()) == 1
    assert before.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]


def test_new_folder_on_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "write_bytes", _full)
    with pytest.raises(NotWrittenError, match=r"goals\.csv cannot be written"):
        save_folder(tmp_path / "new", {"goals.csv": b"x"})
    assert list(tmp_path.iterdir()) == []


def test_place_that_is_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(NotWrittenError, match=r"plan\.csv cannot be written: Not a directory"):
        save_file(tmp_path / "file" / "plan.csv", b"")
    assert run(["new", str(tmp_path / "file" / "new.xlsx")]) == 1
    assert "new.xlsx cannot be written" in capsys.readouterr().err


def test_map_is_simply_not_kept_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    scenario = read_scenario(QUICKSTART)
    drawn = SimpleNamespace(
        complete=True, tolerance=0.1, tiers=(), certified_gap=0, best_alone={}, portfolios=(), vertices=(), solves=0,
        seconds=0.0,
    )  # fmt: skip
    keep_map(tmp_path, drawn, scenario, scenario.settings)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_solver_that_stops_for_an_unknown_reason_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(highspy.Highs, "getModelStatus", lambda _: highspy.HighsModelStatus.kUnknown)
    with pytest.raises(NoAnswerError, match="The solver stopped with 'Unknown'"):
        optimise(read_scenario(QUICKSTART))
    assert run(["solve", str(QUICKSTART)]) == 5
    assert capsys.readouterr().err.startswith("The solver stopped with 'Unknown', without an answer")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what a process has loaded is read from /proc")
@pytest.mark.parametrize(
    "library", [thorough("_multiarray_umath"), thorough("pandas/_libs/lib"), thorough("pydantic_core"), "highspy"]
)
def test_stop_while_loading_is_a_word_and_no_traceback(library: str) -> None:
    command = [sys.executable, "-m", "prioritiser.cli", "check", str(QUICKSTART)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and library not in Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8"):
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err
    assert (process.returncode, err) == (5, "Stopped.\n")


def test_written_scenario_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    (tmp_path / "s").mkdir()
    with pytest.raises(NotWrittenError, match=r"goals\.csv cannot be written"):
        write_scenario(read_scenario(QUICKSTART), tmp_path / "s")
    assert inspect_scenario(tmp_path / "s").scenario is None
