"""Feed broken inputs, and keep count: cases, tracebacks, the slowest, the most memory."""

from __future__ import annotations

import random
import resource
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.targets import Target


@dataclass
class Seen:
    """What was seen of one kind. slowest: seconds; slow_input: what took them. failures: each with its input."""

    cases: int = 0
    slowest: float = 0.0
    slow_input: bytes = b""
    failures: list[tuple[str, bytes]] = field(default_factory=list)


def feed(target: Target, seed: int, until: Callable[[Seen], bool]) -> Seen:
    """Feed one kind, beginning at a seed, until enough was seen; the same seed gives the same cases."""
    seen, rng = Seen(), random.Random(f"{target.name} {seed}")
    while not until(seen):
        data = rng.choice(target.seeds)
        for _ in range(rng.choice((1, 1, 2, 3))):
            try:
                data = rng.choice(target.mutators)(data, rng)
            except Exception:  # an archive that is broken already cannot be opened to break it further
                break
        _one(target, data, seen)
    return seen


def _one(target: Target, data: bytes, seen: Seen) -> None:
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        start = time.perf_counter()
        try:
            target.feed(data, Path(folder))
        except Exception:  # this is what is looked for
            seen.failures.append((traceback.format_exc(), data))
        took = time.perf_counter() - start
    seen.cases += 1
    if took > seen.slowest:
        seen.slowest, seen.slow_input = took, data


def most_memory() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
