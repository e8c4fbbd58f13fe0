"""Break files and links for as long as asked: `python -m tests.fuzz --minutes 10`."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path

from tests.fuzz.run import Seen, feed, most_memory
from tests.fuzz.targets import targets


def main() -> int:
    """Feed every kind in turn; say what was seen; 1 when anything ended in a traceback."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None, help="the same seed gives the same cases")
    parser.add_argument("--only", default="", help="one kind, such as workbook")
    parser.add_argument(
        "--keep", type=Path, default=None, help="a folder for the inputs that failed and the slowest of each kind"
    )
    asked = parser.parse_args()
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    kinds = [target for target in targets() if asked.only in ("", target.name)]
    before = most_memory()
    failed = 0
    print(f"seed {seed}; {before:.0f} MB before")
    for target in kinds:
        end = time.monotonic() + 60 * asked.minutes / len(kinds)
        seen = feed(target, seed, lambda _, end=end: time.monotonic() > end)  # type: ignore[misc]
        print(f"{target.name}: {seen.cases:,} cases, {len(seen.failures)} failures, slowest {seen.slowest:.2f} s")
        failed += len(seen.failures)
        _show(target.name, seen, asked.keep)
    print(f"at most {most_memory():.0f} MB of memory")
    return 1 if failed else 0


def _show(name: str, seen: Seen, keep: Path | None) -> None:
    for number, (text, data) in enumerate(seen.failures):
        if number < 3:
            print(text)
        if keep is not None:
            (keep / f"{name.replace(' ', '_')}_{number}").write_bytes(data)
    if keep is not None:
        (keep / f"{name.replace(' ', '_')}_slowest").write_bytes(seen.slow_input)


if __name__ == "__main__":
    sys.exit(main())
