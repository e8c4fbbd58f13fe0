"""A small `benchmarks.room`: phones answer beside a page that moves weights, the server is killed, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.room import kept, measure
from tests.places import QUICKSTART


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="what a process has started is read from /proc")
def test_every_answer_is_kept_once_when_the_server_is_killed_between_them(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    met = measure(6, 4, 1, database, kill=True, scenario=QUICKSTART, pause_s=(1.0, 3.0))
    assert len(met.acknowledged) == 6 * 4 and not met.failed
    assert sorted(kept(database)) == sorted(met.acknowledged)
    assert met.page.seconds and met.page.broken and not met.page.errors
