"""A bounded number of broken inputs of each kind: read, or refused in words."""

from __future__ import annotations

import pytest

from tests.depth import cases
from tests.fuzz.run import Seen, feed
from tests.fuzz.targets import Target, targets

CASES = cases(120)


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_nothing_but_words_comes_of_a_broken_input(target: Target) -> None:
    seen = feed(target, 7, lambda seen: seen.cases >= CASES)
    assert not seen.failures, f"{len(seen.failures)} of {seen.cases}: {seen.failures[0][0]}"


def test_a_traceback_is_seen_when_there_is_one() -> None:
    def fail(_: bytes, __: object) -> None:
        raise LookupError("unknown encoding")

    seen: Seen = feed(Target("broken", [b"a"], (lambda data, _: data,), fail), 1, lambda seen: seen.cases >= 2)
    assert [text.splitlines()[-1] for text, _ in seen.failures] == ["LookupError: unknown encoding"] * 2
