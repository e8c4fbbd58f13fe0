"""What a paper says of a room, worked by hand on the quickstart, and what it never says.

£1,000k and 8 staff a year; a national point is worth 0.05 of its tier, a long-term one 0.2. For national goals alone the
best is to buy operations (6 points), fuller theatre lists (4) and quicker handover (2): 12 points, 0.6 of the way. For
long-term goals alone it is help to stop smoking: 2 points, 0.4. Both in mind, 200k go to stop smoking, and of the other
800k operations and theatre lists make most: 10 points, 0.5. The recommended portfolio gets 0.2 and 0.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from prioritiser import Optimiser, read_scenario
from prioritiser.errors import WorkshopError
from prioritiser.report.build import build_report
from prioritiser.report.document import Bullets, Figure, FigureKind, Paper, Paragraph, Report, Section, Table
from prioritiser.report.known import Known
from prioritiser.report.room_inputs import with_room
from prioritiser.store.database import open_database
from prioritiser.workshop.records import Move
from prioritiser.workshop.store import WorkshopStore
from tests.places import QUICKSTART
from tests.report.rooms import COUNCIL, LONG_TERM, NATIONAL, Said, held, known_with, two_sides

BEST = ("theatre_lists", "stop_smoking", "buy_operations")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return known_with(tmp_path_factory.mktemp("room"), two_sides())


def section(known: Known, key: str, paper: Paper | None = None) -> Section:
    return next(one for one in build_report(known, paper).sections if one.key == key)


def table(known: Known, key: str, name: str) -> Table:
    return next(one for one in section(known, key).tables() if one.name == name)


def all_text(report: Report) -> str:
    """Everything that a report says, in no order."""
    parts = [report.title, report.flag, report.headline, *report.recommendation, *map(str, report.provenance)]
    for one in report.sections:
        parts += [one.heading, one.finding, *one.points]
        for block in (*one.blocks, *(one.short_blocks or ())):
            match block:
                case Paragraph():
                    parts.append(block.text)
                case Bullets():
                    parts += block.items
                case Table():
                    parts += [
                        block.caption,
                        block.note,
                        *block.columns,
                        *(str(cell) for row in block.rows for cell in row),
                    ]
                case Figure():
                    parts += [block.title, block.alt, block.note, block.rows.to_csv()]
    return "\n".join(parts).replace("\u00a0", " ")


def test_spread_and_agreement_are_those_of_hand_when_two_sides_weigh_one_tier_each(known: Known) -> None:
    said = section(known, "room")
    # 2 × 10 pairs of 45 agree in full, the others not at all
    assert said.finding == "10 people weighed the tiers in 1 round. Agreement is 44\u00a0%."
    rows = {row[0]: tuple(str(cell) for cell in row[1:]) for row in table(known, "room", "weights of the room").rows}
    assert rows["National: Everybody"] == ("10", "0\u00a0%", "0\u00a0%", "50\u00a0%", "100\u00a0%", "100\u00a0%")
    assert rows["National: Trust"] == ("5", *["100\u00a0%"] * 5)
    assert rows["Long term: Trust"] == ("5", *["0\u00a0%"] * 5)
    (figure,) = said.figures()
    assert figure.kind is FigureKind.SPREAD
    assert list(figure.rows["name"][:3]) == ["Everybody (10)", "Council (5)", "Trust (5)"]
    assert "Bray and Curtis 1957" in all_text(build_report(known))


def test_portfolios_stand_side_by_side_with_regrets_of_hand(known: Known) -> None:
    said = section(known, "fair")
    assert said.finding == "Everybody can live with 3 initiatives; there is nothing to argue about."
    rows = [
        tuple(str(cell).replace("\u00a0", " ") for cell in row) for row in table(known, "fair", "fair portfolios").rows
    ]
    # national 4 of 20 points and 10 of 20; one sixth of 0.6 is missing, or two thirds of it
    assert rows[0] == ("Recommended", "5", "0", "20 %", "70 %", "40 %", "0 of 4", "67 %", "33.3 %", "")
    assert [row[0] for row in rows[1:]] == [
        "Best for the mean weights", "Best for the median voice", "Least regret", "Fairest gain",
    ]  # fmt: skip
    for row in rows[1:]:
        assert row[1:-1] == ("3", "6", "50 %", "0 %", "40 %", "1 of 4", "17 %", "8.3 %")
        assert row[-1] in ("proved", "within 0.1 %")
    labels = [read_scenario(QUICKSTART).initiative_by_id[name].label for name in BEST]
    assert sorted(row[0] for row in table(known, "fair", "can live with").rows) == sorted(labels)


def test_prices_of_following_the_room_are_those_of_hand(known: Known) -> None:
    """At the mean weights 0.5 × 0.5 + 0.5 × 0.4 = 0.45; without bought operations 0.425, without theatre lists 0.4."""
    rows = {row[0]: (str(row[1]), str(row[2])) for row in table(known, "fair", "without support").rows}
    assert rows == {
        "Buy operations elsewhere": ("0\u00a0%", "2.50 points"),
        "Fuller theatre lists": ("0\u00a0%", "5.00 points"),
    }


def test_voice_that_loses_most_comes_first_with_what_falls_out_and_why(known: Known) -> None:
    said = section(known, "voices", Paper(dissent="The mayor: not yet."))
    assert said.finding == (
        "By the recommended portfolio the group Trust loses most: 66.7\u00a0% of its gain, on average. The largest regret "
        "of anybody is 67\u00a0%."
    )
    trust, council = (tuple(str(cell) for cell in row) for row in table(known, "voices", "voices").rows)
    assert trust == (
        "Trust", "5", "66.7\u00a0%", "Buy operations elsewhere; Fuller theatre lists",
        "Treated within 18 weeks of referral: 65.0 instead of 75.0\u00a0% in 2028/29",
    )  # fmt: skip
    assert council[:4] == ("Council", "5", "0.0\u00a0%", "nothing")
    assert Bullets(("\u201cTheatres first.\u201d",)) in said.blocks
    assert Bullets(("The mayor: not yet.",)) in said.blocks
    text = all_text(build_report(known, Paper(dissent="The mayor: not yet.")))
    assert "Not for the paper" not in text
    assert "Only groups of five people or more are shown" in text


def test_rounds_are_compared_when_there_are_two(tmp_path: Path) -> None:
    room = [replace(one, first=LONG_TERM if one.role == COUNCIL else NATIONAL, tiers=NATIONAL) for one in two_sides()]
    assert section(known_with(tmp_path, room), "room").finding == (
        "10 people weighed the tiers in 2 rounds. Agreement moved from 44\u00a0% before discussion to 100\u00a0% after it."
    )


def test_small_group_is_nowhere_in_the_paper_when_the_room_is_anonymous(tmp_path: Path) -> None:
    room = [
        *two_sides(),
        *(Said("Bishop", {"local": 100}) for _ in range(3)),
        *(Said("Mayor", NATIONAL) for _ in range(3)),
    ]
    text = all_text(build_report(known_with(tmp_path, room)))
    assert "Trust" in text and "Others" in text
    assert "Bishop" not in text and "Mayor" not in text and "Participant" not in text


def test_nothing_but_why_is_said_when_fewer_than_five_answered(tmp_path: Path) -> None:
    known = known_with(tmp_path, two_sides()[:4])
    report = build_report(known)
    assert [one.key for one in report.sections if one.key in ("room", "fair", "voices")] == ["room"]
    assert section(known, "room").finding == "Nothing is shown for fewer than five answers."
    assert "Theatres first" not in all_text(report) and "regret" not in all_text(report)


def test_groups_and_names_are_said_when_the_room_chose_names(tmp_path: Path) -> None:
    known = known_with(tmp_path, two_sides(name="Ann ")[:4], anonymous=False)
    (trust,) = table(known, "voices", "voices").rows
    assert tuple(map(str, trust[:4])) == ("Trust", "4", "66.7\u00a0%", "67\u00a0%")
    assert Bullets(("\u201cTheatres first.\u201d (Ann 0, Trust)",)) in section(known, "voices").blocks


def refused(folder: Path, how: Sequence[Move], changed: bool = False) -> str:
    database = open_database(f"sqlite:///{folder / 'rooms.sqlite'}")
    store = WorkshopStore(database)
    workshop = held(store, two_sides())
    for move in how:
        store.move(workshop.workshop_id, move)
    scenario = read_scenario(QUICKSTART)
    if changed:
        scenario = replace(scenario, title="Another")
    optimiser = Optimiser(scenario)
    known = Known(optimiser.solve(scenario.settings))
    with pytest.raises(WorkshopError) as said:
        with_room(optimiser, known, store, store.workshop(workshop.workshop_id))
    database.close()
    return str(said.value).replace(workshop.code, "CODE")


def test_open_workshop_is_refused_for_a_paper(tmp_path: Path) -> None:
    assert refused(tmp_path, [Move("open")]) == "The workshop CODE is still open. Close it on the Workshop page first."


def test_workshop_about_another_scenario_is_refused_for_a_paper(tmp_path: Path) -> None:
    assert refused(tmp_path, [], changed=True) == (
        "The workshop CODE is about another scenario, or about this one before it was changed. Its ballots stay with "
        "what they were about: write the paper of that scenario."
    )


def test_room_of_made_up_people_is_flagged_whatever_the_scenario_says(known: Known) -> None:
    assert known.room is not None
    made_up = replace(known, room=replace(known.room, is_illustrative=True))
    assert build_report(made_up).flag == (
        "Illustrative: the data and the people of the workshop are made up to show the method; no real system is "
        "described."
    )
    real = replace(known.scenario, title="Somewhere", summary="")
    portfolio = replace(known.portfolio, outcome=replace(known.outcome, scenario=real))
    assert build_report(replace(known, portfolio=portfolio)).flag == ""
    report = build_report(replace(made_up, portfolio=portfolio))
    assert report.flag == "Illustrative: the people of the workshop are made up, and so is what they say."
    assert dict(report.provenance)["Workshop"].endswith("anonymous, illustrative")


def test_paper_without_a_workshop_has_no_section_about_one(known: Known) -> None:
    keys = [one.key for one in build_report(replace(known, room=None), Paper(dissent="A: no.")).sections]
    assert not {"room", "fair", "voices"} & set(keys) and "options" in keys
