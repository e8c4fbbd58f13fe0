"""Files that pass for a scenario and are made to hang or swell what reads them."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from prioritiser.files.scenario_files import read_scenario, scenario_bytes
from tests.small import FILES, TOML, members_of, write_files

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PIECE = 1 << 16


def _book(folder: Path) -> dict[str, bytes]:
    """The parts of the small scenario as a workbook."""
    return members_of(scenario_bytes(read_scenario(write_files(folder / "small")), "a.xlsx"))


def _with_part(folder: Path, part: str, begin: str, pieces: Iterator[str], end: str) -> Path:
    """The small workbook, in which a part is made of pieces."""
    path = folder / "bomb.xlsx"
    parts = _book(folder)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            if name != part:
                archive.writestr(name, content)
        with archive.open(part, "w", force_zip64=True) as file:
            file.write(begin.encode())
            for text in pieces:
                file.write(text.encode())
            file.write(end.encode())
    return path


def _strings(folder: Path, items: Iterator[str]) -> Path:
    return _with_part(folder, "xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">', items, "</sst>")


def _first_sheet(folder: Path, rows: Iterator[str]) -> Path:
    begin = f'<worksheet xmlns="{_MAIN}"><sheetData>'
    return _with_part(folder, "xl/worksheets/sheet2.xml", begin, rows, "</sheetData></worksheet>")


def _many(text: str, count: int) -> Iterator[str]:
    """A text with its number in it, so many times, some thousands at once."""
    for start in range(0, count, 1000):
        yield "".join(text.replace("#", str(number)) for number in range(start, min(start + 1000, count)))


def _noise(size: int) -> Iterator[str]:
    """Letters that do not pack well."""
    rng = random.Random(1)
    for _ in range(size // _PIECE):
        yield "".join(rng.choices("abcdefghijklmnop", k=_PIECE // 8)) * 8


def million_strings(folder: Path) -> Path:
    """A million texts that cells may name."""
    return _strings(folder, _many("<si><t>text #</t></si>", 1_000_000))


def long_strings(folder: Path) -> Path:
    """90 MB of texts that cells may name."""
    return _strings(folder, (f"<si><t>{text}</t></si>" for text in _noise(90_000_000)))


def one_string(folder: Path) -> Path:
    """One text of 90 MB."""
    return _with_part(
        folder, "xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}"><si><t>', _noise(90_000_000), "</t></si></sst>"
    )


def long_styles(folder: Path) -> Path:
    """90 MB of formats of numbers."""
    begin = f'<styleSheet xmlns="{_MAIN}"><numFmts>'
    formats = (f'<numFmt numFmtId="{200 + i}" formatCode="{text}"/>' for i, text in enumerate(_noise(90_000_000)))
    return _with_part(folder, "xl/styles.xml", begin, formats, "</numFmts></styleSheet>")


def many_formats(folder: Path) -> Path:
    """A million formats of cells."""
    begin = f'<styleSheet xmlns="{_MAIN}"><cellXfs>'
    return _with_part(folder, "xl/styles.xml", begin, _many('<xf numFmtId="#"/>', 1_000_000), "</cellXfs></styleSheet>")


def empty_rows(folder: Path) -> Path:
    """A million rows without a cell."""
    return _first_sheet(folder, _many('<row r="#"/>', 1_000_000))


def blank_cells(folder: Path) -> Path:
    """A million rows with one blank cell each."""
    return _first_sheet(folder, _many('<row r="#"><c r="A#" s="1"/></row>', 1_000_000))


def wide_rows(folder: Path) -> Path:
    """Rows of sixteen thousand blank cells."""
    cells = "<c/>" * 16_000
    return _first_sheet(folder, (f"<row>{cells}</row>" for _ in range(900)))


def full_cells(folder: Path) -> Path:
    """Twenty thousand rows of two hundred numbers."""
    return _first_sheet(folder, (f"<row>{'<c><v>1</v></c>' * 200}</row>" for _ in range(19_000)))


def merged_cells(folder: Path) -> Path:
    """Three hundred thousand blocks of merged cells."""
    begin = f'<worksheet xmlns="{_MAIN}"><sheetData/><mergeCells>'
    return _with_part(
        folder,
        "xl/worksheets/sheet2.xml",
        begin,
        _many('<mergeCell ref="A#:B#"/>', 300_000),
        "</mergeCells></worksheet>",
    )


def defined_names(folder: Path) -> Path:
    """Three hundred thousand names of ranges."""
    workbook = _book(folder)["xl/workbook.xml"].decode()
    begin, _, rest = workbook.partition("</sheets>")
    names = _many('<definedName name="n#">goals!$A$1</definedName>', 300_000)
    return _with_part(folder, "xl/workbook.xml", f"{begin}</sheets><definedNames>", names, f"</definedNames>{rest}")


def deep_xml(folder: Path) -> Path:
    """Elements in elements, a hundred thousand deep."""
    return _with_part(
        folder, "xl/worksheets/sheet2.xml", f'<worksheet xmlns="{_MAIN}">', iter(["<a>" * 100_000]), "</worksheet>"
    )


def _folder(folder: Path, changes: Mapping[str, str | bytes | None]) -> Path:
    return write_files(folder / "bomb", changes)


def toml_dots(folder: Path) -> Path:
    """A key of fifty thousand dots."""
    return _folder(folder, {"scenario.toml": f"{TOML}\n{'a.' * 50_000}a = 1\n"})


def toml_headers(folder: Path) -> Path:
    """Four thousand headers of tables, each within the last."""
    deep = "\n".join(f"[{'.'.join(['a'] * (1 + number % 100))}.b{number}]" for number in range(4_000))
    return _folder(folder, {"scenario.toml": f"{TOML}\n{deep}\n"})


def toml_what_ifs(folder: Path) -> Path:
    """Ten thousand what-ifs."""
    what_ifs = "".join(f'[[what_if]]\nname = "{number}"\n' for number in range(10_000))
    return _folder(folder, {"scenario.toml": f"{TOML}\n{what_ifs}"})


def toml_locks(folder: Path) -> Path:
    """Two hundred what-ifs with a hundred unknown locks each."""
    locks = ", ".join(f'x{number} = "in"' for number in range(100))
    what_ifs = "".join(f'[[what_if]]\nname = "{number}"\nlock = {{ {locks} }}\n' for number in range(200))
    return _folder(folder, {"scenario.toml": f"{TOML}\n{what_ifs}"})


def toml_lists(folder: Path) -> Path:
    """A list of two hundred thousand numbers where a text is wanted, and one within another."""
    return _folder(folder, {"scenario.toml": f"{TOML}\nx = [{'1,' * 200_000}]\ny = {'[' * 20_000}{']' * 20_000}\n"})


def toml_digits(folder: Path) -> Path:
    """A whole number of five thousand digits."""
    return _folder(folder, {"scenario.toml": TOML.replace("national = 50", f"national = {'9' * 5_000}")})


def wrong_rows(folder: Path) -> Path:
    """Twenty thousand rows, each wrong."""
    rows = "".join(f"wards,money,x{number},\n" for number in range(20_000))
    return _folder(folder, {"uses.csv": f"initiative_id,resource_id,year_1,year_2\n{rows}"})


def unknown_ids(folder: Path) -> Path:
    """Two thousand initiatives whose ids are numbers, and as many uses of others."""
    ids = "".join(f"{number:05d}\n" for number in range(2_000))
    uses = "".join(f"{number},money,1,\n" for number in range(5_000, 7_000))
    return _folder(
        folder,
        {
            "initiatives.csv": f"initiative_id\n{ids}wards\nhub\n",
            "uses.csv": f"initiative_id,resource_id,year_1,year_2\n{uses}",
        },
    )


def wide_table(folder: Path) -> Path:
    """A hundred and ninety unknown columns of figures over nineteen thousand rows."""
    header = "initiative_id,resource_id,year_1,year_2," + ",".join(f"c{number}" for number in range(190))
    rows = f"wards,money,1,1,{','.join('5' for _ in range(190))}\n" * 19_000
    return _folder(folder, {"uses.csv": f"{header}\n{rows}"})


def long_table(folder: Path) -> Path:
    """The same over as many rows as are read."""
    header = "initiative_id,resource_id,year_1,year_2," + ",".join(f"c{number}" for number in range(190))
    rows = f"wards,money,1,1,{','.join('5' for _ in range(190))}\n" * 5_100
    return _folder(folder, {"uses.csv": f"{header}\n{rows}"})


def quoted_cell(folder: Path) -> Path:
    """A quoted cell that goes on to the end of a large file."""
    return _folder(folder, {"uses.csv": FILES["uses.csv"] + '"' + "a,b\n" * 2_000_000})


def many_columns(folder: Path) -> Path:
    """A header of a million columns."""
    return _folder(folder, {"goals.csv": ",".join(f"c{number}" for number in range(1_000_000)) + "\n"})


BOMBS: Mapping[str, Callable[[Path], Path]] = {
    make.__name__: make
    for make in (
        million_strings, long_strings, one_string, long_styles, many_formats, empty_rows, blank_cells, wide_rows, full_cells,
        merged_cells, defined_names, deep_xml, toml_dots, toml_headers, toml_what_ifs, toml_locks, toml_lists, toml_digits,
        wrong_rows, unknown_ids, wide_table, long_table, quoted_cell, many_columns,
    )
}  # fmt: skip
