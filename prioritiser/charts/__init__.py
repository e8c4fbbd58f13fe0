"""One table to one chart as a plain specification: no computing, no page; colour never carries meaning alone."""

from prioritiser.charts.balance import group_chart, money_chart, tier_chart, use_chart
from prioritiser.charts.base import Spec, brief_year

__all__ = ["Spec", "brief_year", "group_chart", "money_chart", "tier_chart", "use_chart"]
