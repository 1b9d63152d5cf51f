"""Changing the version of running cases over HTTP: plan, try, order, progress, what the people in the chain notice."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database, definitions, deployment, works
from engine.model import CaseMigration, Job, MigratedCase, Origin, Person, ProcessDefinition, UserTask
from engine.verbs import withdrawing

OPERATOR, ANALYST, STRANGER = "ta.duy", "la.vy", "ngo.minh"
ROOM = "/operations/migrations"
CHOICE = {"process": "joint_minutes", "source": "1", "target": "2"}
Publish = Callable[..., None]


@pytest.fixture
def publish(site: Any) -> Publish:
    """Publish joint minutes with some texts of the diagram and of the signing form replaced."""

    def write(diagram: dict[str, str], form: dict[str, str] | None = None) -> None:
        with site.session() as session, session.begin():
            database.begin_write(session)
            newest = definitions.latest(session, "joint_minutes").deployment
            files = {each.name: each.content for each in newest.resources}
            for name, replaced in (("joint_minutes.bpmn", diagram), ("joint_minutes_sign.form", form or {})):
                (file,) = [each for each in files if each.endswith(name)]
                text = files[file].decode()
                for old, new in replaced.items():
                    assert old in text
                    text = text.replace(old, new)
                files[file] = text.encode()
            deployment.deploy(session, pack_key="routing", files=files, at=site.clock.now, origin=Origin.STUDIO)

    return write


@pytest.fixture
def two_versions(site: Any, journey: Any, publish: Publish) -> Any:
    """Joint minutes at their first signature, and a new version in which drafting and that signature have other ids."""
    journey.submit()
    publish(
        {
            '"draft"': '"write"',
            ">draft<": ">write<",
            'name="Dự thảo"': 'name="Soạn biên bản"',
            '"head_sign"': '"head_review"',
            ">head_sign<": ">head_review<",
        },
        {'"components": [': '"components": [{"type": "text", "text": "Đọc kỹ điều 3 trước khi ký."},'},
    )
    return site


def the_order(site: Any) -> CaseMigration:
    with site.session() as session:
        return session.scalars(select(CaseMigration)).one()  # type: ignore[no-any-return]


def carry_out(site: Any) -> None:
    """Do the work of the order to its end."""

    def batch(session: Session) -> bool:
        database.begin_write(session)
        job = session.get_one(Job, the_order(site).job_id)
        return works.WORKS[job.job_type](session, job, site.clock.now) is True

    while True:
        with site.session() as session, session.begin():
            if batch(session):
                return


def version_of(site: Any, case_id: UUID) -> int:
    with site.session() as session:
        case = site.the_case()
        assert case.id == case_id
        return int(session.get_one(ProcessDefinition, case.definition_id).version)


def test_the_plan_lays_both_versions_side_by_side(two_versions: Any) -> None:
    page = two_versions.visit(OPERATOR).get(f"{ROOM}/new").text

    assert "1 hồ sơ ở phiên bản cũ" in page
    assert "đoán theo tên" in page
    assert '<option value="head_review" selected>' in page
    assert 'data-live="[&#34;head_sign&#34;]"' in page
    assert "Thử trước trên mọi hồ sơ" in page


def test_trying_counts_the_verdicts_and_stores_nothing(two_versions: Any, rows: Callable[[], Any]) -> None:
    before = rows()

    page = two_versions.visit(OPERATOR).post(f"{ROOM}/try", {**CHOICE, "place.head_sign": "head_review"}).text

    assert "<b>1</b>hồ sơ chuyển được" in page
    assert "Chuyển 1 hồ sơ sang phiên bản 2" in page
    assert rows() == before


def test_a_refused_case_is_listed_with_its_reason(two_versions: Any) -> None:
    page = two_versions.visit(OPERATOR).post(f"{ROOM}/try", {**CHOICE, "place.head_sign": ""}).text

    assert "<b>1</b>hồ sơ không chuyển được" in page
    assert "phiên bản mới không có chỗ tương ứng" in page
    assert two_versions.the_case().business_key in page
    assert 'name="reason"' not in page


def test_an_order_wants_a_reason_and_keeps_the_map(two_versions: Any, rows: Callable[[], Any]) -> None:
    before = rows()

    refused = two_versions.visit(OPERATOR).post(
        ROOM, {**CHOICE, "place.head_sign": "head_review", "place.issue_number": "", "reason": "  "}
    )

    assert refused.status_code == 422
    assert '<input type="hidden" name="place.head_sign" value="head_review">' in refused.text
    assert '<input type="hidden" name="place.issue_number" value="">' in refused.text
    assert rows() == before


def test_an_order_is_carried_out_and_says_what_became_of_each_case(two_versions: Any) -> None:
    operator, case = two_versions.visit(OPERATOR), two_versions.the_case()
    ordered = operator.post(ROOM, {**CHOICE, "place.head_sign": "head_review", "reason": "Quy trình mới từ 01/3"})
    address = ordered.headers["Location"]

    waiting = operator.get(address).text
    carry_out(two_versions)
    finished = operator.get(address).text

    assert ordered.status_code == 303
    assert 'hx-trigger="every 2s"' in waiting
    assert "0 trên 1" in waiting
    assert "hx-trigger" not in finished
    assert "1 trên 1" in finished
    assert "Đã chuyển" in finished
    assert version_of(two_versions, case.id) == 2
    assert "Quy trình mới từ 01/3" in operator.get(ROOM).text
    log = operator.get(f"/cases/{case.id}").text
    assert "Chuyển từ phiên bản 1 sang phiên bản 2 (head_sign → head_review). Lý do: Quy trình mới từ 01/3" in log


def test_outcomes_are_narrowed_and_taken_along_as_a_file(two_versions: Any) -> None:
    operator = two_versions.visit(OPERATOR)
    sent = {**CHOICE, "place.head_sign": "", "reason": "=1+1"}
    address = operator.post(ROOM, sent).headers["Location"]
    carry_out(two_versions)

    refused, moved = operator.get(f"{address}?outcome=refused").text, operator.get(f"{address}?outcome=moved").text
    file = operator.get(f"{address}.xlsx")

    code = two_versions.the_case().business_key
    assert code in refused
    assert code not in moved
    rows = list(load_workbook(BytesIO(file.data)).worksheets[0].iter_rows(values_only=True))
    assert rows[-1][0] == code
    assert rows[-1][2] == "Không chuyển"
    assert "phiên bản mới không có chỗ tương ứng" in str(rows[-1][3])
    assert "chuyen-phien-ban-joint_minutes-1-2.xlsx" in file.headers["Content-Disposition"]


def test_the_people_in_the_chain_go_on_with_the_new_form(two_versions: Any, journey: Any) -> None:
    task = two_versions.the_task()
    two_versions.visit(OPERATOR).post(ROOM, {**CHOICE, "place.head_sign": "head_review", "reason": "Mẫu mới"})
    carry_out(two_versions)

    page = two_versions.visit("nguyen.thu").get(f"/tasks/{task.id}")

    assert "Đọc kỹ điều 3 trước khi ký." in page.text
    journey.sign("nguyen.thu", "vu.ha")
    assert two_versions.the_task().element_id == "chain_sign"


def test_what_was_done_at_a_step_the_new_version_lacks_can_still_be_read(two_versions: Any) -> None:
    two_versions.visit(OPERATOR).post(ROOM, {**CHOICE, "place.head_sign": "head_review", "reason": "Mẫu mới"})
    carry_out(two_versions)
    with two_versions.session() as session:
        draft = session.scalars(select(UserTask).where(UserTask.element_id == "draft")).one()

    task_page = two_versions.visit("ngo.minh").get(f"/tasks/{draft.id}")
    case_page = two_versions.visit("ngo.minh").get(f"/cases/{draft.instance_id}")

    assert version_of(two_versions, draft.instance_id) == 2
    assert task_page.status_code == 200
    assert "Dự thảo" in case_page.text
    with two_versions.session() as session:
        held = session.get_one(UserTask, draft.id)
        answer = withdrawing.may_withdraw(
            session, held, session.get_one(Person, held.completed_by_id), two_versions.clock.now
        )
    assert answer.refusal is not None
    assert answer.refusal.code == "task.step_gone"


REQUESTS = {
    "the list": ("GET", ROOM),
    "the plan": ("GET", f"{ROOM}/new"),
    "a trial": ("POST", f"{ROOM}/try"),
    "an order": ("POST", ROOM),
    "one order": ("GET", f"{ROOM}/{{order}}"),
    "its file": ("GET", f"{ROOM}/{{order}}.xlsx"),
}


@pytest.mark.parametrize("who", [STRANGER, ANALYST])
@pytest.mark.parametrize("what", REQUESTS)
def test_nobody_but_operators_enters(two_versions: Any, rows: Callable[[], Any], what: str, who: str) -> None:
    two_versions.visit(OPERATOR).post(ROOM, {**CHOICE, "place.head_sign": "", "reason": "thử"})
    before = rows()
    method, address = REQUESTS[what]
    visitor = two_versions.visit(who)
    address = address.format(order=the_order(two_versions).id)

    answer = visitor.get(address) if method == "GET" else visitor.post(address, {**CHOICE, "reason": "thử"})

    assert answer.status_code == 403
    assert rows() == before


def test_where_no_process_has_two_versions_there_is_nothing_to_choose(site: Any) -> None:
    page = site.visit(OPERATOR).get(f"{ROOM}/new")

    assert page.status_code == 200
    assert "Chưa quy trình nào có từ hai phiên bản" in page.text


def test_two_versions_must_be_chosen(two_versions: Any) -> None:
    page = two_versions.visit(OPERATOR).get(f"{ROOM}/new?process=joint_minutes&source=2&target=2")

    assert "Hãy chọn hai phiên bản khác nhau" in page.text


def test_an_unknown_order_is_not_found(site: Any) -> None:
    missing = site.visit(OPERATOR).get(f"{ROOM}/00000000-0000-4000-8000-000000000000")

    assert missing.status_code == 404


def test_a_map_that_does_not_fit_is_refused_and_the_guess_shown_again(two_versions: Any) -> None:
    refused = two_versions.visit(OPERATOR).post(f"{ROOM}/try", {**CHOICE, "place.head_sign": "nowhere"})

    assert refused.status_code == 422
    assert "nowhere" in refused.text
    assert '<option value="head_review" selected>' in refused.text


def test_the_studio_shows_operators_the_way_to_cases_left_behind(two_versions: Any) -> None:
    link = "/operations/migrations/new?process=joint_minutes"

    assert link in two_versions.visit(OPERATOR).get("/studio").text
    assert link not in two_versions.visit(ANALYST).get("/studio").text


def test_stored_reasons_speak_the_readers_language(two_versions: Any) -> None:
    operator = two_versions.visit(OPERATOR)
    address = operator.post(ROOM, {**CHOICE, "place.head_sign": "", "reason": "thử"}).headers["Location"]
    carry_out(two_versions)
    operator.post("/language/en", {"next": "/"})

    assert "which has no counterpart in the new version" in operator.get(address).text
    with two_versions.session() as session:
        assert session.scalars(select(MigratedCase)).one().reasons[0]["code"] == "migration.no_place"
