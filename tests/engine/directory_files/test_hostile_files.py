"""Files that are not what they say, or would fill the memory, are refused with a sentence."""

import zipfile
from io import BytesIO
from typing import Any

import pytest

MEGABYTE = 1024 * 1024
BOMB = bytes(MEGABYTE)


def repacked(content: bytes, **changed: bytes) -> bytes:
    """Return a workbook with parts added or replaced; `__` stands for a slash, `_` before the end for the dot."""
    target = BytesIO()
    parts = {name.replace("__", "/").replace("_", "."): part for name, part in changed.items()}
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, parts.pop(name, b"") or source.read(name))
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.kind"),
        (b"%PDF-1.4", "file.kind"),
        ("Tên đăng nhập,Họ và tên\n".encode(), "file.kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "file.encrypted"),
        (b"PK\x05\x06" + bytes(18), "sheet.none"),
    ],
)
def test_what_is_no_workbook_and_no_archive_is_told_so(content: bytes, code: str, problems: Any) -> None:
    assert problems(content) == [(code, "", None)]


def test_a_workbook_with_macros_is_refused(desk: Any, problems: Any) -> None:
    content = repacked(desk.export(), xl__vbaProject_bin=b"macro")

    assert problems(content) == [("file.macros", "", None)]


def test_an_archive_that_unpacks_beyond_all_measure_is_refused_unread(a_zip: Any, problems: Any) -> None:
    content = a_zip({f"people{number}.csv": BOMB for number in range(65)})

    assert len(content) < MEGABYTE
    assert problems(content) == [("file.too_large", "", None)]


def test_shared_texts_beyond_memory_are_refused(desk: Any, problems: Any) -> None:
    content = repacked(desk.export(), xl__sharedStrings_xml=BOMB * 25)

    assert problems(content) == [("file.too_large", "", None)]


def test_one_enormous_cell_is_a_wrong_cell_and_no_more(a_zip: Any, problems: Any) -> None:
    text = b"username,full_name\r\nmoi," + b"A" * (20 * MEGABYTE) + b"\r\n"

    assert problems(a_zip({"people.csv": text})) == [("file.damaged", "", None)]


def test_a_cell_far_out_in_the_sheet_costs_nothing(desk: Any, problems: Any) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    content = repacked(desk.export(), xl__worksheets__sheet2_xml=sheet)

    assert [code for code, _sheet, _row in problems(content)] == ["column.missing", "column.missing"]


def test_entities_in_the_xml_are_refused(desk: Any, problems: Any) -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'

    assert problems(repacked(desk.export(), xl__worksheets__sheet1_xml=laughs)) == [("file.damaged", "", None)]


@pytest.mark.parametrize("part", ["xl__workbook_xml", "xl__worksheets__sheet1_xml", "xl__styles_xml"])
def test_a_workbook_with_a_broken_part_is_told_to_be_damaged(part: str, desk: Any, problems: Any) -> None:
    assert problems(repacked(desk.export(), **{part: b"<worksheet"})) == [("file.damaged", "", None)]


def test_an_archive_cut_short_is_told_to_be_damaged(desk: Any, problems: Any) -> None:
    content = bytearray(desk.export(as_csv=True))
    content[60:90] = bytes(30)

    assert problems(bytes(content)) == [("file.damaged", "", None)]


def test_a_csv_in_another_encoding_is_told_so(a_zip: Any, problems: Any) -> None:
    text = "Tên đăng nhập,Họ và tên\n".encode("utf-16")

    assert problems(a_zip({"people.csv": text})) == [("file.not_utf8", "", None)]


def test_a_csv_that_was_named_after_another_sheet_is_told_so(a_zip: Any, problems: Any) -> None:
    assert problems(a_zip({"nhân sự.csv": b"username,full_name\n"})) == [("sheet.unknown", "nhân sự", None)]
