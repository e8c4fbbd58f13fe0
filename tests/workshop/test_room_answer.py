"""What is told beside the four portfolios: both rounds, options, prices of what a room supports, parts as they come."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from prioritiser import InfeasibleError, Optimiser, Settings, read_scenario
from prioritiser.analysis.weight_space.weight_map import build_map
from prioritiser.cli import run
from prioritiser.cli.room.consensus import consensus_text
from prioritiser.errors import SettingsError
from prioritiser.evaluation.outcome import evaluate
from prioritiser.optimisation.incumbent import Budget
from prioritiser.workshop.agreement import agreement_between
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.consensus import NAMES, Consensus, PriceState, Scope, consensus
from prioritiser.workshop.support import support_of
from tests.places import QUICKSTART
from tests.workshop.small_rooms import LOCAL, TIERS, ballot, either

WARDS, HUB = 0.2, (1 / 3 + 1 / 4) / 2 / 2  # what each is worth alone: rtt by 2 of 5; falls by 1 of 3, then 1 of 4
DREAM = {
    "initiatives.csv": "initiative_id,lead,earliest,latest\nwards,Trust,2026/27,2027/28\nhub,Council,,\ndream,Trust,,\n",
    "uses.csv": "initiative_id,resource_id,year_1,year_2\nwards,money,40,20\nhub,money,10,\ndream,money,400,\n",
}


def test_agreement_is_of_those_in_both_rounds_by_hand() -> None:
    # Bray and Curtis 1957. Before: (0.6, 0.2, 0.2) and (0.2, 0.2, 0.6) share 0.2 + 0.2 + 0.2. After: (0.4, 0.3, 0.3)
    # and (0.3, 0.2, 0.5) share 0.3 + 0.2 + 0.3. Who is in one round only counts in neither.
    before = {"a": (0.6, 0.2, 0.2), "b": (0.2, 0.2, 0.6), "left": (1.0, 0.0, 0.0)}
    after = {"a": (0.4, 0.3, 0.3), "b": (0.3, 0.2, 0.5), "new": (0.0, 1.0, 0.0)}
    rounds = [{name: dict(zip(TIERS, one, strict=True)) for name, one in some.items()} for some in (after, before)]
    found = agreement_between(*rounds)
    assert (found.before, found.after, found.people) == (pytest.approx(0.6), pytest.approx(0.8), 2)
    assert found.now == found.after
    only = agreement_between(rounds[1])
    assert (only.before, only.after) == (pytest.approx((0.6 + 0.6 + 0.2) / 3), None) and only.now == only.before
    nobody = agreement_between(rounds[0], {"left": rounds[1]["left"]})
    assert (nobody.before, nobody.after, nobody.people) == (None, None, 0)


def test_consensus_compares_rounds_and_options_when_given() -> None:
    scenario = read_scenario(QUICKSTART)
    first = [ballot("a", (60, 20, 20)), ballot("b", (20, 20, 60))]
    second = [ballot("a", (40, 30, 30)), ballot("b", (3, 2, 5)), ballot("new", (0, 1, 0))]
    options = {"National first": scenario.settings_for("National first"), "As it is": scenario.settings}
    answer = consensus(Optimiser(scenario), scenario.settings, second, Scope(before=first, options=options))
    assert answer.as_json()["agreement"] == {
        "before": pytest.approx(0.6),
        "after": pytest.approx(0.8),
        "measure": "mean pairwise similarity of the weights of tiers (Bray and Curtis 1957)",
    }
    assert list(answer.options) == list(options) and answer.complete
    alone = consensus(Optimiser(scenario), scenario.settings, second[2:], Scope(before=first))
    assert alone.agreement.before is None
    assert "Fewer than two participants answered in both rounds: agreement is not compared." in alone.notices
    for name, option in answer.options.items():
        assert option.outcome.plan == Optimiser(scenario).solve(options[name]).outcome.plan
        for one in answer.participants:
            worth = sum(one.weights[tier] * option.outcome.scores[tier] for tier in option.outcome.scores)
            lost = (one.voice.best - worth) / (one.voice.best - one.voice.idle)
            assert option.regrets[one.ballot.participant] == pytest.approx(max(0.0, lost), abs=1e-9)
    assert set(answer.as_json()["options"]["As it is"]) >= {"initiatives", "regrets", "largest_regret", "mean_regret"}


def test_option_that_has_no_plan_is_a_notice(tmp_path: Path) -> None:
    scenario = either(tmp_path)
    both = scenario.settings.replace(lock={"wards": "in", "hub": "in"})
    answer = consensus(Optimiser(scenario), scenario.settings, [ballot("a", LOCAL)], Scope(options={"Both": both}))
    assert not answer.options and answer.complete
    assert any(notice.startswith("Both is not among the options: No portfolio meets") for notice in answer.notices)


def test_settings_without_a_plan_name_the_clash(tmp_path: Path) -> None:
    scenario = either(tmp_path)
    both = scenario.settings.replace(lock={"wards": "in", "hub": "in"})
    with pytest.raises(InfeasibleError, match=r"(?s)wards.*hub|hub.*wards"):
        consensus(Optimiser(scenario), both, [ballot("a", LOCAL)])


def test_prices_of_what_a_room_supports_by_hand(tmp_path: Path) -> None:
    scenario = either(tmp_path, DREAM)
    says = {"wards": False, "hub": True, "dream": True}
    answer = consensus(Optimiser(scenario), scenario.settings, [ballot(n, LOCAL, support=says) for n in "ab"])
    assert list(answer.candidates["mean"].outcome.plan) == ["wards"]
    (alone,) = answer.unsupported
    assert (alone.initiative_id, alone.is_in, alone.candidates) == ("wards", True, NAMES)
    assert (alone.price, alone.state) == (pytest.approx(WARDS - HUB), PriceState.KNOWN)
    dream, hub = answer.wanted
    assert (hub.initiative_id, hub.support, hub.is_in) == ("hub", 1.0, False)
    assert (hub.price, hub.state) == (pytest.approx(WARDS - HUB), PriceState.KNOWN)
    assert (dream.initiative_id, dream.price, dream.state) == ("dream", None, PriceState.NO_PLAN)
    assert answer.as_json()["wanted"][0] == {
        "initiative": "dream",
        "support": 1.0,
        "in": False,
        "portfolios": [],
        "price": None,
        "price_state": "no_plan",
    }
    text = consensus_text(answer)
    assert "Recommended, and supported by nobody" in text and "5.42 points" in text
    assert "Supported by most, and not recommended" in text and "no plan can have it" in text
    kept = scenario.settings.replace(lock={"wards": "in"})
    needed = consensus(Optimiser(scenario), kept, [ballot("a", LOCAL, support=says)])
    assert needed.unsupported[0].price == pytest.approx(WARDS - HUB)  # what keeping it in costs


def test_initiative_that_no_plan_is_without_has_no_price(tmp_path: Path) -> None:
    scenario = either(tmp_path, {"rules.csv": "rule_id,kind,subject,other,limit,year\nR1,must_do,wards,,,\n"})
    answer = consensus(Optimiser(scenario), scenario.settings, [ballot("a", LOCAL, support={"wards": False})])
    assert [one.state for one in answer.unsupported] == [PriceState.NO_PLAN]
    assert "no plan is without it" in consensus_text(answer)


def test_support_counts_those_who_answered_and_what_was_asked() -> None:
    scenario = read_scenario(QUICKSTART)
    ballots = [
        ballot("a", LOCAL, support={"handover": True, "shared_record": False}),
        ballot("b", LOCAL, support={"handover": False}),
        ballot("c", LOCAL),
    ]
    assert support_of(scenario, ballots) == {"handover": 0.5, "shared_record": 0.0}
    assert support_of(scenario, ballots[2:]) == {}


def test_parts_are_told_as_they_come() -> None:
    scenario = read_scenario(QUICKSTART)
    told: list[Consensus] = []
    ballots = [ballot("a", (60, 20, 20), support={"handover": False}), ballot("b", (1, 6, 3))]
    options = {"Less money": scenario.settings_for("Less money")}
    answer = consensus(Optimiser(scenario), scenario.settings, ballots, Scope(options=options), tell=told.append)
    assert answer.complete and not any(one.complete for one in told)
    assert [len(one.participants) for one in told] == [2] * len(told)
    grown = [tuple(one.candidates) for one in told]
    assert list(dict.fromkeys(grown)) == [NAMES[:count] for count in range(len(NAMES) + 1)]
    assert all(tuple(one.candidates) == NAMES for one in told if one.options)
    assert all(one.options for one in told if one.unsupported)
    first = next(one for one in told if one.unsupported)
    assert [one.state for one in first.unsupported] == [PriceState.NOT_YET]
    assert [one.state for one in answer.unsupported] == [PriceState.KNOWN]


def test_portfolios_come_from_a_map_at_once_and_are_proved_behind() -> None:
    scenario = read_scenario(QUICKSTART)
    optimiser, told = Optimiser(scenario), list[Consensus]()
    drawn = build_map(optimiser, scenario.settings, tolerance=0.05)
    ballots = [ballot("a", (60, 20, 20)), ballot("b", (1, 6, 3)), ballot("c", (0, 0, 1), goal_weights={"ae": 2})]
    answer = consensus(optimiser, scenario.settings, ballots, Scope(drawn=drawn), tell=told.append)
    assert len(told[0].participants) == 3 and not any(one.is_proved for one in told[0].participants)
    assert [sum(one.is_proved for one in some.participants) for some in told[:4]] == [0, 1, 2, 3]
    assert answer.complete
    without = consensus(Optimiser(scenario), scenario.settings, ballots)
    for first, last, alone in zip(told[0].participants, answer.participants, without.participants, strict=True):
        assert first.voice.best <= last.voice.best + 1e-9
        assert last.voice.best == pytest.approx(alone.voice.best, abs=1e-6)
        assert last.voice.best <= first.bound + 1e-6
    assert told[0].participants[2].as_json()["best"]["bound"] is None  # a map says nothing about weights of goals
    assert [one.largest for one in answer.candidates.values()] == pytest.approx(
        [one.largest for one in without.candidates.values()], abs=1e-3
    )


def test_map_of_other_settings_is_refused() -> None:
    scenario = read_scenario(QUICKSTART)
    drawn = build_map(Optimiser(scenario), scenario.settings.replace(lock={"handover": "out"}), tolerance=0.1)
    with pytest.raises(SettingsError, match="The weight map is of another scenario, or of other settings"):
        consensus(Optimiser(scenario), scenario.settings, [ballot("a", LOCAL)], Scope(drawn=drawn))


@pytest.mark.parametrize(
    "ends_at", ["Less money", "What it costs to follow the room", "Each participant's own portfolio"]
)
def test_time_that_is_up_leaves_what_was_found(ends_at: str) -> None:
    scenario = read_scenario(QUICKSTART)
    optimiser, budget = Optimiser(scenario), Budget.of(60)
    drawn = build_map(optimiser, scenario.settings, tolerance=0.1)

    def stop(name: str, done: int, total: int) -> None:
        if name == ends_at:
            budget.deadline = 0.0

    options = {"Less money": scenario.settings_for("Less money")}
    ballots = [ballot("a", (3, 1, 1), support={"handover": False}), ballot("b", (1, 6, 3))]
    answer = consensus(
        optimiser, scenario.settings, ballots, Scope(options=options, drawn=drawn), budget=budget, progress=stop
    )
    assert not answer.complete and len(answer.participants) == 2
    said = {
        "Less money": "Less money was not found: time was up.",
        "What it costs to follow the room": "The prices of 1 initiatives were not found: time was up.",
        "Each participant's own portfolio": "The portfolios of 2 participants are the best known, not proved: time was up.",
    }
    assert said[ends_at] in answer.notices


def test_one_who_can_gain_nothing_changes_only_what_is_said_of_support(tmp_path: Path) -> None:
    goals = "goal_id,tier,weight,2026/27,2027/28\nrtt,local,1,,5\nfalls,local,1,3,4\nair,long_term,1,,4\n"
    toml = 'format = 1\ntitle = "S"\nyears = ["2026/27", "2027/28"]\n[weights]\nlocal = 1\nlong_term = 1\n'
    scenario = either(tmp_path, {"goals.csv": goals, "scenario.toml": toml})  # nothing has an effect on air
    settings = Settings(weights={"local": 1, "long_term": 1})
    says = {"wards": False, "hub": True}
    voters = [ballot("a", (0, 1, 0), support=says), ballot("b", (0, 3, 1), support=says)]
    idle = ballot("idle", (0, 0, 1))
    without = consensus(Optimiser(scenario), settings, voters, Scope(before=voters)).as_json()
    beside = consensus(Optimiser(scenario), settings, [*voters, idle], Scope(before=[*voters, idle])).as_json()
    assert beside["left_out"] == ["idle"]
    changed = {key for key in without if without[key] != beside[key]}
    assert changed == {"left_out", "notices"}
    speaks = ballot("idle", (0, 0, 1), support={"wards": True})
    spoken = consensus(Optimiser(scenario), settings, [*voters, speaks], Scope(before=[*voters, idle])).as_json()
    changed = {key for key in without if without[key] != spoken[key]}
    assert changed == {"left_out", "notices", "support", "unsupported", "wanted"}
    assert spoken["portfolios"] == without["portfolios"]


def test_who_would_choose_what_is_counted(tmp_path: Path) -> None:
    scenario = either(tmp_path, DREAM)
    only_falls, only_rtt = {"goal_weights": {"rtt": 0}}, {"goal_weights": {"falls": 0}}
    ballots = [ballot("a", LOCAL, **only_rtt), ballot("b", LOCAL, **only_rtt), ballot("c", LOCAL, **only_falls)]
    answer = consensus(Optimiser(scenario), scenario.settings, ballots)
    assert answer.would_choose() == {"all": (), "most": ("wards",), "some": ("hub",), "none": ("dream",)}
    same = consensus(Optimiser(scenario), scenario.settings, ballots[:2])
    assert same.would_choose() == {"all": ("wards",), "most": (), "some": (), "none": ("dream", "hub")}
    assert [one.ballot.participant for one in answer.distant(answer.candidates["mean"])] == ["c"]


def test_regret_is_told_by_role_and_place() -> None:
    scenario = read_scenario(QUICKSTART)
    ballots = [
        ballot("a", (60, 20, 20), role="Trust", place="North"),
        ballot("b", (90, 5, 5), role="Trust"),
        ballot("c", (1, 1, 8)),
    ]
    answer = consensus(Optimiser(scenario), scenario.settings, ballots)
    one = answer.candidates["least_regret"]
    trust = answer.as_json()["portfolios"]["least_regret"]["by_role"]
    assert trust == {
        "Trust": {
            "participants": 2,
            "mean_regret": pytest.approx((one.regrets["a"] + one.regrets["b"]) / 2),
            "largest_regret": max(one.regrets["a"], one.regrets["b"]),
        }
    }
    assert list(answer.by_place(one)) == ["North"] and answer.by_place(one)["North"].largest == one.regrets["a"]


def test_command_shows_options_and_rounds_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = "participant,role,place,national,local,long_term\n"
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(f"{header}p1,Trust,,60,20,20\np2,,,20,20,60\n", encoding="utf-8")
    second.write_text(f"{header}p1,Trust,,40,30,30\np2,,,30,20,50\np3,,,0,1,0\n", encoding="utf-8")
    asked = ["consensus", str(QUICKSTART), "--ballots", str(second), "--before", str(first), "--options"]
    assert run(asked) == 0
    text = capsys.readouterr().out
    assert "Agreement on the weights: 60\N{NO-BREAK SPACE}% before, 80\N{NO-BREAK SPACE}% after, of the 2" in text
    assert "Of 8 initiatives all would choose" in text and "National first" in text and "Less money" in text
    assert run([*asked, "--output", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["options"]) == {"National first", "Less money"}
    assert found["agreement"]["after"] == pytest.approx(0.8)
    table = tmp_path / "room.csv"
    assert run([*asked, "--output", str(table)]) == 0
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert {"option: National first", "option: Less money", "price", "support"} <= rows[0].keys()
    inside = {row["initiative_id"] for row in rows if row["option: Less money"] == "yes"}
    assert inside == {one["id"] for one in found["options"]["Less money"]["initiatives"]}


def test_regret_of_an_option_may_be_none_where_it_has_more_money(tmp_path: Path) -> None:
    scenario = either(tmp_path)
    more = scenario.settings.replace(capacity={"money": 3.0})
    answer = consensus(Optimiser(scenario), scenario.settings, [ballot("a", LOCAL)], Scope(options={"More": more}))
    option = answer.options["More"]
    assert sorted(option.outcome.plan) == ["hub", "wards"] and option.regrets == {"a": 0.0}
    assert evaluate(scenario, option.outcome.plan, scenario.settings).breaches  # it asks for more than there is


def test_ballots_without_anybody_say_so() -> None:
    scenario = read_scenario(QUICKSTART)
    none: list[Ballot] = []
    answer = consensus(Optimiser(scenario), scenario.settings, none)
    assert answer.complete and not answer.candidates and answer.agreement.before is None
    assert "Nobody of the room can gain anything." in consensus_text(answer)
