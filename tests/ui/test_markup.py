"""Text from a scenario never becomes markup."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from prioritiser.ui.components.markup import Column, as_label, element, judged_mark, table, together, void


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


def test_label_parts_everything_that_markdown_reads() -> None:
    assert shown(as_label("a [b](c)")) == "a ·[·b·]·(c)"
    assert shown(as_label("**x**\n# y")) == "·*··*·x·*··*· # y"
    assert shown(as_label(":material/face: $x$ <b>")) == "·:·material/face: ·$·x·$· ·<·b·>·"
    assert shown(as_label("_a_ b_c __d__")) == "·_·a·_· b_c ·_··_·d·_··_·"
    assert shown(as_label("&amp; -> --")) == "·&·amp; ·-··>· ·-·-"


def test_label_keeps_addresses_from_becoming_links() -> None:
    assert shown(as_label("http://a.b HTTPS://a.b WWW.a.b me@a.b")) == "http·:·//a.b HTTPS·:·//a.b WWW·.·a.b me·@·a.b"


def test_label_leaves_what_cannot_act_alone() -> None:
    plain = "Staff (WTE), acute: 9-5; R & D at 50/50!"
    assert as_label(plain) == plain


@given(st.text())
def test_label_reads_as_the_text_does_and_gets_no_backslash(text: str) -> None:
    assert shown(as_label(text)).replace("·", "") == " ".join(text.split()).replace("`", "'").replace(
        "\ufeff", ""
    ).replace("·", "")


def shown(label: str) -> str:
    """Show the character that nobody sees."""
    return label.replace("\ufeff", "·")


def test_element_that_holds_nothing_has_no_end_and_its_attributes_are_escaped() -> None:
    assert (
        str(void("input", name="a.b", value='"><b>', checked=None)) == '<input name="a.b" value="&quot;&gt;&lt;b&gt;">'
    )
