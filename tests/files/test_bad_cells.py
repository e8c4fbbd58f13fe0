"""One wrong cell in a table: one problem, in its place, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small import texts_of

GOALS = "goal_id,tier,weight,2026/27,2027/28\n"
EFFECTS = "initiative_id,goal_id,central,low,high\n"
RULES = "rule_id,kind,subject,other,resource_id,year,limit\n"


@pytest.mark.parametrize(
    ("table", "text", "expected"),
    [
        (
            "goals",
            f"{GOALS}rtt,natoinal,1,,5\nfalls,local,2,3,4\n",
            'goals.csv, row 2, column B (tier): "natoinal". tier must be national, local or long_term. '
            'Did you mean "national"?',
        ),
        (
            "goals",
            f"{GOALS}rtt,national,-1,,5\nfalls,local,2,3,4\n",
            "goals.csv, row 2, column C (weight): -1. weight must be 0 or more.",
        ),
        (
            "goals",
            f"{GOALS}rtt,,1,,5\nfalls,local,2,3,4\n",
            "goals.csv, row 2, column B (tier): blank. Every row of goals needs tier.",
        ),
        (
            "goals",
            f"{GOALS}rtt,national,1,,\nfalls,local,2,3,4\n",
            'goals.csv, row 2, column 2026/27, 2027/28: goal "rtt" has no target. At least one year\'s target.',
        ),
        (
            "goals",
            f"{GOALS}rtt,national,1,x,5\nfalls,local,2,3,4\n",
            'goals.csv, row 2, column D (2026/27): "x". A target must be a number.',
        ),
        (
            "goals",
            "goal_id,tier,overlap,2027/28\nrtt,national,1.5,5\nfalls,local,,3\n",
            "goals.csv, row 2, column C (overlap): 1.5. overlap must be from 0 to 1.",
        ),
        (
            "goals",
            "goal_id,tier,evidence,2027/28\nrtt,national,guessed,5\nfalls,local,,3\n",
            'goals.csv, row 2, column C (evidence): "guessed". evidence must be measured, derived or judged.',
        ),
        (
            "goals",
            "goal_id,tier,baseline,2027/28\nrtt,national,5,5\nfalls,local,,3\n",
            "goals.csv, row 2, column D (2027/28): target 5 against a zero level of 5. already met at baseline: "
            "give a zero_level on the worse side, or a higher target.",
        ),
        (
            "goals",
            "goal_id,tier,direction,baseline,2027/28\nrtt,national,down,5,6\nfalls,local,,,3\n",
            "goals.csv, row 2, column E (2027/28): target 6 against a zero level of 5. already met at baseline: "
            "give a zero_level on the worse side, or a lower target.",
        ),
        (
            "goals",
            "goal_id,tier,baseline,2026/27,2027/28\nrtt,national,5,4,6\nfalls,local,,,3\n",
            "goals.csv, row 2, column direction: targets on both sides of the zero level. up or down. Give the "
            "direction.",
        ),
        (
            "goals",
            f"{GOALS}rtt,national,1,,5\nfalls,local,2,3,4\nRTT,local,1,,5\n",
            'goals.csv, row 4, column A (goal_id): "RTT" is already in row 2. Ids are unique, ignoring capitals. '
            "Delete one of them or give it another id.",
        ),
        (
            "resources",
            "resource_id,2026/27,carry_over\nmoney,1,maybe\n",
            'resources.csv, row 2, column C (carry_over): "maybe". carry_over must be yes or no.',
        ),
        (
            "initiatives",
            "initiative_id,latest\nwards,2028/29\nhub,\n",
            'initiatives.csv, row 2, column B (latest): "2028/29". One of the years 2026/27, 2027/28. '
            'Did you mean "2027/28"?',
        ),
        (
            "initiatives",
            "initiative_id,earliest,latest\nwards,2027/28,2026/27\nhub,,\n",
            'initiatives.csv, row 2, column C (latest): "2026/27" comes before the earliest start "2027/28". '
            "A year at or after earliest.",
        ),
        (
            "initiatives",
            "initiative_id,min_scale\nwards,1\nhub,1.01\n",
            "initiatives.csv, row 3, column B (min_scale): 1.01. min_scale must be from 0 to 1.",
        ),
        (
            "uses",
            "initiative_id,resource_id,year_1\nward,money,1\n",
            'uses.csv, row 2, column A (initiative_id): "ward" is not in initiatives.csv. Did you mean "wards"?',
        ),
        (
            "uses",
            "initiative_id,resource_id,year_1\nwards,mony,1\n",
            'uses.csv, row 2, column B (resource_id): "mony" is not in resources.csv. Did you mean "money"?',
        ),
        (
            "uses",
            "initiative_id,resource_id,year_1\nwards,money,lots\n",
            'uses.csv, row 2, column C (year_1): "lots". An amount must be a number.',
        ),
        (
            "effects",
            f"{EFFECTS}wards,rtt,2,3,4\n",
            "effects.csv, row 2, column D (low): low 3, central 2, high 4. Low is the pessimistic case, high the "
            "optimistic one, and rtt improves upwards. Swap low and high, or mend the sign.",
        ),
        (
            "effects",
            f"{EFFECTS}wards,rtt,2,,\nwards,rtt,3,,\n",
            'effects.csv, row 3, column A (initiative_id): "wards and rtt" is already in row 2. One row per '
            "initiative, "
            "goal and if_also. Delete one of them or give it another id.",
        ),
        (
            "effects",
            "initiative_id,goal_id,central,if_also\nwards,rtt,2,wards\n",
            'effects.csv, row 2, column D (if_also): "wards". Another initiative than the row\'s own.',
        ),
        (
            "effects",
            "initiative_id,goal_id,central,ramp_months\nwards,rtt,2,-1\n",
            "effects.csv, row 2, column D (ramp_months): -1. ramp_months must be 0 or more.",
        ),
        (
            "rules",
            f"{RULES}R1,must_do,ward,,,,\n",
            'rules.csv, row 2, column C (subject): "ward" is not in initiatives.csv. Did you mean "wards"?',
        ),
        (
            "rules",
            f"{RULES}R1,requires,wards,,,,\n",
            "rules.csv, row 2, column D (other): blank. requires needs another initiative.",
        ),
        (
            "rules",
            f"{RULES}R1,excludes,wards,hubb,,,\n",
            'rules.csv, row 2, column D (other): "hubb" is not in initiatives.csv. Did you mean "hub"?',
        ),
        (
            "rules",
            f"{RULES}R1,together,wards,wards,,,\n",
            'rules.csv, row 2, column D (other): "wards". Another initiative than the subject.',
        ),
        (
            "rules",
            f"{RULES}R1,spend_share_at_most,lead=Trust,,,,0.5\n",
            "rules.csv, row 2, column E (resource_id): blank. spend_share_at_most needs a resource.",
        ),
        (
            "rules",
            f"{RULES}R1,spend_share_at_most,lead=Trust,,cash,,0.5\n",
            'rules.csv, row 2, column E (resource_id): "cash" is not in resources.csv.',
        ),
        (
            "rules",
            f"{RULES}R1,spend_share_at_most,lead=Trust,,money,,40\n",
            "rules.csv, row 2, column G (limit): 40. A share from 0 to 1. 40 % is 0.4.",
        ),
        (
            "rules",
            f"{RULES}R1,count_at_least,lead=Trust,,,,1.5\n",
            "rules.csv, row 2, column G (limit): 1.5. A whole number of initiatives, 0 or more.",
        ),
        (
            "rules",
            f"{RULES}R1,count_at_least,lead=Trust,,,,\n",
            "rules.csv, row 2, column G (limit): blank. count_at_least needs a limit.",
        ),
        (
            "rules",
            f"{RULES}R1,goal_at_least,rtt,,,,3\n",
            "rules.csv, row 2, column F (year): blank. goal_at_least needs a year.",
        ),
        (
            "rules",
            f"{RULES}R1,start_by,wards,,,,\n",
            "rules.csv, row 2, column F (year): blank. start_by needs a year.",
        ),
        (
            "rules",
            f"{RULES}R1,goal_at_least,rt,,,2027/28,3\n",
            'rules.csv, row 2, column C (subject): "rt" is not in goals.csv. Did you mean "rtt"?',
        ),
        (
            "rules",
            f"{RULES}R1,goal_at_least,rtt,,,2028/29,3\n",
            'rules.csv, row 2, column F (year): "2028/29". One of the years 2026/27, 2027/28. Did you mean "2027/28"?',
        ),
        (
            "rules",
            f"{RULES}R1,requires,wards,hub,,,\nR2,requires,hub,wards,,,\n",
            "rules.csv, row 2, column D (other): hub requires wards requires hub. Requires must not run in a circle.",
        ),
        (
            "rules",
            f"{RULES}R1,must_nott,wards,,,,\n",
            'rules.csv, row 2, column B (kind): "must_nott". kind must be must_do, must_not, requires, excludes, '
            "together, "
            "count_at_least, count_at_most, spend_share_at_least, spend_share_at_most, goal_at_least or start_by. "
            'Did you mean "must_not"?',
        ),
    ],
)
def test_table_is_refused_when_a_cell_is_wrong(table: str, text: str, expected: str, tmp_path: Path) -> None:
    assert texts_of(tmp_path / "a", {f"{table}.csv": text}) == [expected]


def test_every_wrong_cell_of_a_row_is_named_when_one_of_them_is_no_number(tmp_path: Path) -> None:
    resources = "resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,lots,-5,perhaps\n"
    assert texts_of(tmp_path / "a", {"resources.csv": resources}) == [
        'resources.csv, row 2, column C (2026/27): "lots". A capacity must be a number.',
        "resources.csv, row 2, column D (2027/28): -5 £k. A capacity must be 0 or more.",
        'resources.csv, row 2, column E (carry_over): "perhaps". carry_over must be yes or no.',
    ]


@pytest.mark.parametrize(
    ("written", "own"),
    [("5.00E+01", "5E1"), ("50", "5E1"), ("1", "001"), ("7.0", "07")],
    ids=["5E1", "50", "001", "07"],
)
def test_spreadsheet_is_named_when_it_made_a_number_of_an_id(written: str, own: str, tmp_path: Path) -> None:
    changes = {
        "initiatives.csv": f"initiative_id\n{own}\nwards\nhub\n",
        "uses.csv": f"initiative_id,resource_id,year_1\n{written},money,1\n",
    }
    found = [text for text in texts_of(tmp_path / "a", changes) if text.startswith("uses.csv")]
    assert len(found) == 1
    assert "spreadsheet made a number of" in found[0]


def test_first_id_is_named_when_two_are_the_same_number(tmp_path: Path) -> None:
    changes = {
        "initiatives.csv": "initiative_id\n01\n001\nwards\nhub\n",
        "uses.csv": "initiative_id,resource_id,year_1\n1,money,1\n",
    }
    assert texts_of(tmp_path / "a", changes) == [
        'uses.csv, row 2, column A (initiative_id): "1" is not in initiatives.csv. A spreadsheet made a number of the '
        'id "001": format the column as text and type 001 again.'
    ]
