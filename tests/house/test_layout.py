"""The layout holds: data flows down the list of rooms, each library stays in its rooms, functions stay small."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.rooms import circles, floors, imported, leans_on, modules, of_rooms, room_of

PACKAGE = ROOT / "prioritiser"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py"))
ROOMS = {
    "pulp": {"optimisation.model", "optimisation.persistent"},
    "highspy": {"optimisation.persistent"},
    "streamlit": {"ui"},
    "altair": {"charts"},
    "sqlalchemy": {"store", "workshop", "decisions"},
    "alembic": {"store"},
}


def order() -> dict[str, int]:
    """Position of each room in the list of CONTRIBUTING: data flows down it."""
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Layout")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    names = [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
    return {name.removesuffix("/").removesuffix(".py").replace("/", "."): place for place, name in enumerate(names)}


PATHS, ORDER = modules(ROOT), order()


def test_list_of_rooms_is_the_tree_when_compared() -> None:
    assert {room_of(name, PATHS) for name in PATHS} == set(ORDER)


@pytest.mark.parametrize("name", PATHS)
def test_imports_go_up_the_list_when_followed(name: str) -> None:
    below = [other for other in leans_on(ROOT)[name] if ORDER[room_of(other, PATHS)] > ORDER[room_of(name, PATHS)]]
    assert below == []


def test_nothing_leans_on_itself_when_rooms_folders_and_files_are_followed() -> None:
    graph = leans_on(ROOT)
    assert circles(of_rooms(graph, PATHS, 1)) == []
    assert circles(of_rooms(graph, PATHS)) == []
    assert circles(graph) == []


def test_circles_are_found_when_there_are_some() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": {"f"}, "f": {"e"}, "g": set()}
    assert circles(graph) == [["a", "b", "c"], ["e", "f"]]
    assert floors({"a": {"b"}, "b": {"c"}, "c": set(), "d": {"c"}}) == {"c": 1, "b": 2, "d": 2, "a": 3}


def test_house_is_small_enough_to_see_when_counted() -> None:
    files = Counter(path.parent for path in SOURCES)
    assert files[PACKAGE] <= 4
    assert max(files.values()) <= 16


@pytest.mark.parametrize("library", ROOMS)
def test_library_stays_in_its_rooms_when_imported(library: str) -> None:
    users = {
        room_of(name, PATHS)
        for name, path in PATHS.items()
        if library in {full.split(".")[0] for full in imported(path)}
    }
    assert {next((room for room in ROOMS[library] if f"{user}.".startswith(f"{room}.")), user) for user in users} == (
        ROOMS[library]
    )


def test_importing_the_package_brings_no_page_when_used_from_python() -> None:
    rooms = {name.split(".")[1] for name in imported(PACKAGE / "__init__.py") if name.startswith("prioritiser.")}
    assert not rooms & {"ui", "cli", "charts", "exports"}


@pytest.mark.parametrize("path", [*SOURCES, ROOT / "app.py"], ids=lambda path: path.name)
def test_files_and_functions_are_small_when_counted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 700
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            named = [argument for argument in arguments if argument.arg not in ("self", "cls")]
            is_command = any("command" in ast.unparse(decorator) for decorator in node.decorator_list)
            assert len(named) <= 7 or is_command, node.name  # a command has one for each of its options
