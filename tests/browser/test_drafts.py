"""What is typed into a task's form is there again; two windows; the answers once more; the sheet on paper."""

import re
from typing import Any

import pytest
import simplejson
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import select

from engine import definitions, deployment, runtime
from engine.database import begin_write
from engine.model import Person
from web.clock import system_time

pytestmark = pytest.mark.xdist_group("browser")

HOLDER = "bui.mai"
PHONE = {"width": 390, "height": 844}
DIAGRAM = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="stock_file" targetNamespace="urn:luanchuyen:test">
  <process id="stock" name="Thanh lý tài sản" isExecutable="true">
    <extensionElements><zeebe:properties>
      <zeebe:property name="lc:title" value='="Thanh lý " + thing' /></zeebe:properties></extensionElements>
    <startEvent id="asked" name="Đề nghị" />
    <userTask id="decide" name="Quyết định thanh lý">
      <extensionElements><zeebe:userTask /><zeebe:assignmentDefinition assignee="bui.mai" />
        <zeebe:formDefinition formId="stock" /><zeebe:properties>
        <zeebe:property name="lc:outcome.scrap"
          value='={label: "Thanh lý", style: "main", check: true, confirm: "Tài sản bị xóa khỏi sổ."}' />
        <zeebe:property name="lc:outcome.keep" value='={label: "Giữ lại"}' />
      </zeebe:properties></extensionElements>
    </userTask>
    <endEvent id="decided" name="Xong" />
    <sequenceFlow id="to_decide" sourceRef="asked" targetRef="decide" />
    <sequenceFlow id="to_end" sourceRef="decide" targetRef="decided" />
  </process>
</definitions>
"""
FIELDS = [
    {"type": "textfield", "id": "f1", "key": "buyer", "label": "Người mua", "validate": {"required": True}},
    {"type": "textarea", "id": "f2", "key": "why", "label": "Lý do thanh lý"},
    {"type": "number", "id": "f3", "key": "worth", "label": "Giá trị còn lại"},
]


@pytest.fixture
def stock(desk: Any) -> Any:
    """Two old things about which the clerk decides."""
    form = {"type": "default", "id": "stock", "schemaVersion": 18, "components": FIELDS}
    with desk.site.session() as session, session.begin():
        begin_write(session)
        files = {"stock.bpmn": DIAGRAM.encode(), "stock.form": simplejson.dumps(form).encode()}
        deployment.deploy(session, pack_key="stock", files=files, at=system_time())
        by = session.scalars(select(Person).where(Person.username == "ngo.minh")).one()
        definition = definitions.latest(session, "stock")
        for thing in ("máy in", "xe ô tô"):
            runtime.start(session, definition, by=by, variables={"thing": thing}, at=system_time())
    return desk


def open_task(page: Page, thing: str) -> None:
    row = page.locator("#task-rows a", has_text=thing).first
    row.click()
    expect(page).to_have_url(re.compile("/tasks/"))
    expect(row).to_have_attribute("aria-current", "true")
    expect(page.locator("#detail h1")).to_contain_text(thing)


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-form]:not([data-draft-unsaved])")).to_be_visible()
    expect(page.locator("[data-draft-said]")).to_contain_text(re.compile("Đã lưu nháp lúc [0-9]{2}:[0-9]{2}"))


def never_ask(page: Page) -> list[str]:
    """Note every question whether to leave the page, and stay."""
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", note)
    return asked


def test_what_is_typed_is_there_after_a_reload_and_gone_when_it_is_thrown_away(stock: Any) -> None:
    page = stock.sit_down(HOLDER)
    asked = never_ask(page)
    open_task(page, "máy in")
    page.get_by_label("Người mua").fill("Công ty Hoàng Long")
    page.get_by_label("Giá trị còn lại").fill("1250000")
    expect_saved(page)
    expect(page.locator("[data-draft-said]")).to_have_role("status")

    page.reload()

    expect(page.get_by_label("Người mua")).to_have_value("Công ty Hoàng Long")
    expect_saved(page)
    page.get_by_role("button", name="Bỏ bản nháp").click()
    page.locator("#draft-discard").get_by_role("button", name="Bỏ bản nháp").click()
    expect(page.locator("#flash")).to_contain_text("Đã bỏ bản nháp")
    expect(page.get_by_label("Người mua")).to_have_value("")
    assert asked == []


def test_who_opens_another_task_while_typing_is_not_asked_and_finds_it_again(stock: Any) -> None:
    page = stock.sit_down(HOLDER)
    open_task(page, "máy in")
    page.get_by_label("Người mua").press_sequentially("Lan")

    open_task(page, "xe ô tô")
    expect(page.get_by_label("Người mua")).to_have_value("")
    open_task(page, "máy in")

    expect(page.get_by_label("Người mua")).to_have_value("Lan")


def test_two_windows_show_both_versions_and_the_person_chooses(stock: Any) -> None:
    first = stock.sit_down(HOLDER)
    open_task(first, "máy in")
    second = first.context.new_page()
    second.goto(first.url)
    first.get_by_label("Người mua").fill("Công ty A")
    expect_saved(first)

    second.get_by_label("Người mua").fill("Công ty B")

    clash = second.get_by_role("dialog", name="Biểu mẫu này đang mở ở hai cửa sổ")
    expect(clash.get_by_role("row", name="Người mua")).to_contain_text("Công ty B")
    expect(clash.get_by_role("row", name="Người mua")).to_contain_text("Công ty A")
    clash.get_by_role("button", name="Lấy bản đã lưu").click()
    expect(second.get_by_label("Người mua")).to_have_value("Công ty A")

    second.get_by_label("Người mua").fill("Công ty C")
    expect_saved(second)
    second.reload()
    expect(second.get_by_label("Người mua")).to_have_value("Công ty C")
    first.get_by_label("Lý do thanh lý").fill("Hỏng")
    clash = first.get_by_role("dialog", name="Biểu mẫu này đang mở ở hai cửa sổ")
    clash.get_by_role("button", name="Giữ bản ở cửa sổ này").click()
    expect(clash).to_be_hidden()
    expect(first.locator("input[data-draft-revision]").first).to_have_value("3")
    second.reload()
    expect(second.get_by_label("Người mua")).to_have_value("Công ty A")
    expect(second.get_by_label("Lý do thanh lý")).to_have_value("Hỏng")


def test_a_window_that_is_behind_does_not_complete_the_task_before_the_person_has_chosen(stock: Any) -> None:
    first = stock.sit_down(HOLDER)
    open_task(first, "máy in")
    first.get_by_label("Người mua").fill("Công ty A")
    expect_saved(first)
    second = first.context.new_page()
    second.goto(first.url)
    second.get_by_label("Người mua").fill("Công ty B")
    expect_saved(second)
    expect(second.locator("input[data-draft-revision]").first).to_have_value("2")

    first.get_by_role("button", name="Giữ lại", exact=True).click()

    clash = first.get_by_role("dialog", name="Biểu mẫu này đang mở ở hai cửa sổ")
    expect(clash.get_by_role("row", name="Người mua")).to_contain_text("Công ty B")
    clash.get_by_role("button", name="Giữ bản ở cửa sổ này").click()
    expect_saved(first)
    expect(first.locator("input[data-draft-revision]").first).to_have_value("3")
    first.get_by_role("button", name="Giữ lại", exact=True).click()
    expect(first.locator("#flash")).to_contain_text("Đã xong")


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_the_answers_stand_there_once_more_before_what_is_not_taken_back(
    stock: Any, viewport: dict[str, int] | None
) -> None:
    page = stock.sit_down(HOLDER, viewport)
    open_task(page, "máy in")
    page.get_by_label("Người mua").fill("Công ty A")
    page.get_by_role("button", name="Thanh lý").click()
    expect(page.locator("#detail h1")).to_contain_text("Kiểm tra lại")
    expect(page.locator("#detail h1")).to_be_focused()
    expect(page.locator(".answers")).to_contain_text("Công ty A")
    expect(page.locator("#task-act")).to_contain_text("Tài sản bị xóa khỏi sổ.")

    page.get_by_role("button", name="Sửa lại").click()
    page.get_by_label("Người mua").fill("Công ty B")
    page.get_by_role("button", name="Thanh lý").click()
    expect(page.locator(".answers")).to_contain_text("Công ty B")
    page.locator("#task-act").get_by_role("button", name="Thanh lý").click()

    expect(page.locator("#flash")).to_contain_text("Đã xong")
    expect(page.locator("#task-rows")).not_to_contain_text("máy in")


def test_the_sheet_fits_a4_and_prints_without_the_page_around_it(stock: Any) -> None:
    page = stock.sit_down(HOLDER)
    open_task(page, "máy in")
    page.get_by_label("Người mua").fill("Công ty A")
    expect_saved(page)
    page.get_by_role("link", name="Bản in").click()
    expect(page.locator(".sheet")).to_contain_text("Công ty A")

    page.emulate_media(media="print")

    expect(page.locator(".rooms")).to_be_hidden()
    expect(page.get_by_role("button", name="In", exact=True)).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
