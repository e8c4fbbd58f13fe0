"""Rooms of the house and what leans on what: `python -m tests.rooms`, or `--tree FOLDER` for another checkout.

A room is a folder with Python files, or a file that lies loose at the package's root; the package's face, which only
hands names on, is none. An arrow runs from a room to another one that it imports, for types too. A room's floor is one
above the highest that it leans on. A circle is a set of rooms, or of files, that lean on each other.
"""

from __future__ import annotations

import argparse
import ast
import io
import tokenize
from collections import Counter
from collections.abc import Mapping, Set
from functools import cache
from pathlib import Path

PACKAGE = "prioritiser"

type Graph = Mapping[str, Set[str]]


def modules(tree: Path) -> dict[str, Path]:
    """Every module of the package by its dotted name, the package's own left out of it."""
    found: dict[str, Path] = {}
    for path in sorted((tree / PACKAGE).rglob("*.py")):
        parts = path.relative_to(tree / PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = path
    return found


@cache
def imported(path: Path) -> list[str]:
    """Full names that a file imports; of `from a import b` both a.b and, for the case that b is no module, a."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


@cache
def leans_on(tree: Path) -> dict[str, set[str]]:
    """Modules that each module imports."""
    known = modules(tree)
    graph: dict[str, set[str]] = {}
    for name, path in known.items():
        graph[name] = set()
        for full in imported(path):
            own = full.removeprefix(f"{PACKAGE}.")
            if own == full:
                continue
            target = own if own in known else own.rpartition(".")[0]
            if target in known and target != name:
                graph[name].add(target)
    return graph


def room_of(name: str, paths: Mapping[str, Path], depth: int | None = None) -> str:
    """The folder of a module, or the module itself where it lies loose; cut to so many folders."""
    folder = name if paths[name].name == "__init__.py" else name.rpartition(".")[0]
    return ".".join(folder.split(".")[:depth]) if folder else name


def of_rooms(graph: Graph, paths: Mapping[str, Path], depth: int | None = None) -> dict[str, set[str]]:
    """Rooms that each room leans on."""
    rooms: dict[str, set[str]] = {}
    for name, targets in graph.items():
        room = room_of(name, paths, depth)
        rooms.setdefault(room, set()).update({room_of(target, paths, depth) for target in targets} - {room})
    return rooms


def circles(graph: Graph) -> list[list[str]]:
    """Sets of two or more that lean on each other."""
    reach = {name: _reached(graph, name) for name in graph}
    together = {name: frozenset(other for other in reach[name] if name in reach[other]) for name in graph}
    return sorted(
        sorted(circle | {name}) for name, circle in together.items() if circle and name == min(circle | {name})
    )


def _reached(graph: Graph, name: str) -> set[str]:
    """All that something leans on, however far away; itself only through a circle."""
    found: set[str] = set()
    left = list(graph[name])
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += graph[one]
    return found


def floors(graph: Graph) -> dict[str, int]:
    """Floor of each room, from 1; rooms of a circle share one."""
    below = {name: _reached(graph, name) for name in graph}
    order = sorted(graph, key=lambda name: len(below[name]))
    floor: dict[str, int] = {}
    for name in order:
        floor[name] = 1 + max(
            (floor[other] for other in below[name] if other in floor and name not in below[other]), default=0
        )
    return floor


def lines_of_code(path: Path) -> int:
    """Lines without blanks, comments and docstrings."""
    text = path.read_text(encoding="utf-8")
    counted: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (
            tokenize.COMMENT,
            tokenize.NL,
            tokenize.NEWLINE,
            tokenize.INDENT,
            tokenize.DEDENT,
            tokenize.ENDMARKER,
        ):
            counted |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            counted -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(counted)


def main() -> None:
    """Print the rooms from the ground floor up, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=Path(__file__).parent.parent)
    tree = parser.parse_args().tree
    paths, graph = modules(tree), leans_on(tree)
    whole, inner = of_rooms(graph, paths, 1), of_rooms(graph, paths)
    for room, floor in sorted(floors(whole).items(), key=lambda item: (item[1], item[0])):
        print(f"floor {floor:2}  {room:16} leans on {', '.join(sorted(whole[room])) or 'nothing'}")
    files = Counter(path.parent for path in (tree / PACKAGE).rglob("*.py"))
    largest = max(files, key=files.__getitem__)
    print(f"rooms {len(whole)}, floors {max(floors(whole).values())}, arrows {sum(map(len, whole.values()))}")
    print(f"folders {len(inner)}, arrows between folders {sum(map(len, inner.values()))}")
    print(f"circles of rooms {circles(whole)}, of folders {circles(inner)}, of files {circles(graph)}")
    print(f"loose files {files[tree / PACKAGE]}, largest folder {largest.relative_to(tree)} with {files[largest]}")
    print(f"files {len(paths) + 1}, lines of code {sum(map(lines_of_code, paths.values())):,}")


if __name__ == "__main__":
    main()
