"""Rooms from the command line: opened, listed, moved, closed and asked; every message, and its exit code."""

from __future__ import annotations

import json
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from prioritiser import read_scenario
from prioritiser.cli import run
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Changes
from prioritiser.store.database import open_database
from prioritiser.workshop import consensus
from prioritiser.workshop.records import Kind, Move, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from tests.places import QUICKSTART

type Answered = Callable[..., str]
NO_SUCH_CODE = r'^"ABCDEF" is the code of no workshop in .*\. prioritiser workshop list shows the codes there are\.\n$'


def said(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    """Run a command that ends with this code; returns what it said, on stderr where it failed."""
    found = run(list(arguments))
    captured = capsys.readouterr()
    assert found == code, captured
    return captured.out if code == 0 else captured.err


@pytest.fixture
def answered(capsys: pytest.CaptureFixture[str]) -> Answered:
    def ask(*arguments: str, code: int = 0) -> str:
        return said(capsys, code, *arguments)

    return ask


@contextmanager
def opened_store(url: str) -> Iterator[WorkshopStore]:
    database = open_database(url)
    try:
        yield WorkshopStore(database)
    finally:
        database.close()


def new(answered: Answered, url: str, *arguments: str) -> dict[str, Any]:
    title = () if "--title" in arguments else ("--title", "Spring room")
    found: dict[str, Any] = json.loads(
        answered("workshop", "new", str(QUICKSTART), *title, "--database", url, "--output", "-", *arguments)
    )
    return found


@pytest.fixture
def file(tmp_path: Path) -> str:
    """An address of a file that is not there yet."""
    return f"sqlite:///{tmp_path / 'rooms.sqlite'}"


def test_new_gives_code_and_key_when_a_room_is_opened(answered: Answered, url: str) -> None:
    text = answered(
        "workshop", "new", str(QUICKSTART), "--title", "Spring room", "--names", "--role", "Trust", "--role", "Council",
        "--place", "North", "--what-if", "less  Money", "--question", "points", "--question", "support",
        "--database", url,
    )  # fmt: skip
    key = re.search(r"^Key   ([A-Z]{5}(?:-[A-Z]{5}){4})   opens the facilitator's side$", text, re.MULTILINE)
    code = re.search(r"^Code  +([A-Z]{6})   people join with it$", text, re.MULTILINE)
    assert code and key
    with opened_store(url) as store:
        workshop = store.by_code(code[1])
        assert store.is_key(workshop.workshop_id, key[1])
        assert workshop.plan == WorkshopPlan(
            "Spring room",
            (Question(Kind.POINTS), Question(Kind.SUPPORT)),
            False,
            ("Trust", "Council"),
            ("North",),
            ("Less money",),
        )
        assert workshop.scenario_hash == read_scenario(QUICKSTART).hash
        assert text.splitlines()[0] == f"Spring room: the workshop is open, in {store.database.name}."
    assert "The key is said once and kept nowhere: keep it." in text
    assert "Next, with the same --database if you gave one: prioritiser app --room" in text


def test_new_asks_swings_of_the_goals_that_weigh_most_and_then_support_when_nothing_is_said(
    answered: Answered, file: str
) -> None:
    found = new(answered, file)
    assert found["questions"] == [
        {"kind": "swing", "goals": ["ae", "gp", "rtt", "smoking"]},
        {"kind": "support", "goals": []},
    ]
    assert (found["names"], found["roles"], found["places"], found["what_ifs"]) == (False, [], [], [])
    assert found["scenario"] == {"title": read_scenario(QUICKSTART).title, "hash": read_scenario(QUICKSTART).hash}
    assert found["database"] == file.removeprefix("sqlite:///")
    with opened_store(file) as store:
        assert store.by_code(found["code"]).created_at == found["created_at"]
        assert store.by_key(found["key"]) == store.by_code(found["code"])


def test_new_writes_json_to_a_file_when_asked(answered: Answered, file: str, tmp_path: Path) -> None:
    output = tmp_path / "room.json"
    given = ("--title", "Room", "--database", file, "--output", str(output))
    assert answered("workshop", "new", str(QUICKSTART), *given) == ""
    assert json.loads(output.read_text(encoding="utf-8"))["title"] == "Room"


def test_password_of_a_server_is_not_shown_when_a_room_is_opened(answered: Answered, url: str) -> None:
    found = new(answered, url)
    password = re.search(r"://\w+:([^@]+)@", url)
    if password:
        assert password[1] not in json.dumps(found)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--title", "x" * 121), "The title has 121 characters; 1 to 120 are expected."),
        (("--title", "\u200b"), "The title has 0 characters; 1 to 120 are expected."),
        (("--role", "A", "--role", "a"), "The roles to choose from: at most 30, each once, none blank."),
        (("--place", " "), "The places to choose from: at most 30, each once, none blank."),
        (("--role", "x" * 61), "Roles have at most 60 characters each."),
        (("--what-if", "none"), "There is no what-if 'none'. This scenario has: "),
        (("--question", "vote"), "'vote' is not one of 'swing', 'points', 'support'."),
        (("--output", "room.txt"), "--output room.txt: expected a file ending in .json."),
        (("--output", "none/room.json"), "--output none/room.json: there is no folder none. Make it first."),
    ],
)
def test_new_opens_nothing_when_the_command_line_is_wrong(
    answered: Answered, file: str, arguments: tuple[str, ...], expected: str
) -> None:
    title = () if "--title" in arguments else ("--title", "Spring room")
    assert expected in answered("workshop", "new", str(QUICKSTART), *title, "--database", file, *arguments, code=2)
    if Path(file.removeprefix("sqlite:///")).exists():
        assert answered("workshop", "list", "--database", file).startswith("There is no workshop")


def test_new_says_what_is_missing_when_no_title_or_no_scenario_is_given(answered: Answered, tmp_path: Path) -> None:
    assert "'--title'" in answered("workshop", "new", str(QUICKSTART), code=2)
    said = answered("workshop", "new", str(tmp_path / "none"), "--title", "T", code=3)
    assert "is not valid: 1 problem" in said
    assert "No such command 'open'" in answered("workshop", "open", code=2)


def test_list_shows_each_room_with_who_joined_and_answered(answered: Answered, url: str) -> None:
    first = new(answered, url, "--question", "points", "--title", "x" * 60)["code"]
    second = new(answered, url)["code"]
    with opened_store(url) as store:
        for name in range(3):
            _, token = store.join(first)
            if name:
                store.answer(token, 0, {"tiers": {"national": 1}})
        store.move(store.by_code(first).workshop_id, Move("round"))
        store.move(store.by_code(second).workshop_id, Move("close"))
        scenario = read_scenario(QUICKSTART)
        store.create(
            WorkshopPlan("Example", (Question(Kind.POINTS),)), scenario, scenario.settings, is_illustrative=True
        )
    lines = [re.split(r"\s{2,}", line) for line in answered("workshop", "list", "--database", url).splitlines()]
    assert lines[0] == ["Code", "opened", "state", "round", "joined", "answered", "title"]
    rows = {row[0]: row for row in lines[1:]}
    assert rows[first][2:] == ["open", "2", "3", "2", "x" * 49 + "…"]
    assert rows[second][2:] == ["closed", "1", "0", "0", "Spring room"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", rows[first][1])
    assert lines[1][-1] == "Example (illustrative)"  # the newest is first


def test_list_says_where_it_looked_when_there_is_none(answered: Answered, url: str, file: str) -> None:
    open_database(url).close()
    assert re.fullmatch(
        r"There is no workshop in .+ yet\. Open one: prioritiser workshop new SCENARIO --title T\n",
        answered("workshop", "list", "--database", url),
    )
    path = file.removeprefix("sqlite:///")
    assert answered("workshop", "list", "--database", file, code=1) == (
        f"{path}: there is no such file. Open a workshop first, or name another with --database.\n"
    )
    assert not Path(path).exists()


def test_close_takes_no_more_answers_and_says_how_many_there_are(answered: Answered, url: str) -> None:
    code = new(answered, url, "--question", "points")["code"]
    with opened_store(url) as store:
        for _ in range(2):
            _, token = store.join(code)
        store.answer(token, 0, {"tiers": {"national": 1}})
    typed = f" {code[:3].lower()}-{code[3:]}"
    closed = answered("workshop", "close", typed, "--database", url)
    assert closed == f"Closed {code}, Spring room. 1 of 2 participants answered.\n"
    again = answered("workshop", "close", code, "--database", url)
    assert again == f"It was closed already: {code}, Spring room. 1 of 2 participants answered.\n"
    with opened_store(url) as store:
        assert not store.by_code(code).state.is_open
        assert store.last_move(store.by_code(code).workshop_id) == "close"


def test_workshop_goes_from_one_database_to_another_when_exported_and_imported(
    answered: Answered, new_url: Callable[[], str], tmp_path: Path
) -> None:
    one, other, output = new_url(), new_url(), tmp_path / "w.zip"
    found = new(answered, one, "--names")
    assert answered("workshop", "export", found["code"], "--output", str(output), "--database", one) == (
        f"Wrote {output}: Spring room, with every answer, with names. Keep it as you would keep those.\n"
    )
    assert answered("workshop", "import", str(output), "--database", other) == (
        f"Read {output}: Spring room is the workshop {found['code']}. Its facilitator's key is as it was.\n"
    )
    with opened_store(one) as before, opened_store(other) as after:
        assert after.workshops() == before.workshops()
        assert after.by_key(found["key"]) is not None
    twice = answered("workshop", "import", str(output), "--database", other, code=2)
    assert twice == f"The workshop {found['code']} of w.zip is in this database already. Nothing was changed.\n"


def test_import_opens_a_new_database_and_export_says_that_nobody_is_named(
    answered: Answered, file: str, tmp_path: Path
) -> None:
    code, output = new(answered, file)["code"], tmp_path / "w.zip"
    written = answered("workshop", "export", code, "--output", str(output), "--database", file)
    assert "with every answer, without names" in written
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    assert code in answered("workshop", "import", str(output), "--database", other)
    assert stat.S_IMODE((tmp_path / "other.sqlite").stat().st_mode) == 0o600
    with zipfile.ZipFile(output) as archive:
        assert archive.namelist() == ["scenario.zip", "workshop.json"]


def test_import_is_refused_in_words_when_the_file_is_not_there_or_something_else(
    answered: Answered, file: str, tmp_path: Path
) -> None:
    missing = tmp_path / "none.zip"
    said = answered("workshop", "import", str(missing), "--database", file, code=1)
    assert said == f"{missing}: not a file. A regular file. Look at its name again.\n"
    (tmp_path / "w.zip").write_bytes(b"x")
    said = answered("workshop", "import", str(tmp_path / "w.zip"), "--database", file, code=1)
    assert said.startswith("w.zip: not a zip file, or damaged.")
    with (tmp_path / "w.zip").open("wb") as large:
        large.truncate(50_000_001)
    said = answered("workshop", "import", str(tmp_path / "w.zip"), "--database", file, code=1)
    assert "more than 50 MB. A smaller file." in said


@pytest.mark.parametrize("command", [("close",), ("export", "--output", "w.zip")])
def test_unknown_code_is_refused_with_where_to_look(answered: Answered, file: str, command: tuple[str, ...]) -> None:
    new(answered, file)
    name, *options = command
    said = answered("workshop", name, "ABCDEF", *options, "--database", file, code=2)
    assert re.match(NO_SUCH_CODE, said)
    said = answered("workshop", name, "x\x1b[2J" * 100, *options, "--database", file, code=2)
    assert said.startswith('"xU+001B[2J')
    assert len(said) < 300


def test_export_wants_a_zip_when_another_ending_is_given(answered: Answered, file: str) -> None:
    code = new(answered, file)["code"]
    said = answered("workshop", "export", code, "--output", "w.json", "--database", file, code=2)
    assert said == "--output w.json: expected a file ending in .zip.\n"


COMMANDS = [
    ("workshop", "new", str(QUICKSTART), "--title", "T"),
    ("workshop", "list"),
    ("workshop", "export", "ABCDEF", "--output", "w.zip"),
    ("workshop", "close", "ABCDEF"),
    ("consensus", str(QUICKSTART), "--workshop", "ABCDEF"),
]


@pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda command: command[1] if command[0] == "workshop" else "consensus"
)
def test_trouble_with_the_database_is_a_sentence_and_exit_code_1(
    answered: Answered, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert answered(*command, "--database", "mysql://a:secret@b/c", code=1) == (
        "mysql://… is no database that can be used. Expected sqlite:///FILE, or postgresql+psycopg://USER@HOST/NAME.\n"
    )
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"no database" * 100)
    said = answered(*command, "--database", f"sqlite:///{damaged}", code=1)
    assert said == f"{damaged}: it is no database, or damaged; put a copy in its place. It was not changed.\n"
    monkeypatch.setenv("PRIORITISER_MEMORY", "off")
    said = answered(*command, code=1)
    assert said == (
        "PRIORITISER_MEMORY is off, so there is no file for workshops. Name a database: --database sqlite:///FILE or "
        "postgresql+psycopg://…, or the variable PRIORITISER_DATABASE.\n"
    )


def test_database_is_that_of_the_variable_or_ones_own_when_no_option_names_it(
    answered: Answered, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, memory_of_its_own: Path
) -> None:
    given = ("workshop", "new", str(QUICKSTART), "--title", "Spring room")
    assert str(memory_of_its_own.with_name("rooms.sqlite")) in answered(*given)
    monkeypatch.setenv("PRIORITISER_DATABASE", f"sqlite:///{tmp_path / 'named.sqlite'}")
    assert str(tmp_path / "named.sqlite") in answered(*given)
    assert len(answered("workshop", "list").splitlines()) == 2


POINTS = ({"national": 60, "local": 20, "long_term": 20}, {"national": 10, "local": 60, "long_term": 30})


def voted(url: str, code: str, number: int, roles: tuple[str, ...] = ()) -> None:
    """So many people answer, turn by turn one of the two above; the last of a round is changed in a second round."""
    with opened_store(url) as store:
        workshop = store.by_code(code)
        tokens = [
            store.join(code, f"Person {place}", roles[place % len(roles)] if roles else "")[1]
            for place in range(number)
        ]
        for place, token in enumerate(tokens):
            store.answer(token, 0, {"tiers": POINTS[place % 2]})
        store.move(workshop.workshop_id, Move("round"))
        store.answer(tokens[-1], 0, {"tiers": {"long_term": 1}})


def test_consensus_takes_the_ballots_of_the_last_round_when_a_workshop_is_named(answered: Answered, url: str) -> None:
    code = new(answered, url, "--names", "--question", "points", "--role", "Trust", "--role", "Council")["code"]
    voted(url, code, 3, ("Trust", "Council"))
    found = json.loads(
        answered("consensus", str(QUICKSTART), "--workshop", code.lower(), "--database", url, "--output", "-")
    )
    people = {one["id"]: (one["role"], one["weights"]) for one in found["participants"]}
    assert people == {
        "Person 0": ("Trust", {"national": 0.6, "local": 0.2, "long_term": 0.2}),
        "Person 1": ("Council", {"national": 0.1, "local": 0.6, "long_term": 0.3}),
        "Person 2": ("Trust", {"national": 0.0, "local": 0.0, "long_term": 1.0}),
    }
    assert "Least regret" in answered("consensus", str(QUICKSTART), "--workshop", code, "--database", url)


def test_consensus_equals_that_of_a_file_when_both_say_the_same(answered: Answered, file: str, tmp_path: Path) -> None:
    code = new(answered, file, "--names", "--question", "points")["code"]
    voted(file, code, 2)
    ballots = tmp_path / "ballots.csv"
    ballots.write_text("participant,national,local,long_term\nPerson 0,60,20,20\nPerson 1,0,0,1\n", encoding="utf-8")
    one, other = (
        json.loads(answered("consensus", str(QUICKSTART), *given, "--output", "-"))
        for given in (("--workshop", code, "--database", file), ("--ballots", str(ballots)))
    )
    assert sorted(one["portfolios"]["mean"]["initiatives"], key=str) == sorted(
        other["portfolios"]["mean"]["initiatives"], key=str
    )
    assert one["portfolios"]["least_regret"]["largest_regret"] == pytest.approx(
        other["portfolios"]["least_regret"]["largest_regret"]
    )


def test_consensus_begins_from_a_map_that_is_kept_and_says_the_same(
    answered: Answered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ballots = tmp_path / "ballots.csv"
    ballots.write_text("participant,national,local,long_term\nA,60,20,20\nB,0,0,1\nC,1,8,1\n", encoding="utf-8")
    asked = ("consensus", str(QUICKSTART), "--ballots", str(ballots), "--output", "-")
    given: list[object] = []
    find = consensus.consensus

    def found(*arguments: Any, **named: Any) -> Any:
        given.append(next(one for one in arguments if isinstance(one, consensus.Scope)).drawn)
        return find(*arguments, **named)

    monkeypatch.setattr(consensus, "consensus", found)
    monkeypatch.setenv("PRIORITISER_CACHE", str(tmp_path / "maps"))
    without = json.loads(answered(*asked))
    answered("map", str(QUICKSTART), "--tolerance", "0.01")  # as the pages keep it
    beside = json.loads(answered(*asked))
    assert given[0] is None and given[1] is not None
    assert without["complete"] is beside["complete"] is True
    for one, other in zip(without["participants"], beside["participants"], strict=True):
        assert other["best"]["objective"] == pytest.approx(one["best"]["objective"], rel=1e-6)
    for name, candidate in without["portfolios"].items():
        assert beside["portfolios"][name]["largest_regret"] == pytest.approx(candidate["largest_regret"], abs=1e-3)


def test_consensus_of_an_anonymous_room_waits_for_five_and_the_end_and_names_no_role(
    answered: Answered, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--question", "points", "--role", "Trust", "--role", "Council")
    code = new(answered, file, *given)["code"]
    asked = ("consensus", str(QUICKSTART), "--workshop", code, "--database", file)
    assert answered(*asked, code=2) == f"Nobody has weighed the tiers in the workshop {code} yet.\n"
    voted(file, code, 4, ("Trust", "Council"))
    assert answered(*asked, code=2) == (
        f"The workshop {code} is anonymous and open: what single answers say is shown once it is closed. prioritiser "
        f"workshop close {code} closes it.\n"
    )
    answered("workshop", "close", code, "--database", file)
    assert answered(*asked, code=2) == (
        f"The workshop {code} is anonymous. Nothing is shown for fewer than five answers.\n"
    )
    code = new(answered, file, *given)["code"]
    voted(file, code, 5, ("Trust", "Council"))
    answered("workshop", "close", code, "--database", file)
    assert run(["consensus", str(QUICKSTART), "--workshop", code, "--database", file, "--output", "-"]) == 0
    captured = capsys.readouterr()
    assert "Note: The room is anonymous: roles and places are left out." in captured.err
    found = json.loads(captured.out)
    assert {one["id"] for one in found["participants"]} == {f"Participant {number}" for number in range(1, 6)}
    assert "Trust" not in captured.out
    assert "Person" not in captured.out


def test_consensus_of_two_rounds_says_the_agreement_before_and_after(answered: Answered, file: str) -> None:
    code = new(answered, file, "--names", "--question", "points", "--what-if", "Less money")["code"]
    store = WorkshopStore(open_database(file))
    tokens = [store.join(code, name)[1] for name in ("Ann", "Bob")]
    for token, tiers in zip(tokens, ({"national": 60, "local": 20, "long_term": 20}, {"long_term": 1}), strict=True):
        store.answer(token, 0, {"tiers": tiers})
    store.move(store.by_code(code).workshop_id, Move("round"))
    store.answer(tokens[1], 0, {"tiers": {"national": 30, "local": 10, "long_term": 10}})
    store.database.close()
    asked = ("consensus", str(QUICKSTART), "--workshop", code, "--database", file)
    found = json.loads(answered(*asked, "--options", "--output", "-"))
    # min(60, 0) + min(20, 0) + min(20, 100) = 20 % before, and both the same after
    assert (found["agreement"]["before"], found["agreement"]["after"]) == pytest.approx((0.2, 1.0))
    assert set(found["options"]) == {one.name for one in read_scenario(QUICKSTART).what_ifs}
    assert all(set(one["regrets"]) == {"Ann", "Bob"} for one in found["options"].values())
    both = "Agreement on the weights: 20 % before, 100 % after, of the 2 who answered in both rounds"
    assert both in answered(*asked).replace("\xa0", " ")
    first = answered(*asked, "--before", "first.csv", code=2)
    assert first == "--before goes with --ballots. A workshop has its first round by itself.\n"


def test_consensus_is_refused_with_a_way_out_when_the_scenario_is_another(
    answered: Answered, file: str, tmp_path: Path
) -> None:
    code = new(answered, file, "--names", "--question", "points")["code"]
    voted(file, code, 2)
    changed = Path(shutil.copytree(QUICKSTART, tmp_path / "quickstart"))
    goals = changed / "goals.csv"
    goals.write_text(goals.read_text(encoding="utf-8").replace("A&E", "A and E"), encoding="utf-8")
    title = read_scenario(QUICKSTART).title
    said = answered("consensus", str(changed), "--workshop", code, "--database", file, code=2)
    assert said == (
        f"The ballots of the workshop {code} are about another scenario than this one: {title}, as it was when the "
        f"workshop was opened. To have that one: prioritiser workshop export {code} --output w.zip, and take "
        "scenario.zip out of it.\n"
    )
    answered("workshop", "export", code, "--output", str(tmp_path / "w.zip"), "--database", file)
    with zipfile.ZipFile(tmp_path / "w.zip") as archive:  # the way out leads there
        archive.extract("scenario.zip", tmp_path)
    answered("consensus", str(tmp_path / "scenario.zip"), "--workshop", code, "--database", file)


def test_consensus_is_in_force_as_the_room_was_opened_with_options_on_top(answered: Answered, file: str) -> None:
    scenario: Scenario = read_scenario(QUICKSTART)
    settings = scenario.settings.merge(Changes(lock={"practice_phones": "out"}))
    with opened_store(file) as store:
        workshop, _ = store.create(WorkshopPlan("Room", (Question(Kind.POINTS),), False), scenario, settings)
        _, token = store.join(workshop.code, "Ann")
        store.answer(token, 0, {"tiers": {"local": 1}})

    def plan(*given: str) -> set[str]:
        found = json.loads(
            answered(
                "consensus", str(QUICKSTART), "--workshop", workshop.code, "--database", file, *given, "--output", "-"
            )
        )
        return {row["id"] for row in found["portfolios"]["mean"]["initiatives"]}

    assert "practice_phones" not in plan()
    assert "practice_phones" in plan("--lock", "practice_phones=in")
    assert "practice_phones" in plan("--what-if", "less money")  # begins from the scenario's own, as elsewhere


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), "Give the ballots of a room in one way: --ballots FILE, or --workshop CODE.\n"),
        (
            ("--ballots", "b.csv", "--workshop", "ABCDEF"),
            "Give the ballots of a room in one way: --ballots FILE, or --workshop CODE.\n",
        ),
        (
            ("--ballots", "b.csv", "--database", "sqlite:///x"),
            "--database says where a workshop is. Give its code with --workshop CODE too.\n",
        ),
    ],
)
def test_consensus_wants_its_ballots_in_one_way(answered: Answered, given: tuple[str, ...], expected: str) -> None:
    assert answered("consensus", str(QUICKSTART), *given, code=2) == expected


def test_consensus_of_an_unknown_code_is_refused(answered: Answered, file: str) -> None:
    new(answered, file)
    said = answered("consensus", str(QUICKSTART), "--workshop", "ABCDEF", "--database", file, code=2)
    assert re.match(NO_SUCH_CODE, said)
