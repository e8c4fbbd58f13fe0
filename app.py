"""The ASGI app: Streamlit's pages from the package and the pages of participants' phones, behind security headers.

Run it with `prioritiser app`, `streamlit run app.py` or any ASGI server (`uvicorn app:app`). The scenario is the one
that the environment variable PRIORITISER_SCENARIO names, by default the bundled example.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

import prioritiser
from prioritiser.ui.entry.failure import keep_log_plain, show_stray_failure
from prioritiser.ui.phone.routes import phone_routes
from prioritiser.ui.server.gate import RoomGate
from prioritiser.ui.server.security import OwnAddress, SecurityHeaders
from prioritiser.ui.storage.visitors import Visitors

PAGES = Path(prioritiser.__file__).parent / "ui" / "entry" / "main.py"

keep_log_plain()
app = st.App(
    PAGES,
    routes=phone_routes(),
    middleware=[Middleware(SecurityHeaders), Middleware(OwnAddress), Middleware(RoomGate), Middleware(Visitors)],
    on_script_error=show_stray_failure,
)
