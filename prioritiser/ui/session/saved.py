"""Options that were saved: a name and a note for a scenario and its settings, kept from one visit to the next."""

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from prioritiser.scenario.scenario import Scenario
from prioritiser.ui.session.history import moment_in_force, open_again, take_what_came_along
from prioritiser.ui.session.moments import Moment
from prioritiser.ui.session.own import own_scenario, owner
from prioritiser.ui.session.recall import library, memory
from prioritiser.ui.storage.links import read_link
from prioritiser.ui.storage.memory import KeptOption


@dataclass(frozen=True)
class SavedOption:
    """A saved option: what it is called, why it was saved, and the moment that it opens."""

    name: str
    note: str
    moment: Moment
    when: datetime

    @property
    def scenario(self) -> Scenario:
        """The scenario that it was saved of."""
        return self.moment.scenario


def saved_options() -> tuple[SavedOption, ...]:
    """Return the options that were saved, oldest first: also those of earlier visits and of other tabs."""
    session = st.session_state
    mine: tuple[SavedOption, ...] = session.get("saved", ())
    visitor = owner()
    if visitor is None:
        return mine
    kept = memory().options(visitor)
    if not memory().is_readable:
        return mine
    known = {(option.name, option.when): option for option in mine}
    opened = [known.get((option.name, option.when)) or _opened(option) for option in kept]
    found = [option for option in opened if option is not None]
    # what could not be kept is still there while the page is open
    names = {option.name.casefold() for option in kept}
    never_kept: set[datetime] = session.get("never_kept", set())
    found += [option for option in mine if option.when in never_kept and option.name.casefold() not in names]
    session["saved"] = tuple(found)
    return session["saved"]  # type: ignore[no-any-return]


def save_option(name: str, note: str = "") -> None:
    """Save what is in force under a name; an option of the same name is replaced."""
    session = st.session_state
    take_what_came_along()
    option = SavedOption(name, note, moment_in_force(), datetime.now(UTC))
    kept = [other for other in saved_options() if other.name.casefold() != name.casefold()]
    session["saved"] = (*kept, option)
    visitor = owner()
    written = KeptOption(name, note, option.moment.step, option.when)
    if visitor is not None and not memory().keep_option(visitor, written, option.scenario):
        session["never_kept"] = {*session.get("never_kept", set()), option.when}


def forget_option(name: str) -> None:
    """Delete a saved option."""
    st.session_state["saved"] = tuple(option for option in saved_options() if option.name != name)
    visitor = owner()
    if visitor is not None:
        memory().forget_option(visitor, name)


def open_option(name: str) -> None:
    """Put a saved option in force; undo goes back."""
    for option in saved_options():
        if option.name == name:
            open_again(option.moment)


def is_kept_beyond() -> bool:
    """Whether what is saved is there on the next visit: the memory is on, works, and the browser keeps a cookie."""
    return owner() is not None and not memory().trouble


def memory_trouble() -> str:
    """Say why nothing is being kept just now, though it should be; empty where all is well."""
    return memory().trouble


def memory_place() -> str:
    """Return the path of the file that the memory is kept in."""
    return memory().place


def options_not_here() -> int:
    """Count the saved options whose scenario cannot be had, so that they are not listed."""
    visitor, listed = owner(), {option.name.casefold() for option in saved_options()}
    kept = () if visitor is None else memory().options(visitor)
    return sum(option.name.casefold() not in listed for option in kept)


def _opened(option: KeptOption) -> SavedOption | None:
    own, named = own_scenario(), option.step.scenario
    scenario = own if own.hash == named else library().get(named)
    if scenario is None:
        return None
    return SavedOption(option.name, option.note, Moment(scenario, read_link(scenario, option.step.link)), option.when)
