"""The verbs beside a task's outcomes, as people find and use them on the pages."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import directory
from engine.model import Person, Position

DRAFTER, CHECKER, HEAD, COLLEAGUE, CLERK = "ngo.minh", "nguyen.thu", "vu.ha", "le.an", "bui.mai"
WHY = "Đúng việc của phòng."


@pytest.fixture
def under_way(site: Any, journey: Any) -> Any:
    """Joint minutes that wait for nguyen.thu."""
    journey.submit()
    return site


def pane(site: Any, username: str) -> str:
    response = site.visit(username).get(f"/tasks/{site.the_task().id}")
    assert response.status_code == 200
    return str(response.text)


def do(site: Any, username: str, verb: str, **sent: Any) -> Any:
    return site.visit(username).post(f"/tasks/{site.the_task().id}/{verb}", sent)


def case_log(site: Any, username: str) -> str:
    return str(site.visit(username).get(f"/cases/{site.the_case().id}").text)


def test_the_menu_offers_what_is_possible_and_says_why_the_rest_is_not(under_way: Any) -> None:
    page = pane(under_way, CHECKER)

    assert 'data-dialog="verb-transfer"' in page
    assert 'data-dialog="verb-consult"' in page
    assert 'aria-describedby="why-not-assign"' in page
    assert "Việc này giao cho một người, không giao cho đơn vị" in page
    assert "verb-hand_back" not in page


def test_who_may_do_nothing_sees_no_menu(under_way: Any) -> None:
    do(under_way, CHECKER, "copy", to=[COLLEAGUE])

    assert "Thao tác khác" not in pane(under_way, COLLEAGUE)


def test_a_transferred_task_lies_in_the_other_persons_inbox_with_the_reason(under_way: Any) -> None:
    assert do(under_way, CHECKER, "transfer", to=HEAD, reason=WHY).status_code == 303

    assert WHY in pane(under_way, HEAD)
    assert under_way.visit(HEAD).get("/").text.count("data-row") == 1
    assert "Chuyển xử lý" in case_log(under_way, HEAD)


def test_a_transfer_without_reason_is_refused_in_words(under_way: Any, rows: Any) -> None:
    before = rows()

    response = do(under_way, CHECKER, "transfer", to=HEAD)

    assert response.status_code == 422
    assert "Viết một câu" in response.text
    assert rows() == before


def test_the_delegate_hands_back_and_the_owner_reads_the_note(under_way: Any) -> None:
    do(under_way, CHECKER, "delegate", to=COLLEAGUE, reason="Kiểm tra số khung")
    assert "Kiểm tra số khung" in pane(under_way, COLLEAGUE)
    assert "Việc người khác đang làm thay bạn" in under_way.visit(CHECKER).get("/asides").text
    assert under_way.visit(COLLEAGUE).complete(under_way.the_task().id, "sign").status_code == 409

    assert do(under_way, COLLEAGUE, "hand-back", reason="Số khung đúng").status_code == 303

    assert "Số khung đúng" in pane(under_way, CHECKER)
    assert under_way.visit(CHECKER).complete(under_way.the_task().id, "sign").status_code == 303


def test_the_owner_takes_the_task_back(under_way: Any) -> None:
    do(under_way, CHECKER, "delegate", to=COLLEAGUE, reason="Kiểm tra")

    assert do(under_way, CHECKER, "take-back").status_code == 303

    assert "data-outcome-dialog" in pane(under_way, CHECKER)


def test_an_opinion_is_asked_answered_and_read(under_way: Any) -> None:
    assert (
        do(under_way, CHECKER, "consult", to=[COLLEAGUE, HEAD], reason="Xe còn bảo hành?", within="4").status_code
        == 303
    )
    inbox = under_way.visit(COLLEAGUE).get("/").text
    assert 'href="/asides"' in inbox
    asked = under_way.visit(COLLEAGUE).get("/asides").text
    assert "Xe còn bảo hành?" in asked
    address = asked.split('action="/questions/')[1].split('"')[0]

    response = under_way.visit(COLLEAGUE).post(f"/questions/{address}", {"reason": "Còn sáu tháng"})

    assert response.status_code == 303
    assert "Còn sáu tháng" in pane(under_way, CHECKER)
    assert "Còn sáu tháng" in pane(under_way, COLLEAGUE)
    assert "Xe còn bảo hành?" not in under_way.visit(COLLEAGUE).get("/asides").text


def test_an_open_question_does_not_hold_the_task_up(under_way: Any) -> None:
    do(under_way, CHECKER, "consult", to=[COLLEAGUE], reason="Xe còn bảo hành?")

    assert under_way.visit(CHECKER).complete(under_way.the_task().id, "sign").status_code == 303

    assert "Xe còn bảo hành?" not in under_way.visit(COLLEAGUE).get("/asides").text
    assert "1 câu hỏi" in case_log(under_way, DRAFTER)


def test_a_copy_is_new_until_it_is_opened(under_way: Any) -> None:
    case = under_way.the_case().id
    assert under_way.visit(COLLEAGUE).get(f"/cases/{case}").status_code == 403

    assert do(under_way, DRAFTER, "copy", to=[COLLEAGUE], reason="Để nắm").status_code == 303

    reader = under_way.visit(COLLEAGUE)
    assert "is-new" in reader.get("/asides").text
    assert reader.post(f"/cases/{case}/read").headers["Location"] == f"/cases/{case}"
    assert reader.get(f"/cases/{case}").status_code == 200
    assert "is-new" not in reader.get("/asides").text


def test_a_second_copy_is_told_and_not_sent(under_way: Any) -> None:
    do(under_way, DRAFTER, "copy", to=[COLLEAGUE])

    response = do(under_way, CHECKER, "copy", to=[COLLEAGUE])

    assert response.status_code == 409
    assert "đã nhận hồ sơ này" in response.text


def test_a_reminder_is_seen_in_the_holders_inbox_and_once_an_hour_is_enough(under_way: Any) -> None:
    assert do(under_way, DRAFTER, "remind").status_code == 303
    assert do(under_way, DRAFTER, "remind").status_code == 409
    under_way.clock.advance(timedelta(hours=1))
    assert do(under_way, DRAFTER, "remind", reason="Gấp").status_code == 303

    assert "đã đôn đốc 2 lần, lần cuối 02/03/2026 09:00" in under_way.visit(CHECKER).get("/").text


@pytest.fixture
def offered(site: Any, journey: Any) -> Any:
    """Joint minutes that are signed and offered to the clerks of VPS, whom nguyen.thu heads."""
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
    return site


@pytest.fixture
def head_of_clerks(offered: Any) -> str:
    """The username of who heads VPS."""
    with offered.app.app_context():
        from web.database import db  # noqa: PLC0415

        head = directory.current(db.session(), on=offered.clock.now.date()).leader_of("VPS")
        assert head is not None
        return head.username


def test_the_head_sees_everybodys_load_and_assigns(offered: Any, head_of_clerks: str) -> None:
    page = offered.visit(head_of_clerks).get(f"/tasks/{offered.the_task().id}/assign?by=load").text
    assert "Bùi Mai" in page
    assert "required checked" in page

    response = do(offered, head_of_clerks, "assign", to=CLERK)

    assert response.status_code == 303
    assert "Đã phân công cho Bùi Mai" in offered.visit(head_of_clerks).get("/").text
    assert "data-outcome-dialog" in pane(offered, CLERK) or "data-main-outcome" in pane(offered, CLERK)


def test_by_field_the_page_shows_who_is_in_charge_and_ticks_the_one_to_take(offered: Any, head_of_clerks: str) -> None:
    with offered.session() as session:
        held = session.scalars(select(Position).join(Position.person).where(Person.username == CLERK)).one()
        held.fields = ("Đóng dấu",)
        directory.changed(session)
        session.commit()
    page = f"/tasks/{offered.the_task().id}/assign?by=field"
    visitor = offered.visit(head_of_clerks)

    unchosen, chosen = visitor.get(page).text, visitor.get(f"{page}&field=Đóng dấu").text

    assert "<option>Đóng dấu</option>" in unchosen
    assert "required checked" not in unchosen
    assert "phụ trách lĩnh vực, ít việc nhất" in chosen
    assert f'value="{CLERK}" required checked' in chosen


def test_who_waits_for_a_task_gets_to_it_from_its_case(under_way: Any) -> None:
    assert f'href="/tasks/{under_way.the_task().id}"' in case_log(under_way, DRAFTER)


def test_nobody_else_sees_the_load(offered: Any) -> None:
    assert offered.visit(CLERK).get(f"/tasks/{offered.the_task().id}/assign").status_code == 403


def test_people_are_found_by_name_without_diacritics_and_who_was_ticked_stays(under_way: Any) -> None:
    found = under_way.visit(CHECKER).get("/people?pick=many&q=pham+bao&to=le.an").text

    assert found.index("le.an") < found.index("pham.bao")
    assert found.count("checked") == 1
    assert 'type="checkbox"' in found


def test_before_anything_is_typed_colleagues_are_offered_and_nobody_is_said(under_way: Any) -> None:
    visitor = under_way.visit(CHECKER)

    assert 'type="radio"' in visitor.get("/people?pick=one").text
    assert "Không tìm thấy" in visitor.get("/people?pick=one&q=zzz").text


@pytest.fixture
def two(site: Any) -> Any:
    """Two drafts of ngo.minh that have just been started."""
    for _ in range(2):
        assert site.visit(DRAFTER).post("/start/joint_minutes").status_code == 303
    return site


def test_several_tasks_are_transferred_at_once_each_with_its_outcome(two: Any) -> None:
    drafter, ids = two.visit(DRAFTER), [task.id for task in two.open_tasks()]
    assert 'href="/tasks?tab=mine"' in drafter.get("/").text
    assert drafter.get("/tasks?tab=mine").text.count('name="task"') == 2
    do_first = drafter.post(f"/tasks/{ids[0]}/delegate", {"to": COLLEAGUE, "reason": "Soạn giúp"})
    assert do_first.status_code == 303

    page = drafter.post("/tasks", {"task": ids, "verb": "transfer", "to": COLLEAGUE, "reason": WHY}).text

    assert "Đã xong 1 việc" in page
    assert "Lê An đang làm việc này thay Ngô Minh" in page
    assert {task.owner_id is None for task in two.open_tasks()} == {True, False}


def test_nothing_ticked_and_verbs_unknown_are_refused(two: Any, rows: Any) -> None:
    drafter, before = two.visit(DRAFTER), rows()

    assert drafter.post("/tasks", {"verb": "claim"}).status_code == 422
    assert drafter.post("/tasks", {"task": ["x"], "verb": "claim"}).status_code == 400
    assert drafter.post("/tasks", {"task": [two.open_tasks()[0].id], "verb": "burn"}).status_code == 400
    assert rows() == before


def test_tasks_one_may_not_know_of_are_not_named(two: Any) -> None:
    ids = [task.id for task in two.open_tasks()]

    assert two.visit("thai.ngan").post("/tasks", {"task": ids, "verb": "claim"}).status_code == 422
