"""Suspended cases stand still, with what they called; resumed ones go on as if they had only waited."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from engine import tasks
from engine.model import CaseOver, CaseSuspended, InstanceState, Job, JobState, ProcessInstance
from engine.repair import OperationsForbidden
from engine.repair.standing import AlreadySuspended, CallerSuspended, NotSuspended, ReasonMissing, ReasonTooLong


@pytest.fixture
def memo(office: Any, pen: Any) -> Any:
    """A case with a task, a timer beside it, and a job after it."""
    late = pen.node("boundaryEvent", "late", pen.timer("PT4H"), attachedToRef="read", cancelActivity="false")
    office.deploy(
        pen.process(
            "memo",
            pen.start(),
            pen.user("read", groups='=["VPS/records_clerk"]'),
            late,
            pen.user("remind", assignee="thu"),
            pen.service("file", "file_away"),
            pen.end(),
            pen.end("reminded"),
            flows="start > read > file > end\nlate > remind > reminded",
        )
    )
    office.handlers["file_away"] = lambda _call: {}
    return office


@pytest.fixture
def calling(office: Any, pen: Any) -> Any:
    """A case that waits for another one, which waits for a third."""
    office.deploy(
        pen.process("outer", pen.start(), pen.call("ask", "inner"), pen.end(), flows="start > ask > end"),
        pen.process("inner", pen.start(), pen.call("ask_more", "inmost"), pen.end(), flows="start > ask_more > end"),
        pen.process("inmost", pen.start(), pen.user("answer", assignee="an"), pen.end(), flows="start > answer > end"),
    )
    return office


def family(office: Any, outer: Any) -> list[Any]:
    """Return a case, the one it called, and the one that one called."""
    inmost = office.task("answer").instance
    return [office.case(outer.id), office.case(inmost.parent_id), office.case(inmost.id)]


def test_nobody_works_on_a_suspended_case_but_its_task_stays_visible(memo: Any, operator: Any) -> None:
    case, task = memo.start("memo"), memo.task("read")
    operator.suspend(case.id)
    before = memo.counts()

    for attempt in (memo.claim, memo.complete):
        with pytest.raises(CaseSuspended):
            attempt(task.id, "mai")

    assert memo.task("read").id == task.id
    assert memo.counts() == before


def test_a_claimed_task_is_not_given_back_while_its_case_stands_still(memo: Any, operator: Any) -> None:
    case, task = memo.start("memo"), memo.task("read")
    memo.claim(task.id, "mai")
    operator.suspend(case.id)

    with pytest.raises(CaseSuspended):
        memo.release(task.id, "mai")


def test_the_reason_why_one_may_not_is_that_the_case_stands_still(memo: Any, operator: Any) -> None:
    case, task = memo.start("memo"), memo.task("read")
    operator.suspend(case.id)

    with memo.session() as session:
        found = tasks.find(session, task.id)
        against = [tasks.why_not(session, found, memo.person(session, name), memo.now) for name in ("mai", "an")]

    assert [each.code for each in against if each] == ["case.suspended", "task.not_yours"]


def test_a_timer_that_came_due_meanwhile_fires_at_once_when_the_case_goes_on(memo: Any, operator: Any) -> None:
    case = memo.start("memo")
    due_at = memo.jobs()[0].due_at
    operator.suspend(case.id)
    memo.later(hours=6)

    assert memo.run_jobs() == 0
    assert [(job.state, job.due_at) for job in memo.jobs()] == [(JobState.HELD, due_at)]
    operator.resume(case.id)
    assert memo.run_jobs() == 1

    assert memo.task("remind").assignee.username == "thu"


def test_a_timer_that_is_not_due_yet_keeps_its_time(memo: Any, operator: Any) -> None:
    case = memo.start("memo")
    operator.suspend(case.id)
    memo.later(hours=1)
    operator.resume(case.id)

    assert memo.run_jobs() == 0
    memo.later(hours=3)
    assert memo.run_jobs() == 1


def test_a_job_that_was_waiting_is_done_after_the_case_goes_on(memo: Any, operator: Any) -> None:
    case = memo.start("memo")
    memo.complete(memo.task("read").id, "mai")
    operator.suspend(case.id)
    assert memo.run_jobs() == 0

    operator.resume(case.id)
    memo.run_jobs()

    assert memo.case(case.id).state is InstanceState.ENDED


def test_suspending_says_who_when_and_why(memo: Any, operator: Any) -> None:
    case = memo.start("memo")

    operator.suspend(case.id, reason="  Chờ ý kiến thanh tra  ")

    entry = operator.last(case.id, "case.suspended")
    assert entry.actor_id == memo.write(lambda session: memo.person(session, "admin").id)
    assert entry.at == memo.now
    assert entry.data == {"reason": "Chờ ý kiến thanh tra", "with_case": None}


def test_of_two_operators_who_suspend_the_second_is_told_who_was_first(memo: Any, operator: Any) -> None:
    case = memo.start("memo")
    operator.suspend(case.id)
    first_at = memo.now
    memo.later(minutes=5)

    with pytest.raises(AlreadySuspended) as refused:
        operator.suspend(case.id)

    assert refused.value.data == {"by": "Quản Trị", "at": first_at}


def test_what_runs_is_not_resumed_and_what_is_over_not_suspended(memo: Any, operator: Any) -> None:
    case = memo.start("memo")
    with pytest.raises(NotSuspended):
        operator.resume(case.id)
    operator.cancel(case.id)

    with pytest.raises(CaseOver):
        operator.suspend(case.id)
    with pytest.raises(CaseOver):
        operator.resume(case.id)


@pytest.mark.parametrize(("reason", "error"), [("  ", ReasonMissing), ("x" * 2001, ReasonTooLong)])
def test_without_a_fit_reason_nothing_happens(memo: Any, operator: Any, reason: str, error: type[Exception]) -> None:
    case = memo.start("memo")
    before = memo.counts()

    with pytest.raises(error):
        operator.suspend(case.id, reason=reason)

    assert memo.counts() == before


def test_only_operators_suspend_and_resume(memo: Any, operator: Any, clerk: Any) -> None:
    case = memo.start("memo")
    with pytest.raises(OperationsForbidden):
        clerk.suspend(case.id)
    operator.suspend(case.id)
    before = memo.counts()

    with pytest.raises(OperationsForbidden):
        clerk.resume(case.id)

    assert memo.counts() == before


def test_called_cases_stand_still_with_their_caller_and_go_on_with_it(calling: Any, operator: Any) -> None:
    outer = calling.start("outer")
    task = calling.task("answer")

    operator.suspend(outer.id)

    assert [each.state for each in family(calling, outer)] == [InstanceState.SUSPENDED] * 3
    with pytest.raises(CaseSuspended):
        calling.complete(task.id, "an")
    operator.resume(outer.id)
    assert [each.state for each in family(calling, outer)] == [InstanceState.RUNNING] * 3
    calling.complete(task.id, "an")
    assert calling.case(outer.id).state is InstanceState.ENDED


def test_a_called_case_that_was_suspended_by_itself_stays_so(calling: Any, operator: Any) -> None:
    outer = calling.start("outer")
    _, _, inmost = family(calling, outer)
    operator.suspend(inmost.id)
    operator.suspend(outer.id)

    operator.resume(outer.id)

    states = [each.state for each in family(calling, outer)]
    assert states == [InstanceState.RUNNING, InstanceState.RUNNING, InstanceState.SUSPENDED]


def test_a_called_case_does_not_go_on_before_its_caller(calling: Any, operator: Any) -> None:
    outer = calling.start("outer")
    operator.suspend(outer.id)
    _, inner, _ = family(calling, outer)

    with pytest.raises(CallerSuspended) as refused:
        operator.resume(inner.id)

    assert refused.value.data == {"caller": outer.business_key}


def test_what_a_called_case_brought_meanwhile_is_taken_when_the_caller_goes_on(calling: Any, operator: Any) -> None:
    outer = calling.start("outer")
    operator.suspend(outer.id)
    _, _, inmost = family(calling, outer)
    operator.move(inmost.id, ("answer", "end"))
    assert calling.case(outer.id).state is InstanceState.SUSPENDED

    operator.resume(outer.id)

    assert calling.case(outer.id).state is InstanceState.ENDED
    assert operator.last(outer.id, "case.ended").data["end"] == "end"


def test_a_suspended_called_case_is_cancelled_with_its_caller(calling: Any, operator: Any) -> None:
    outer = calling.start("outer")
    operator.suspend(outer.id)

    operator.cancel(outer.id)

    with calling.session() as session:
        states = list(session.scalars(select(ProcessInstance.state)))
    assert states == [InstanceState.CANCELLED] * 3
    assert calling.open_tasks() == []


def test_held_timers_go_with_a_cancelled_case(memo: Any, operator: Any) -> None:
    case = memo.start("memo")
    operator.suspend(case.id)

    operator.cancel(case.id)

    assert [job.state for job in memo.jobs()] == [JobState.CANCELLED]


def test_suspending_for_a_week_moves_no_due_time(memo: Any, operator: Any) -> None:
    case = memo.start("memo")
    due_at = memo.jobs()[0].due_at
    operator.suspend(case.id)
    memo.now += timedelta(days=7)

    operator.resume(case.id)

    assert memo.jobs()[0].due_at == due_at


def test_a_job_in_somebodys_hands_is_taken_from_them(memo: Any, operator: Any) -> None:
    case = memo.start("memo")
    taken = update(Job).values(lease_token=UUID(int=7), lease_until=memo.now + timedelta(hours=9))
    memo.write(lambda session: session.execute(taken))

    operator.suspend(case.id)

    (job,) = memo.jobs()
    assert (job.state, job.lease_token, job.lease_until) == (JobState.HELD, None, None)
