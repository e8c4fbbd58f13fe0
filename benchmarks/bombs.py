"""Seconds and memory of `check` on files that are made to hang or swell it: `python -m benchmarks.bombs`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bombs import BOMBS
from tests.small import write_files

_LONGEST = 120


_CHILD = """
import sys
from pathlib import Path
from prioritiser.cli import run
code = run(["check", sys.argv[1]])
status = Path("/proc/self/status").read_text()
print(next(line for line in status.splitlines() if line.startswith("VmHWM")))
sys.exit(code)
"""


def measured(path: Path) -> tuple[int, float, float, list[str]]:
    """Check a scenario in a process of its own: exit code, seconds, most memory in MB, lines said."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    seconds = time.perf_counter() - start
    *lines, memory = [*done.stderr.splitlines(), *done.stdout.splitlines()]
    return done.returncode, seconds, int(memory.split()[1]) / 1024, lines


def main() -> None:
    """Measure each, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BOMBS)}")
    asked = parser.parse_args().names or list(BOMBS)
    with TemporaryDirectory() as folder:
        _, seconds, memory, _ = measured(write_files(Path(folder) / "plain"))
        print(f"{'a plain scenario':18} {seconds:5.1f} s {memory:5.0f} MB")
    for name in asked:
        with TemporaryDirectory() as folder:
            path = BOMBS[name](Path(folder))
            code, seconds, memory, lines = measured(path)
            said = f"exit {code}, {len(lines)} lines: {lines[-1].strip()[:_LONGEST]}"
            print(f"{name:18} {seconds:5.1f} s {memory:5.0f} MB  {said}")


if __name__ == "__main__":
    main()
