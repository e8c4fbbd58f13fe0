"""The layout holds: imports go downwards, each library stays in its rooms, files and functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "prioritiser"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py"))
# Data flows down this list; a file imports only from its own line's room or from lines above it.
ORDER = (
    ("spelling", "misread"),
    ("units", "errors", "places", "plans", "cells"),
    ("numbers", "headings"),
    ("schema", "words", "names"),
    ("draft", "groups", "slips", "notices", "tag_checks", "checks", "setting_names", "setting_checks", "scenario"),
    ("files", "limits", "findings", "header", "table_layout", "rows", "references", "sources", "csv_tables",
     "settings_file", "number_formats", "workbook_xml", "workbook_guard", "workbook_cells", "workbook_grids",
     "workbook_sheets", "workbook_settings", "workbook", "workbook_writer", "saving", "template", "format_table",
     "edits", "plan_file"),
    ("outcome", "breaches", "ambidexterity"),
    ("startable",),
    ("precision",),
    ("portfolio",),
    ("model",),
    ("solver",),
    ("clash",),
    ("found",),
    ("question",),
    ("optimise",),
    ("wording", "shortening"),
    ("analysis",),
    ("report",),
    ("charts",),
    ("exports",),
    ("options", "serve", "console"),
    ("cli",),
    ("ui",),
)  # fmt: skip
LINES = {room: number for number, rooms in enumerate(ORDER) for room in rooms}
ROOMS = {
    "pulp": {"model", "solver"},
    "highspy": {"solver"},
    "streamlit": {"ui"},
    "altair": {"charts"},
}


def room_of(path: Path) -> str:
    """First part of a file's place in the package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports when it runs; those for types only are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    for_types = {id(part) for block in blocks for part in ast.walk(block)}
    for node in (part for part in ast.walk(tree) if id(part) not in for_types):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield str(node.module)


def is_top(path: Path) -> bool:
    """Whether a file is the package's own front, which gathers names from everywhere."""
    return path == PACKAGE / "__init__.py"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_downwards_when_followed(path: Path) -> None:
    if is_top(path):
        return
    ours = [name.split(".")[1] for name in imported(path) if name.startswith("prioritiser.")]
    upwards = [name for name in ours if LINES[name] > LINES[room_of(path)]]
    assert upwards == []


@pytest.mark.parametrize("library", ROOMS)
def test_library_stays_in_its_rooms_when_imported(library: str) -> None:
    found = {room_of(path) for path in SOURCES if library in {name.split(".")[0] for name in imported(path)}}
    assert found == ROOMS[library]


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
