"""An administrator keeps the house: who is in charge of what, the directory as a file, the year of the calendar."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Page, expect

pytestmark = pytest.mark.xdist_group("browser")
PHONE = {"width": 390, "height": 844}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def a_file(*rows: list[str]) -> FilePayload:
    """Return a workbook of positions, as a browser sends it."""
    book, target = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Chức vụ"
    sheet.append(["Tên đăng nhập", "Mã đơn vị", "Loại chức vụ", "Chức danh", "Lĩnh vực phụ trách"])
    for row in rows:
        sheet.append(row)
    book.save(target)
    return {"name": "danh-ba.xlsx", "mimeType": XLSX, "buffer": target.getvalue()}


def bring(page: Page, file: FilePayload) -> None:
    page.get_by_role("link", name="Quản trị").first.click()
    page.get_by_role("link", name="Danh bạ").first.click()
    page.get_by_role("button", name="Tải tệp lên").click()
    page.get_by_label("Tệp (.xlsx hoặc .zip)").set_input_files(file)
    page.get_by_role("dialog").get_by_role("button", name="Tải lên").click()


def test_a_deputy_is_found_by_a_field_and_put_in_charge_of_another_one(desk: Any) -> None:
    page = desk.sit_down("ta.duy")
    page.goto("/admin/directory")

    page.get_by_label("Tên, tên đăng nhập hoặc lĩnh vực").fill("nang luong")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Đặng Hiền").click()
    page.get_by_role("button", name="Sửa lĩnh vực phụ trách của Phó Giám đốc Sở").click()
    page.get_by_label("Lĩnh vực phụ trách, mỗi dòng").fill("Năng lượng\nHóa chất")
    page.get_by_role("dialog").get_by_role("button", name="Lưu").click()

    expect(page.locator("#flash")).to_contain_text("Đã lưu lĩnh vực phụ trách")
    expect(page.locator("table").first).to_contain_text("Năng lượng; Hóa chất")


def test_a_file_is_looked_through_before_it_changes_the_directory_and_a_second_time_changes_nothing(desk: Any) -> None:
    page = desk.sit_down("ta.duy")
    file = a_file(["lam.khai", "LĐS", "deputy", "Phó Giám đốc Sở", "Thương mại; Xúc tiến thương mại"])

    bring(page, file)
    expect(page.locator("table")).to_contain_text("Xúc tiến thương mại")
    page.get_by_role("button", name="Cập nhật danh bạ").click()
    expect(page.locator("#flash")).to_contain_text("Đã cập nhật danh bạ")
    bring(page, file)

    expect(page.get_by_text("Danh bạ đã đúng như tệp này.")).to_be_visible()
    expect(page.get_by_role("button", name="Cập nhật danh bạ")).to_have_count(0)


def test_a_year_is_proposed_looked_through_and_approved(desk: Any) -> None:
    page = desk.sit_down("ta.duy")
    page.goto("/admin/calendar?year=2029")

    page.get_by_role("button", name="Đề xuất ngày nghỉ lễ").click()
    expect(page.get_by_text("Đã đề xuất, chưa duyệt.")).to_be_visible()
    page.get_by_role("button", name="Duyệt lịch năm 2029").click()

    expect(page.locator("main .pill.ok")).to_contain_text("Đã duyệt")
    expect(page.locator("main")).to_contain_text("Tạ Duy")


def test_a_head_finds_the_own_people_on_a_phone_and_the_page_to_hand_over(desk: Any) -> None:
    page = desk.sit_down("nguyen.thu", viewport=PHONE)

    page.get_by_role("button", name="Tài khoản").click()
    page.get_by_role("link", name="Người tôi phụ trách").click()
    page.get_by_role("link", name="Ngô Minh").click()
    page.get_by_role("button", name="Thôi việc: bàn giao").click()

    expect(page.get_by_role("dialog")).to_contain_text("Ngô Minh")
