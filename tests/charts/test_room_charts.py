"""The charts of a room: places in the triangle, regions of the map, and specifications that load nothing."""

from __future__ import annotations

import json
import math

import altair as alt
import pandas as pd
import pytest

from prioritiser.charts.base import Spec
from prioritiser.charts.room import dots_chart, place, region_rows, spread_chart
from tests.depth import thorough

TIERS = ["national", "local", "long_term"]
HIGH = math.sqrt(3) / 2


def test_weights_have_their_place_between_the_corners() -> None:
    assert place({"national": 5, "local": 0, "long_term": 0}, TIERS) == pytest.approx((0.5, HIGH))
    assert place({"national": 0, "local": 2, "long_term": 2}, TIERS) == pytest.approx((0.5, 0.0))
    assert place({"national": 1, "local": 1, "long_term": 1}, TIERS) == pytest.approx((0.5, HIGH / 3))
    assert place({"national": 1, "local": 3}, TIERS[:2])[0] == pytest.approx(0.75)
    assert place({"national": 0, "local": 0}, TIERS[:2])[0] == pytest.approx(0.5)  # whoever says nothing


def test_region_is_drawn_as_a_closed_line_around_its_corners() -> None:
    rows = region_rows([([(1, 0, 0), (0, 1, 0), (0, 0, 1)], 7)], TIERS)
    assert list(rows["x"]) == pytest.approx([0.5, 0.0, 1.0, 0.5]) and set(rows["region"]) == {0}
    line = region_rows([([(1, 0), (0.5, 0.5)], 0), ([(0.5, 0.5), (0, 1)], 1)], TIERS[:2])
    assert [(part["x"].min(), part["x"].max()) for _, part in line.groupby("region")] == [(0.0, 0.5), (0.5, 1.0)]
    assert region_rows([], TIERS).empty


def drawn(tiers: list[str], *, with_map: bool) -> Spec:
    regions = [([tuple(float(one == other) for other in tiers) for one in tiers], 0)] if with_map else []
    x, y = place(dict.fromkeys(tiers, 1.0), tiers)
    dots = [{"x": x, "y": y, "kind": kind, "people": 2, "words": "Even"} for kind in ("before", "now", "mean")]
    return dots_chart(region_rows(regions, tiers), pd.DataFrame(dots), tiers)


SPREAD = {"name": "● National", "said": "median 40 %", "words": "30 % to 50 %", "tier": "national"}
SPREAD |= {"least": 0.1, "lower": 0.3, "median": 0.4, "upper": 0.5, "largest": 0.9}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "chart",
    [
        drawn(TIERS, with_map=True),
        thorough(drawn(TIERS, with_map=False)),
        thorough(drawn(TIERS[:2], with_map=True)),
        spread_chart(pd.DataFrame([SPREAD]), 1.0),
    ],
    ids=["map", "no map", "two tiers", "spread"],
)
def test_chart_of_a_room_is_valid_and_loads_nothing(chart: Spec) -> None:
    assert alt.LayerChart.from_dict(chart).to_dict(validate=True)["layer"]
    spec = json.dumps(chart)
    assert '"url"' not in spec and '"href"' not in spec and '"renderer": "svg"' in spec


def test_tiers_are_told_by_sign_and_name_and_kinds_by_shape() -> None:
    spec = json.dumps(drawn(TIERS, with_map=False), ensure_ascii=False)
    assert all(words in spec for words in ("● National", "▲ Local", "■ Long term"))
    assert '"diamond"' in spec and '"filled": false' in spec
