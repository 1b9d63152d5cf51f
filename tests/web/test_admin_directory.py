"""The administration room: looking people up, taking the directory out, and bringing it back."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from engine import directory
from engine.model import DirectoryFile, Person

ADMINISTRATOR = "ta.duy"


def a_book(**people: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Người")
    sheet.append(["Tên đăng nhập", "Họ và tên"])
    for username, full_name in people.items():
        sheet.append([username.replace("_", "."), full_name])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def upload(site: Any, content: bytes, name: str = "danh-ba.xlsx") -> Any:
    visitor = site.visit(ADMINISTRATOR)
    response = visitor.post("/admin/directory/files", {"file": (BytesIO(content), name)})
    response.request.environ["wsgi.input"].close()
    assert response.status_code == 303
    return response


def full_name(site: Any, username: str) -> str:
    with site.session() as session:
        return session.scalars(select(Person.full_name).where(Person.username == username)).one()  # type: ignore[no-any-return]


def test_only_administrators_find_the_room(site: Any) -> None:
    assert 'href="/admin"' in site.visit(ADMINISTRATOR).get("/").text
    assert 'href="/admin"' not in site.visit("ngo.minh").get("/").text
    assert 'href="/admin/directory"' in site.visit(ADMINISTRATOR).get("/admin").text


@pytest.mark.parametrize("username", ["ngo.minh", "hoang.lan", "pham.bao"])
def test_nobody_else_may_look_take_out_or_bring_in(username: str, site: Any) -> None:
    visitor = site.visit(username)

    for path in ("/admin", "/admin/directory", "/admin/directory.xlsx", "/admin/directory.zip"):
        assert visitor.get(path).status_code == 403, path
    response = visitor.post("/admin/directory/files", {"file": (BytesIO(a_book()), "danh-ba.xlsx")})
    response.request.environ["wsgi.input"].close()
    assert response.status_code == 403


def test_people_are_found_without_diacritics_and_by_their_unit(site: Any) -> None:
    visitor = site.visit(ADMINISTRATOR)

    assert "Hoàng Lan" in visitor.get("/admin/directory?q=hoang+lan").text
    assert "Hoàng Lan" not in visitor.get("/admin/directory?q=khong+co+ai").text
    in_office = visitor.get("/admin/directory?unit=VPS").text
    assert "ngo.minh" in in_office
    assert "hoang.lan" not in in_office


def test_the_directory_is_sent_as_a_workbook_and_as_an_archive(site: Any) -> None:
    visitor = site.visit(ADMINISTRATOR)

    book = load_workbook(BytesIO(visitor.get("/admin/directory.xlsx").data))
    archive = visitor.get("/admin/directory.zip")

    assert book.sheetnames == ["Đơn vị", "Người", "Chức vụ"]
    assert archive.mimetype == "application/zip"
    assert "danh-ba-20260302.zip" in archive.headers["Content-Disposition"]


def test_a_file_is_shown_first_and_changes_the_directory_when_it_is_confirmed(site: Any) -> None:
    visitor = site.visit(ADMINISTRATOR)
    address = upload(site, a_book(ngo_minh="Ngô Văn Minh", moi_tuyen="Mới Tuyển")).location

    page = visitor.get(address)
    assert "Ngô Minh → Ngô Văn Minh" in page.text
    assert "moi.tuyen · Mới Tuyển" in page.text
    assert full_name(site, "ngo.minh") == "Ngô Minh"
    revision = page.text.partition('name="revision" value="')[2].partition('"')[0]
    applied = visitor.post(f"{address}/apply", {"revision": revision})

    assert applied.location == "/admin/directory"
    assert full_name(site, "ngo.minh") == "Ngô Văn Minh"
    assert "Mới Tuyển" in visitor.get("/admin/directory?q=moi.tuyen").text
    with site.session() as session:
        kept = session.scalars(select(DirectoryFile)).one()
        assert (kept.content, kept.added, kept.changed, kept.ended) == (None, 1, 1, 0)


def test_a_confirmation_of_what_is_no_longer_so_leads_back_to_the_changes(site: Any) -> None:
    visitor = site.visit(ADMINISTRATOR)
    address = upload(site, a_book(ngo_minh="Ngô Văn Minh")).location

    response = visitor.post(f"{address}/apply", {"revision": "0"})

    assert response.location == address
    assert "Danh bạ đã thay đổi" in visitor.get(address).text
    assert full_name(site, "ngo.minh") == "Ngô Minh"


def test_errors_are_shown_by_row_and_there_is_nothing_to_confirm(site: Any) -> None:
    address = upload(site, a_book(ngo_minh="Ngô Văn Minh", moi="A" * 200)).location

    page = site.visit(ADMINISTRATOR).get(address).text

    assert "Người, dòng 3" in page
    assert "dài quá 120 ký tự" in page
    assert "/apply" not in page


def test_what_is_no_directory_file_is_told_so(site: Any) -> None:
    address = upload(site, b"%PDF-1.4", "quyet-dinh.pdf").location

    assert "Tệp không phải .xlsx hay .zip" in site.visit(ADMINISTRATOR).get(address).text


def test_a_form_without_a_file_is_told_so(site: Any) -> None:
    visitor = site.visit(ADMINISTRATOR)

    assert visitor.post("/admin/directory/files", {}).location == "/admin/directory"
    assert "Chọn một tệp" in visitor.get("/admin/directory").text


def test_the_file_of_one_administrator_is_not_for_another(site: Any) -> None:
    address = upload(site, a_book(ngo_minh="Ngô Văn Minh")).location
    with site.session() as session, session.begin():
        session.scalars(select(Person).where(Person.username == "la.vy")).one().is_administrator = True
        directory.changed(session)

    assert site.visit("la.vy").get(address).status_code == 404
