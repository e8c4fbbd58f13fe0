"""The recipes of CONTRIBUTING hold: each kind of thing is known in every place that its recipe names, and in no other."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from prioritiser.evaluation.rules import RULES
from prioritiser.exports.formats import FORMATS
from prioritiser.optimisation.model.rules import RULE_ROWS
from prioritiser.scenario.schema import DEMANDS, TABLES, RuleKind, columns_of
from tests.places import ROOT

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
RECIPES = CONTRIBUTING.partition("## Recipes")[2].partition("\n## ")[0]


def test_every_place_that_a_recipe_names_is_there() -> None:
    named = re.findall(r"`([\w/]+(?:\.py|\.md|/))`", RECIPES)
    assert len(named) > 12
    assert [name for name in named if not (ROOT / name).exists() and not (ROOT / "prioritiser" / name).exists()] == []


@pytest.mark.parametrize("kind", RuleKind)
def test_rule_kind_is_known_wherever_its_recipe_says(kind: RuleKind) -> None:
    assert kind in DEMANDS and kind in RULES and kind in RULE_ROWS
    assert (ROOT / "tests" / "expected" / f"rule_{kind}.lp").is_file()
    for reference in ("feasibility.py", "strategies.py"):
        assert f'"{kind}"' in (ROOT / "tests" / reference).read_text(encoding="utf-8")
    assert kind in README


@pytest.mark.parametrize("ending", FORMATS)
def test_export_format_is_known_wherever_its_recipe_says(ending: str) -> None:
    assert re.search(rf"{re.escape(ending)}\b", README)
    assert ending == ".csv" or f"{ending[1:]}" in " ".join(path.name for path in (ROOT / "tests").rglob("test_*.py"))


def test_pages_are_the_folders_of_pages() -> None:
    entry = (ROOT / "prioritiser" / "ui" / "entry" / "main.py").read_text(encoding="utf-8")
    pages = dict(
        re.findall(r'^    "([^"]+)": (\w+),$', entry.partition("PAGES: ")[2].partition("\n}")[0], re.MULTILINE)
    )
    folders = {path.name for path in (ROOT / "prioritiser" / "ui" / "pages").iterdir() if (path / "page.py").is_file()}
    assert set(pages.values()) == folders and len(pages) >= 8
    for title, name in pages.items():
        page = import_module(f"prioritiser.ui.pages.{name}.page")
        assert page.QUESTION and callable(page.show_page)
        assert f"[{title}](docs/pictures/" in README


def test_every_column_is_in_the_readme_and_in_what_we_read() -> None:
    reading = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    for row in TABLES:
        for column in columns_of(row, ("2026/27",)):
            if not column.per_year:
                assert f"`{column.name}`" in README and f"`{column.name}`" in reading


def test_every_question_says_what_it_answers() -> None:
    for folder in (ROOT / "prioritiser" / "analysis").iterdir():
        if (folder / "__init__.py").is_file():
            assert len((folder / "__init__.py").read_text(encoding="utf-8").strip().strip('"')) > 20
            assert f"`analysis/{folder.name}/`" in CONTRIBUTING
