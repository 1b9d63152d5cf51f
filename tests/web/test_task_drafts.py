"""What people meet of drafts, of the page that shows their answers once more, and of the sheet they print."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import simplejson
from sqlalchemy import func, select

from engine import definitions, deployment, runtime
from engine.model import Person, TaskDraft, TaskState

FIXING, COLLEAGUE = "bui.mai", "ngo.minh"
DIAGRAM = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="stock_file" targetNamespace="urn:luanchuyen:test">
  <process id="stock" name="Thanh lý tài sản" isExecutable="true">
    <startEvent id="asked" name="Đề nghị" />
    <userTask id="decide" name="Quyết định thanh lý">
      <extensionElements><zeebe:userTask /><zeebe:assignmentDefinition assignee="bui.mai" />
        <zeebe:formDefinition formId="stock" /><zeebe:properties>
        <zeebe:property name="lc:outcome.scrap"
          value='={label: "Thanh lý", style: "main", check: true, confirm: "Tài sản bị xóa khỏi sổ."}' />
        <zeebe:property name="lc:outcome.keep" value='={label: "Giữ lại"}' />
        <zeebe:property name="lc:outcome.refuse"
          value='={label: "Từ chối", style: "warn", reason: true, check: true}' />
      </zeebe:properties></extensionElements>
    </userTask>
    <endEvent id="decided" name="Xong" />
    <sequenceFlow id="to_decide" sourceRef="asked" targetRef="decide" />
    <sequenceFlow id="to_end" sourceRef="decide" targetRef="decided" />
  </process>
</definitions>
"""
FORM: Mapping[str, object] = {
    "type": "default",
    "id": "stock",
    "schemaVersion": 18,
    "components": [
        {"type": "textfield", "id": "f1", "key": "thing", "label": "Tài sản", "validate": {"required": True}},
        {"type": "number", "id": "f2", "key": "worth", "label": "Giá trị còn lại"},
        {"type": "textfield", "id": "f3", "key": "owner", "label": "Đơn vị quản lý", "readonly": True},
    ],
}
TYPED: Mapping[str, object] = {"thing": "Máy in Canon", "worth": 1250000}


@pytest.fixture
def desk(site: Any) -> Any:
    """A site at which a decision waits that is not taken back."""
    with site.session() as session, session.begin():
        files = {"stock.bpmn": DIAGRAM.encode(), "stock.form": simplejson.dumps(FORM).encode()}
        deployment.deploy(session, pack_key="stock", files=files, at=site.clock.now)
        by = session.scalars(select(Person).where(Person.username == COLLEAGUE)).one()
        definition = definitions.latest(session, "stock")
        runtime.start(session, definition, by=by, variables={"thing": "", "owner": "VPS"}, at=site.clock.now)
    return site


def save(site: Any, values: Mapping[str, object], revision: int = 0, by: str = FIXING) -> Any:
    data = simplejson.dumps(values)
    return site.visit(by).post(f"/tasks/{site.the_task().id}/draft", {"data": data, "revision": revision})


def values_shown(site: Any, by: str = FIXING) -> Any:
    """Return what the form on the task's page opens with."""
    page = site.visit(by).get(f"/tasks/{site.the_task().id}").text
    found = re.search(r'data-values="([^"]*)"', page)
    assert found is not None
    return simplejson.loads(found.group(1).replace("&#34;", '"').replace("&quot;", '"'))


def drafts_kept(site: Any) -> int:
    with site.session() as session:
        return session.scalar(select(func.count()).select_from(TaskDraft)) or 0


def press(site: Any, outcome: str, values: Mapping[str, object] = TYPED, **sent: Any) -> Any:
    data = simplejson.dumps(values)
    return site.visit(FIXING).post(f"/tasks/{site.the_task().id}/complete", {"outcome": outcome, "data": data, **sent})


def seal_on(page: str) -> str:
    found = re.search(r'name="seal" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found.group(1)


def variables_of(site: Any, case_id: UUID) -> Mapping[str, object]:
    with site.session() as session:
        case = runtime.case_by_id(session, case_id)
        return runtime.look(session, case, site.clock.now).variables


def test_a_saved_draft_is_said_with_its_hour_and_opens_with_the_task(desk: Any) -> None:
    response = save(desk, TYPED)

    assert response.status_code == 200
    assert response.json == {"revision": 1, "said": "Đã lưu nháp lúc 08:00"}
    assert values_shown(desk) == {**TYPED, "owner": "VPS"}
    assert "Đã lưu nháp lúc 08:00" in desk.visit(FIXING).get(f"/tasks/{desk.the_task().id}").text


def test_a_draft_of_another_day_is_said_with_its_day(desk: Any) -> None:
    save(desk, TYPED)
    desk.clock.advance(timedelta(days=1))

    page = desk.visit(FIXING).get(f"/tasks/{desk.the_task().id}").text

    assert "Đã lưu nháp lúc 08:00 ngày 02/03/2026" in page


def test_a_read_only_field_shows_what_the_case_says_whatever_the_draft_holds(desk: Any) -> None:
    save(desk, {**TYPED, "owner": "P.KHTCTH", "unknown": "x"})

    assert values_shown(desk) == {**TYPED, "owner": "VPS"}


def test_a_thrown_away_draft_leaves_the_form_as_it_came(desk: Any) -> None:
    save(desk, TYPED)

    response = desk.visit(FIXING).post(f"/tasks/{desk.the_task().id}/draft/discard", {"revision": 1})

    assert response.status_code == 303
    assert values_shown(desk) == {"thing": "", "owner": "VPS"}


def test_whom_the_task_is_not_for_keeps_no_draft_of_it(desk: Any) -> None:
    assert save(desk, TYPED, by=COLLEAGUE).status_code == 403
    assert drafts_kept(desk) == 0


def test_a_second_window_that_is_behind_gets_both_versions_in_words_and_replaces_nothing(desk: Any) -> None:
    save(desk, TYPED)

    response = save(desk, {"thing": "Máy in HP", "worth": 1250000})

    assert response.status_code == 409
    assert response.json["revision"] == 1
    said = response.json["clash"]
    assert "Tài sản" in said
    assert "Máy in HP" in said
    assert "Máy in Canon" in said
    assert "Giá trị còn lại" not in said
    assert values_shown(desk)["thing"] == "Máy in Canon"


def test_a_window_is_told_when_the_draft_it_began_from_was_thrown_away(desk: Any) -> None:
    save(desk, TYPED)
    desk.visit(FIXING).post(f"/tasks/{desk.the_task().id}/draft/discard", {"revision": 1})

    response = save(desk, {"thing": "Máy in HP"}, revision=1)

    assert response.status_code == 409
    assert "Một cửa sổ khác đã bỏ bản nháp" in response.json["clash"]
    assert save(desk, {"thing": "Máy in HP"}, revision=response.json["revision"]).status_code == 200


def test_a_draft_may_be_unfinished_and_wrong_but_not_deeper_than_any_form(desk: Any) -> None:
    deep: dict[str, object] = {}
    for _ in range(50):
        deep = {"in": deep}

    assert save(desk, {"thing": "", "worth": "mười"}).status_code == 200
    assert values_shown(desk)["thing"] == ""
    assert save(desk, {"thing": deep}, revision=1).status_code == 422
    assert save(desk, {"thing": "a" * 200_000}, revision=1).status_code == 422
    assert save(desk, {"__proto__": {"x": 1}}, revision=1).status_code == 422


def test_completing_from_a_window_that_is_behind_shows_both_versions_and_stores_nothing(desk: Any) -> None:
    save(desk, TYPED)
    save(desk, {"thing": "Máy chiếu", "worth": 5}, revision=1)

    response = press(desk, "keep", draft_revision=1)

    assert response.status_code == 409
    assert "Máy chiếu" in response.text
    assert 'id="draft-clash"' in response.text
    assert 'data-draft-revision="1"' in response.text
    assert desk.the_task().state is TaskState.OPEN
    assert press(desk, "keep", draft_revision=2).status_code == 303
    assert drafts_kept(desk) == 0


def test_before_an_outcome_that_is_to_be_checked_the_answers_stand_there_once_more(desk: Any) -> None:
    response = press(desk, "scrap")

    assert response.status_code == 200
    assert "Kiểm tra lại" in response.text
    assert "Máy in Canon" in response.text
    assert "1.250.000" in response.text
    assert "Tài sản bị xóa khỏi sổ." in response.text
    assert "hồ sơ kết thúc" in response.text
    assert desk.the_task().state is TaskState.OPEN


def test_confirmed_answers_complete_the_task_as_they_were_shown(desk: Any) -> None:
    case_id, seal = desk.the_task().instance_id, seal_on(press(desk, "scrap").text)

    assert press(desk, "scrap", seal=seal).status_code == 303

    assert desk.open_tasks() == []
    assert variables_of(desk, case_id)["worth"] == 1250000


def test_answers_other_than_those_that_were_shown_are_shown_again(desk: Any) -> None:
    seal = seal_on(press(desk, "scrap").text)

    changed = press(desk, "scrap", {**TYPED, "worth": 1}, seal=seal)
    other_outcome = press(desk, "refuse", seal=seal, reason="Còn dùng được")

    assert changed.status_code == 200
    assert seal_on(changed.text) != seal
    assert "Còn dùng được" in other_outcome.text
    assert desk.the_task().state is TaskState.OPEN


def test_wrong_answers_are_refused_beside_their_fields_before_anybody_looks_at_them_again(desk: Any) -> None:
    response = press(desk, "scrap", {"thing": "", "worth": 2})

    assert response.status_code == 422
    assert 'name="seal"' not in response.text


def test_mending_leads_back_to_the_form_with_everything_that_was_typed(desk: Any) -> None:
    response = press(desk, "refuse", mend="yes", reason="Còn dùng được", draft_revision=0)

    assert response.status_code == 200
    assert "Máy in Canon" in response.text
    assert "Còn dùng được" in response.text
    assert 'data-draft-revision="0"' in response.text
    assert drafts_kept(desk) == 0


def test_an_outcome_without_a_check_needs_no_second_look(desk: Any) -> None:
    assert press(desk, "keep").status_code == 303


def test_the_sheet_of_a_task_has_the_draft_of_who_prints_it_and_of_nobody_else(desk: Any) -> None:
    save(desk, TYPED)
    task = desk.the_task()

    mine = desk.visit(FIXING).get(f"/tasks/{task.id}/print").text
    starters = desk.visit(COLLEAGUE).get(f"/tasks/{task.id}/print").text

    assert "Bản nháp, chưa gửi." in mine
    assert "1.250.000" in mine
    assert "Máy in Canon" not in starters
    assert "VPS" in starters


def test_the_sheet_of_a_task_that_is_over_has_the_values_of_the_case(desk: Any) -> None:
    task = desk.the_task()
    press(desk, "keep")

    page = desk.visit(FIXING).get(f"/tasks/{task.id}/print").text

    assert "Máy in Canon" in page
    assert "Số liệu theo hồ sơ tại thời điểm in." in page


def test_the_sheet_of_a_case_names_its_steps_papers_and_signatures(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu")

    page = site.visit(COLLEAGUE).get(f"/cases/{site.the_case().id}/print").text

    assert "bien-ban.pdf" in page
    assert "Nguyễn Thu" in page
    assert "Chữ ký" in page


def test_who_may_not_see_a_case_prints_nothing_of_it(desk: Any) -> None:
    task = desk.the_task()

    assert desk.visit("tran.hanh").get(f"/tasks/{task.id}/print").status_code == 403
    assert desk.visit("tran.hanh").get(f"/cases/{task.instance_id}/print").status_code == 403
