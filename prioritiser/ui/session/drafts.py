"""What the session edits and brings: tables that are not yet used, and an upload that is not yet open."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from prioritiser.files.edits import TEXTS, EditedTable, Edits
from prioritiser.files.scenario_files import Reading, inspect_bytes
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui.session.history import adopt
from prioritiser.ui.session.requests import watch

_LOOK_EVERY_S = 0.8
_DRAFT, _UPLOAD, _UPLOADER = "draft", "upload", "uploader"
_CHOICE, _TABLE = "data_table", "table_in_sight"


@dataclass
class Draft:
    """Edits in progress.

    source: the table as the editor in sight was given it. kept_over: hash of the scenario that was opened under the
    edits and that they were kept over.
    """

    edits: Edits
    generation: int = 0
    source: EditedTable | None = None
    kept_over: str = ""
    asks_to_drop: bool = False
    _read: tuple[Edits, Reading] | None = None

    @property
    def reading(self) -> Reading:
        """What the tables would be: a scenario, or every problem."""
        if self._read is None or self._read[0] is not self.edits:
            self._read = (self.edits, self.edits.read())
        return self._read[1]

    def is_under_another(self, scenario: Scenario) -> bool:
        """Whether another scenario than the one that is edited is open."""
        return not self.edits.is_empty and self.edits.base.hash != scenario.hash

    @property
    def editor_key(self) -> str:
        """Key of the editor in sight."""
        return f"edited_{self.source.name if self.source else ''}_{self.generation}"

    def text_key(self, name: str) -> str:
        """Key of the input of a text."""
        return f"edited_{name}_{self.generation}"


@dataclass(frozen=True)
class Upload:
    """A file that was brought: the name that its browser gave it, and what was found in it."""

    file_id: str
    name: str
    reading: Reading


def draft(scenario: Scenario) -> Draft:
    """Return the edits in progress; where there are none, they begin with the scenario that is open."""
    found: Draft | None = st.session_state.get(_DRAFT)
    if found is None or (found.edits.is_empty and found.edits.base.hash != scenario.hash):
        found = Draft(Edits.of(scenario), found.generation + 1 if found else 0)
        st.session_state[_DRAFT] = found
    return found


def open_editor(table: str) -> Draft:
    """Get an editor of a table ready; one that was not on the page before begins with what was edited until now.

    An editor only tells what was changed since it was given its table, so that it must be given the same for as long
    as it is on the page.
    """
    found: Draft = st.session_state[_DRAFT]
    if found.source is None or found.source.name != table or found.editor_key not in st.session_state:
        found.generation += 1
        found.source = found.edits.tables[table].renumbered()
        found.edits = found.edits.with_table(found.source)
    return found


def open_choice(first: str) -> str:
    """Make the choice of tables hold what was looked at last, at first this one; returns its key."""
    if _CHOICE not in st.session_state:
        st.session_state[_CHOICE] = st.session_state.get(_TABLE, first)
    return _CHOICE


def look_at(title: str) -> None:
    """Note which table is looked at, for when the page is left."""
    st.session_state[_TABLE] = title


def open_text(name: str) -> str:
    """Make the input of a text hold what was edited until now; returns its key."""
    found: Draft = st.session_state[_DRAFT]
    key = found.text_key(name)
    if key not in st.session_state:
        st.session_state[key] = found.edits.texts[name]
    return key


def take_edits() -> None:
    """Take what was edited since the last run, wherever the person has gone since: an edit is never left behind."""
    found: Draft | None = st.session_state.get(_DRAFT)
    if found is not None:
        found.edits = _as_edited(found)


def _as_edited(found: Draft) -> Edits:
    edits, session = found.edits, st.session_state
    if found.source is not None and found.editor_key in session:
        edits = edits.with_table(found.source.with_edits(session[found.editor_key]))
    keys = {name: found.text_key(name) for name in TEXTS}
    return edits.with_texts({name: session[key] for name, key in keys.items() if key in session})


def watch_edits() -> None:
    """Draw the page anew a moment after a cell was edited.

    The editor itself sends nothing when a cell is left, so that its news travels with whatever is sent next: a button
    that is pressed at that moment acts on the cell, too.
    """
    found: Draft = st.session_state[_DRAFT]
    watch(lambda: _as_edited(found) is not found.edits, lambda: None, _LOOK_EVERY_S)


def use_edits() -> None:
    """Open the edited tables in place of the scenario; undo goes back. Where they have problems, nothing changes."""
    take_edits()
    found: Draft = st.session_state[_DRAFT]
    if found.reading.scenario is not None:
        _forget()
        adopt(found.reading.scenario)


def keep_edits(scenario: Scenario) -> None:
    """Keep the edits though another scenario has been opened under them."""
    take_edits()
    st.session_state[_DRAFT].kept_over = scenario.hash


def ask_to_drop(asks: bool) -> None:
    """Ask whether the edits are to be dropped, or ask no more."""
    take_edits()
    st.session_state[_DRAFT].asks_to_drop = asks


def drop_edits() -> None:
    """Drop the edits for good."""
    _forget()


def _forget() -> None:
    """Begin anew with whatever is open, under keys that no editor has had."""
    found: Draft = st.session_state[_DRAFT]
    st.session_state[_DRAFT] = Draft(Edits.of(found.edits.base), found.generation + 1)


def uploader_key() -> str:
    """Key of the input for files: another one after each file that was opened."""
    return f"{_UPLOADER}_{st.session_state.get(_UPLOADER, 0)}"


def upload() -> Upload | None:
    """Return the file that was brought and is not yet open."""
    found: Upload | None = st.session_state.get(_UPLOAD)
    return found


def take_upload(file_id: str, name: str, read: Callable[[], bytes]) -> bool:
    """Read a file that was brought, once; returns whether it is new."""
    found = upload()
    if found is not None and found.file_id == file_id:
        return False
    st.session_state[_UPLOAD] = Upload(file_id, name, inspect_bytes(name, read()))
    return True


def note_upload() -> None:
    """Forget the file that was brought when its person takes it back."""
    if st.session_state.get(uploader_key()) is None:
        st.session_state[_UPLOAD] = None


def open_upload() -> None:
    """Open the scenario of the file that was brought; undo goes back."""
    found = upload()
    if found is not None and found.reading.scenario is not None:
        take_edits()
        close_upload()
        adopt(found.reading.scenario)


def close_upload() -> None:
    """Put the file that was brought away."""
    st.session_state[_UPLOADER] = st.session_state.get(_UPLOADER, 0) + 1
    st.session_state[_UPLOAD] = None
