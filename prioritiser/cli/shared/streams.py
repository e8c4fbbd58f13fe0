"""Streams of the command line: nothing that a terminal would act on, whatever a file or an option holds."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prioritiser.text.spelling import legible


class Legible:
    """A stream that writes controls, directions and invisible characters by name, as U+202E."""

    def __init__(self, stream: Any) -> None:
        self.unfiltered = stream

    def write(self, text: str) -> int:
        """Write a text, so that it can be seen whole."""
        return int(self.unfiltered.write(legible(text)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.unfiltered, name)


def unfiltered(stream: Any) -> Any:
    """The stream beneath, for what we mean a terminal to act on, such as a line that is drawn anew."""
    return stream.unfiltered if isinstance(stream, Legible) else stream


@contextmanager
def legible_streams() -> Iterator[None]:
    """Let stdout and stderr write legibly for a while."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (stream if isinstance(stream, Legible) else Legible(stream) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


STOPPED = 5
