"""Text from a scenario never becomes markup."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from prioritiser.ui.markup import Column, as_label, element, judged_mark, table, together


@given(st.text())
def test_text_is_escaped_in_elements_and_attributes(text: str) -> None:
    built = str(element("p", text, title=text))
    assert not re.search(r'[<>"]', built.removeprefix('<p title="').removesuffix("</p>").replace('">', "", 1))


def test_markup_is_kept_and_text_beside_it_is_escaped() -> None:
    assert str(together((element("b", "<i>"), "<u>"))) == "<b>&lt;i&gt;</b>&lt;u&gt;"
    assert str(judged_mark(False)) == ""


def test_table_has_caption_headings_and_escaped_cells() -> None:
    built = str(table("<c>", [Column("<h>"), Column("n", numeric=True)], [["<a>", "<b>"]]))
    assert "<caption>&lt;c&gt;</caption>" in built
    assert '<th scope="col" role="columnheader">&lt;h&gt;</th>' in built
    assert 'scope="row"' in built and "&lt;a&gt;" in built and "&lt;b&gt;" in built
    assert "<a>" not in built and "<b>" not in built


def test_label_escapes_everything_that_markdown_reads() -> None:
    assert as_label("a [b](c)") == r"a \[b\]\(c\)"
    assert as_label("**x**\n# y") == r"\*\*x\*\* \# y"
    assert as_label(":material/face: $x$ <b>") == r"\:material\/face\: \$x\$ \<b\>"


def test_label_keeps_addresses_from_becoming_links() -> None:
    shown = as_label("http://a.b/c HTTPS://a.b www.a.b me@a.b").replace("\\", "")
    assert "\u2060" in shown and shown.replace("\u2060", "") == "http://a.b/c HTTPS://a.b www.a.b me@a.b"
    assert not re.search(r"https?://|www\.|\w@", shown, re.IGNORECASE)
