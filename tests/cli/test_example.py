"""`app --example`: the example workshop is put into the database, once, before the app opens on its scenario."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from prioritiser.cli import run
from prioritiser.store.database import open_database
from prioritiser.store.location import DATABASE_VARIABLE, MEMORY_VARIABLE
from prioritiser.workshop.store import WorkshopStore
from tests.places import QUICKSTART


@pytest.mark.thorough
def test_example_workshop_is_put_once_when_the_app_opens_with_it_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    command = [sys.executable, "-m", "prioritiser.cli", "app", "--example", "--no-browser", "--port", "0"]
    said = []
    for _ in range(2):
        environment = os.environ | {DATABASE_VARIABLE: url}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as started:
            assert started.stdout is not None
            said.append(started.stdout.readline())
            assert "Prioritiser is at http://" in started.stdout.readline()
            started.send_signal(signal.SIGTERM)
            assert started.wait(timeout=20) == 0
    database = open_database(url)
    (workshop,) = WorkshopStore(database).workshops()
    database.close()
    assert workshop.is_illustrative
    assert said == [f"The example workshop is {workshop.code}: a made-up room of 24 people.\n"] * 2


def test_example_is_refused_when_a_scenario_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["app", str(QUICKSTART), "--example"]) == 2
    assert "--example opens the bundled example and its workshop. Leave out SCENARIO." in capsys.readouterr().err


def test_example_is_refused_when_there_is_no_place_for_workshops(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "off")
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    assert run(["app", "--example"]) == 1
    assert f"{MEMORY_VARIABLE} is off, so there is no file for workshops" in capsys.readouterr().err
