"""What a package holds and how its parts hang together; whether it is a workbook of plain cells and nothing else."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from prioritiser.errors import RefusedFileError
from prioritiser.files.excel.xml import SAVE_AGAIN, Parts, unreadable

_TYPES = "[Content_Types].xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MOST_ENTRIES = 10_000
_STRICT = "http://purl.oclc.org/ooxml/"
_SAVE_AS = 'Open it in a spreadsheet and use "Save as" with the type "Excel Workbook (.xlsx)".'
MACROS, LINKS = "macros", "links to other files"
CONNECTIONS, EMBEDDED = "connections to outside sources", "embedded objects"
_FORBIDDEN_PARTS = {
    **dict.fromkeys(("vbaproject.bin", "xl/macrosheets/", "xl/dialogsheets/"), MACROS),
    "xl/externallinks/": LINKS,
    **dict.fromkeys(("xl/connections.xml", "xl/querytables/"), CONNECTIONS),
    **dict.fromkeys(("xl/embeddings/", "xl/activex/"), EMBEDDED),
}
# what content types and kinds of relations contain, whatever the part is called
_FORBIDDEN_WORDS = {
    **dict.fromkeys(("macroenabled", "vbaproject", "macrosheet", "dialogsheet"), MACROS),
    "externallink": LINKS,
    **dict.fromkeys(("connections", "querytable"), CONNECTIONS),
    **dict.fromkeys(("oleobject", "activex"), EMBEDDED),
}
_FORBIDDEN_KINDS = {"package": EMBEDDED, "control": EMBEDDED}
# what the type of a package's main part contains, where it is no workbook of this form
_OTHER_KINDS = {
    "ms-excel.sheet.binary": "a workbook in the binary form (.xlsb)",
    "wordprocessingml.document.main": "a Word document (.docx)",
    "presentationml.presentation.main": "a PowerPoint presentation (.pptx)",
}
_OPEN_DOCUMENTS = {
    "opendocument.spreadsheet": "an OpenDocument spreadsheet (.ods)",
    "opendocument": "an OpenDocument file that is no spreadsheet",
}


@dataclass(frozen=True)
class Relation:
    """One part's mention of another. kind: the last word of its type, such as worksheet; target: a part's name."""

    kind: str
    target: str


@dataclass(frozen=True)
class Package:
    """A package of plain parts. main: the part of the workbook. relations: those of the main part by their id."""

    main: str
    relations: Mapping[str, Relation]
    types: Mapping[str, str]

    def related(self, kind: str, content_type: str) -> str:
        """Name the part that the workbook has one of, such as its styles; nothing where it has none."""
        named = [relation.target for relation in self.relations.values() if relation.kind == kind]
        typed = [part for part, given in self.types.items() if content_type in given]
        return next(iter([*named, *typed]), "")


def read_package(parts: Parts) -> Package:
    """Look a workbook over; raises RefusedFileError when it is none or holds more than cells."""
    if _TYPES not in parts:
        raise _no_package(parts)
    types, defaults = _read_types(parts)
    _refuse_other_kinds([*types.values(), *defaults])
    found = _forbidden_part(parts.names) or _forbidden_words([*types.values(), *defaults])
    relations: dict[str, dict[str, Relation]] = {}
    for name in parts.names:
        folder, _, file = name.rpartition("/")
        if file.endswith(".rels") and (folder == "_rels" or folder.endswith("/_rels")):
            source = posixpath.join(folder.removesuffix("_rels"), file.removesuffix(".rels"))
            relations[source], forbidden = _read_relations(parts, name, posixpath.dirname(source))
            found = found or forbidden
    if found:
        fix = "Copy the cells into a new .xlsx workbook."
        raise RefusedFileError(f"a workbook with {found}", "A workbook of plain cells.", fix)
    main = next((relation.target for relation in relations.get("", {}).values() if _is_main(relation.kind)), "")
    main = main or next((part for part, given in types.items() if "spreadsheetml.sheet.main" in given), "")
    if not main:
        raise unreadable("it does not say which of its parts is the workbook")
    return Package(main, relations.get(main.casefold(), {}), types)


def refuse_strict(element: str) -> None:
    """Refuse a workbook whose first element is of the Strict form: its names differ, so that it would read empty."""
    if element.startswith(_STRICT):
        raise RefusedFileError("a workbook in the Strict Open XML form", "The usual form of .xlsx.", _SAVE_AS)


def _is_main(kind: str) -> bool:
    return kind == "officedocument"


def _no_package(parts: Parts) -> RefusedFileError:
    """Say what a zip is that is no Office file."""
    if "mimetype" in parts:
        # the type of an OpenDocument file stands alone in its first part, which is no XML
        said = parts.beginning("mimetype")
        for word, kind in _OPEN_DOCUMENTS.items():
            if word in said:
                return RefusedFileError(kind, "An .xlsx workbook.", _SAVE_AS)
    if "Index/Document.iwa" in parts or "Index.zip" in parts:
        fix = 'Open it in Numbers and use "Export To", "Excel".'
        return RefusedFileError("an Apple Numbers spreadsheet", "An .xlsx workbook.", fix)
    return RefusedFileError("not an Excel workbook", "An .xlsx file.", "A zip of tables ends in .zip.")


def _read_types(parts: Parts) -> tuple[dict[str, str], list[str]]:
    """Read the content type of each part that has its own, by name, and those of kinds of parts, all in small letters.

    A type that is given to an ending counts even where no part ends so.
    """
    types: dict[str, str] = {}
    defaults: list[str] = []
    for _, element, attributes in parts.elements(_TYPES):
        given = attributes.get("ContentType", "").casefold()
        if element == f"{_PACKAGE}/content-types Override":
            types[attributes.get("PartName", "").lstrip("/").casefold()] = given
        elif element == f"{_PACKAGE}/content-types Default":
            defaults.append(given)
        if len(types) + len(defaults) > _MOST_ENTRIES:
            raise unreadable(f"{_TYPES}: more than {_MOST_ENTRIES:,} entries")
    return types, defaults


def _refuse_other_kinds(types: Iterable[str]) -> None:
    for given in types:
        for word, kind in _OTHER_KINDS.items():
            if word in given:
                fix = _SAVE_AS if "workbook" in kind else SAVE_AGAIN.replace("it", "its tables", 1)
                raise RefusedFileError(kind, "An .xlsx workbook.", fix)


def _forbidden_part(names: Iterable[str]) -> str:
    """Say what a workbook holds besides cells that could act or reach out, by the names of its parts."""
    for part, what in _FORBIDDEN_PARTS.items():
        if any(name.startswith(part) or name.endswith(f"/{part}") for name in names):
            return what
    return ""


def _forbidden_words(words: Iterable[str]) -> str:
    return next((what for given in words for word, what in _FORBIDDEN_WORDS.items() if word in given), "")


def _read_relations(parts: Parts, name: str, folder: str) -> tuple[dict[str, Relation], str]:
    """Read the relations in one part, whose targets stand in a folder, and say what of them is forbidden."""
    relations: dict[str, Relation] = {}
    found = ""
    for _, element, attributes in parts.elements(name):
        if element != f"{_PACKAGE}/relationships Relationship":
            continue
        kind = attributes.get("Type", "").rpartition("/")[2].casefold()
        if attributes.get("TargetMode", "").casefold() == "external":
            found = found or (LINKS if kind != "hyperlink" else "")
            continue
        found = found or _forbidden_words([kind]) or _FORBIDDEN_KINDS.get(kind, "")
        relations[attributes.get("Id", "")] = Relation(kind, _resolved(parts, folder, attributes.get("Target", "")))
        if len(relations) > _MOST_ENTRIES:
            raise unreadable(f"the part {name[:80]}: more than {_MOST_ENTRIES:,} entries")
    return relations, found


def _resolved(parts: Parts, folder: str, target: str) -> str:
    """Name the part that a relation leads to, which may be written from the root or from its folder, and escaped."""
    path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return path if path in parts else unquote(path)
