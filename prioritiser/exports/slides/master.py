"""The master and the layouts of the slides: 16:9, their type, colours and places, so that new slides look alike."""

import re
from typing import Any
from xml.sax.saxutils import quoteattr

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.util import Inches

from prioritiser.charts.theme import BLUE, GROUND, INK, LINE, OFFICE_FONT, PAPER, QUIET, RUST, TEAL, digits
from prioritiser.exports.slides.frame import Box

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
INNER = WIDTH - 2 * MARGIN
KICKER = Box(MARGIN, 0.4, INNER, 0.3)
TITLE = Box(MARGIN, 0.7, INNER, 1.15)
BODY = Box(MARGIN, 1.95, INNER, 4.75)
POINTS = Box(MARGIN, 1.95, 4.3, 4.75)
BESIDE = Box(5.2, 1.95, WIDTH - MARGIN - 5.2, 4.75)
FOOTER = Box(MARGIN, 6.98, INNER - 1.2, 0.28)
COVER_FOOTER = Box(1.1, 6.98, INNER - 1.7, 0.28)
NUMBER = Box(WIDTH - MARGIN - 1.0, 6.98, 1.0, 0.28)
COVER_TITLE = Box(1.1, 1.1, 11.2, 2.0)
COVER_SUBTITLE = Box(1.1, 3.25, 11.2, 1.0)
COVER_MASTHEAD = Box(1.1, 4.55, 11.2, 1.9)
COVER, FULL, SPLIT, BARE = "Title Slide", "Title and Content", "Two Content", "Title Only"
KICKER_INDEX, POINTS_INDEX, FOOTER_INDEX, NUMBER_INDEX = 13, 1, 11, 12
INDENT = 0.25
GAP = 0.45  # between points, in lines

_SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NEW_NAMES = {FULL: "Title and points", SPLIT: "Points and figure", BARE: "Figure"}
_THEME_COLOURS = {
    "dk1": INK, "lt1": PAPER, "dk2": QUIET, "lt2": GROUND, "hlink": BLUE, "folHlink": QUIET,
    "accent1": BLUE, "accent2": RUST, "accent3": TEAL, "accent4": QUIET, "accent5": LINE, "accent6": INK,
}  # fmt: skip
_APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Prioritiser</Application></Properties>"
)


def new_presentation() -> Any:
    """Return a presentation without slides, with a master and four layouts of our own."""
    presentation: Any = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(WIDTH), Inches(HEIGHT)
    size = presentation.part._element.find(".//{*}sldSz")
    size.attrib.pop("type", None)  # it says 4:3
    _drop_what_is_not_ours(presentation)
    master = presentation.slide_master
    _write_theme(master)
    _write_styles(master._element)
    _write_master(master)
    for layout in list(presentation.slide_layouts):
        if layout.name in (COVER, *_NEW_NAMES):
            _write_layout(layout)
        else:
            presentation.slide_layouts.remove(layout)
    return presentation


def layout_called(presentation: Any, name: str) -> Any:
    """Find a layout by the name that this file gives it."""
    return presentation.slide_layouts.get_by_name(_NEW_NAMES.get(name, name))


def _drop_what_is_not_ours(presentation: Any) -> None:
    package = presentation.part.package
    unwanted = ((package, RELATIONSHIP_TYPE.THUMBNAIL), (presentation.part, RELATIONSHIP_TYPE.PRINTER_SETTINGS))
    for owner, kind in unwanted:
        for key, relationship in list(owner._rels.items()):
            if relationship.reltype == kind:
                owner._rels.pop(key)
    package.part_related_by(RELATIONSHIP_TYPE.EXTENDED_PROPERTIES).blob = _APPLICATION.encode()


def _write_theme(master: Any) -> None:
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme: Any = parse_xml(part.blob)
    theme.set("name", "Prioritiser")
    for name, code in _THEME_COLOURS.items():
        place = theme.find(f".//{_MAIN}clrScheme/{_MAIN}{name}")
        place.clear()
        place.append(place.makeelement(f"{_MAIN}srgbClr", {"val": digits(code)}))
    for latin in theme.iterfind(f".//{_MAIN}fontScheme//{_MAIN}latin"):
        latin.set("typeface", OFFICE_FONT)
    for scheme in theme.iter(f"{_MAIN}clrScheme", f"{_MAIN}fontScheme"):
        scheme.set("name", "Prioritiser")
    part.blob = serialize_part_xml(theme)


def _write_styles(master: Any) -> None:
    title = master.find(".//{*}titleStyle/{*}lvl1pPr")
    title.set("algn", "l")
    title.find("{*}defRPr").attrib.update({"sz": "2800", "b": "1"})
    body = master.find(".//{*}bodyStyle")
    for level, size in enumerate((2000, 1800, 1600, 1400, 1400), start=1):
        style = body.find(f"{{*}}lvl{level}pPr")
        style.find("{*}defRPr").set("sz", str(size))
        style.find("{*}spcBef/{*}spcPct").set("val", str(round(100_000 * GAP)))
        style.attrib.update({"marL": str(Inches(INDENT * level)), "indent": str(-Inches(INDENT))})
        mark = f'<a:buClr {_SPACES}><a:srgbClr val="{digits(BLUE)}"/></a:buClr>'
        style.find("{*}buFont").addprevious(parse_xml(mark))


def _write_master(master: Any) -> None:
    shapes = _cleared(master)
    shapes.append(_band(20, "Band", Box(0, 0, WIDTH, 0.12), BLUE))
    shapes.append(_band(21, "Line", Box(MARGIN, 6.88, INNER, 0.01), LINE))
    shapes.append(_place(2, "Title", 'type="title"', TITLE, "", "t"))
    shapes.append(_place(3, "Text", 'type="body" idx="1"', BODY, "", "t"))
    _append_footer(shapes, (3, 4))


def _write_layout(layout: Any) -> None:
    name = layout.name
    shapes = _cleared(layout)
    layout._element.find("{*}cSld").set("name", _NEW_NAMES.get(name, name))
    if name == COVER:
        layout._element.set("showMasterSp", "0")
        shapes.append(_band(20, "Band", Box(0, 0, 0.45, HEIGHT), BLUE))
        shapes.append(_place(2, "Title", 'type="ctrTitle"', COVER_TITLE, _plain_style(40, INK, True), "b"))
        shapes.append(_place(3, "Subtitle", 'type="subTitle" idx="1"', COVER_SUBTITLE, _plain_style(24, BLUE), "t"))
        shapes.append(_place(4, "Masthead", 'type="body" idx="13"', COVER_MASTHEAD, _plain_style(16, QUIET), "t"))
    else:
        shapes.append(_place(2, "Title", 'type="title"', TITLE, "", "t"))
        shapes.append(_place(4, "Heading", 'type="body" idx="13"', KICKER, _plain_style(14, BLUE, True), "ctr"))
    if name in (FULL, SPLIT):
        box = BODY if name == FULL else POINTS
        shapes.append(_place(3, "Points", 'idx="1"', box, "", "t"))
    if name == SPLIT:
        layout._element.attrib.pop("type", None)  # it promises a second place for text
    _append_footer(shapes, (FOOTER_INDEX, NUMBER_INDEX), COVER_FOOTER if name == COVER else FOOTER)


def _append_footer(shapes: Any, indices: tuple[int, int], box: Box = FOOTER) -> None:
    shapes.append(
        _place(5, "Footer", f'type="ftr" sz="quarter" idx="{indices[0]}"', box, _plain_style(12, QUIET), "ctr")
    )
    right = _plain_style(12, QUIET).replace("<a:lvl1pPr ", '<a:lvl1pPr algn="r" ')
    number = _place(6, "Slide number", f'type="sldNum" sz="quarter" idx="{indices[1]}"', NUMBER, right, "ctr")
    number.find(".//{*}p").getparent().replace(number.find(".//{*}p"), parse_xml(number_paragraph("#")))
    shapes.append(number)


def empty_paragraph() -> str:
    """Return a paragraph without words."""
    return f"<a:p {_SPACES}/>"


def number_paragraph(shown: str) -> str:
    """Return the paragraph that holds the number of its slide."""
    field = '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum">'
    return f"<a:p {_SPACES}>{field}<a:rPr/><a:t>{shown}</a:t></a:fld></a:p>"


def footer_shape(shape_id: int, name: str, kind: str, index: int, paragraph: str) -> Any:
    """Return a footer or a number for a slide, whose layout says where it stands. paragraph: XML of our own."""
    return parse_xml(
        f'<p:sp {_SPACES}><p:nvSpPr><p:cNvPr id="{shape_id}" name={quoteattr(name)}/><p:cNvSpPr><a:spLocks noGrp="1"/>'
        f'</p:cNvSpPr><p:nvPr><p:ph type="{kind}" sz="quarter" idx="{index}"/></p:nvPr></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/><a:lstStyle/>{paragraph}</p:txBody></p:sp>"
    )


def _cleared(owner: Any) -> Any:
    shapes = owner._element.find("{*}cSld/{*}spTree")
    for shape in shapes.findall("{*}sp"):
        shapes.remove(shape)
    return shapes


def _plain_style(size: int, ink: str, bold: bool = False) -> str:
    weight = ' b="1"' if bold else ""
    return (
        '<a:lvl1pPr marL="0" indent="0"><a:spcBef><a:spcPct val="20000"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{100 * size}"{weight}><a:solidFill><a:srgbClr val="{digits(ink)}"/></a:solidFill></a:defRPr>'
        "</a:lvl1pPr>"
    )


def _geometry(box: Box) -> str:
    left, top, width, height = box.emu
    return (
        f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )


def _place(shape_id: int, name: str, kind: str, box: Box, style: str, anchor: str) -> Any:
    prompt = re.sub(r"\b(Points|Text)\b", "Click to add points", name)
    return parse_xml(
        f'<p:sp {_SPACES}><p:nvSpPr><p:cNvPr id="{shape_id}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/>'
        f"</p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr>{_geometry(box)}</p:spPr><p:txBody>"
        f'<a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:normAutofit/>'
        f"</a:bodyPr><a:lstStyle>{style}</a:lstStyle><a:p><a:r><a:rPr/><a:t>{prompt}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def _band(shape_id: int, name: str, box: Box, fill: str) -> Any:
    return parse_xml(
        f'<p:sp {_SPACES}><p:nvSpPr><p:cNvPr id="{shape_id}" name="{name}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/>'
        f'</p:nvSpPr><p:spPr>{_geometry(box)}<a:solidFill><a:srgbClr val="{digits(fill)}"/></a:solidFill><a:ln>'
        "<a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></p:txBody></p:sp>"
    )
