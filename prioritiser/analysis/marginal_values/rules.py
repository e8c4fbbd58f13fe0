"""What does each rule and each lock cost?"""

from dataclasses import dataclass
from typing import Any

from prioritiser.analysis.marginal_values.base import Base, Difference
from prioritiser.optimisation.incumbent import Incumbent
from prioritiser.scenario.settings import Settings


@dataclass(frozen=True)
class RulePrice:
    """What a rule or lock costs: the best plan without it against the best plan with it.

    kind: the rule's kind, or 'lock'. what: who owns the rule, or where the lock points. costs: objective and tier
    scores lost to it; its goal levels run from with to without it.
    """

    name: str
    kind: str
    what: str
    costs: Difference

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        key = "lock" if self.kind == "lock" else "owner"
        return {"id": self.name, "kind": self.kind, key: self.what, **self.costs.as_json("cost")}


def price_rules(base: Base, into: list[RulePrice]) -> None:
    """Price every rule in force; the rows go into a list, so that those found stay when time is up."""
    rules = [rule for rule in base.scenario.rules if rule.rule_id not in base.settings.without]
    changed = {rule.rule_id: base.settings.replace(without=(*base.settings.without, rule.rule_id)) for rule in rules}
    every = base.settings.replace(without=tuple(rule.rule_id for rule in base.scenario.rules))
    found = _lifted(base, changed, every)
    for rule in rules:
        base.report(f"Without rule {rule.rule_id}", len(into), len(rules))
        into.append(RulePrice(rule.rule_id, rule.kind.value, rule.owner or "", base.difference(found(rule.rule_id))))


def price_locks(base: Base, into: list[RulePrice]) -> None:
    """Price every lock; the rows go into a list, so that those found stay when time is up."""
    locks = dict(base.settings.lock)
    changed = {
        name: base.settings.replace(lock={other: lock for other, lock in locks.items() if other != name})
        for name in locks
    }
    found = _lifted(base, changed, base.settings.replace(lock={}))
    for name, lock in locks.items():
        base.report(f"Without the lock of {name}", len(into), len(locks))
        into.append(RulePrice(name, "lock", lock, base.difference(found(name))))


class _lifted:
    """Answers without one of several limits; where there are several, all are lifted at once first, as a bound."""

    def __init__(self, base: Base, changed: dict[str, Settings], every: Settings) -> None:
        self.base, self.changed, self.every = base, changed, every
        self.above: Incumbent | None = None

    def __call__(self, name: str) -> Incumbent:
        if self.above is None and len(self.changed) > 1:
            self.above = self.base.ask(self.every)
        if self.above is not None and self.base.is_useless(self.above):
            self.base.spared += 1
            return self.above
        return self.base.ask(self.changed[name], above=self.above)
