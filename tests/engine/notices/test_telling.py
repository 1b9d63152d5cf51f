"""Who is told of what: once, and never of what they did themselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import arrivals, history, runtime, substitutes, tasks
from engine.model import Notice
from engine.notices import sentences
from engine.notices.rules import MOST_INCIDENTS, RULES, SUBSTITUTE_SET, TOPICS, Topic
from engine.substitutes import Scope
from engine.verbs import consulting, copying, delegating, reminding, returning, transferring, withdrawing
from engine.wording import Bilingual

Told = Callable[..., list[str]]


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    said: list[str] = []

    def saw(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", saw)
    yield said
    event.remove(engine, "before_cursor_execute", saw)


def do(office: Any, verb: Callable[..., Any], what: Any, by: str, **more: Any) -> Any:
    return office.write(
        lambda session: verb(session, what, by=office.person(session, by), **{"at": office.now, **more})
    )


def stand_in(office: Any, absent: str, substitute: str, *, by: str, scope: Scope = substitutes.EVERYTHING) -> None:
    def set_it(session: Session) -> None:
        substitutes.set_substitute(
            session,
            person=office.person(session, absent),
            substitute=office.person(session, substitute),
            first=date(2026, 3, 2),
            last=date(2026, 3, 6),
            scope=scope,
            by=office.person(session, by),
            at=office.now,
        )

    office.write(set_it)


def notices(office: Any) -> list[Notice]:
    with office.session() as session:
        return list(session.scalars(select(Notice).order_by(Notice.at)))


def test_the_one_a_task_comes_to_is_told_and_who_sent_it_is_not(desk: Any, told: Told) -> None:
    desk.start("named", who="lan")
    assert told() == []

    desk.complete(desk.task("first").id, "minh")

    assert told() == ["lan: task.opened"]
    [notice] = notices(desk)
    assert (notice.task_id, notice.data, notice.read_at) == (desk.task("second").id, {"step": "Việc second"}, None)


def test_the_notice_names_who_sent_the_task(desk: Any) -> None:
    desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")

    [notice] = notices(desk)

    with desk.session() as session:
        assert notice.actor_id == desk.person(session, "minh").id


def test_the_reason_given_with_an_outcome_goes_along_with_the_task(desk: Any) -> None:
    desk.start("named", who="lan")

    desk.complete(desk.task("first").id, "minh", reason="Làm gấp trong ngày")

    [notice] = notices(desk)
    assert notice.data["note"].endswith(": Làm gấp trong ngày")


def test_who_sends_themselves_a_task_is_told_nothing(desk: Any, told: Told) -> None:
    desk.start("named", who="minh")

    desk.complete(desk.task("first").id, "minh")

    assert told() == []


def test_a_small_group_is_told_one_by_one_and_a_large_one_sees_it_in_the_inbox(desk: Any, told: Told) -> None:
    desk.start("clerks")
    desk.complete(desk.task("first").id, "minh")
    assert told() == ["mai: task.opened", "quynh: task.opened"]

    desk.start("everybody")
    desk.complete(desk.task("first").id, "minh")

    assert len(told()) == 2


def test_many_notices_cost_one_statement(desk: Any) -> None:
    desk.start("clerks")
    task = desk.task("first")

    with statements(desk.engine) as said:
        desk.complete(task.id, "minh")

    assert len(notices(desk)) == 2
    assert len([each for each in said if "INTO notice" in each]) == 1
    assert [each for each in said if "notice" in each and "INTO notice" not in each] == []


def test_a_completion_that_tells_nobody_costs_no_statement_for_notices(desk: Any) -> None:
    desk.start("everybody")
    task = desk.task("first")

    with statements(desk.engine) as said:
        desk.complete(task.id, "minh")

    assert [each for each in said if "notice" in each] == []


def test_the_starter_is_told_that_the_case_has_ended_unless_they_ended_it(desk: Any, told: Told) -> None:
    desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")
    desk.later(hours=1)
    desk.complete(desk.task("second").id, "lan")
    assert told("minh") == ["case.ended"]

    desk.start("named", who="minh")
    desk.complete(desk.task("first").id, "minh")
    desk.complete(desk.task("second").id, "minh")

    assert told("minh") == ["case.ended"]


def test_who_gets_a_task_back_is_told_of_the_return_not_of_a_new_task(desk: Any, told: Told) -> None:
    case = desk.start("named", who="lan")
    done = desk.task("first")
    desk.complete(done.id, "minh")
    desk.later(hours=1)

    do(desk, returning.send_back, desk.task("second").id, "lan", to=done.id, reason="Thiếu ngày")

    assert told("minh") == ["task.sent_back"]
    [notice] = [each for each in notices(desk) if each.kind == "task.sent_back"]
    assert notice.data == {"to_step": "Việc first", "reason": "Thiếu ngày"}
    assert (notice.task_id, notice.instance_id) == (desk.task("first").id, case.id)


def test_who_loses_a_task_to_a_withdrawal_is_told_and_who_withdrew_is_not(desk: Any, told: Told) -> None:
    desk.start("named", who="lan")
    done = desk.task("first")
    desk.complete(done.id, "minh")
    desk.later(minutes=5)

    do(desk, withdrawing.withdraw, done.id, "minh", reason="Nhầm")

    assert told() == ["lan: task.opened", "lan: task.withdrawn"]


def test_every_hand_a_task_goes_through_is_told(desk: Any, told: Told) -> None:
    desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")
    task = desk.task("second")

    desk.later(minutes=1)
    do(desk, transferring.transfer, task.id, "lan", to="an", reason="Đúng mảng việc")
    desk.later(minutes=1)
    do(desk, delegating.delegate, task.id, "an", to="mai", reason="Soát số liệu")
    desk.later(minutes=1)
    do(desk, delegating.hand_back, task.id, "mai", note="Đã soát")
    desk.later(minutes=1)
    do(desk, delegating.delegate, task.id, "an", to="quynh", reason="Soát lại")
    desk.later(minutes=1)
    do(desk, delegating.take_back, task.id, "an")

    assert told()[1:] == [
        "an: task.transferred",
        "mai: task.delegated",
        "an: task.handed_back",
        "quynh: task.delegated",
        "quynh: task.taken_back",
    ]


def test_questions_answers_copies_and_reminders_tell_whom_they_are_for(desk: Any, told: Told) -> None:
    case = desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")
    task = desk.task("second")

    desk.later(minutes=1)
    [asked] = do(desk, consulting.consult, task.id, "lan", to=["an"], question="Đủ chưa?", due_at=None)
    desk.later(minutes=1)
    do(desk, consulting.answer, asked.id, "an", text="Đủ")
    desk.later(minutes=1)
    do(desk, copying.copy, case.id, "minh", to=["thu", "son"])
    desk.later(minutes=1)
    do(desk, reminding.remind, task.id, "minh")

    assert told()[1:] == [
        "an: opinion.asked",
        "lan: opinion.given",
        "son: case.copied",
        "thu: case.copied",
        "lan: task.reminded",
    ]


def test_a_cancelled_case_tells_its_starter_and_who_still_had_work_in_it(desk: Any, told: Told) -> None:
    case = desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")
    desk.later(minutes=1)

    def cancel(session: Session) -> None:
        runtime.cancel(
            session, runtime.lock(session, case.id), actor=desk.person(session, "admin"), at=desk.now, reason="Trùng"
        )

    desk.write(cancel)

    assert told() == ["lan: task.opened", "lan: case.cancelled", "minh: case.cancelled"]


def test_the_substitute_is_told_beside_the_absent_person_and_in_whose_place(desk: Any, told: Told) -> None:
    stand_in(desk, "lan", "an", by="lan")
    desk.start("named", who="lan")
    desk.later(minutes=1)

    desk.complete(desk.task("first").id, "minh")

    assert told() == ["an: substitute.set", "an: task.opened", "lan: task.opened"]
    assert [
        each.data.get("absent") for each in notices(desk) if each.kind == "task.opened" and each.data.get("absent")
    ] == ["Hoàng Lan"]


def test_a_substitute_for_another_process_is_not_told(desk: Any, told: Told) -> None:
    stand_in(desk, "lan", "an", by="lan", scope=Scope(process_key="clerks"))
    desk.start("named", who="lan")

    desk.complete(desk.task("first").id, "minh")

    assert told("an") == ["substitute.set"]


def test_nobody_is_told_twice_of_one_event_in_two_roles(desk: Any, told: Told) -> None:
    stand_in(desk, "mai", "quynh", by="mai")
    desk.start("clerks")
    desk.later(minutes=1)

    desk.complete(desk.task("first").id, "minh")

    assert told("quynh") == ["substitute.set", "task.opened"]
    assert [each.data.get("absent") for each in notices(desk) if each.kind == "task.opened"] == [None, None]


def test_an_administrator_who_gets_the_task_that_nobody_takes_is_told_once(desk: Any, told: Told) -> None:
    desk.start("named", who="nobody")

    desk.complete(desk.task("first").id, "minh")

    assert [each.code for each in desk.incidents()] == ["task.nobody"]
    assert told() == ["admin: task.opened"]


def test_the_database_refuses_a_second_notice_of_one_event(desk: Any) -> None:
    desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")
    [notice] = notices(desk)
    twice = Notice(
        person_id=notice.person_id, occasion=notice.occasion, kind=notice.kind, data={}, at=notice.at, actor_id=None
    )

    with pytest.raises(IntegrityError):
        desk.write(lambda session: session.add(twice))


def test_what_is_rolled_back_tells_nobody_also_in_a_savepoint(desk: Any, told: Told) -> None:
    desk.start("named", who="lan")
    task = desk.task("first")

    def half(session: Session) -> None:
        minh = desk.person(session, "minh")
        with session.begin_nested() as savepoint:
            tasks.complete(session, task.id, by=minh, outcome="completed", variables={}, at=desk.now)
            savepoint.rollback()

    desk.write(half)
    assert told() == []

    with desk.session() as session:
        tasks.complete(
            session, task.id, by=desk.person(session, "minh"), outcome="completed", variables={}, at=desk.now
        )
        session.rollback()
        session.commit()

    assert told() == []


def test_administrators_are_told_of_incidents(office: Any, pen: Any, told: Told) -> None:
    wrong = pen.service("weigh", "nobody.offers_this")
    office.deploy(pen.process("broken", pen.start(), wrong, pen.end(), flows="start > weigh > end"))
    office.handlers["nobody.offers_this"] = lambda _call: 1 / 0

    office.start("broken")
    for _ in range(4):
        office.run_jobs()
        office.later(hours=1)

    assert told() == ["admin: incident.raised"]


def test_a_storm_of_incidents_tells_administrators_of_the_first_ones_of_each_hour(desk: Any, told: Told) -> None:
    case = desk.start("named", who="lan")

    def fail(session: Session) -> None:
        arrivals.report_incident(
            session,
            runtime.lock(session, case.id),
            token_id="1",
            element_id="first",
            code="job.failed",
            message=Bilingual("Sự cố", "Incident"),
            at=desk.now,
        )

    for _ in range(MOST_INCIDENTS + 5):
        desk.write(fail)
    assert len(told("admin")) == MOST_INCIDENTS

    desk.later(hours=1)
    desk.write(fail)

    assert len(told("admin")) == MOST_INCIDENTS + 1


def test_whoever_is_named_by_an_escalation_or_a_change_of_approvers_is_told(desk: Any, told: Told) -> None:
    case = desk.start("named", who="lan")
    escalated: dict[str, Any] = {
        "step": "Việc first",
        "to": ["thu", "nobody"],
        "moment": "2026-03-02T01:00:00+00:00",
        "rule": "80%",
        "holder": "Ngô Minh",
    }
    added: dict[str, Any] = {
        "name": "Ký nháy",
        "approver": "P.KHTCTH/leader",
        "approver_name": "Hoàng Lan",
        "reason": "Bổ sung",
    }

    def record(session: Session) -> None:
        instance = runtime.lock(session, case.id)
        admin = desk.person(session, "admin")
        history.record(session, instance, "task.escalated", at=desk.now, **escalated)
        history.record(session, instance, "approvers.added", at=desk.now, actor_id=admin.id, **added)

    desk.write(record)

    assert told() == ["lan: approvers.added", "minh: approvers.added", "thu: task.escalated"]
    [reminder] = [each for each in notices(desk) if each.kind == "task.escalated"]
    assert sentences.sentence(reminder.kind, reminder.data, "vi") == (
        "Nhắc hạn: Việc first, đã qua 80% thời gian xử lý (người xử lý: Ngô Minh)"
    )


def test_every_kind_that_tells_somebody_has_words_and_a_topic_in_both_languages() -> None:
    kinds = {*RULES, SUBSTITUTE_SET}

    assert kinds == sentences.SENTENCES.keys() == TOPICS.keys()
    assert set(Topic) == sentences.TOPICS.keys() == set(TOPICS.values())
    assert all(vi and en for vi, en in [*sentences.SENTENCES.values(), *sentences.TOPICS.values()])
