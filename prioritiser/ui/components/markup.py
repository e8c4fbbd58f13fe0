"""HTML built from parts, where every text is escaped: text from a scenario can never act as markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Markup:
    """HTML that this module has built; anything else is text and gets escaped."""

    text: str = field(repr=False)

    def __str__(self) -> str:
        return self.text


type Part = Markup | str | None

NOTHING = Markup("")


def escaped(part: Part) -> Markup:
    """Escape a text; leave what is already markup as it is."""
    if part is None:
        return NOTHING
    return part if isinstance(part, Markup) else Markup(html.escape(part, quote=True))


def element(name: str, /, *parts: Part, **attributes: str | None) -> Markup:
    """Build one element: texts are escaped, attributes too; `class_` is class, `_` in a name is `-`."""
    inside = "".join(escaped(part).text for part in parts)
    return Markup(f"{_opened(name, attributes).text}{inside}</{name}>")


def void(name: str, /, **attributes: str | None) -> Markup:
    """Build an element that holds nothing, such as an input; attributes as of `element`."""
    return _opened(name, attributes)


def _opened(name: str, attributes: Mapping[str, str | None]) -> Markup:
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(value, quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{given}>")


def together(parts: Iterable[Part]) -> Markup:
    """Put parts one after another."""
    return Markup("".join(escaped(part).text for part in parts))


def bar(fraction: float, kind: str) -> Markup:
    """Draw a thin bar from 0 to 1; for the eye only, the number beside it says the same."""
    width = 100 * min(1.0, max(0.0, fraction))
    return element("span", element("span", style=f"width:{width:.1f}%", class_=kind), class_="bar", aria_hidden="true")


def key_list(marks: Iterable[tuple[str, str]], *more: str) -> Markup:
    """Explain the marks of a chart: the class and the words of each; and what else there is to say of it."""
    entries = [element("li", element("span", class_=mark, aria_hidden="true"), words) for mark, words in marks]
    return element("ul", *entries, *(element("li", words) for words in more), class_="key")


def with_unit(label: str, unit: str | None) -> Markup:
    """Put the unit of a goal behind its name."""
    return together((label, element("span", f", {unit}", class_="quiet") if unit else NOTHING))


def judged_mark(judged: bool) -> Markup:
    """Mark a figure that was judged, not measured."""
    return element("span", "judged", class_="judged") if judged else NOTHING


def judged_figure(figure: str, judged: bool) -> Markup:
    """Underline a figure with dashes where it was judged, and say so to those who do not see it."""
    if not judged:
        return together((figure,))
    return element("span", figure, element("span", " judged", class_="unseen"), class_="judged-figure")


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, whether it holds numbers, and a class for its cells."""

    heading: str
    numeric: bool = False
    kind: str = ""

    @classmethod
    def numbers(cls, *headings: str) -> list[Column]:
        """Columns of numbers under these headings."""
        return [cls(heading, numeric=True) for heading in headings]


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Part]], kind: str = "") -> Markup:
    """Build a table with a caption and headings; the first cell of each row is its heading.

    Every cell repeats its column's name for narrow screens, where rows become blocks
    (and roles keep it a table for those who do not see it).
    """
    heads = [
        element("th", column.heading, scope="col", role="columnheader", class_=_kind(column)) for column in columns
    ]
    body = []
    for row in rows:
        cells = []
        for position, (column, cell) in enumerate(zip(columns, row, strict=True)):
            tag, scope, role = ("td", None, "cell") if position else ("th", "row", "rowheader")
            about = {"class_": _kind(column), "scope": scope, "role": role, "data_label": column.heading}
            cells.append(element(tag, _as_one(cell), **about))
        body.append(element("tr", *cells, role="row"))
    inner = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *heads, role="row"), role="rowgroup"),
        element("tbody", *body, role="rowgroup"),
        class_=f"board {kind}".strip(),
        role="table",
    )
    return element("div", inner, class_="scroller", role="region", aria_label=caption, tabindex="0")


def _as_one(cell: Part) -> Part:
    """Hold what is more than text together: on narrow screens a cell lays out its column's name and one thing more."""
    return element("span", cell, class_="cell") if isinstance(cell, Markup) and "<" in cell.text else cell


def _kind(column: Column) -> str | None:
    return " ".join(part for part in ("number" if column.numeric else "", column.kind) if part) or None


def disclosed(summary: str, *parts: Part) -> Markup:
    """Hide parts behind a line that opens them."""
    return element("details", element("summary", summary), *parts)


# What Markdown acts on, where it can act: text that cannot is left alone.
_ACTIVE = re.compile(r"[*~$\\\[\]<>@]|(?<![^\W_])_|_(?![^\W_])|:(?=\S)|&(?=\S)|-(?=[->])|(?<=www)\.", re.IGNORECASE)
_UNSEEN_SPACE = "\ufeff"


def as_label(text: str) -> str:
    """Make a text harmless in the label of an input, which is read as Markdown, and aloud just as it is written.

    So nothing is escaped by a backslash. Markdown takes the character U+FEFF for a space, though it has no width and
    no sound: with one on either side, nothing opens, closes or belongs together. Only a backtick acts even then.
    """
    one_line = " ".join(text.split()).replace("`", "'")
    return _ACTIVE.sub(rf"{_UNSEEN_SPACE}\g<0>{_UNSEEN_SPACE}", one_line)
