"""What only a thorough run does: tests that are slow, by a list, and tests that try more in it.

The latter are those whose names lead to `tests.depth`, by functions, fixtures and imports.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.places import ROOT

DEPTH = ROOT / "tests" / "depth.py"
SEEDS = frozenset({"part", "cases", "THOROUGH", "WHOLE"})  # `thorough` only adds cases, which are known by their mark
SLOW = ROOT / "tests" / "slow.txt"


@cache
def slow_tests() -> frozenset[str]:
    """Tests, or single cases of them, that a plain run leaves out."""
    lines = SLOW.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def deep_names(path: Path) -> frozenset[str]:
    """Names at the top of a file of tests that do or are more in a thorough run."""
    if path == DEPTH:
        return SEEDS
    tree = ast.parse(path.read_text(encoding="utf-8"))
    deep = {name for name, source, original in _imported(tree) if original in deep_names(source)}
    if path.name.startswith("test_"):
        deep |= {name for folder in path.parents for name in _fixtures(folder / "conftest.py")}
    used = {name: _names(node) for node in tree.body for name in _defined(node)}
    while more := {name for name, others in used.items() if name not in deep and others & deep}:
        deep |= more
    return frozenset(deep)


def _fixtures(conftest: Path) -> frozenset[str]:
    return deep_names(conftest) if conftest.is_relative_to(ROOT) and conftest.exists() else frozenset()


def _imported(tree: ast.Module) -> Iterator[tuple[str, Path, str]]:
    """Yield what a file takes from other files of tests: the name here, the file, the name there."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.module == "tests":
            yield from ((one.asname or one.name, DEPTH, "THOROUGH") for one in node.names if one.name == DEPTH.stem)
        elif (node.module or "").startswith("tests."):
            source = ROOT / f"{str(node.module).replace('.', '/')}.py"
            if source.exists():
                yield from ((one.asname or one.name, source, one.name) for one in node.names)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]


def _names(node: ast.AST) -> set[str]:
    """Names that are used, arguments among them, which may be fixtures; and fixtures that are named in decorators."""
    parts = list(ast.walk(node))
    found = {part.id for part in parts if isinstance(part, ast.Name)} | {
        part.arg for part in parts if isinstance(part, ast.arg)
    }
    return found | {str(part.value) for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
