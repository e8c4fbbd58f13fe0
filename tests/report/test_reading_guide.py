"""The page 'What we read, and how' says what the reading says today."""

from __future__ import annotations

import pytest

from docs.reading_guide import PAGE, page


def test_page_is_what_the_reading_says_today() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run: python -m docs.reading_guide"


def test_page_without_a_marker_is_refused() -> None:
    with pytest.raises(ValueError, match="limits"):
        page("# A page")
