"""What is the smallest single change that brings an initiative into the plan, or puts it out?

One change at a time: its cost, its effects, one capacity, or the weight of one tier. S* of the tiers stays that of
the question as it is.
"""

from collections.abc import Iterator

from prioritiser.analysis.explanation.counterfactuals import changes
from prioritiser.analysis.explanation.counterfactuals.contest import Contest
from prioritiser.analysis.explanation.counterfactuals.own import CostContest, EffectContest
from prioritiser.analysis.explanation.counterfactuals.paths import Path, PathContest
from prioritiser.analysis.explanation.counterfactuals.plans import FoundPlans
from prioritiser.analysis.explanation.counterfactuals.search import nearest
from prioritiser.analysis.explanation.counterfactuals.words import Flip, condition, nowhere
from prioritiser.analysis.marginal_values.base import Base
from prioritiser.optimisation.incumbent import Incumbent


class FlipFinder:
    """Finds flips of one initiative after another; what is found for one serves the next."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.found = FoundPlans(base)
        self.found.add(base.found.outcome.plan)
        self.forced: dict[str, Incumbent] = {}
        self.capacities = {name: Path(self.found, change) for name, change in changes.capacity_changes(base).items()}
        self.weights = [Path(self.found, change) for change in changes.weight_changes(base).values()]

    def know(self, name: str, forced: Incumbent) -> None:
        """Take in the best plan with an initiative forced the other way."""
        self.forced[name] = forced
        self.found.add(forced.outcome.plan)

    def find(self, name: str) -> Iterator[Flip]:
        """Yield the smallest change of each kind that flips an initiative, as they are found.

        Its best plan forced the other way is known. Raises StoppedError when the budget of the base is over.
        """
        base = self.base
        outside = self.forced[name].bound if name in base.outcome.plan else base.found.bound
        cost, effect = changes.cost_change(base, name), changes.effect_change(base, name)
        if cost is not None:
            yield self._flip(name, [CostContest(self.found, name, cost, outside)])
        if effect is not None:
            yield self._flip(name, [EffectContest(self.found, name, effect, outside)])
        used = {
            use.resource_id for use in base.scenario.uses if use.initiative_id == name and any(use.amounts.values())
        }
        capacities = [path for resource, path in self.capacities.items() if resource in used]
        for paths in (capacities, self.weights):
            if paths:
                yield self._flip(name, [PathContest(path, name) for path in paths])

    def _flip[T: Contest](self, name: str, trials: list[T]) -> Flip:
        trial, to = nearest(trials)
        change, scenario = trial.change, self.base.scenario
        subject = change.subject if to is not None or len(trials) == 1 else ""
        flip = Flip(change.kind, subject, change.start, to, change.searched, change.exact, "")
        verb = "leave" if name in self.base.outcome.plan else "enter"
        if to is None:
            sentence = f"It would not {verb} {nowhere(scenario, flip, len(trials))}."
        else:
            sentence = f"It would {verb} if {condition(scenario, flip.kind, flip.subject, flip.start, to)}."
        return Flip(flip.kind, subject, flip.start, to, flip.searched, flip.exact, sentence)
