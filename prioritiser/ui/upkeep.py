"""Keeps the server quick: what was loaded to draw the first page stays for good, so no clearing up looks at it again.

Streamlit clears up after every run. It would look through each library's objects every time, about 0.1 s a run, during
which no other session is served.
"""

from __future__ import annotations

import gc
from functools import cache


@cache
def set_loaded_apart() -> None:
    """Take what is loaded out of all clearing up to come; called once the first page is drawn."""
    gc.collect()
    gc.freeze()
