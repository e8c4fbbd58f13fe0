"""What a room means: portfolios for all against every plan there is, regrets, agreement, ballots and their faults."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from prioritiser import Optimiser, read_scenario
from prioritiser.analysis.weight_space.weight_map import build_map
from prioritiser.cli import run
from prioritiser.errors import ScenarioError
from prioritiser.optimisation.fair import LEAST_GAIN, least_regret
from prioritiser.workshop.ballots import Ballot, read_ballots
from prioritiser.workshop.consensus import Consensus, Scope, agreement_of, consensus, merged_voices
from tests.brute_force import allowed_wholes
from tests.depth import cases, part
from tests.places import QUICKSTART
from tests.reference import Reference
from tests.small import write_files
from tests.strategies import build_scenario, case_in_whole
from tests.workshop.small_rooms import TIERS, either

HEADER = "participant,role,place,national,local,long_term\n"


def drawn_room(rng: Random) -> list[Ballot]:
    """A small room, in which people say the same and some weigh one tier only."""
    choices = ([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [2, 1, 1], [0, 1, 1], [60, 30, 10])
    chosen = [rng.choice(choices) for _ in range(rng.randint(2, 6))]
    return [Ballot(f"p{number}", dict(zip(TIERS, one, strict=True))) for number, one in enumerate(chosen)]


class Room:
    """Every plan of a small case, and what it gains each participant."""

    def __init__(self, case: Reference, ballots: list[Ballot]) -> None:
        counted = case.scored_tiers
        self.scores = [{tier: float(whole.scores[tier]) for tier in counted} for whole in allowed_wholes(case)]
        idle = {tier: float(score) for tier, score in case.scores({}).items()}
        self.gains: dict[str, list[float]] = {}
        self.values: dict[str, list[float]] = {}
        self.weights: dict[str, dict[str, float]] = {}
        for ballot in ballots:
            total = sum(ballot.weights[tier] for tier in counted)
            if not total:
                continue
            weights = {tier: ballot.weights[tier] / total for tier in counted}
            values = [sum(weights[tier] * scores[tier] for tier in counted) for scores in self.scores]
            nothing = sum(weights[tier] * idle[tier] for tier in counted)
            reach = max(values) - nothing
            if reach > 1e-9:
                self.gains[ballot.participant] = [(value - nothing) / reach for value in values]
                self.values[ballot.participant], self.weights[ballot.participant] = values, weights

    @property
    def plans(self) -> range:
        return range(len(self.scores))

    def largest_regret(self, plan: int) -> float:
        return max(1 - gains[plan] for gains in self.gains.values())

    def mean_regret(self, plan: int) -> float:
        return sum(max(0.0, 1 - gains[plan]) for gains in self.gains.values()) / len(self.gains)

    def gaining(self, plan: int) -> list[float]:
        return [gains[plan] for gains in self.gains.values() if gains[plan] >= LEAST_GAIN]


def rooms(seeds: range) -> Any:
    for seed in seeds:
        rng = Random(seed)
        tables, chosen = case_in_whole(rng)
        case, ballots = Reference(tables, chosen), drawn_room(rng)
        if allowed_wholes(case):
            room = Room(case, ballots)
            able = [ballot for ballot in ballots if sum(ballot.weights[tier] for tier in case.scored_tiers)]
            if room.gains:
                yield seed, build_scenario(tables, chosen), able, room


def test_portfolios_for_all_equal_brute_force_on_small_scenarios_with_ties() -> None:
    tried = 0
    for seed, scenario, ballots, room in rooms(part(range(300))):
        optimiser, settings = Optimiser(scenario), scenario.settings.replace(balance=0.0)
        drawn = build_map(optimiser, settings, tolerance=0.01) if seed % 2 else None
        answer = consensus(optimiser, settings, ballots, Scope(gap=0, drawn=drawn))
        assert answer.complete, seed
        assert {one.ballot.participant for one in answer.participants} == set(room.gains), seed
        for one in answer.participants:
            assert one.voice.best == pytest.approx(max(room.values[one.ballot.participant]), abs=2e-6), seed
        regret = min(room.largest_regret(plan) for plan in room.plans)
        assert answer.candidates["least_regret"].largest == pytest.approx(regret, abs=3e-6), seed
        ties = [plan for plan in room.plans if room.largest_regret(plan) <= regret + 1e-9]
        mean = min(room.mean_regret(plan) for plan in ties)
        assert answer.candidates["least_regret"].mean <= mean + 3e-6, seed
        most = max(len(room.gaining(plan)) for plan in room.plans)
        best = max(math.prod(room.gaining(plan)) for plan in room.plans if len(room.gaining(plan)) == most)
        fairest = answer.candidates["fairest_gain"]
        gains = [1 - fairest.regrets[name] for name in room.gains if name not in fairest.not_gaining]
        assert len(gains) == most, seed
        assert math.prod(gains) == pytest.approx(best, rel=1e-4), seed
        for name, weights in (("mean", mean_weights(room)), ("median", median_weights(room))):
            worth = max(sum(weights[tier] * scores[tier] for tier in weights) for scores in room.scores)
            found = answer.candidates[name].outcome.scores
            assert sum(weights[tier] * found[tier] for tier in weights) == pytest.approx(worth, abs=3e-6), (seed, name)
        tried += 1
    assert tried >= cases(150) - 3


def test_first_answers_of_a_map_are_never_better_than_the_best_nor_their_bounds_below_it() -> None:
    told: list[Consensus] = []
    for seed, scenario, ballots, room in rooms(part(range(300, 380))):
        optimiser, settings = Optimiser(scenario), scenario.settings.replace(balance=0.0)
        drawn = build_map(optimiser, settings, tolerance=0.01)
        told.clear()
        answer = consensus(optimiser, settings, ballots, Scope(gap=0, drawn=drawn), tell=told.append)
        first = {one.ballot.participant: one for one in told[0].participants}
        assert not told[0].complete and not told[0].candidates
        for one in answer.participants:
            best = max(room.values[one.ballot.participant])
            if one.ballot.participant in first:  # else the map's portfolio gains them nothing
                assert first[one.ballot.participant].voice.best <= best + 2e-6, seed
                assert first[one.ballot.participant].bound >= best - 2e-6, seed
            assert one.voice.best == pytest.approx(best, abs=2e-6), seed
    assert told


def test_known_plans_to_begin_from_change_no_least_regret() -> None:
    for seed, scenario, ballots, room in rooms(part(range(380, 440))):
        optimiser = Optimiser(scenario)
        people = consensus(optimiser, scenario.settings, ballots, Scope(gap=0)).participants
        voices = merged_voices([one.voice for one in people])
        settings = scenario.settings.replace(balance=0.0)
        known = [one.outcome for one in people]
        least = least_regret(scenario, settings, voices, known=known)
        assert least.measure == pytest.approx(min(room.largest_regret(plan) for plan in room.plans), abs=3e-6), seed
        rough = least_regret(scenario, settings, voices, known=known, gap=0.05)
        assert rough.bound <= least.measure + 3e-6 and rough.measure <= rough.bound + 0.05 + 3e-6, seed


def mean_weights(room: Room) -> dict[str, float]:
    every = list(room.weights.values())
    return {tier: sum(one[tier] for one in every) / len(every) for tier in every[0]}


def median_weights(room: Room) -> dict[str, float]:
    every = list(room.weights.values())
    middle = {}
    for tier in every[0]:
        values = sorted(one[tier] for one in every)
        half = len(values) // 2
        middle[tier] = values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
    total = sum(middle.values())
    return {tier: value / total for tier, value in middle.items()} if total else mean_weights(room)


def room_of(*weights: tuple[float, float, float], **more: Any) -> Consensus:
    scenario = read_scenario(QUICKSTART)
    ballots = [Ballot(f"p{n}", dict(zip(TIERS, one, strict=True)), **more) for n, one in enumerate(weights)]
    return consensus(Optimiser(scenario), scenario.settings, ballots, Scope(gap=0))


def test_one_who_says_what_another_says_changes_no_least_regret() -> None:
    once, twice = room_of((70, 20, 10), (10, 20, 70)), room_of((70, 20, 10), (10, 20, 70), (7, 2, 1))
    assert twice.candidates["least_regret"].largest == pytest.approx(once.candidates["least_regret"].largest, abs=2e-6)
    assert sum(voice.count for voice in merged_voices([one.voice for one in twice.participants])) == 3
    same = merged_voices([one.voice for one in room_of((7, 2, 1), (7, 2, 1)).participants])
    assert [voice.count for voice in same] == [2]


def test_one_for_whom_nothing_can_be_gained_changes_no_portfolio(tmp_path: Path) -> None:
    # nothing has an effect on the goal of the long term
    goals = "goal_id,tier,2026/27,2027/28\nrtt,national,,5\nfalls,local,3,4\nair,long_term,,4\n"
    toml = (
        'format = 1\ntitle = "S"\nyears = ["2026/27", "2027/28"]\n[weights]\nnational = 1\nlocal = 1\nlong_term = 1\n'
    )
    scenario = read_scenario(write_files(tmp_path / "s", {"goals.csv": goals, "scenario.toml": toml}))
    voters = [
        Ballot("a", dict(zip(TIERS, (1, 2, 0), strict=True))),
        Ballot("b", dict(zip(TIERS, (2, 1, 0), strict=True))),
    ]
    idle = Ballot("idle", dict(zip(TIERS, (0, 0, 1), strict=True)))
    without = consensus(Optimiser(scenario), scenario.settings, voters).as_json()
    beside = consensus(Optimiser(scenario), scenario.settings, [*voters, idle]).as_json()
    assert beside["portfolios"] == without["portfolios"] and beside["left_out"] == ["idle"]
    assert "1 participant left out, as no plan is worth more to them than doing nothing: idle." in beside["notices"]
    nobody = consensus(Optimiser(scenario), scenario.settings, [idle]).as_json()
    assert nobody["portfolios"] == {} and nobody["complete"]


def test_agreement_by_hand() -> None:
    # pairs: min(60,20)+min(20,60)+min(20,20) = 60 %; (60,0,40): 60 + 20 = 80 %; with (20,60,20): 20 + 20 = 40 %
    weights = [(0.6, 0.2, 0.2), (0.2, 0.6, 0.2), (0.6, 0.0, 0.4)]
    said = [dict(zip(TIERS, one, strict=True)) for one in weights]
    assert agreement_of(said) == pytest.approx((0.6 + 0.8 + 0.4) / 3)
    assert agreement_of(said[:1]) is None
    assert agreement_of([said[0], said[0]]) == pytest.approx(1)


def test_own_weights_of_goals_count(tmp_path: Path) -> None:
    scenario = either(tmp_path)
    local = dict(zip(TIERS, (0, 1, 0), strict=True))
    ballots = [Ballot("a", local, goal_weights={"falls": 0}), Ballot("b", local, goal_weights={"rtt": 0})]
    answer = consensus(Optimiser(scenario), scenario.settings, ballots)
    assert [sorted(one.outcome.plan) for one in answer.participants] == [["wards"], ["hub"]]
    assert answer.chosen_by() == {"hub": 0.5, "wards": 0.5}
    assert answer.candidates["least_regret"].largest == pytest.approx(1)
    # no plan lets both gain: one of them does, fully, and the other is named
    fairest = answer.candidates["fairest_gain"]
    assert len(fairest.not_gaining) == 1 and fairest.mean == pytest.approx(0.5) and fairest.gap == pytest.approx(0)
    assert f"1 participant would gain nothing from the fairest gain ({fairest.not_gaining[0]})." in answer.notices[-1]
    # where three say the one and one the other, the three gain
    more = consensus(Optimiser(scenario), scenario.settings, [*(named(ballots[1], n) for n in "cd"), *ballots])
    assert more.candidates["fairest_gain"].not_gaining == ("a",)


def named(ballot: Ballot, name: str) -> Ballot:
    return replace(ballot, participant=name)


def written(folder: Path, text: str) -> Path:
    path = folder / "ballots.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_command_answers_as_the_interface_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(
        tmp_path,
        HEADER.strip() + ",support:handover,goal:ae,note of mine\np1,Trust,North,60,20,20,yes,,x\n"
        "p2,Council,,10,60,30,no,2,\np3,,,0,0,1,,,\n",
    )
    assert run(["consensus", str(QUICKSTART), "--ballots", str(file), "--output", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in found["participants"]] == ["p1", "p2", "p3"]
    assert found["participants"][0]["role"] == "Trust" and found["participants"][2]["place"] is None
    assert found["participants"][0]["weights"] == {"national": 0.6, "local": 0.2, "long_term": 0.2}
    assert set(found["portfolios"]) == {"mean", "median", "least_regret", "fairest_gain"}
    for one in found["portfolios"].values():
        assert set(one["regrets"]) == {"p1", "p2", "p3"}
        assert one["largest_regret"] == max(one["regrets"].values())
        assert one["mean_regret"] == pytest.approx(sum(one["regrets"].values()) / 3)
        assert 0 <= one["gap"] <= 1e-3 and one["initiatives"]
    supported = {row["initiative"]: row["share"] for row in found["support"]}
    assert supported["handover"] == 0.5
    assert found["agreement"]["after"] is None and "Bray and Curtis" in found["agreement"]["measure"]
    assert run(["consensus", str(QUICKSTART), "--ballots", str(file)]) == 0
    text = capsys.readouterr().out
    assert "3 participants." in text and "Least regret" in text and "Trust" in text
    table = tmp_path / "room.csv"
    assert run(["consensus", str(QUICKSTART), "--ballots", str(file), "--output", str(table)]) == 0
    assert table.read_text(encoding="utf-8-sig").startswith("initiative_id,name,mean,median,least_regret,fairest_gain,")


WRONG = [
    ("p1,,,-1,0,1\n", "national must be 0 or more."),
    ("p1,,,one,0,1\n", "national must be a number."),
    ("p1,,,,0,1\n", "Every row of ballots needs national."),
    ("p1,,,0,0,0\n", "no weight on anything. A weight above 0 for one of the tiers that have goals"),
    ("p1,,,1,0,1\nP1,,,1,0,1\n", '"P1" is already in row 2. Each participant once.'),
    ("<b>,,,1,0,1\n", "An id is 1 to 64"),
    ("", "no ballot. A row for each participant."),
]


@pytest.mark.parametrize(("rows", "said"), WRONG)
def test_wrong_ballot_is_an_issue(rows: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_ballots(read_scenario(QUICKSTART), written(tmp_path, HEADER + rows))
    assert any(said in str(issue) for issue in caught.value.issues), [str(issue) for issue in caught.value.issues]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("goal:nothing", "1", '"nothing". The id of a goal of the scenario after the colon.'),
        ("support:handovr", "yes", 'Did you mean "handover"?'),
        ("support:handover", "perhaps", "Support is yes or no."),
        ("goal:ae", "-2", "A weight of a goal is a number from 0 to 1,000,000,000."),
        ("goal:ae", "1,5", "A weight of a goal is a number from 0 to 1,000,000,000."),
    ],
)
def test_wrong_answer_about_a_goal_or_an_initiative_is_an_issue(
    column: str, cell: str, said: str, tmp_path: Path
) -> None:
    text = HEADER.strip() + f',{column}\np1,,,1,0,1,"{cell}"\n'
    with pytest.raises(ScenarioError) as caught:
        read_ballots(read_scenario(QUICKSTART), written(tmp_path, text))
    assert any(said in str(issue) for issue in caught.value.issues), [str(issue) for issue in caught.value.issues]


def test_spellings_of_ids_are_understood(tmp_path: Path) -> None:
    text = "Participant,Role,Place,National,Local,Long term,GOAL: AE,Support:Handover\np1,,,1,0,1,3,YES\n"
    ballots, _ = read_ballots(read_scenario(QUICKSTART), written(tmp_path, text))
    assert ballots[0].goal_weights == {"ae": 3} and ballots[0].support == {"handover": True}


def test_missing_file_and_wrong_ending_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["consensus", str(QUICKSTART), "--ballots", str(tmp_path / "none.csv")]) == 3
    assert "none.csv" in capsys.readouterr().err
    file = written(tmp_path, HEADER + "p1,,,1,0,1\n")
    assert run(["consensus", str(QUICKSTART), "--ballots", str(file), "--output", "room.docx"]) == 2


def test_time_that_is_up_is_said_and_what_was_found_stays() -> None:
    from prioritiser.optimisation.incumbent import Budget  # noqa: PLC0415

    scenario = read_scenario(QUICKSTART)
    ballots = [
        Ballot("a", dict(zip(TIERS, (1, 0, 0), strict=True))),
        Ballot("b", dict(zip(TIERS, (0, 1, 0), strict=True))),
    ]
    budget = Budget.of(60)

    def stop(name: str, done: int, total: int) -> None:
        if name == "Median":
            budget.deadline = 0.0

    answer = consensus(Optimiser(scenario), scenario.settings, ballots, budget=budget, progress=stop)
    assert set(answer.candidates) == {"mean"} and not answer.complete
    assert "least_regret was not found: time was up." in answer.notices
