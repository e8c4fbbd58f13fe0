"""What can be gone back to: a moment of the session, or one that was written down and is read when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from prioritiser.scenario.scenario import Scenario
from prioritiser.ui.storage.links import View, read_link, write_link
from prioritiser.ui.storage.memory import Step


@dataclass(frozen=True)
class Moment:
    """What can be gone back to: a scenario and the view of it."""

    scenario: Scenario
    view: View

    @cached_property
    def step(self) -> Step:
        """The moment as it is written down."""
        return Step(self.scenario.hash, write_link(self.scenario, self.view))

    @property
    def found(self) -> Moment | None:
        """The moment itself."""
        return self


@dataclass(frozen=True)
class WrittenMoment:
    """A moment that was written down; its scenario is read only when somebody goes back to it."""

    step: Step
    find: Callable[[str], Scenario | None]

    @cached_property
    def found(self) -> Moment | None:
        """The moment, read; None where its scenario cannot be had any more."""
        scenario = self.find(self.step.scenario)
        if scenario is None:
            return None
        return Moment(scenario, read_link(scenario, self.step.link))


type Kept = Moment | WrittenMoment
