"""The wheel carries the app and the bundled scenarios, and works in an empty place."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.places import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "uv",
        "build",
        "--quiet",
        "--wheel",
        "--python",
        sys.executable,
        "--out-dir",
        str(place),
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(place.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel and nothing else; its dependencies are those of this environment."""
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--python", sys.executable]
    command += ["--target", str(target), str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=target)
    assert done.returncode == 0, done.stderr
    return target


def _run(arguments: list[str], installed: Path, empty: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=empty, env=environment
    )


def _kept(folder: Path) -> set[str]:
    """Paths below a folder of the checkout, without what Python leaves behind."""
    below = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder.parent).as_posix() for path in below}


def test_wheel_holds_package_app_and_scenarios_and_nothing_else_when_built(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    bundled = {"app.py", ".streamlit/config.toml", *_kept(ROOT / "scenarios")}
    wanted = _kept(ROOT / "prioritiser") | {f"prioritiser/bundled/{name}" for name in bundled}
    wanted.add("prioritiser/pyproject.toml")  # in which Streamlit finds where the weight picker's files are
    about = {name for name in names if name.partition("/")[0].endswith(".dist-info")}
    assert names - about == wanted
    assert any(name.endswith("licenses/LICENSE") for name in about)


@pytest.mark.thorough
def test_example_opens_when_installed_in_an_empty_place(installed: Path, tmp_path: Path) -> None:
    program = (
        "import prioritiser, json; from prioritiser.resources import bundled;"
        "scenario = prioritiser.read_scenario(bundled('scenarios', 'example-ics'));"
        "print(json.dumps([prioritiser.__file__, scenario.title]))"
    )
    done = _run(["-c", program], installed, tmp_path)
    assert done.returncode == 0, done.stderr
    where, title = json.loads(done.stdout)
    example = installed / "prioritiser" / "bundled" / "scenarios" / "example-ics"
    checked = _run(["-m", "prioritiser.cli", "check", str(example)], installed, tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert Path(where).is_relative_to(installed)
    assert title == "Example ICS (illustrative)"
    assert list(tmp_path.iterdir()) == []


def test_quickstart_is_solved_when_installed_in_an_empty_place(installed: Path, tmp_path: Path) -> None:
    """The README of the quickstart finds 0.41 by hand."""
    quickstart = installed / "prioritiser" / "bundled" / "scenarios" / "quickstart"
    done = _run(["-m", "prioritiser.cli", "solve", str(quickstart), "--output", "-"], installed, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["objective"] == pytest.approx(0.41, abs=1e-6)


@pytest.mark.thorough
def test_app_opens_on_the_example_when_installed_in_an_empty_place(installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "prioritiser.cli", "app", "--no-browser", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(installed)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path, env=environment
    ) as started:
        try:
            assert started.stdout is not None
            line = started.stdout.readline()
            address = next((word for word in line.split() if word.startswith("http://127.0.0.1:")), None)
            assert address, line
            headers = _answer(address, started).headers
            assert "default-src" in headers["Content-Security-Policy"]
            script = f"{address.rstrip('/')}/_stcore/bidi-components/prioritiser.weight_picker/picker.js"
            with urllib.request.urlopen(script, timeout=10) as served:
                assert b"export default function" in served.read()
            own = urlsplit(address).netloc
            assert _opens_stream(address, own) == 101
            assert _opens_stream(address, "elsewhere.example") == 403
        finally:
            started.send_signal(signal.SIGTERM)
            try:
                started.wait(timeout=20)
            except subprocess.TimeoutExpired:
                started.kill()
                raise
    with pytest.raises(OSError, match="refused"):  # the server has ended with the command that started it
        urllib.request.urlopen(address, timeout=5)


def _answer(address: str, started: subprocess.Popen[str]) -> urllib.request.addinfourl:
    """The first answer of the server, once it is up."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and started.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer  # type: ignore[no-any-return]
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the app did not answer at {address}")


def _opens_stream(address: str, host: str) -> int:
    """Status with which the server answers a wish for the page's stream of messages, asked by a host's name."""
    asked = urlsplit(address)
    connection = http.client.HTTPConnection(str(asked.hostname), asked.port, timeout=10)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    upgrade |= {"Host": host, "Origin": "http://" + host}
    key = base64.b64encode(bytes(16)).decode()
    try:
        connection.request("GET", "/_stcore/stream", headers={"Sec-WebSocket-Key": key, **upgrade})
        return connection.getresponse().status
    finally:
        connection.close()
