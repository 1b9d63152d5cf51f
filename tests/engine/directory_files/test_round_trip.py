"""What was taken out of the directory comes back as it was, and changes nothing."""

import csv
import zipfile
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from engine import directory
from engine.model import Person, Position, Unit


@pytest.fixture
def strange(desk: Any) -> Any:
    """The desk of an office with names that a spreadsheet would misread."""

    def add(session: Any) -> None:
        unit = Unit(code="007", name="=1+1", sort=9, valid_from=date(2020, 1, 31))
        person = Person(username="dau.nhay", full_name="'Đặng @Thị", created_at=desk.office.now)
        held = Position(
            person=person, unit=unit, kind="specialist", title='-Chuyên viên; "chính"', valid_to=date(2026, 12, 31)
        )
        held.fields = "=Công nghiệp", "Kế hoạch, tài chính"
        session.add_all([unit, person, held])
        directory.changed(session)

    desk.office.write(add)
    return desk


@pytest.mark.parametrize("as_csv", [False, True])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_directory_as_a_file_brought_back_changes_nothing(strange: Any, language: str, *, as_csv: bool) -> None:
    compared = strange.compare(strange.export(as_csv=as_csv, language=language))

    assert compared.problems == []
    assert compared.changes == []


def test_the_workbook_has_a_sheet_each_with_vietnamese_titles(desk: Any) -> None:
    book = load_workbook(BytesIO(desk.export()))

    assert book.sheetnames == ["Đơn vị", "Người", "Chức vụ"]
    assert [cell.value for cell in book["Người"][1]][:2] == ["Tên đăng nhập", "Họ và tên"]
    assert "Phạm Bảo" in [cell.value for cell in book["Người"]["B"]]


def test_the_archive_holds_three_csv_files_in_utf8_with_a_mark(desk: Any) -> None:
    with zipfile.ZipFile(BytesIO(desk.export(as_csv=True))) as archive:
        assert archive.namelist() == ["units.csv", "people.csv", "positions.csv"]
        content = archive.read("people.csv")

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["Tên đăng nhập", "Họ và tên", "Đang làm việc", "Quản trị viên"]
    assert ["admin", "Quản Trị", "Có", "Có"] in rows


def test_no_name_becomes_a_formula_in_a_spreadsheet(strange: Any) -> None:
    book = load_workbook(BytesIO(strange.export()))
    named = next(row for row in book["Đơn vị"].iter_rows() if row[0].value == "007")
    with zipfile.ZipFile(BytesIO(strange.export(as_csv=True))) as archive:
        text = archive.read("units.csv").decode("utf-8-sig")

    assert named[1].data_type == "s"
    assert "'=1+1" in text


def test_a_csv_with_semicolons_as_a_vietnamese_spreadsheet_writes_it_is_read_too(desk: Any, a_zip: Any) -> None:
    text = "Tên đăng nhập;Họ và tên\r\nmai;Phan Mai Hoa\r\n"

    compared = desk.compare(a_zip({"Người.csv": text.encode("utf-8-sig")}))

    (changed,) = [each for each in compared.changes if each.kind == "changed"]
    assert (changed.row, changed.fields[0].new) == (2, "Phan Mai Hoa")


def test_applying_what_changes_nothing_leaves_the_directory_at_its_revision(desk: Any) -> None:
    before = desk.revision()

    applied = desk.bring_in(desk.export())

    assert applied.changes_nothing
    assert desk.revision() == before


@pytest.mark.parametrize("as_csv", [False, True])
def test_a_file_puts_a_deputy_in_charge_of_fields_and_brought_again_changes_nothing(
    desk: Any, a_book: Any, a_zip: Any, *, as_csv: bool
) -> None:
    rows = [
        ["Tên đăng nhập", "Mã đơn vị", "Loại chức vụ", "Chức danh", "Lĩnh vực phụ trách"],
        ["hien", "LĐS", "deputy", "Phó Giám đốc Sở", " Công nghiệp;năng  lượng; công nghiệp"],
    ]
    text = "\r\n".join(",".join(row) for row in rows)
    content = a_zip({"positions.csv": text.encode("utf-8-sig")}) if as_csv else a_book({"Chức vụ": rows})

    (changed,) = [each for each in desk.bring_in(content).changes if each.kind == "changed"]

    assert [(field.column, field.new) for field in changed.fields] == [("fields", ("Công nghiệp", "năng lượng"))]
    assert desk.positions("hien")[0].fields == ("Công nghiệp", "năng lượng")
    assert desk.compare(content).changes_nothing


def test_too_many_fields_are_named_by_their_row(desk: Any, a_book: Any) -> None:
    fields = ";".join(f"Lĩnh vực {number}" for number in range(21))
    rows = [
        ["Tên đăng nhập", "Mã đơn vị", "Loại chức vụ", "Chức danh", "Lĩnh vực phụ trách"],
        ["hien", "LĐS", "deputy", "Phó Giám đốc Sở", fields],
    ]

    (problem,) = desk.compare(a_book({"Chức vụ": rows})).problems

    assert (problem.code, problem.sheet, problem.row) == ("cell.bad_fields", "Chức vụ", 2)
