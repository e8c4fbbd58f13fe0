"""A PostgreSQL of the tests' own: on loopback, in a folder that goes with it, run by a user who may do nothing else.

Debian's package is enough: its programs are used, its service is not. The server ends with the process that started it,
however that ends.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.browser.servers import free_port

USER = "prioritiser"
_DEBIAN = Path("/usr/lib/postgresql")
_RUN_BY = "postgres"  # PostgreSQL refuses to be run by root
_UP_WITHIN_S = 60
# Ends the server in good order once nobody holds the other end of its input any more. Nothing is at stake when the
# machine itself stops, so that the server need not wait for the disk.
_KEEP = '"$1" -D "$2" -p "$3" -h 127.0.0.1 -k "" -c fsync=off & cat > /dev/null; kill -INT $!; wait $!'


def programs() -> Path | None:
    """Where PostgreSQL's programs are, the newest of them; None where there are none."""
    found = [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


@dataclass
class Cluster:
    """A server, running or not."""

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes] | None = None

    def address(self, name: str, driver: str = "postgresql+psycopg") -> str:
        return f"{driver}://{USER}:{self.password}@127.0.0.1:{self.port}/{name}"

    def make(self, words: str = "") -> str:
        """Make a database that nothing else uses; returns its name. words: how, such as its encoding."""
        name = f"room_{secrets.token_hex(6)}"
        self.ask(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), sql.SQL(words)))
        return name

    def drop(self, name: str) -> None:
        self.ask(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def ask(self, words: sql.Composed | str, name: str = "postgres") -> list[Any]:
        with psycopg.connect(self.address(name, "postgresql"), autocommit=True) as connection:
            done = connection.execute(words)  # type: ignore[arg-type]
            return done.fetchall() if done.description else []

    def start(self) -> None:
        place = programs()
        assert place is not None
        arguments = ["sh", "-c", _KEEP, "sh", str(place / "postgres"), str(self.folder / "data"), str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.PIPE, stdout=log, stderr=log, **_as_another(self)
            )
        deadline = time.monotonic() + _UP_WITHIN_S
        while True:
            try:
                self.ask("SELECT 1")
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from error
                time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            assert self.process.stdin
            self.process.stdin.close()
            self.process.wait(timeout=_UP_WITHIN_S)
            self.process = None


def _as_another(cluster: Cluster) -> dict[str, Any]:
    given: dict[str, Any] = {"cwd": cluster.folder}
    if os.geteuid() == 0:
        given |= {"user": _RUN_BY, "group": _RUN_BY, "extra_groups": []}
    return given


@contextmanager
def postgres() -> Iterator[Cluster]:
    """Run a new server, whose only user has a password that nobody else knows."""
    place = programs()
    assert place is not None
    folder = Path(tempfile.mkdtemp(prefix="prioritiser-postgres-"))
    cluster = Cluster(folder, free_port(), secrets.token_urlsafe(12))
    try:
        word = folder / "word"
        word.write_text(cluster.password)
        if os.geteuid() == 0:
            for path in (folder, word):
                shutil.chown(path, _RUN_BY, _RUN_BY)
        _run([str(place / "initdb"), "-D", str(folder / "data"), "-U", USER, "--pwfile", str(word),
              "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"], cluster)  # fmt: skip
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def _run(arguments: Sequence[str], cluster: Cluster) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, **_as_another(cluster))
    if done.returncode:
        raise RuntimeError(done.stderr)
