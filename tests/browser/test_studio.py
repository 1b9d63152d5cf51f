"""An analyst changes a process in the studio, as they see it; the office goes on working meanwhile."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.xdist_group("browser")

ANALYST, OTHER = "la.vy", "ta.duy"
PHONE = {"width": 390, "height": 844}
DRAFT: Mapping[str, object] = {
    "document_type": "QĐ",
    "abstract": "Mua máy in cho phòng kỹ thuật",
    "amount_vnd": 24_500_000,
    "budget_source": "recurrent_autonomous",
    "spending_item": "Mua sắm tài sản",
    "urgency": "normal",
    "secrecy": "normal",
}
SOUND: Mapping[str, object] = {"is_correct": True, "is_complete": True, "is_reasonable": True}
ISSUE: Mapping[str, object] = {"issued_on": "2026-03-02", "recipients": "Lưu: VT."}


class Case:
    """A finance document on its way; the office works beside the analyst, on the same database."""

    def __init__(self, site: Any) -> None:
        self.site = site
        site.clock.advance(timedelta(minutes=1))
        assert site.visit("do.phuc").post("/start/finance_document").status_code == 303
        self.id = site.the_case().id
        site.visit("do.phuc").upload(self.task().id, ("du-toan.pdf", b"%PDF-1.4 du toan"))

    def task(self) -> Any:
        """Return the open task of this case."""
        [found] = [task for task in self.site.open_tasks() if task.instance_id == self.id]
        return found

    def go(self, username: str, outcome: str, values: Mapping[str, object] | None = None) -> None:
        """Let somebody end the open task, claiming it first where it is offered to a group."""
        task, person = self.task(), self.site.visit(username)
        if task.assignee_id is None:
            assert person.post(f"/tasks/{task.id}/claim").status_code == 303
        response = person.complete(task.id, outcome, values)
        assert response.status_code == 303, response.text

    def go_to_review(self) -> None:
        """Draft and initial."""
        self.go("do.phuc", "submit", DRAFT)
        self.go("vu.ha", "sign")

    def go_from_finance_to_the_end(self) -> list[str]:
        """Initial, sign and issue; return the steps of the way."""
        steps = [self.task().element_id]
        for username, outcome, values in (("hoang.lan", "sign", None), ("pham.bao", "sign", None)):
            self.go(username, outcome, values)
            steps.append(self.task().element_id)
        self.go("bui.mai", "issue", ISSUE)
        return steps


def open_desk(page: Page) -> None:
    page.get_by_role("link", name="Thiết kế").click()
    page.get_by_role("link", name="Luân chuyển văn bản đi – văn bản tài chính").click()
    expect(page.locator("[data-none]")).to_be_visible(timeout=20_000)


def shape(page: Page, element_id: str) -> Locator:
    return page.locator(f'g.djs-element[data-element-id="{element_id}"] > .djs-visual')


def box(page: Page, element_id: str) -> Mapping[str, float]:
    found = shape(page, element_id).bounding_box()
    assert found is not None
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


def drag(page: Page, from_x: float, from_y: float, to_x: float, to_y: float) -> None:
    page.mouse.move(from_x, from_y)
    page.mouse.down()
    page.mouse.move((from_x + to_x) / 2, to_y, steps=5)
    page.mouse.move(to_x, to_y, steps=5)
    page.mouse.up()


def make_room_after_the_review(page: Page) -> None:
    gateway, follower = box(page, "is_review_passed"), box(page, "finance_initial")
    page.locator(".djs-palette [data-action=space-tool]").click()
    gap = gateway["x"] + gateway["width"] + 2
    drag(page, gap, follower["y"] - 12, gap + 120, follower["y"] - 12)


def insert_user_task_after_the_review(page: Page) -> str:
    page.locator(".djs-palette [data-action=create]").click()
    page.locator(".djs-popup .entry", has_text="Việc của người").click()
    gateway, follower = box(page, "is_review_passed"), box(page, "finance_initial")
    start, y = gateway["x"] + gateway["width"], follower["y"] + follower["height"] / 2
    x = start + (follower["x"] - start) / 3  # beside the flow's label, which stands in its middle
    page.mouse.move(x - 30, y - 60, steps=3)
    page.mouse.move(x, y, steps=8)
    page.mouse.click(x, y)
    problem = page.locator("[data-problems] li", has_text="chưa có phân công")
    expect(problem).to_have_count(1)
    return problem.locator("[data-where]").inner_text()


def open_group(page: Page, name: str) -> Locator:
    group = page.locator(".bio-properties-panel-group", has=page.get_by_text(name, exact=True)).first
    if not group.locator(".bio-properties-panel-group-entries.open").count():
        group.get_by_text(name, exact=True).click()
    return group


def name_it(page: Page, name: str, element_id: str) -> None:
    group = open_group(page, "Chung")
    group.get_by_label("Tên", exact=True).fill(name)
    field = group.get_by_label("Mã (ID)")
    field.fill(element_id)
    field.blur()


def give_it_to(page: Page, expression: str) -> None:
    group = open_group(page, "Phân công")
    entry = group.locator("[data-entry-id=assignmentDefinitionAssignee]")
    entry.locator(".bio-properties-panel-feel-icon").click()
    entry.locator(".cm-content").click()
    page.keyboard.type(expression)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")


def test_a_step_inserted_in_the_studio_is_gone_through_by_new_cases_and_not_by_running_ones(
    desk: Any, site: Any
) -> None:
    before = Case(site)
    before.go_to_review()
    page = desk.sit_down(ANALYST)
    open_desk(page)
    make_room_after_the_review(page)

    drawn_id = insert_user_task_after_the_review(page)
    page.locator("[data-problems] button", has_text="chưa có phân công").click()
    give_it_to(page, 'leader of("P.KTQLNL")')
    name_it(page, "Kiểm tra dự toán", "check_estimate")
    expect(page.locator("[data-none]")).to_be_visible()
    page.get_by_role("button", name="Xuất bản").click()
    page.locator("dialog[open]").get_by_role("button", name="Xuất bản").click()
    expect(page.locator("#flash")).to_contain_text("văn bản tài chính bản 2")

    assert drawn_id.startswith("Activity_")
    before.go("le.an", "approve", SOUND)
    assert before.go_from_finance_to_the_end() == ["finance_initial", "director_sign", "issue_number"]
    after = Case(site)
    after.go_to_review()
    after.go("le.an", "approve", SOUND)
    assert after.task().element_id == "check_estimate"
    assert after.task().name == "Kiểm tra dự toán"
    after.go("tran.hanh", "completed")
    assert after.go_from_finance_to_the_end() == ["finance_initial", "director_sign", "issue_number"]


def test_two_analysts_at_one_diagram_and_neither_loses_a_stroke(desk: Any) -> None:
    first, second = desk.sit_down(ANALYST), desk.sit_down(OTHER)
    for page, name in ((first, "Thẩm tra một"), (second, "Thẩm tra hai")):
        open_desk(page)
        page.locator('g.djs-element[data-element-id="review"]').click()
        open_group(page, "Chung").get_by_label("Tên", exact=True).fill(name)
        expect(page.get_by_text("Có thay đổi chưa lưu")).to_be_visible()

    first.get_by_role("button", name="Lưu nháp").click()
    expect(first.get_by_text("Đã lưu nháp")).to_be_visible()
    second.get_by_role("button", name="Lưu nháp").click()
    asked = second.locator("dialog[open]")
    expect(asked).to_contain_text("La Vy đã lưu bản nháp này")
    asked.get_by_role("button", name="Mở bản kia, bỏ bản của tôi").click()

    expect(shape(second, "review")).to_contain_text("Thẩm tra một")
    desk.complaints[:] = [said for said in desk.complaints if "status of 409" not in said]


def test_a_draft_that_was_saved_more_than_once_can_be_thrown_away(desk: Any) -> None:
    page = desk.sit_down(ANALYST)
    open_desk(page)
    page.locator('g.djs-element[data-element-id="review"]').click()
    for name in ("Thẩm tra một", "Thẩm tra hai"):
        open_group(page, "Chung").get_by_label("Tên", exact=True).fill(name)
        expect(page.get_by_text("Có thay đổi chưa lưu")).to_be_visible()
        page.get_by_role("button", name="Lưu nháp").click()
        expect(page.get_by_text("Có thay đổi chưa lưu")).to_be_hidden()

    page.get_by_role("button", name="Bỏ bản nháp").click()
    page.locator("dialog[open]").get_by_role("button", name="Bỏ bản nháp").click()

    expect(page.locator("#flash")).to_contain_text("Đã bỏ bản nháp")
    expect(shape(page, "review")).to_contain_text("Thẩm tra")
    expect(shape(page, "review")).not_to_contain_text("hai")


def test_a_refused_publication_leads_to_its_errors_by_the_keyboard_alone(desk: Any) -> None:
    page = desk.sit_down(ANALYST)
    open_desk(page)
    page.locator('g.djs-element[data-element-id="director_sign"]').click()
    open_group(page, "Phân công").locator("[data-entry-id=assignmentDefinitionAssignee] .cm-content").click()
    page.keyboard.press("End")
    page.keyboard.type(" +")
    page.keyboard.press("Tab")
    expect(page.locator("[data-count=error]")).to_be_visible()

    page.get_by_role("button", name="Xuất bản").press("Enter")
    asked = page.locator("dialog[open]")
    expect(asked).to_contain_text("Chưa sửa hết thì chưa xuất bản được")
    asked.get_by_role("button", name="Xuất bản").press("Enter")
    page.get_by_role("button", name="Xem các vấn đề").press("Enter")

    expect(page.locator("[data-problems] li button:focus")).to_contain_text("Người xử lý")
    page.keyboard.press("Enter")
    expect(page.locator('g.djs-element[data-element-id="director_sign"].selected')).to_have_count(1)


def test_on_a_phone_a_process_is_looked_at_and_drawing_is_left_to_the_computer(desk: Any) -> None:
    page = desk.sit_down(ANALYST, PHONE)

    page.goto("/studio")
    page.get_by_role("link", name=re.compile("văn bản tài chính")).click()

    expect(page.get_by_text("Vẽ cần màn hình rộng hơn:")).to_be_visible()
    expect(page.locator(".narrow .djs-container")).to_be_visible()
    expect(page.locator(".djs-palette")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
