"""Zips, workbooks and paths that could do harm are refused before anything in them is opened."""

from __future__ import annotations

import io
import stat
import time
import zipfile
from pathlib import Path

import pytest

from prioritiser.errors import ScenarioError
from prioritiser.files.scenario_files import inspect_scenario, read_scenario, write_scenario
from tests.small import FILES, add_member, write_files, write_sheets, write_zip

PLAIN = "Only plain files of moderate size. Make the file anew from its tables."


def _found(path: Path) -> list[str]:
    reading = inspect_scenario(path)
    assert reading.scenario is None
    return [str(issue) for issue in reading.issues]


def test_zip_is_refused_at_once_when_it_swells_to_200_mb(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {**FILES, "big.csv": bytes(200_000_000)})
    assert path.stat().st_size < 250_000
    began = time.perf_counter()
    assert _found(path) == [f"a.zip: more than 100 MB when unpacked. {PLAIN}"]
    assert time.perf_counter() - began < 0.5


def test_zip_is_refused_when_one_file_is_packed_too_well(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {**FILES, "big.csv": bytes(2_000_000)})
    assert _found(path) == [f'a.zip: "big.csv", packed more than 200 times smaller than it is. {PLAIN}']


def test_zip_is_refused_when_a_size_is_a_lie(tmp_path: Path) -> None:
    goals = FILES["goals.csv"].encode() * 50
    path = write_zip(tmp_path / "a.zip", {**FILES, "goals.csv": goals})
    content = path.read_bytes().replace(len(goals).to_bytes(4, "little"), (20).to_bytes(4, "little"))
    path.write_bytes(content)
    assert _found(path)[0] == "goals.csv: damaged inside the zip. A whole file. Make the zip again."


def test_zip_is_refused_when_it_holds_too_many_files(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {f"{at}.csv": "x" for at in range(501)})
    assert _found(path) == [f"a.zip: 501 files inside, more than 500. {PLAIN}"]


@pytest.mark.parametrize(
    "name", ["../goals.csv", "/etc/goals.csv", "a/../../goals.csv", "C:goals.csv", "a\\..\\goals.csv"]
)
def test_zip_is_refused_when_a_name_leads_outside(name: str, tmp_path: Path) -> None:
    assert _found(write_zip(tmp_path / "a.zip", {**FILES, name: "x"})) == [
        f'a.zip: "{name}", a name that leads outside. {PLAIN}'
    ]


def test_zip_is_refused_when_two_files_have_one_name(tmp_path: Path) -> None:
    path = add_member(write_zip(tmp_path / "a.zip", FILES), "GOALS.csv")
    assert _found(path) == [f"a.zip: two files of one name inside. {PLAIN}"]


def test_zip_is_refused_when_it_holds_a_link(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", FILES)
    link = zipfile.ZipInfo("uses")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert _found(path) == [f'a.zip: "uses", which is a link. {PLAIN}']


def test_zip_is_refused_when_it_is_encrypted(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"goals.csv": "x"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert _found(path) == [f'a.zip: "goals.csv", which is encrypted. {PLAIN}']


def test_zip_is_refused_when_it_is_packed_in_an_unusual_way(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("goals.csv", "x")
    assert _found(tmp_path / "a.zip") == [f'a.zip: "goals.csv", packed in an unusual way. {PLAIN}']


def test_zip_is_refused_when_it_holds_two_scenarios(tmp_path: Path) -> None:
    members = {f"{base}{name}": text for base in ("", "other/") for name, text in FILES.items()}
    assert _found(write_zip(tmp_path / "a.zip", members)) == [
        'a.zip: tables in the root and "other". Tables at the root or in one folder. Zip one scenario.'
    ]


def test_zip_is_refused_when_its_tables_are_too_deep(tmp_path: Path) -> None:
    found = _found(write_zip(tmp_path / "a.zip", {f"a/b/{name}": text for name, text in FILES.items()}))
    assert found[0] == 'scenario.toml: it is missing. Did you mean "a/b/scenario.toml"?'


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx"])
@pytest.mark.parametrize("content", [b"", b"PK", b"hello" * 100])
def test_file_is_refused_when_it_is_not_a_zip(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert _found(tmp_path / name) == [
        f"{name}: not a zip file, or damaged. A whole .zip or .xlsx file. Save it again."
    ]


def test_zip_is_never_a_crash_when_its_bytes_are_damaged(tmp_path: Path) -> None:
    for kind in ("a.zip", "a.xlsx"):
        path = tmp_path / kind
        content = (write_zip(path, FILES) if kind == "a.zip" else write_sheets(path)).read_bytes()
        for at in range(0, len(content), max(1, len(content) // 60)):
            path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
            reading = inspect_scenario(path)
            assert (reading.scenario is None) == bool(reading.issues)


def test_file_is_refused_when_it_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(50_000_001)
    assert _found(tmp_path / "a.zip") == ["a.zip: more than 50 MB. A smaller file. Delete what is not needed."]


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links to other files"),
        ("xl/connections.xml", "connections to outside sources"),
        ("xl/embeddings/oleObject1.bin", "embedded objects"),
        ("xl/activeX/activeX1.xml", "embedded objects"),
    ],
)
def test_workbook_is_refused_when_it_holds_more_than_cells(member: str, what: str, tmp_path: Path) -> None:
    path = add_member(write_sheets(tmp_path / "a.xlsx"), member)
    assert _found(path) == [
        f"a.xlsx: a workbook with {what}. A workbook of plain cells. Copy the cells into a new .xlsx workbook."
    ]


def _rewritten(path: Path, name: str, old: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {entry: archive.read(entry) for entry in archive.namelist()}
    assert old in members[name]
    members[name] = members[name].replace(old, new)
    return write_zip(path, members)


def test_workbook_is_refused_when_its_type_allows_macros(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "a.xlsx")
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macros = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    assert "a workbook with macros" in _found(_rewritten(path, "[Content_Types].xml", plain, macros))[0]


def test_workbook_is_refused_when_it_declares_entities(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "a.xlsx")
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    assert (
        "a workbook with XML entities" in _found(_rewritten(path, "xl/worksheets/sheet2.xml", b"<worksheet", bomb))[0]
    )


def test_workbook_is_refused_when_a_part_is_missing(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.xlsx", {"[Content_Types].xml": "<Types/>"})
    found = _found(path)
    assert len(found) == 1
    assert found[0].startswith("a.xlsx: a workbook that cannot be read (")


def test_workbook_is_refused_when_it_is_a_zip_of_tables(tmp_path: Path) -> None:
    assert _found(write_zip(tmp_path / "a.xlsx", FILES)) == [
        "a.xlsx: not an Excel workbook. An .xlsx file. A zip of tables ends in .zip."
    ]


def test_workbook_is_refused_when_it_has_a_password(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))
    assert _found(tmp_path / "a.xlsx") == [
        "a.xlsx: a workbook with a password or in the old .xls format. An .xlsx workbook. "
        "Remove the password, or save it as an .xlsx workbook."
    ]


def test_workbook_is_read_soon_when_a_row_number_is_enormous(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "a.xlsx")
    _rewritten(path, "xl/worksheets/sheet2.xml", b'<row r="3"', b'<row r="3000000000"')
    began = time.perf_counter()
    inspect_scenario(path)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("a.xlsm", " Save it as .xlsx, without macros."),
        ("a.xls", " Save it as .xlsx."),
        ("a.csv", " Give the folder that holds it."),
        ("a.pdf", ""),
    ],
)
def test_file_is_refused_when_it_is_of_another_kind(name: str, fix: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    suffix = Path(name).suffix
    assert _found(tmp_path / name) == [
        f"{name}: a {suffix} file. A scenario is a folder, a .zip or an .xlsx workbook.{fix}"
    ]


def test_path_is_refused_with_a_hint_when_it_does_not_exist(tmp_path: Path) -> None:
    write_files(tmp_path / "my-system")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(tmp_path / "my-sytem")
    assert str(caught.value).splitlines()[1] == (
        "  my-sytem: There is no such file or folder. A scenario is a folder, a .zip or an .xlsx workbook. "
        'Did you mean "my-system"?'
    )


def test_folder_is_no_scenario_when_it_is_empty(tmp_path: Path) -> None:
    assert len(_found(tmp_path)) == 6


def test_sheet_of_text_with_equals_is_kept_when_it_is_no_formula(tmp_path: Path) -> None:
    rows: list[list[object]] = [["initiative_id", "lead"], ["wards", "=cmd|'/c calc'!A0"], ["hub"]]
    scenario = read_scenario(write_sheets(tmp_path / "a.xlsx", {"initiatives": rows}))
    assert scenario.initiative_by_id["wards"].lead == "=cmd|'/c calc'!A0"


def test_bytes_in_memory_are_a_whole_zip_when_a_scenario_is_written(tmp_path: Path) -> None:
    write_scenario(read_scenario(write_files(tmp_path / "a")), tmp_path / "a.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "a.zip").read_bytes())) as archive:
        assert archive.testzip() is None
