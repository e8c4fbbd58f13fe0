"""The only room that touches the session: what is open, the settings in force, undo, and what has been asked."""
# ruff: isort: skip_file
# fmt: off

from prioritiser.ui.session.autosave import (
    back_since, draw_again, has_failed, keep, note_failure, opening_words, page_to_return_to, redo_words,
    start_afresh, try_again, undo_words,
)
from prioritiser.ui.session.drafts import (
    Draft, ask_to_drop, close_upload, draft, drop_edits, keep_edits, look_at, note_upload, open_choice,
    open_editor, open_text, open_upload, take_edits, take_upload, upload, uploader_key, use_edits, watch_edits,
)
from prioritiser.ui.session.guided import close_guide, guide_step, show_guide_step
from prioritiser.ui.session.history import (
    can_redo, can_undo, edited_since, fallback, is_own, link_in_force, link_name, listen,
    moment_in_force, open_again, open_moment, press, put, put_run, put_words, redo, show_year, undo,
)
from prioritiser.ui.session.kept_plan import can_keep, is_plan_news, kept_plan, put_keeping, put_limit
from prioritiser.ui.session.moments import Moment
from prioritiser.ui.session.opened import held
from prioritiser.ui.session.own import SCENARIO_VARIABLE
from prioritiser.ui.session.page_state import close_dialog, dialog_open, note, noted, open_dialog, remembered
from prioritiser.ui.session.papers import paper, paper_key
from prioritiser.ui.session.requests import (
    answer_below, answers, ask, ask_again, ask_work, ask_work_again, is_behind, last_shown, shown_before, watch,
    work_before, works,
)
from prioritiser.ui.session.rooms import (
    keep_room, leave_rooms, my_rooms, room_shown, workshop_store,
)
from prioritiser.ui.session.saved import (
    SavedOption, forget_option, is_kept_beyond, memory_place, memory_trouble, open_option, options_not_here,
    save_option, saved_options,
)

__all__ = [
    "SCENARIO_VARIABLE", "Draft", "Moment", "SavedOption", "answer_below", "answers", "ask", "ask_again",
    "ask_to_drop", "ask_work", "ask_work_again", "back_since", "can_keep", "can_redo", "can_undo", "close_dialog",
    "close_guide", "close_upload", "dialog_open", "draft", "draw_again", "drop_edits", "edited_since", "fallback",
    "forget_option", "guide_step", "has_failed", "held", "is_behind", "is_kept_beyond", "is_own", "is_plan_news",
    "keep", "keep_edits", "keep_room", "kept_plan", "last_shown", "leave_rooms", "link_in_force", "link_name",
    "listen", "look_at", "memory_place", "memory_trouble", "moment_in_force", "my_rooms", "note", "note_failure",
    "note_upload", "noted", "open_again", "open_choice", "open_dialog", "open_editor", "open_moment", "open_option",
    "open_text", "open_upload", "opening_words", "options_not_here", "page_to_return_to", "paper", "paper_key",
    "press", "put", "put_keeping", "put_limit", "put_run", "put_words", "redo", "redo_words", "remembered",
    "room_shown", "save_option", "saved_options", "show_guide_step", "show_year", "shown_before", "start_afresh",
    "take_edits", "take_upload", "try_again", "undo", "undo_words", "upload", "uploader_key", "use_edits", "watch",
    "watch_edits", "work_before", "works", "workshop_store",
]
