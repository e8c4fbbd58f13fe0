"""Problems of scenario.toml: each key in its place, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small import TOML, texts_of


def _with(old: str, new: str) -> str:
    assert old in TOML
    return TOML.replace(old, new)


def _what_if(lines: str) -> str:
    return f'{TOML}[[what_if]]\nname = "W"\n{lines}\n'


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (_with("format = 1\n", ""), ["format: missing. format = 1. Say which format the scenario is in."]),
        (_with("format = 1", "format = 2"), ["format: format 2. This version reads format 1."]),
        (_with("format = 1", "format = true"), ["format: format true. This version reads format 1."]),
        (_with('title = "Small"\n', ""), ['title: A scenario needs a title. Add a line such as title = "My system".']),
        (_with('"Small"', "[1]"), ["title: a list. Text in quotes."]),
        (
            _with('years = ["2026/27", "2027/28"]\n', ""),
            ['years: missing. At least one year label. Such as years = ["2026/27"].'],
        ),
        (
            _with('["2026/27", "2027/28"]', '"2026/27"'),
            ['years: "2026/27". A list of labels such as ["2026/27", "2027/28"].'],
        ),
        (_with('["2026/27", "2027/28"]', '["2026/27", "2026/27"]'), ['years: "2026/27" twice. Each year label once.']),
        (
            _with('["2026/27", "2027/28"]', '["note"]'),
            [
                "years: \"note\". A label such as 2026/27: not a column's name, 'in' or 'out', without ';' or line breaks."
            ],
        ),
        (
            _with('["2026/27", "2027/28"]', "[]"),
            ['years: no years. At least one year label. Such as years = ["2026/27"].'],
        ),
        (_with("national = 50", "national = nan"), ["weights.national: nan. A number, 0 or more."]),
        (_with("national = 50", "national = inf"), ["weights.national: inf. A number, 0 or more."]),
        (_with("national = 50", f"national = 1{'0' * 400}"), ["weights.national: inf. A number, 0 or more."]),
        (_with("national = 50", 'national = "50"'), ['weights.national: "50". A number, 0 or more.']),
        (_with("national = 50", "national = true"), ["weights.national: true. A number, 0 or more."]),
        (_with("= 50", "= 0"), ["weights: all 0. At least one tier with goals needs a weight above 0."]),
        (_with("local = 50\n", ""), ["weights.local: missing. A weight for the tier local, 0 or more."]),
        (
            _with("local = 50", "local = 50\nlocla = 1"),
            ['weights.locla: "locla". One of national, local, long_term. Did you mean "local"?'],
        ),
        (
            _with("[weights]\nnational = 50\nlocal = 50", "weights = 5"),
            ["weights: 5. A table: keys with values, as in weights = { national = 40, local = 30, long_term = 30 }."],
        ),
        (TOML + "[settings]\nbalance = 1.5\n", ["balance: 1.5. A number from 0 to 1."]),
        (TOML + '[settings]\ncase = "hi"\n', ['case: "hi". low, central or high. Did you mean "high"?']),
        (
            TOML + "[settings]\nbalanse = 0\n",
            ['settings.balanse: "balanse". One of balance, case. Did you mean "balance"?'],
        ),
        (
            TOML + "[setings]\nbalance = 0\n",
            ['setings: "setings". One of years, weights, settings, what_if. Did you mean "settings"?'],
        ),
        (TOML + '[what_if]\nname = "x"\n', ["what_if: a table. Tables that each begin with [[what_if]]."]),
        (
            _what_if("balanse = 1"),
            [
                'what_if 1 "W" balanse: "balanse". One of name, note, weights, balance, case, capacity, '
                'lock, goal_weights, without. Did you mean "balance"?'
            ],
        ),
        (_what_if('case = "worst"'), ['what_if 1 "W" case: "worst". low, central or high.']),
        (_what_if("balance = -0.1"), ['what_if 1 "W" balance: -0.1. A number from 0 to 1.']),
        (
            _what_if("weights = { national = 0 }"),
            [
                'what_if 1 "W" weights.local: missing. A weight for the tier local, 0 or more.',
                'what_if 1 "W" weights: all 0. At least one tier with goals needs a weight above 0.',
            ],
        ),
        (
            _what_if("capacity = { money = -1 }"),
            ['what_if 1 "W" capacity.money: -1. A factor of 0 or more; 1 leaves the capacity as it is.'],
        ),
        (
            _what_if("capacity = { mony = 1 }"),
            ['what_if 1 "W" capacity.mony: "mony" is not in resources.csv. Did you mean "money"?'],
        ),
        (
            _what_if('capacity = { "money@2026" = 1 }'),
            ['what_if 1 "W" capacity.money@2026: "2026". One of the years 2026/27, 2027/28. Did you mean "2026/27"?'],
        ),
        (
            _what_if('lock = { hub = "2027/28" }'),
            ['what_if 1 "W" lock.hub: "2027/28". in, out, or a possible start: 2026/27.'],
        ),
        (
            _what_if('lock = { hubb = "in" }'),
            ['what_if 1 "W" lock.hubb: "hubb" is not in initiatives.csv. Did you mean "hub"?'],
        ),
        (_what_if("lock = { hub = true }"), ['what_if 1 "W" lock.hub: true. Text in quotes.']),
        (_what_if("goal_weights = { rtt = -1 }"), ['what_if 1 "W" goal_weights.rtt: -1. A weight of 0 or more.']),
        (
            _what_if("goal_weights = { rt = 1 }"),
            ['what_if 1 "W" goal_weights.rt: "rt" is not in goals.csv. Did you mean "rtt"?'],
        ),
        (
            _what_if("goal_weights = { rtt = 0, falls = 0 }"),
            ['what_if 1 "W" goal_weights: every goal has weight 0. At least one goal with a weight above 0.'],
        ),
        (_what_if('without = ["R11"]'), ['what_if 1 "W" without: "R11" is not in rules.csv. Did you mean "R1"?']),
        (_what_if('without = "R1"'), ['what_if 1 "W" without: "R1". A list of rule ids such as ["R1", "R2"].']),
        (_what_if("[[what_if]]"), ['what_if 2 "" name: no name. Each what-if needs a name.']),
        (_what_if('[[what_if]]\nname = "w"'), ['what_if 2 "w" name: "w" twice. Each what-if has its own name.']),
        (
            _with("national = 50", "national = -1") + '[[what_if]]\nname = "W"\n',
            ["weights.national: -1. A number, 0 or more."],
        ),
        (
            _with("[weights]", '"weights.x" = "y"\n[weights]'),
            ['weights.x: "weights.x". A key that format 1 does not use, with text.'],
        ),
        (
            _with("[weights]", "people = [1]\n[weights]"),
            ['people: "people". One of years, weights, settings, what_if.'],
        ),
    ],
)
def test_settings_are_refused_when_a_value_is_wrong(toml: str, expected: list[str], tmp_path: Path) -> None:
    found = texts_of(tmp_path / "a", {"scenario.toml": toml})
    assert found == [f"scenario.toml, {text}" for text in expected]


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"format = \n", "scenario.toml: not valid TOML ("),
        (b"x = " + b"[" * 100_000, "scenario.toml: lists nested too deeply. Simple values."),
        (b"x = " + b"9" * 5000, "scenario.toml: not valid TOML ("),
        (b"a" + b".a" * 100_000 + b" = 1", "scenario.toml, row 1: a line of thousands of dots. Simple keys."),
        (b"#" * 500_001, "scenario.toml: more than 0.5 MB. A smaller file."),
        (b"title = '\0'", "scenario.toml, row 1: a NUL byte."),
    ],
    ids=["syntax", "deep", "long number", "dots", "large", "nul"],
)
def test_settings_file_is_refused_alone_when_it_cannot_be_read(content: bytes, start: str, tmp_path: Path) -> None:
    found = texts_of(tmp_path / "a", {"scenario.toml": content})
    assert len(found) == 1
    assert found[0].startswith(start)


def test_settings_are_refused_when_there_are_hundreds_of_what_ifs(tmp_path: Path) -> None:
    toml = TOML + "".join(f'[[what_if]]\nname = "{at}"\n' for at in range(201))
    assert texts_of(tmp_path / "a", {"scenario.toml": toml}) == ["scenario.toml, what_if: 201 what-ifs. At most 200."]


def test_settings_are_refused_when_there_are_hundreds_of_unknown_keys(tmp_path: Path) -> None:
    toml = "".join(f"k{at} = 1\n" for at in range(501)) + TOML
    assert texts_of(tmp_path / "a", {"scenario.toml": toml}) == ["scenario.toml, k0: 501 unknown keys. At most 500."]


def test_unknown_locks_are_quick_when_there_are_thousands(tmp_path: Path) -> None:
    locks = ", ".join(f'"ward {at}" = "in"' for at in range(5000))
    toml = f'{TOML}[[what_if]]\nname = "W"\nlock = {{ {locks} }}\n'
    initiatives = "initiative_id\nwards\nhub\n" + "".join(f"ward number {at}\n" for at in range(1000))
    found = texts_of(tmp_path / "a", {"scenario.toml": toml, "initiatives.csv": initiatives})
    assert len(found) == 5000
    assert sum("Did you mean" in text for text in found) <= 25
