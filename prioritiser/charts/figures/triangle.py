"""A figure: the weights of the tiers as points of a triangle, or of a line where there are two tiers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from prioritiser.charts.drawing.canvas import (
    NOTE,
    WIDTH,
    Canvas,
    Letters,
    Look,
    Spot,
    tier_colour,
    tier_name,
    tier_shape,
)
from prioritiser.charts.drawing.labels import Places
from prioritiser.charts.drawing.letters import cut, wrapped, wrapped_apart
from prioritiser.charts.theme import BLUE, INK, LINE_HEIGHT, PAPER, QUIET, SMALL, text_width
from prioritiser.report.document import Figure
from prioritiser.text.formatting import shares_of_100

_SIDE, _TOP, _LEFT = 320.0, 30.0, 34.0
_HIGH = _SIDE * math.sqrt(3) / 2
_LIST, _LIST_GAP = 400.0, 10
_DOT, _CHOSEN, _CLEAR = 10.0, 17.0, 5.0
_NUMBER = Letters(SMALL, bold=True)


@dataclass(frozen=True)
class _Choice:
    name: str
    shares: tuple[int, ...]
    spot: Spot
    chosen: bool
    number: str


def draw_triangle(figure: Figure) -> Canvas:
    """Draw a point a set of weights; the chosen one is filled and named, the others are numbered and listed."""
    tiers = [str(tier) for tier in figure.options["tiers"]][:3]
    corners = _corners(len(tiers))
    choices = _choices(figure, tiers, corners)
    width = WIDTH - (_LIST if len(tiers) > 2 else 0) - 34
    broken = [wrapped(choice.name, width, SMALL, bold=choice.chosen) for choice in choices]
    if len({*map(tuple, broken)}) < len(broken):
        broken = wrapped_apart([choice.name for choice in choices], width, SMALL, bold=True)
    listed = list(zip(choices, broken, strict=True))
    top = 24.0 if len(tiers) > 2 else 130.0
    picture = _TOP + _HIGH + 44 if len(tiers) > 2 else top
    order = " / ".join(tier_name(tier) for tier in tiers)
    canvas = Canvas(max(picture, top + sum(_entry_height(lines) for _, lines in listed) + 10))
    left = _LIST if len(tiers) > 2 else 0.0
    canvas.text(left, top - 12, f"Weights: {order}", NOTE)
    _draw_frame(canvas, tiers, corners)
    _draw_choices(canvas, choices, (0, 0, _LIST - 10, picture) if len(tiers) > 2 else (0, 34, WIDTH, picture - 24))
    y = top
    for choice, lines in listed:
        _draw_entry(canvas, choice, lines, (left, y))
        y += _entry_height(lines)
    return canvas


def _corners(number: int) -> list[Spot]:
    if number > 2:
        bottom = _TOP + _HIGH
        return [(_LEFT + _SIDE / 2, _TOP), (_LEFT, bottom), (_LEFT + _SIDE, bottom)]
    return [(60.0, 64.0), (WIDTH - 60.0, 64.0)][: max(number, 1)]


def _choices(figure: Figure, tiers: Sequence[str], corners: Sequence[Spot]) -> list[_Choice]:
    made: list[_Choice] = []
    rows = sorted(figure.rows.to_dict("records"), key=lambda row: not row["chosen"])
    for row in rows:
        weights = [max(0.0, float(row[tier])) for tier in tiers]
        total = math.fsum(weights)
        parts = [weight / total for weight in weights] if total > 0 else [1 / len(tiers) for _ in tiers]
        spot = tuple(math.fsum(p * corner[axis] for p, corner in zip(parts, corners, strict=True)) for axis in (0, 1))
        chosen = bool(row["chosen"])
        number = "" if chosen else str(1 + sum(not choice.chosen for choice in made))
        made.append(_Choice(str(row["name"]), tuple(shares_of_100(weights)), (spot[0], spot[1]), chosen, number))
    return made


def _draw_frame(canvas: Canvas, tiers: Sequence[str], corners: Sequence[Spot]) -> None:
    most = _LIST - 10 if len(corners) > 2 else WIDTH
    for number, corner in enumerate(corners):
        canvas.grid(corner, corners[(number + 1) % len(corners)], Look(stroke=INK, wide=1.5))
        others = [other for place, other in enumerate(corners) if place != number]
        for part in (0.25, 0.5, 0.75) if len(corners) > 2 else ():
            canvas.grid(_between(corner, others[0], part), _between(corner, others[1], part))
        away = -40 if len(corners) < 3 else -16 if number == 0 else 18
        _draw_corner(canvas, tiers[number], (corner[0], corner[1] + away), most)


def _draw_corner(canvas: Canvas, tier: str, middle: Spot, most: float) -> None:
    words = f"All {tier_name(tier)}"
    wide = 18 + text_width(words, SMALL, bold=True)
    start = min(max(0.0, middle[0] - wide / 2), most - wide)
    canvas.mark(start + 6, middle[1], tier_shape(tier), 11, Look(tier_colour(tier), PAPER))
    canvas.text(start + 18, middle[1], words, _NUMBER)


def _between(start: Spot, end: Spot, part: float) -> Spot:
    return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])


def _draw_choices(canvas: Canvas, choices: Sequence[_Choice], bounds: tuple[float, float, float, float]) -> None:
    places = Places(bounds)
    if len({choice.spot[1] for choice in choices}) == 1:
        places.take(WIDTH / 2, choices[0].spot[1], WIDTH, 4)
    for choice in reversed(choices):
        size = _CHOSEN if choice.chosen else _DOT
        canvas.mark(*choice.spot, "circle", size, Look(INK, PAPER, 2) if choice.chosen else Look(PAPER, BLUE, 2))
        places.mark(*choice.spot, size)
    for words, choice in _labels(choices):
        area = (text_width(words, SMALL, bold=True) + 4, 14.0)
        gap = (_CHOSEN if choice.chosen else _DOT) / 2 + 2
        place = places.find(choice.spot, area, gap, _CLEAR) or places.find(choice.spot, area, gap)
        if place is None:
            continue  # so many lie here that there is no room; the list names it with its weights
        near = (min(max(choice.spot[0], place[0] - area[0] / 2), place[0] + area[0] / 2), place[1])
        if math.dist(near, choice.spot) > 22:
            canvas.grid(choice.spot, near, Look(stroke=QUIET))
        canvas.plate(place, area)
        canvas.text(*place, words, Letters(SMALL, align="center", bold=True))


def _labels(choices: Sequence[_Choice]) -> list[tuple[str, _Choice]]:
    """Give the name of the chosen one, and for each other place the numbers of all that lie there."""
    together: dict[tuple[int, int], list[_Choice]] = {}
    for choice in choices:
        if not choice.chosen:
            together.setdefault((round(choice.spot[0]), round(choice.spot[1])), []).append(choice)
    named = [(cut(choice.name, 150, SMALL, bold=True), choice) for choice in choices if choice.chosen]
    return named + [(", ".join(choice.number for choice in there), there[0]) for there in together.values()]


def _entry_height(lines: Sequence[str]) -> float:
    return LINE_HEIGHT * (len(lines) + 1) + _LIST_GAP


def _draw_entry(canvas: Canvas, choice: _Choice, lines: Sequence[str], corner: Spot) -> None:
    x, first = corner[0], corner[1] + LINE_HEIGHT / 2
    if choice.chosen:
        canvas.mark(x + 10, first, "circle", 13, Look(INK, PAPER))
    else:
        canvas.text(x + 20, first, choice.number, Letters(SMALL, align="right", bold=True))
    middle = corner[1] + LINE_HEIGHT * len(lines) / 2
    canvas.lines(x + 28, middle, lines, Letters(SMALL, bold=choice.chosen))
    shares = " / ".join(str(share) for share in choice.shares)
    canvas.text(x + 28, corner[1] + LINE_HEIGHT * (len(lines) + 0.5), shares, NOTE)
