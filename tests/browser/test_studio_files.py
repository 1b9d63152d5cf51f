"""An analyst brings files of their own: a diagram with its rule table, a diagram of another engine, a broken one."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.xdist_group("browser")

ANALYST, STARTER = "la.vy", "do.phuc"
PHONE = {"width": 390, "height": 844}
INVOICE = (Path(__file__).resolve().parents[1] / "engine" / "bpmn" / "importing" / "camunda_invoice.bpmn").read_bytes()


def bring(page: Page, name: str, content: bytes) -> None:
    page.goto("/studio")
    page.get_by_role("button", name="Tải sơ đồ lên").click()
    page.get_by_label("Tệp (.bpmn hoặc .dmn)").set_input_files([a_file(name, content)])
    page.get_by_role("button", name="Tải lên", exact=True).click()


def a_file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "application/xml", "buffer": content}


def publish(page: Page) -> None:
    page.get_by_role("button", name="Xuất bản").click()
    page.locator("dialog[open]").get_by_role("button", name="Xuất bản").click()
    expect(page.locator("#flash")).to_contain_text("Đã xuất bản")


def write_in_first_result(page: Page, text: str) -> None:
    page.locator("td.output-cell").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


class Letter:
    """A letter that is read first, and handled within the days that a table decides."""

    def __init__(self, site: Any) -> None:
        self.site = site
        site.clock.advance(timedelta(minutes=1))
        assert site.visit(STARTER).post("/start/handle_letter").status_code == 303
        self.id = site.the_case().id

    def task(self) -> Any:
        """Return the open task of this case."""
        [found] = [task for task in self.site.open_tasks() if task.instance_id == self.id]
        return found

    def days_to_handle(self) -> int:
        """Read the letter; return how long there is to handle it."""
        assert self.site.visit(STARTER).complete(self.task().id, "completed").status_code == 303
        handling = self.task()
        assert handling.element_id == "handle"
        days: timedelta = handling.due_at - self.site.clock.now
        return round(days / timedelta(days=1))


def test_a_rule_changed_in_its_table_holds_for_new_cases_and_not_for_running_ones(desk: Any, site: Any) -> None:
    page = desk.sit_down(ANALYST)
    bring(page, "thoi-han.dmn", TABLE.encode())
    expect(page.locator("td.output-cell").first).to_contain_text("5")
    bring(page, "xu-ly-van-ban.bpmn", PROCESS.encode())
    expect(page.locator("[data-none]")).to_be_visible()
    publish(page)
    first, running = Letter(site), Letter(site)

    page.get_by_role("link", name="Thiết kế").first.click()
    page.get_by_role("link", name="Số ngày xử lý").click()
    expect(page.locator("td.output-cell").first).to_contain_text("5")
    write_in_first_result(page, "7")
    expect(page.get_by_text("Có thay đổi chưa lưu")).to_be_visible()
    publish(page)

    expect(page.locator("#flash")).to_contain_text("Xử lý văn bản bản 2")
    expect(page.locator("td.output-cell").first).to_contain_text("7")
    after = Letter(site)
    assert [first.days_to_handle(), running.days_to_handle(), after.days_to_handle()] == [5, 5, 7]


def test_a_version_of_a_table_can_be_looked_at(desk: Any) -> None:
    page = desk.sit_down(ANALYST)
    for days in ("5", "7"):
        bring(page, "thoi-han.dmn", TABLE.replace("<text>5</text>", f"<text>{days}</text>").encode())
        expect(page.locator("td.output-cell").first).to_contain_text(days)
        publish(page)

    page.get_by_role("link", name="Thiết kế").first.click()
    page.get_by_text("bản 2").click()
    page.get_by_role("link", name="bản 1").click()

    expect(page.locator("[data-table] td.output-cell").first).to_contain_text("5")
    expect(page.locator(".add-rule")).to_have_count(0)


def test_a_problem_of_a_rule_leads_to_its_table(desk: Any) -> None:
    page = desk.sit_down(ANALYST)
    overlapping = TABLE.replace("<text>true</text>", "<text>-</text>")
    bring(page, "thoi-han.dmn", overlapping.encode())
    page.get_by_role("button", name="Sơ đồ", exact=True).click()
    expect(page.locator("td.output-cell")).to_have_count(0)

    page.locator("[data-problems] li button").first.click()

    expect(page.locator("td.output-cell").first).to_be_visible()


def test_a_diagram_of_another_engine_is_taken_after_its_report_was_read(desk: Any) -> None:
    page = desk.sit_down(ANALYST)

    bring(page, "hoa-don.bpmn", INVOICE)
    expect(page.get_by_role("heading", name="“hoa-don.bpmn” vẽ cho Camunda 7")).to_be_visible()
    expect(page.get_by_text("Cần có trình xử lý cho loại việc “payments”.")).to_be_visible()
    page.get_by_role("button", name="Nhận làm bản nháp").click()

    expect(page.get_by_text("Bản nháp của La Vy")).to_be_visible()
    expect(page.locator('g.djs-element[data-element-id="received"]')).to_be_visible()
    expect(page.locator("[data-problems] li").first).to_be_visible()


def test_a_file_opened_on_the_desk_replaces_the_drawing_and_a_foreign_one_goes_through_its_report(desk: Any) -> None:
    page = desk.sit_down(ANALYST)
    bring(page, "xu-ly-van-ban.bpmn", PROCESS.encode())
    expect(page.locator("[data-list] li").first).to_be_visible()

    page.locator("[data-file]").set_input_files([a_file("khac.bpmn", PROCESS.replace("Đọc", "Xem").encode())])
    expect(page.get_by_text("Có thay đổi chưa lưu")).to_be_visible()
    expect(page.locator('g.djs-element[data-element-id="read"]')).to_contain_text("Xem")
    page.locator("[data-file]").set_input_files([a_file("hoa-don.bpmn", INVOICE)])
    expect(page.get_by_text("Chưa có gì được lưu")).to_be_visible()
    page.get_by_role("link", name="Không nhận").click()

    expect(page.locator('g.djs-element[data-element-id="read"]')).to_contain_text("Xem")


def test_a_broken_file_is_refused_with_the_reason_and_the_drawing_stays(desk: Any) -> None:
    page = desk.sit_down(ANALYST)
    bring(page, "xu-ly-van-ban.bpmn", PROCESS.encode())
    expect(page.locator("[data-list] li").first).to_be_visible()

    page.locator("[data-file]").set_input_files([a_file("hong.bpmn", b"<html>")])

    expect(page.locator("dialog[open]")).to_contain_text("không phải là XML đúng cú pháp")
    page.get_by_role("button", name="Ở lại trang này").click()
    expect(page.locator('g.djs-element[data-element-id="read"]')).to_contain_text("Đọc")


def test_on_a_phone_a_table_is_looked_at(desk: Any) -> None:
    page = desk.sit_down(ANALYST, PHONE)
    bring(page, "thoi-han.dmn", TABLE.encode())

    expect(page.get_by_text("Vẽ cần màn hình rộng hơn:")).to_be_visible()
    expect(page.locator("[data-table] td.output-cell").first).to_contain_text("5")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def shape(element_id: str, bounds: Mapping[str, int]) -> str:
    sizes = " ".join(f'{name}="{size}"' for name, size in bounds.items())
    return (
        f'<bpmndi:BPMNShape id="{element_id}_shape" bpmnElement="{element_id}"><dc:Bounds {sizes} /></bpmndi:BPMNShape>'
    )


def edge(flow_id: str, start: int, end: int) -> str:
    ways = "".join(f'<di:waypoint x="{x}" y="140" />' for x in (start, end))
    return f'<bpmndi:BPMNEdge id="{flow_id}_edge" bpmnElement="{flow_id}">{ways}</bpmndi:BPMNEdge>'


DRAWN = "".join(
    [
        shape("received", {"x": 100, "y": 122, "width": 36, "height": 36}),
        shape("read", {"x": 200, "y": 100, "width": 100, "height": 80}),
        shape("decide", {"x": 360, "y": 100, "width": 100, "height": 80}),
        shape("handle", {"x": 520, "y": 100, "width": 100, "height": 80}),
        shape("handled", {"x": 700, "y": 122, "width": 36, "height": 36}),
        *(edge(f"f{n}", *ends) for n, ends in enumerate([(136, 200), (300, 360), (460, 520), (620, 700)], 1)),
    ]
)
PROCESS = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="letters" targetNamespace="urn:luanchuyen:office">
  <process id="handle_letter" name="Xử lý văn bản" isExecutable="true">
    <startEvent id="received" name="Nhận văn bản" />
    <userTask id="read" name="Đọc văn bản"><extensionElements><zeebe:userTask />
      <zeebe:assignmentDefinition assignee="=starter" /></extensionElements></userTask>
    <businessRuleTask id="decide" name="Định thời hạn"><extensionElements>
      <zeebe:calledDecision decisionId="handling_days" resultVariable="days" /></extensionElements></businessRuleTask>
    <userTask id="handle" name="Xử lý văn bản"><extensionElements><zeebe:userTask />
      <zeebe:assignmentDefinition assignee="=starter" />
      <zeebe:taskSchedule dueDate="=duration(&quot;P&quot; + string(days) + &quot;D&quot;)" />
    </extensionElements></userTask>
    <endEvent id="handled" name="Đã xử lý" />
    <sequenceFlow id="f1" sourceRef="received" targetRef="read" />
    <sequenceFlow id="f2" sourceRef="read" targetRef="decide" />
    <sequenceFlow id="f3" sourceRef="decide" targetRef="handle" />
    <sequenceFlow id="f4" sourceRef="handle" targetRef="handled" />
  </process>
  <bpmndi:BPMNDiagram id="drawing"><bpmndi:BPMNPlane id="plane" bpmnElement="handle_letter">{DRAWN}</bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</definitions>
"""
TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="deadlines" name="Thời hạn"
    xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
    namespace="urn:luanchuyen:office">
  <decision id="handling_days" name="Số ngày xử lý">
    <decisionTable id="handling_days_table" hitPolicy="UNIQUE">
      <input id="urgency" label="Độ khẩn">
        <inputExpression id="urgency_expression" typeRef="boolean"><text>urgency = "express"</text></inputExpression>
      </input>
      <output id="days" label="Số ngày" name="days" typeRef="number" />
      <rule id="normal">
        <inputEntry id="normal_urgency"><text>false</text></inputEntry>
        <outputEntry id="normal_days"><text>5</text></outputEntry>
      </rule>
      <rule id="express">
        <inputEntry id="express_urgency"><text>true</text></inputEntry>
        <outputEntry id="express_days"><text>2</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="drawing"><dmndi:DMNShape id="shape" dmnElementRef="handling_days">
    <dc:Bounds height="80" width="180" x="160" y="100" /></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""
