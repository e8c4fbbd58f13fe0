"""What did the lock that was just turned on, or off, do to the way to the targets?"""

from dataclasses import dataclass

from prioritiser.evaluation.portfolio import Portfolio, Termination
from prioritiser.scenario.settings import Settings


@dataclass(frozen=True)
class LockPrice:
    """The best portfolio with a lock beside the one without it.

    initiative_id: what is locked; lock: 'in', 'out' or a start year. value_without, value_with: weighted share of the
    way to the targets (fraction). is_proved: both portfolios are proved best, so that the difference is exact.
    is_counted: balance counts too, so that the way to the targets alone does not decide.
    """

    initiative_id: str
    lock: str
    value_without: float
    value_with: float
    is_proved: bool
    is_counted: bool

    @property
    def price(self) -> float:
        """Share of the way to the targets that the lock costs; negative where the plan without it was no better."""
        return self.value_without - self.value_with


def lock_price(before: Portfolio, after: Portfolio) -> LockPrice | None:
    """Price the one lock in which two portfolios differ; None where they differ in anything else, or in no lock."""
    if before.scenario_hash != after.scenario_hash:
        return None
    old, new = dict(before.settings.lock), dict(after.settings.lock)
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    if len(names) != 1 or _without_locks(before.settings) != _without_locks(after.settings):
        return None
    name = names[0]
    if name in old and name in new:
        return None  # one lock took the place of another: neither portfolio is the one without it
    without, locked = (before, after) if name in new else (after, before)
    proved = all(portfolio.termination is Termination.OPTIMAL for portfolio in (before, after))
    lock = (new | old)[name]
    return LockPrice(name, lock, without.outcome.value, locked.outcome.value, proved, bool(after.settings.balance > 0))


def _without_locks(settings: Settings) -> Settings:
    return settings.replace(lock={})
