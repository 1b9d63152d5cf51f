"""Six people in turn carry a document from desk to desk, as they see it."""

import contextlib
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Error, Page, Route, expect

pytestmark = pytest.mark.xdist_group("browser")

SIGNERS = [
    ("nguyen.thu", "VPS"),
    ("vu.ha", "TT.KCTVPTCN"),
    ("hoang.lan", "P.KHTCTH"),
    ("tran.hanh", "P.KTQLNL"),
    ("pham.bao", "LĐS"),
]
CHAIN = ["TT.KCTVPTCN", "P.KHTCTH", "P.KTQLNL"]
TITLE = "Biên bản bàn giao xe ô tô 60A-123.45"
PAPERS = [
    {"name": "Bien-ban-ban-giao-xe.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\nbien ban"},
    {"name": "Phu-luc-tai-san.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\nphu luc"},
]


def start_draft(page: Page) -> None:
    page.get_by_role("link", name="Khởi tạo").first.click()
    page.locator("article", has_text="biên bản nhiều đơn vị ký").get_by_role("button").click()
    expect(page.locator("#detail h1")).to_contain_text("Dự thảo")


def upload(page: Page, files: list[Any]) -> None:
    page.locator("input[type=file]").set_input_files(files)
    for file in files:
        expect(page.locator("#paper-list")).to_contain_text(file["name"])


def fill_draft(page: Page) -> None:
    page.get_by_label("Trích yếu").fill(TITLE)
    choose(page, "Người ký", "Phạm Bảo")
    for unit in CHAIN:
        choose(page, "Tuyến luân chuyển", unit)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label).first.click()
    page.locator(".fjs-dropdownlist-item", has_text=option).first.click()


def press(page: Page, button: str) -> None:
    page.locator("#task-act").get_by_role("button", name=button, exact=False).first.click()


def sign(page: Page, step: str) -> None:
    expect(page.locator("#detail h1")).to_contain_text(TITLE)
    expect(page.locator(".steps .now")).to_contain_text(step)
    press(page, "Ký số")
    expect(page.locator("#flash")).to_contain_text("Đã xong")


def issue(page: Page) -> None:
    page.get_by_role("link", name="Của phòng").click()
    rows = page.locator("#task-rows a")
    expect(rows).to_have_count(1)
    rows.first.click()
    press(page, "Nhận việc")
    page.get_by_label("Nơi nhận").fill("Như trên; Lưu: VT, VP.")
    press(page, "Cấp số, phát hành")
    page.locator("dialog[open]").get_by_role("button", name="Cấp số, phát hành").click()
    expect(page.locator("#flash")).to_contain_text("Đã xong")


def test_five_signatures_bring_the_document_to_the_clerk_who_gives_the_number(desk: Any) -> None:
    drafter = desk.sit_down("ngo.minh")
    start_draft(drafter)
    upload(drafter, PAPERS)
    fill_draft(drafter)
    press(drafter, "Trình ký")
    expect(drafter.locator("#flash")).to_contain_text("Đã xong")

    for username, step in SIGNERS:
        sign(desk.sit_down(username), step)
    issue(desk.sit_down("bui.mai"))

    drafter.goto("/cases")
    drafter.get_by_role("link", name=re.compile("^BB-")).click()
    expect(drafter.locator(".signatures li")).to_have_count(5)
    expect(drafter.locator(".signatures .is-void")).to_have_count(0)
    expect(drafter.locator("dl.facts")).to_contain_text("01/BB-SCT")
    expect(drafter.locator("dl.facts")).to_contain_text("Đã kết thúc")
    checked = desk.site.command("audit", "verify")
    assert checked.returncode == 0
    assert "1 cases checked, 0 with a broken history" in checked.stdout


def test_a_return_at_the_third_unit_makes_the_signatures_void_and_the_document_goes_round_again(desk: Any) -> None:
    drafter = desk.sit_down("ngo.minh")
    start_draft(drafter)
    upload(drafter, PAPERS)
    fill_draft(drafter)
    press(drafter, "Trình ký")
    expect(drafter.locator("#flash")).to_contain_text("Đã xong")
    people = {username: desk.sit_down(username) for username, _ in SIGNERS}
    for username, step in SIGNERS[:3]:
        people[username].goto("/")
        sign(people[username], step)

    third = people["tran.hanh"]
    third.goto("/")
    press(third, "Trả lại")
    third.locator("dialog[open] textarea").fill("Thiếu số khung, số máy trong phụ lục.")
    third.locator("dialog[open]").get_by_role("button", name="Trả lại").click()
    expect(third.locator("#flash")).to_contain_text("Đã xong")

    drafter.goto("/")
    expect(drafter.locator("#detail")).to_contain_text("Thiếu số khung, số máy trong phụ lục.")
    upload(drafter, [{**PAPERS[1], "buffer": b"%PDF-1.4\nphu luc, them so khung"}])
    press(drafter, "Trình ký")
    expect(drafter.locator("#flash")).to_contain_text("Đã xong")
    for username, step in SIGNERS:
        people[username].goto("/")
        sign(people[username], step)
    issue(desk.sit_down("bui.mai"))

    drafter.goto("/cases")
    drafter.get_by_role("link", name=re.compile("^BB-")).click()
    expect(drafter.locator(".signatures li")).to_have_count(8)
    expect(drafter.locator(".signatures .is-void")).to_have_count(3)
    expect(drafter.locator(".signatures .is-void").first).to_contain_text("không còn hiệu lực")
    assert desk.site.command("audit", "verify").returncode == 0


def test_the_main_job_ends_with_the_excel_file_of_where_cases_wait(desk: Any, tmp_path: Path) -> None:
    drafter = desk.sit_down("ngo.minh")
    start_draft(drafter)
    upload(drafter, PAPERS)
    fill_draft(drafter)
    press(drafter, "Trình ký")
    expect(drafter.locator("#flash")).to_contain_text("Đã xong")

    director = desk.sit_down("pham.bao")
    director.get_by_role("link", name="Báo cáo").first.click()
    expect(director.locator("table").last).to_contain_text(TITLE)
    with director.expect_download() as download:
        director.get_by_role("link", name="Xuất .xlsx").click()
    download.value.save_as(tmp_path / "report.xlsx")

    sheet = load_workbook(tmp_path / "report.xlsx").active
    assert sheet is not None
    texts = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert TITLE in texts
    assert "Nguyễn Thu" in texts


def test_a_slow_answer_never_comes_over_a_newer_one(desk: Any, journey: Any) -> None:
    clerk = desk.sit_down("bui.mai")
    journey.submit()
    journey.sign(*(username for username, _ in SIGNERS))
    clerk.goto("/?tab=unit")

    def answer_late(route: Route) -> None:
        clerk.wait_for_timeout(1_000)
        with contextlib.suppress(Error):  # the browser has given the request up
            route.continue_()

    clerk.route("**/tasks/*?*", answer_late)
    clerk.locator("#task-rows a").first.click()
    press(clerk, "Nhận việc")

    expect(clerk.get_by_label("Nơi nhận")).to_be_editable()
    clerk.wait_for_timeout(1_500)
    expect(clerk.get_by_label("Nơi nhận")).to_be_editable()
