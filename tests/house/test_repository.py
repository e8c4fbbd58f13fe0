"""The README, the CI script and the files agree with each other, and name nothing of the machine they were made on."""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
import tempfile
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.depth import THOROUGH
from tests.places import ROOT
from tests.rooms import imported

TEST_COMMAND = "python3 -m uv run pytest"
APP_COMMAND = "python3 -m pip install uv && python3 -m uv run prioritiser app"
KEPT = (".ci", ".streamlit", "benchmarks", "prioritiser", "scenarios", "tests")
HOMES = re.compile(r"(?<![\w.\-/:])/(?:home|root|tmp|w[o]rk|opt|Users)/\w")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _blocks(text: str) -> list[str]:
    """Lines of the fenced blocks of a Markdown file that are commands."""
    fenced = re.findall(r"^```(?:bash|sh)?\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return [line for block in fenced for line in block.splitlines() if line.strip()]


def _kept_files() -> list[Path]:
    """Every text file that the project is made of; what tools leave behind, such as the lock file, is not."""
    top = [path for path in ROOT.iterdir() if path.is_file() and path.name != "uv.lock"]
    below = [path for folder in KEPT for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [
        path for path in top + below if "__pycache__" not in path.parts and path.suffix not in {".png", ".pyc", ".ttf"}
    ]


def _project() -> dict[str, object]:
    project: dict[str, object] = tomllib.loads(_text("pyproject.toml"))["project"]
    return project


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~ \[;]", requirement)[0].lower() for requirement in requirements}


def test_readme_gives_both_commands_when_read_from_the_top() -> None:
    commands = _blocks(_text("README.md"))
    assert commands[:2] == [APP_COMMAND, TEST_COMMAND]


def test_ci_runs_what_contributing_lists_when_read_in_order() -> None:
    listed = [line for line in _blocks(_text("CONTRIBUTING.md")) if line.startswith("python3 -m uv run")]
    run = [line for line in _text(".ci/run").splitlines() if line.startswith("python3 -m uv run")]
    assert listed[:5] == run
    assert run[-2:] == [TEST_COMMAND, f"{TEST_COMMAND} --thorough"]


def test_ci_script_stops_at_a_failure_when_run() -> None:
    script = ROOT / ".ci" / "run"
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in script.read_text(encoding="utf-8")
    assert script.stat().st_mode & stat.S_IXUSR


def test_readme_commands_are_accepted_when_asked_for_help(capfd: pytest.CaptureFixture[str]) -> None:
    from prioritiser.cli import run  # noqa: PLC0415 - kept from the tests that need no command line

    text = _text("README.md")
    table = text.partition("## Commands")[2].partition("## ")[0]
    named = set(re.findall(r"^\| `(\w+)", table, flags=re.MULTILINE)) - {"command"}
    assert named == {
        "new",
        "check",
        "solve",
        "compare",
        "frontier",
        "map",
        "price",
        "explain",
        "stress",
        "consensus",
        "workshop",
        "decide",
        "decisions",
        "export",
        "app",
    }
    for name in named:
        assert run([name, "--help"]) == 0
    for name in ("new", "list", "export", "import", "close"):
        assert run(["workshop", name, "--help"]) == 0
    for name in ("list", "show", "verify", "withdraw", "export", "import"):
        assert run(["decisions", name, "--help"]) == 0
    assert run(["--help"]) == 0
    help_text = re.sub(r"\s+", " ", capfd.readouterr().out)
    for option in re.findall(r"--[a-z][a-z-]+", table):
        assert option in help_text, option


def test_readme_examples_run_when_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prioritiser.cli import run  # noqa: PLC0415

    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRIORITISER_CACHE", "")
    begin = "python3 -m uv run prioritiser "
    examples = [line.removeprefix(begin) for line in _blocks(_text("README.md")) if line.startswith(begin)]
    assert len(examples) >= 8
    for example in examples:
        asked = example if THOROUGH else example.replace("example-ics", "quickstart")  # the same, in less time
        assert run(shlex.split(asked)) == 0, asked


def test_python_example_of_readme_runs_when_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", _text("README.md"), flags=re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    assert "scenarios/example-ics" in blocks[0]
    text = blocks[0].replace("example-ics", "quickstart")  # the same calls, answered in less time
    exec(compile(text, "README.md", "exec"), names)
    assert {"scenario", "portfolio"} <= names.keys()


def test_no_file_names_a_machine_when_searched() -> None:
    here = {str(ROOT), str(Path.home()), os.path.realpath(tempfile.gettempdir())} - {"/"}
    found = []
    for path in _kept_files():
        text = path.read_text(encoding="utf-8-sig")
        places = [place for place in here if re.search(rf"(?<![\w.\-/:]){re.escape(place)}(?![\w-])", text)]
        found += [(str(path.relative_to(ROOT)), place) for place in places + HOMES.findall(text)]
    assert found == []


def test_no_code_or_page_names_a_host_but_these_when_searched() -> None:
    """The scenarios cite sources on the web and the font its licence; everything else needs next to none of it."""
    known = {"keepachangelog.com", "doi.org", "127.0.0.1", "localhost", "{ADDRESS}", "a.b", "example.org", "192.0.2.1"}
    known |= {"{LAN}", "{host}", "{own}"}  # what tests of the network put in their place
    # names of formats, which nothing opens
    known |= {"www.w3.org", "purl.org", "purl.oclc.org", "schemas.openxmlformats.org", "schemas.microsoft.com"}
    found = set()
    for path in _kept_files():
        if {"scenarios", "fonts"} & set(path.parts):
            continue
        for host in re.findall(r"https?://([^/\s\"'`<>)\\?#]+)", path.read_text(encoding="utf-8-sig")):
            name = host.partition(":")[0].lower() if not host.startswith("{") else host.partition(":")[0]
            if name not in known and not name.endswith((".example", ".invalid", ".test")):
                found.add((str(path.relative_to(ROOT)), host))
    assert found == set()


def test_every_import_is_a_declared_dependency_when_installed() -> None:
    declared = _names(_project()["dependencies"])  # type: ignore[arg-type]
    owners = packages_distributions()
    sources = [ROOT / "app.py", *(ROOT / "prioritiser").rglob("*.py")]
    used = {name.partition(".")[0] for source in sources for name in imported(source)}
    others = used - set(sys.stdlib_module_names) - {"prioritiser"}
    missing = {name for name in others if not {owner.lower() for owner in owners.get(name, [])} & declared}
    assert missing == set()


def test_every_dependency_is_bounded_and_explained_when_declared() -> None:
    groups: dict[str, list[str]] = tomllib.loads(_text("pyproject.toml"))["dependency-groups"]
    requirements: list[str] = [*_project()["dependencies"], *groups["dev"]]  # type: ignore[misc]
    assert [requirement for requirement in requirements if not re.search(r">=[\d.]+,<[\d.]+$", requirement)] == []
    table = _text("CONTRIBUTING.md").partition("## Dependencies")[2].lower()
    assert [name for name in sorted(_names(requirements)) if f"| {name} |" not in table] == []


def test_lock_file_is_ignored_when_made() -> None:
    assert {"uv.lock", ".venv/", ".uv-venv/"} <= set(_text(".gitignore").splitlines())
    assert _text(".python-version").strip() == "3.12"
