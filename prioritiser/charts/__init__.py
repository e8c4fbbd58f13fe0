"""One table to one Altair chart: no computing, no page; colour never carries meaning alone."""

from prioritiser.charts.balance import group_chart, money_chart, tier_chart, use_chart
from prioritiser.charts.base import brief_year, chart_spec

__all__ = ["brief_year", "chart_spec", "group_chart", "money_chart", "tier_chart", "use_chart"]
