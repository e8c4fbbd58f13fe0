"""Scenarios for the tests of the page: one whose every text tries to be markup, one that is slow, one that clashes."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from tests.small import write_files

IMAGE = "http://evil.example/pixel.png"
NASTY = (
    f'<img src="{IMAGE}"><script>window.owned=1</script>'
    f"![x]({IMAGE}) [y](javascript:window.owned=1) **bold** $x^2$ :material/face: :red[z] `code` #1"
)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def write_nasty(folder: Path) -> Path:
    """Write a scenario whose every text tries to act as Markdown or HTML."""
    text = _quoted(NASTY)
    toml_text = "'''" + NASTY + "'''"
    return write_files(
        folder,
        {
            "scenario.toml": (
                f"format = 1\ntitle = {toml_text}\nsummary = {toml_text}\n"
                'years = ["2026/27", "2027/28"]\n[weights]\nnational = 50\nlocal = 50\n'
                f"[[what_if]]\nname = {toml_text}\nnote = {toml_text}\nweights = {{ national = 90, local = 10 }}\n"
            ),
            "goals.csv": (
                f"goal_id,name,unit,tier,2026/27,2027/28\nrtt,{text},{text},national,,5\nfalls,{text},{text},local,3,4\n"
            ),
            "resources.csv": f"resource_id,name,unit,2026/27,2027/28\nmoney,{text},£k,60,60\nstaff,{text},{text},9,9\n",
            "initiatives.csv": (
                "initiative_id,name,lead,place,earliest,latest,current_start\n"
                f"wards,{text},{text},{text},2026/27,2027/28,2026/27\nhub,{text},{text},{text},,,\n"
            ),
            "uses.csv": (
                "initiative_id,resource_id,year_1,year_2\nwards,money,40,20\nhub,money,10,10\nwards,staff,3,3\n"
            ),
            "effects.csv": (
                "initiative_id,goal_id,central,lead_months,ramp_months\nwards,rtt,2,0,36\nhub,falls,1,0,36\n"
            ),
            "rules.csv": f"rule_id,kind,subject,other,owner\nR1,requires,wards,hub,{text}\n",
        },
    )


def write_slow(folder: Path, initiatives: int = 160) -> Path:
    """Write a scenario that takes the solver far longer than a test has: many alike initiatives, many goals."""
    chance = random.Random(7)
    goals = [f"g{number}" for number in range(20)]
    files: Mapping[str, list[str]] = {
        "goals.csv": ["goal_id,tier,baseline,overlap,2026/27,2027/28,2028/29"],
        "resources.csv": ["resource_id,unit,2026/27,2027/28,2028/29"],
        "initiatives.csv": ["initiative_id,earliest,latest"],
        "uses.csv": ["initiative_id,resource_id,year_1,year_2,year_3"],
        "effects.csv": ["initiative_id,goal_id,central"],
    }
    for position, goal in enumerate(goals):
        files["goals.csv"].append(f"{goal},{('national', 'local', 'long_term')[position % 3]},0,0.3,100,200,300")
    for resource in ("money", "staff", "beds", "capital"):
        files["resources.csv"].append(f"{resource},,{initiatives * 8},{initiatives * 8},{initiatives * 8}")
    for number in range(initiatives):
        name = f"i{number}"
        files["initiatives.csv"].append(f"{name},2026/27,2028/29")
        for resource in ("money", "staff", "beds", "capital"):
            used = ",".join(str(chance.randint(15, 40)) for _ in range(3))
            files["uses.csv"].append(f"{name},{resource},{used}")
        for goal in chance.sample(goals, 6):
            files["effects.csv"].append(f"{name},{goal},{chance.randint(1, 9)}")
    toml = (
        'format = 1\ntitle = "Slow"\nyears = ["2026/27", "2027/28", "2028/29"]\n'
        "[weights]\nnational = 40\nlocal = 30\nlong_term = 30\n"
    )
    texts = {name: "\n".join(lines) + "\n" for name, lines in files.items()}
    return write_files(folder, {"scenario.toml": toml, "rules.csv": None, **texts})
