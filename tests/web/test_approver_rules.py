"""What people read when the rules of a diagram pass a step over, lead it elsewhere or stop it."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import definitions, deployment, runtime
from engine.model import Person
from engine.model.base import Base

DIAGRAM = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="leave_file" targetNamespace="urn:luanchuyen:test">
  <process id="asking" name="Đề nghị" isExecutable="true">
    <startEvent id="asked" name="Đề nghị" />
    <userTask id="approve" name="Trưởng đơn vị duyệt">
      <extensionElements><zeebe:userTask /><zeebe:assignmentDefinition assignee="nguyen.thu" /><zeebe:properties>
        <zeebe:property name="lc:outcome.approved" value='={{label: "Đồng ý", style: "main"}}' />
        <zeebe:property name="lc:when_starter" value="{rule}" />
      </zeebe:properties></extensionElements>
    </userTask>
    <userTask id="file" name="Lưu">
      <extensionElements><zeebe:userTask /><zeebe:assignmentDefinition assignee="bui.mai" /></extensionElements>
    </userTask>
    <endEvent id="filed" name="Xong" />
    <sequenceFlow id="to_approve" sourceRef="asked" targetRef="approve" />
    <sequenceFlow id="to_file" sourceRef="approve" targetRef="file" />
    <sequenceFlow id="to_end" sourceRef="file" targetRef="filed" />
  </process>
</definitions>
"""


def a_case(site: Any, rule: str) -> Base:
    """Deploy the diagram with a rule, and let the head who approves start a case herself."""
    with site.session() as session, session.begin():
        files = {"asking.bpmn": DIAGRAM.format(rule=rule).encode()}
        deployment.deploy(session, pack_key="asking", files=files, at=site.clock.now)
        thu = session.scalars(select(Person).where(Person.username == "nguyen.thu")).one()
        definition = definitions.latest(session, "asking")
        return runtime.start(session, definition, by=thu, variables={}, at=site.clock.now)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("skip:approved", "Bỏ qua Trưởng đơn vị duyệt với kết quả Đồng ý, không ký"),
        ("person:pham.bao", "Trưởng đơn vị duyệt chuyển sang Phạm Bảo"),
        ("stop", "Dừng tại Trưởng đơn vị duyệt"),
    ],
)
def test_the_history_of_the_case_says_what_a_rule_did_and_why(site: Any, rule: str, said: str) -> None:
    case: Any = a_case(site, rule)

    why = "người duyệt chính là người khởi tạo hồ sơ (Nguyễn Thu)"
    assert f"{said}: {why}" in site.visit("nguyen.thu").get(f"/cases/{case.id}").text


def test_the_operator_reads_why_a_case_stopped_and_what_to_do(site: Any) -> None:
    a_case(site, "stop")

    page = site.visit("ta.duy").get("/operations/incidents").text

    assert "Quy tắc duyệt cho dừng việc" in page
    assert "người khởi tạo hồ sơ" in page


def test_the_help_page_tells_each_situation_and_each_choice(site: Any) -> None:
    page = site.visit("ngo.minh").get("/help/bpmn").text

    for written in ("lc:when_nobody", "lc:when_starter", "lc:when_repeated", "lc:when_absent", "skip:&lt;outcome&gt;"):
        assert f"<code>{written}</code>" in page
