"""Kinds of rules in groups, and the nearest known word for a misspelt one."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import PurePath


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Suggest the nearest known word, or nothing."""
    near = nearest(text, known)
    return f'Did you mean "{near}"?' if near else ""


def did_you_mean_file(name: str, known: Iterable[str]) -> str:
    """Suggest the file whose name is nearest without its ending: two endings alike make no likeness."""
    by_stem = {PurePath(other).stem: other for other in sorted(known)}
    near = nearest(PurePath(name).stem, by_stem)
    return f'Did you mean "{by_stem[near]}"?' if near else ""


def nearest(text: str, known: Iterable[str]) -> str:
    """Return the nearest known word, or nothing; ignores capitals."""
    if len(text) > 200:
        return ""
    folded = {name.casefold(): name for name in sorted(set(known))}
    near = get_close_matches(text.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else ""


class Suggester:
    """did_you_mean for the first misspelt words only: in a wholly wrong file the search would take minutes."""

    def __init__(self, most: int = 25) -> None:
        self._left = most

    def __call__(self, text: str, known: Iterable[str]) -> str:
        """Suggest the nearest known word, or nothing once enough have been sought."""
        if not self._left:
            return ""
        self._left -= 1
        return did_you_mean(text, known)
