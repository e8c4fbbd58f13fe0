"""The link of a workshop as a code to scan."""

from __future__ import annotations

import io

import segno

_QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks


def link_picture(link: str) -> str:
    """Draw a link as a QR code: an SVG as large as what it stands in, ink on white, that a quarter of may be hidden."""
    drawn = io.BytesIO()
    segno.make(link, error="q", micro=False).save(
        drawn, kind="svg", border=_QUIET_ZONE, dark="#212B32", light="#FFFFFF", omitsize=True, xmldecl=False
    )
    return drawn.getvalue().decode("utf-8").strip()
