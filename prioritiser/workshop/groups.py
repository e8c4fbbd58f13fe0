"""Which groups of a room may be shown, so that no figure is about fewer than five people.

A figure about a group can be taken from a figure about another: what is left is about those in the one and not in the
other. So it does not do that each group that is shown has five members or none. It must hold for every union of roles
set against every union of places: those in exactly one of the two are none, or five at least. Each role that is too
small, or whose rest is, goes into 'others'; where places then still give somebody away, they are folded together too.
More than unions need not be looked at: a weighted sum of roles and places that is nothing but for some people cuts the
table of roles against places at their cells, and so does a union of roles against a union of places at some of them.

Small counts are held back as official statistics do (complementary suppression; Cox, Suppression Methodology and
Statistical Disclosure Control, Journal of the American Statistical Association 75, 1980).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

LEAST = 5
OTHERS = "others"
_MOST_CLASSES = 6  # of a kind that are set against those of the other; with more the smallest are folded together


@dataclass(frozen=True)
class Groups:
    """Groups that may be shown: name → positions of the people in it. Empty where none may."""

    roles: Mapping[str, tuple[int, ...]]
    places: Mapping[str, tuple[int, ...]]


def shown_groups(people: Sequence[tuple[str, str]]) -> Groups:
    """Choose the groups that may be shown. people: role and place of each; a blank is in 'others'."""
    roles = _folded([role for role, _ in people])
    places = _folded([place for _, place in people])
    while places and gives_away(roles, places):
        places = _with_one_less(places)
    return Groups(roles, places)


def gives_away(roles: Mapping[str, tuple[int, ...]], places: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether figures about groups of both kinds, taken from each other, are about one to four people."""
    mine, theirs = [set(one) for one in roles.values()], [set(one) for one in places.values()]
    return any(0 < len(one ^ other) < LEAST for one in _unions(mine) for other in _unions(theirs))


def _unions(classes: Sequence[set[int]]) -> list[set[int]]:
    chosen = chain.from_iterable(combinations(classes, size) for size in range(len(classes) + 1))
    return [set().union(*some) for some in chosen]


def _folded(names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Put each name that has fewer than five into 'others', and the next smallest until 'others' has five or none."""
    found: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        found.setdefault(name or OTHERS, []).append(position)
    classes = {name: tuple(members) for name, members in found.items()}
    while any(len(members) < LEAST for members in classes.values()) or len(classes) > _MOST_CLASSES:
        if len(classes) < 2:
            return {}
        classes = _with_one_less(classes)
    return dict(sorted(classes.items(), key=lambda one: (one[0] == OTHERS, one[0]))) if len(classes) > 1 else {}


def _with_one_less(classes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Put the smallest class into 'others'; where only one class would be left, none."""
    named = sorted((name for name in classes if name != OTHERS), key=lambda name: (len(classes[name]), name))
    if len(classes) <= 2:
        return {}
    left = {name: members for name, members in classes.items() if name not in (named[0], OTHERS)}
    left[OTHERS] = tuple(sorted((*classes.get(OTHERS, ()), *classes[named[0]])))
    return left
