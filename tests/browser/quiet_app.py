"""The app of app.py in which work that starts by itself only waits: tests that do not look at the map do not pay for it."""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from app import PAGES, keep_log_plain, show_stray_failure
from prioritiser.ui.background.jobs import Works
from prioritiser.ui.server.security import OwnAddress, SecurityHeaders
from prioritiser.ui.storage.visitors import Visitors

Works._is_asked_for = property(lambda _: True)  # type: ignore[assignment,method-assign]

keep_log_plain()
middleware = [Middleware(SecurityHeaders), Middleware(OwnAddress), Middleware(Visitors)]
app = st.App(PAGES, middleware=middleware, on_script_error=show_stray_failure)
