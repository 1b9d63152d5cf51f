"""Due dates and timers that diagrams count in working time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import incidents
from engine.calendar import editing, years
from engine.model import DayKind, Job, JobKind

FRIDAY_BEFORE_A_HOLIDAY = datetime(2026, 4, 24, 9, 0, tzinfo=UTC)
"""Friday 24 April 2026, 16:00 in Hà Nội; the Monday after it is off for Giỗ Tổ."""

NEW_YEARS_EVE = datetime(2026, 12, 31, 3, 0, tzinfo=UTC)


@pytest.fixture
def reviewing(office: Any, pen: Any) -> Any:
    """An office with a process of one task, due after three working days, that a timer of 8 working hours guards."""
    timer = "<timerEventDefinition><timeDate>=working hours(8)</timeDate></timerEventDefinition>"
    office.deploy(
        pen.process(
            "reviewing",
            pen.start(),
            pen.user("review", groups="VPS", due="=working days(3)"),
            f'<boundaryEvent id="slow" attachedToRef="review" cancelActivity="false">{timer}</boundaryEvent>',
            pen.end(),
            pen.end("reminded"),
            flows="""
            start > review > end
            slow > reminded
            """,
        )
    )
    return office


def timer_of(office: Any) -> datetime:
    with office.session() as session:
        due: datetime = session.scalars(select(Job.due_at).where(Job.kind == JobKind.TIMER)).one()
        return due


def test_a_due_date_and_a_timer_pass_over_the_weekend_and_the_holiday(reviewing: Any) -> None:
    reviewing.now = FRIDAY_BEFORE_A_HOLIDAY

    reviewing.start("reviewing")

    [task] = reviewing.open_tasks()
    assert task.due_at == datetime(2026, 5, 4, 10, 0, tzinfo=UTC)  # 28/4, 29/4, then 30/4 and 01/5 are off
    assert timer_of(reviewing) == datetime(2026, 4, 28, 9, 0, tzinfo=UTC)


def test_the_timer_fires_when_its_working_hours_have_passed(reviewing: Any) -> None:
    reviewing.now = FRIDAY_BEFORE_A_HOLIDAY
    reviewing.start("reviewing")

    reviewing.now = timer_of(reviewing) - timedelta(seconds=1)
    early = reviewing.run_jobs()
    reviewing.later(seconds=1)

    assert (early, reviewing.run_jobs()) == (0, 1)


def test_a_case_counts_in_the_hours_of_the_unit_it_was_started_in(reviewing: Any) -> None:
    reviewing.write(
        lambda session: editing.set_day(
            session,
            date(2026, 3, 3),
            kind=DayKind.OFF,
            name="Họp toàn cơ quan",
            unit_code="VPS",
            by=reviewing.person(session, "admin"),
            at=reviewing.now,
        )
    )

    cases = [reviewing.start("reviewing", by=starter).id for starter in ("minh", "an")]

    due = {task.instance_id: task.due_at.day for task in reviewing.open_tasks()}
    assert [due[case_id] for case_id in cases] == [6, 5]


def test_a_year_without_approved_calendar_is_an_incident_that_says_so_and_loses_nothing(reviewing: Any) -> None:
    reviewing.now = NEW_YEARS_EVE

    case = reviewing.start("reviewing", subject="xe ô tô")

    [incident, of_timer] = sorted(reviewing.incidents(), key=lambda each: each.element_id)
    assert [incident.element_id, of_timer.element_id] == ["review", "slow"]
    assert incident.code == of_timer.code == "calendar.year_missing"
    assert "lịch làm việc năm 2027 chưa được duyệt" in incident.message_vi
    assert "calendar of 2027 has not been approved" in incident.message_en
    assert reviewing.open_tasks() == []
    assert reviewing.variables(case.id)["subject"] == "xe ô tô"


def test_the_incidents_go_once_the_year_is_approved_and_the_steps_are_tried_again(reviewing: Any) -> None:
    reviewing.now = NEW_YEARS_EVE
    reviewing.start("reviewing")
    found = reviewing.incidents()

    def approve_and_retry(session: Any) -> None:
        by = reviewing.person(session, "admin")
        years.propose(session, 2027, by=by, at=reviewing.now)
        years.approve(session, 2027, by=by, at=reviewing.now)
        for incident in found:
            incidents.retry(session, incident.id, by=by, at=reviewing.now)

    reviewing.write(approve_and_retry)

    [task] = reviewing.open_tasks()
    assert reviewing.incidents() == []
    assert task.due_at == datetime(2027, 1, 6, 10, 0, tzinfo=UTC)  # 01/01 off, then 4, 5 and 6
    assert timer_of(reviewing) == datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
