"""Data: the tables that every answer rests on, to look at, edit, bring and take away."""

from collections.abc import Sequence
from functools import lru_cache, partial

import streamlit as st

from prioritiser.analysis.comparison.scenario_differences import scenario_differences
from prioritiser.errors import Issue
from prioritiser.exports.common.csv import rows_csv
from prioritiser.files.edits import TEXTS, Edits
from prioritiser.files.excel.writer import fits_workbook
from prioritiser.files.scenario_files import scenario_bytes
from prioritiser.files.tables.toml_format import write_toml
from prioritiser.files.tables.upload_limits import MAX_ARCHIVE_BYTES
from prioritiser.files.template import template_bytes
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import TABLE_NAMES, Evidence
from prioritiser.text.formatting import counted, joined, shortened
from prioritiser.ui import session
from prioritiser.ui.components.markup import disclosed, element
from prioritiser.ui.components.widgets import file_stem, message, show, show_download
from prioritiser.ui.pages.data import edit_tables as tables
from prioritiser.ui.storage.links import View

QUESTION = "What does the answer rest on, and what if some of it were different?"
_SETTINGS = "Title and settings"
_MOST_ISSUES, _MOST_EDITS = 50, 200
_ROW_PIXELS = 35
_TEXT_HELP = {
    "title": "Shown at the top of every page and export.",
    "system": "The health and care system that it is about.",
    "summary": "A sentence or two about what this is.",
}
_differences = lru_cache(maxsize=4)(scenario_differences)
_fits_workbook = lru_cache(maxsize=8)(fits_workbook)


def show_page(scenario: Scenario, view: View) -> None:
    """Show the page: the tables with their problems below, and beside them what to bring and to take away."""
    del view  # the tables are the same for every setting
    draft = session.draft(scenario)
    _show_upload(scenario)
    if draft.is_under_another(scenario):
        _show_other_open(draft, scenario)
    with st.container(key="data_board"):
        left, right = st.columns([74, 26], gap="medium")
    with left:
        _show_tables(scenario)
        _show_edits(scenario, draft)
    with right, st.container(key="data_files"):
        _show_files(scenario, draft)
    session.watch_edits()


def _show_tables(scenario: Scenario) -> None:
    judged = sum(effect.evidence is Evidence.JUDGED for effect in scenario.effects)
    counts = [tables.noun_of(name, len(scenario.rows(name))) for name in ("initiatives", "goals", "effects")]
    finding = f"{joined(counts)}, {judged:,} of the effects judged" if judged else joined(counts)
    with st.container(key="data_choice"):
        show(element("h2", finding))
        _show_notices(scenario.notices)
        titles = [*tables.TABLE_TITLES.values(), _SETTINGS]
        chosen = st.segmented_control(
            "Table to look at",
            titles,
            key=session.open_choice(titles[0]),
            required=True,
            wrap=True,
            label_visibility="collapsed",
        )
    session.look_at(str(chosen))
    if chosen == _SETTINGS:
        _show_settings(scenario)
    else:
        _show_editor(TABLE_NAMES[titles.index(str(chosen))])


def _show_editor(name: str) -> None:
    draft = session.open_editor(name)
    given = draft.source
    if given is None:
        return
    show(element("p", tables.evidence_sentence(draft.edits.tables[name]), class_="lead"))
    with st.container(key="data_editor"):
        st.data_editor(
            tables.editor_frame(given),
            key=draft.editor_key,
            num_rows="dynamic",
            hide_index=False,
            column_order=tables.editor_order(given),
            column_config=tables.editor_columns(given, draft.edits.base),
            height=_ROW_PIXELS * max(4, min(len(given.rows) + 2, 11)) + 3,
            placeholder="",
            on_change="ignore",
            alt=f"Table {name}, to be edited: {tables.noun_of(name, len(given.rows))}",
        )


def _show_settings(scenario: Scenario) -> None:
    for name in TEXTS:
        make = st.text_area if name == "summary" else st.text_input
        make(name.capitalize(), key=session.open_text(name), help=_TEXT_HELP[name])
    show(
        element("p", "The years, weights and what-ifs of the open scenario. Edit them in a file.", class_="lead"),
        element("pre", write_toml(scenario), class_="toml", tabindex="0", role="region", aria_label="scenario.toml"),
    )


def _show_edits(scenario: Scenario, draft: session.Draft) -> None:
    """Show what the edits are, whether they can be used, and every problem of theirs."""
    edits = draft.edits
    if edits.is_empty:
        how = "Change a cell, type in the last row to add one, or tick rows and press Delete. "
        how += "Nothing counts until you press 'Use these tables'."
        show(element("h2", "No edits yet"), element("p", how, class_="lead"))
        return
    issues = draft.reading.issues
    said = counted(len(issues), "problem")
    finding = f"{said} to mend before your edits can be used" if issues else "Your edits are ready to use"
    what = f"{tables.edits_sentence(edits)}."
    show(element("div", element("h2", finding), element("p", what, class_="lead"), role="status"))
    _show_buttons(scenario, draft)
    if issues:
        _show_issues(issues, "edits", edits)
    show(disclosed("What your edits change", tables.edits_table(edits, _MOST_EDITS)))


def _show_buttons(scenario: Scenario, draft: session.Draft) -> None:
    undecided = draft.is_under_another(scenario) and draft.kept_over != scenario.hash
    blocked = bool(draft.reading.issues) or undecided
    with st.container(key="data_actions", horizontal=True, vertical_alignment="center"):
        st.button("Use these tables", key="use_edits", type="primary", disabled=blocked, on_click=session.use_edits)
        if draft.asks_to_drop:
            show(element("p", "Drop all of your edits? They cannot be had back.", class_="plain", role="alert"))
            st.button("Yes, drop them", key="drop_edits", on_click=session.drop_edits)
            st.button("No, keep them", key="keep_on", on_click=session.ask_to_drop, args=(False,))
        else:
            st.button("Drop my edits", key="ask_to_drop", on_click=session.ask_to_drop, args=(True,))
            name = f"{file_stem(scenario.title, 'scenario')}-edited.zip"
            show_download("Download my edits", draft.edits.as_zip, name, "download_edits")


def _show_issues(issues: Sequence[Issue], key: str, edits: Edits | None = None) -> None:
    show(tables.issue_table(issues, _MOST_ISSUES, edits))
    more = len(issues) - _MOST_ISSUES
    if more > 0:
        show(element("p", f"and {more:,} more.", class_="plain"))
        label = f"Download all {len(issues):,} problems as CSV"
        show_download(label, lambda: rows_csv(tables.issue_rows(issues)), "problems.csv", f"download_issues_{key}")


def _show_other_open(draft: session.Draft, scenario: Scenario) -> None:
    """Say that another scenario was opened under the edits, and let their person choose."""
    was, now = shortened(draft.edits.base.title, 60), shortened(scenario.title, 60)
    if draft.kept_over == scenario.hash:
        said = f"Your edits are to “{was}” as it was when you began. Using them opens it again, with your edits."
        show(message("note", said))
        return
    with st.container(key="data_other"):
        lines = (f"You began with “{was}”. Open is now “{now}”, other than what you began with.",)
        advice = "Keep your edits to go on from where you began, or drop them to begin with what is open."
        show(message("note", "The open scenario has changed under your edits. They are all kept.", lines, advice))
        with st.container(key="data_other_actions", horizontal=True):
            st.button("Keep my edits", key="keep_edits", on_click=session.keep_edits, args=(scenario,))
            if not draft.asks_to_drop:
                st.button("Drop my edits", key="ask_to_drop_other", on_click=session.ask_to_drop, args=(True,))


def _show_upload(scenario: Scenario) -> None:
    """Show what was found in a file that was brought."""
    brought = session.upload()
    if brought is None:
        return
    name, found = shortened(brought.name, 80), brought.reading
    with st.container(key="data_upload"):
        if found.scenario is None:
            title = f"{name} cannot be opened yet: {counted(len(found.issues), 'problem')}"
            advice = f"“{shortened(scenario.title, 80)}” stays open. Mend the file and bring it again."
            show(message("problem", title, (), advice))
            _show_issues(found.issues, "upload")
            _show_notices(found.notices)
        elif found.scenario.hash == scenario.hash:
            show(message("note", f"{name} holds the scenario that is open already. There is nothing to change."))
        else:
            _show_found(scenario, found.scenario, name, found.notices)
        with st.container(key="data_upload_actions", horizontal=True):
            if found.scenario is not None and found.scenario.hash != scenario.hash:
                st.button("Open it", key="open_upload", type="primary", on_click=session.open_upload)
            st.button("Put the file away", key="close_upload", on_click=session.close_upload)


def _show_found(scenario: Scenario, found: Scenario, name: str, notices: Sequence[str]) -> None:
    show(
        element(
            "div",
            element("p", element("strong", f"{name} holds “{shortened(found.title, 90)}”, without problems.")),
            element("p", shortened(found.summary, 240)) if found.summary else None,
            element("p", "Against the open scenario:"),
            tables.differences_list(_differences(scenario, found)),
            element("p", "Your weights, locks and capacities are kept as far as they fit. Undo goes back."),
            class_="message note",
            role="status",
        )
    )
    _show_notices(notices)


def _show_notices(notices: Sequence[str]) -> None:
    """List what was understood, and what may not be meant, a line each; nothing where there is none."""
    if notices:
        lines = [element("li", shortened(notice, 400)) for notice in notices[:_MOST_ISSUES]]
        more = len(notices) - len(lines)
        rest = element("p", f"And {more:,} more.") if more else None
        title = f"{counted(len(notices), 'note')} on what was read: what was understood, and what may not be meant"
        show(disclosed(title, element("ul", *lines), rest))


def _show_files(scenario: Scenario, draft: session.Draft) -> None:
    show(element("h2", "Bring another scenario"))
    brought = st.file_uploader(
        "An Excel workbook, or a zip of the tables",
        type=["xlsx", "zip"],
        max_upload_size=MAX_ARCHIVE_BYTES // 1_000_000,
        key=session.uploader_key(),
        on_change=session.note_upload,
    )
    if brought is not None and session.take_upload(brought.file_id, brought.name, brought.getvalue):
        st.rerun()
    show(element("h2", "Take this one away"))
    stem = file_stem(scenario.title, "scenario")
    fits = _fits_workbook(scenario)
    _show_download("Download as a workbook", f"{stem}.xlsx", scenario, disabled=not fits)
    _show_download("Download as a zip of tables", f"{stem}.zip", scenario)
    if not fits:
        show(element("p", "A text holds what a workbook cannot keep. The zip keeps all of it.", class_="quiet"))
    if not draft.edits.is_empty:
        show(element("p", "Without your edits, until you use them.", class_="quiet"))
    show(element("h2", "Start your own"))
    _show_download("Template workbook", "template.xlsx", None)
    _show_download("Template zip", "template.zip", None)


def _show_download(label: str, name: str, scenario: Scenario | None, *, disabled: bool = False) -> None:
    make = partial(template_bytes, name) if scenario is None else partial(scenario_bytes, scenario, name)
    key = f"download_{'template' if scenario is None else 'scenario'}_{name.rpartition('.')[2]}"
    show_download(label, make, name, key, disabled=disabled, is_wide=True)
