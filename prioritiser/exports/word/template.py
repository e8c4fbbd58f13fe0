"""A Word template as it comes from people: looked at, opened, emptied, and given the styles that it lacks."""

import io
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.parts.numbering import NumberingPart

from prioritiser.errors import TemplateError
from prioritiser.exports.word.house import WORD, house_template
from prioritiser.files.scenario_files import zip_bytes
from prioritiser.files.tables.issues import Findings
from prioritiser.files.tables.upload_limits import BROKEN, Archive, open_archive

_EXPECTED = "Expected was a Word template: a .docx or .dotx file without macros and without a password."
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_DOTX, _DOCX = b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml"
_OTHERS = {b"spreadsheetml": "an Excel workbook", b"presentationml": "a PowerPoint presentation"}
_ACTIVE = {
    "vbaproject": "macros",
    "vbadata": "macros",
    "activex": "ActiveX controls",
    "oleobject": "embedded objects",
    "/embeddings/": "embedded objects",
}
_REACHING = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON|RD)\b")
_KEPT = frozenset(
    "styles stylesWithEffects numbering settings webSettings fontTable theme header footer footnotes endnotes "
    "customXml glossaryDocument".split()
)
_UNREADABLE = (*BROKEN, KeyError, IndexError, AttributeError, TypeError, PackageNotFoundError, SyntaxError)


def open_template(content: bytes) -> Document:
    """Open a template with an empty body, with every style that a paper needs; its header, footer and page are kept.

    Where it has neither header nor footer it gets those of the house. Raises TemplateError.
    """
    document = _opened(_looked_at(content))
    _refuse_what_reaches_out(document)
    _empty(document)
    house = docx.Document(io.BytesIO(house_template()))
    ids = _add_styles(document, house)
    if not _references(document.element.body.sectPr):
        _add_header_and_footer(document, house, ids)
    return document


def style_ids(document: Document) -> dict[str, str]:
    """Return the id of each style by its name in lower case."""
    return {style.name.casefold(): style.style_id for style in document.styles if style.name}


def _looked_at(content: bytes) -> dict[str, bytes]:
    """Unpack a template that may be opened."""
    if content.startswith(_OLD_OFFICE):
        raise TemplateError("has a password or is in the old .doc format", _EXPECTED)
    findings = Findings()
    archive = open_archive("template", content, findings)
    if archive is None:
        raise TemplateError(f"is {findings.issues[0].found}" if content else "is empty", _EXPECTED)
    files = _unpacked(archive)
    types = files.get("[Content_Types].xml", b"")
    if b"macroenabled" in types.lower():
        raise TemplateError("is of a kind that carries macros (.docm or .dotm)", _EXPECTED)
    for kind, what in _OTHERS.items():
        if kind + b".sheet.main" in types or kind + b".presentation.main" in types:
            raise TemplateError(f"is {what}", _EXPECTED)
    for name in files:
        active = next((what for part, what in _ACTIVE.items() if part in f"/{name.casefold()}"), "")
        if active:
            raise TemplateError(f"holds {active} ({name})", _EXPECTED)
    return files | {"[Content_Types].xml": types.replace(_DOTX, _DOCX)}


def _unpacked(archive: Archive) -> dict[str, bytes]:
    try:
        return {name: archive.members.read(name) for name in archive.members.namelist() if not name.endswith("/")}
    except BROKEN as error:
        raise TemplateError("is damaged", _EXPECTED) from error


def _opened(files: dict[str, bytes]) -> Document:
    try:
        document = docx.Document(io.BytesIO(zip_bytes(files)))
        if document.element.body.sectPr is None:
            document.element.body.append(parse_xml(f'<w:sectPr xmlns:w="{WORD}"/>'))
        _sound_page(document)
        _ = (list(document.styles), document.settings.element, document.core_properties)
    except _UNREADABLE as error:
        raise TemplateError("is not a whole Word document", _EXPECTED) from error
    return document


def _sound_page(document: Document) -> None:
    """Give a page without a size that of A4, and margins."""
    section = document.sections[-1]
    house = docx.Document(io.BytesIO(house_template())).sections[0]
    for name in ("page_width", "page_height", "left_margin", "right_margin", "top_margin", "bottom_margin"):
        if getattr(section, name) is None:
            setattr(section, name, getattr(house, name))
    if section.page_width - section.left_margin - section.right_margin < section.page_width / 4:  # type: ignore[operator]
        raise TemplateError("leaves too little of the page between its margins", _EXPECTED)


def _parts(document: Document) -> Iterator[Any]:
    yield from document.part.package.iter_parts()


def _refuse_what_reaches_out(document: Document) -> None:
    """Take the name of the template's own template out, and refuse what would fetch anything from elsewhere."""
    package = document.part.package
    for part in (package, *_parts(document)):
        for key, relation in list(part.rels.items()):
            if relation.reltype.endswith("/attachedTemplate"):
                part.rels.pop(key)
                for element in list(part.element.iter(qn("w:attachedTemplate"))):
                    element.getparent().remove(element)
            elif relation.is_external and not relation.reltype.endswith("/hyperlink"):
                raise TemplateError(f"links to a file elsewhere ({relation.target_ref[:80]})", _EXPECTED)
        if part not in (package, document.part) and (code := _REACHING.search(_codes(part))):
            raise TemplateError(f"has a field that fetches or runs something ({code[0]})", _EXPECTED)


def _codes(part: Any) -> str:
    """Every field code of a part, also those that stand in pieces."""
    element = getattr(part, "element", None)
    if element is None:
        return ""
    pieces = "".join(node.text or "" for node in element.iter(qn("w:instrText")))
    return " ".join([pieces, *(node.get(qn("w:instr"), "") for node in element.iter(qn("w:fldSimple")))]).upper()


def _empty(document: Document) -> None:
    """Take the body out; the last page's header and footer stay, or the nearest before them."""
    body = document.element.body
    last = body.sectPr
    for earlier in reversed(list(body.iter(qn("w:sectPr")))):
        have = {(reference.tag, reference.get(qn("w:type"))) for reference in _references(last)}
        missing = [ref for ref in _references(earlier) if (ref.tag, ref.get(qn("w:type"))) not in have]
        for reference in reversed(missing):
            last.insert(0, deepcopy(reference))
    for child in list(body):
        if child is not last:
            body.remove(child)
    for tag in ("w:type", "w:cols"):
        for element in list(last.iter(qn(tag))):
            last.remove(element)
    used = {reference.get(qn("r:id")) for reference in _references(last)}
    for key, relation in list(document.part.rels.items()):
        kind = relation.reltype.rpartition("/")[2]
        if kind not in _KEPT or (kind in ("header", "footer") and key not in used):
            document.part.rels.pop(key)
    outside = document.part.package.rels
    for key in [key for key, relation in outside.items() if relation.reltype.endswith("/thumbnail")]:
        outside.pop(key)


def _references(page: Any) -> list[Any]:
    return [child for child in page if child.tag in (qn("w:headerReference"), qn("w:footerReference"))]


def _add_styles(document: Document, house: Document) -> dict[str, str]:
    """Copy the styles that a template lacks; returns the id that each style of the house has there."""
    have, taken = style_ids(document), {style.style_id for style in document.styles}
    ids, lacking = {}, []
    for style in house.styles:
        name = str(style.name).casefold()
        if name not in have:
            lacking.append(style.element)
            have[name] = _free(style.style_id, taken)
        ids[style.style_id] = have[name]
    lists: dict[str, str] = {}
    for element in lacking:
        added = deepcopy(element)
        added.set(qn("w:styleId"), ids[element.get(qn("w:styleId"))])
        added.attrib.pop(qn("w:default"), None)
        for tag in ("w:basedOn", "w:next"):
            for reference in added.iter(qn(tag)):
                reference.set(qn("w:val"), ids[reference.get(qn("w:val"))])
        for number in added.iter(qn("w:numId")):
            given = number.get(qn("w:val"))
            lists[given] = lists.get(given) or _add_list(document, house, given, ids)
            number.set(qn("w:val"), lists[given])
        document.styles.element.append(added)
    return ids


def _free(style_id: str, taken: set[str]) -> str:
    while style_id in taken:
        style_id += "X"
    taken.add(style_id)
    return style_id


def _add_list(document: Document, house: Document, number: str, ids: dict[str, str]) -> str:
    """Copy a list of the house; returns its number there. Definitions stand before the numbers that use them."""
    lists, given = _lists(document), house.part.numbering_part.element
    kind = deepcopy(next(kind for kind in given.iter(qn("w:abstractNum")) if _value(kind, "abstractNumId") == number))
    for style in kind.iter(qn("w:pStyle")):
        style.set(qn("w:val"), ids[style.get(qn("w:val"))])
    kinds = list(lists.iter(qn("w:abstractNum")))
    kind.set(qn("w:abstractNumId"), str(1 + max((int(_value(each, "abstractNumId")) for each in kinds), default=0)))
    new = str(1 + max((int(_value(each, "numId")) for each in lists.iter(qn("w:num"))), default=0))
    lists.insert(lists.index(kinds[-1]) + 1 if kinds else 0, kind)
    inside = f'<w:abstractNumId w:val="{_value(kind, "abstractNumId")}"/>'
    added = parse_xml(f'<w:num xmlns:w="{WORD}" w:numId="{new}">{inside}</w:num>')
    nums = list(lists.iter(qn("w:num")))
    lists.insert(lists.index(nums[-1] if nums else kind) + 1, added)
    return new


def _value(element: Any, name: str) -> str:
    return str(element.get(qn(f"w:{name}")))


def _lists(document: Document) -> Any:
    """Return the lists of a document, which may have none yet."""
    try:
        return document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element  # type: ignore[attr-defined]
    except KeyError:
        element = parse_xml(f'<w:numbering xmlns:w="{WORD}"/>')
        place = PackURI("/word/numbering.xml")
        part = NumberingPart(place, CONTENT_TYPE.WML_NUMBERING, element, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
        return element


def _add_header_and_footer(document: Document, house: Document, ids: dict[str, str]) -> None:
    """Give a template that has neither the header and footer of the house."""
    section, given = document.sections[-1], house.sections[0]
    for name in ("header", "footer"):
        target = getattr(section, name)
        target.is_linked_to_previous = False
        element = target._element
        for child in list(element):
            element.remove(child)
        for child in getattr(given, name)._element:
            added = deepcopy(child)
            for style in added.iter(qn("w:pStyle")):
                style.set(qn("w:val"), ids[style.get(qn("w:val"))])
            element.append(added)
