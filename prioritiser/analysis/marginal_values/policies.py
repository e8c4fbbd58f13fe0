"""What does the plan spend on, and gain by, each national policy that initiatives are tagged with?"""

from dataclasses import dataclass

from prioritiser.analysis.summary.contributions import contributions, money_resource
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.json_rows import JsonRow

FEWEST, MOST = 2, 12
UNTAGGED = "not tagged"


@dataclass(frozen=True)
class PolicyGroup(JsonRow):
    """Initiatives with one value of a tag: proposed, in the plan, net spend over the horizon, and gain.

    spend: of the first money resource, in its unit; None without one. gain: part of the weighted score gained.
    """

    tag: str
    value: str
    proposed: int
    delivered: int
    spend: float | None
    spend_share: float | None
    gain: float
    gain_share: float | None


def policy_tags(scenario: Scenario) -> list[str]:
    """Tag columns of initiatives with 2 to 12 values; those that only mark evidence are left out."""
    names = sorted({tag for row in scenario.initiatives for tag in row.tags})
    values = {name: {text for row in scenario.initiatives if (text := row.tags.get(name))} for name in names}
    return [name for name in names if FEWEST <= len(values[name]) <= MOST and not name.endswith("evidence")]


def sum_by_policy(outcome: Outcome) -> tuple[PolicyGroup, ...]:
    """Sum spend and gain of a plan by each value of each tag; blank is 'not tagged' and comes last."""
    scenario, money = outcome.scenario, money_resource(outcome.scenario)
    gained = contributions(outcome).groupby("initiative_id")["gain"].sum().to_dict()
    spent = _spent(outcome, money)
    total_spent, total_gain = sum(spent.values()), sum(gained.values())
    groups = []
    for tag in policy_tags(scenario):
        members: dict[str, list[str]] = {}
        for row in scenario.initiatives:
            members.setdefault(row.tags.get(tag) or UNTAGGED, []).append(row.initiative_id)
        for value in sorted(members, key=lambda text: (text == UNTAGGED, text)):
            names = members[value]
            spend = sum(spent.get(name, 0.0) for name in names)
            gain = float(sum(gained.get(name, 0.0) for name in names))
            spend_share = spend / total_spent if money is not None and total_spent > 0 else None
            spends = (None if money is None else spend, spend_share)
            gain_share = gain / total_gain if total_gain > 0 else None
            delivered = sum(name in outcome.plan for name in names)
            groups.append(PolicyGroup(tag, value, len(names), delivered, *spends, gain, gain_share))
    return tuple(groups)


def _spent(outcome: Outcome, money: str | None) -> dict[str, float]:
    """Net use of the money resource over all years, by initiative in the plan."""
    spent: dict[str, float] = {}
    for use in outcome.scenario.uses:
        delivery = outcome.plan.get(use.initiative_id)
        if delivery is not None and use.resource_id == money:
            years = range(1, len(outcome.scenario.years) - delivery.start + 1)
            amount = delivery.share * sum(use.amount(year) for year in years)
            spent[use.initiative_id] = spent.get(use.initiative_id, 0.0) + amount
    return spent
