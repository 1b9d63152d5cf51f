"""Two people, or a person and a machine, at the same moment: one waits for the other and goes on from there."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import history, messages, numbering, runtime, tasks
from engine.hooks import JobCall
from engine.model import InstanceState, JobState
from engine.model.user_task import TaskAlreadyClaimed, TaskCancelled, TaskCompleted

BRANCHES = 6


def completing(office: Any, task_id: Any, username: str) -> Callable[[Session], object]:
    return lambda session: tasks.complete(
        session,
        task_id,
        by=office.person(session, username),
        outcome="completed",
        variables={},
        at=office.now,
    )


def is_sound(office: Any) -> bool:
    with office.session() as session:
        return all(not breaches for _case, breaches in history.verify_all(session))


@pytest.fixture
def offered(office: Any, pen: Any) -> Any:
    """A task that is offered to two clerks."""
    work = pen.user("check", groups='=["VPS/records_clerk"]')
    office.deploy(pen.process("note", pen.start(), work, pen.end(), flows="start > check > end"))
    office.start("note")
    return office.task()


def test_of_two_who_complete_one_task_the_second_is_told_who_and_when(office: Any, offered: Any, at_once: Any) -> None:
    second = at_once.overtaken(
        office.session, completing(office, offered.id, "mai"), lambda: office.complete(offered.id, by="quynh")
    ).exception()

    assert isinstance(second, TaskCompleted)
    assert second.data["by"] == "Bùi Mai"
    assert second.data["at"] == office.now
    assert is_sound(office)


def test_of_two_who_claim_one_task_the_second_is_told_who_holds_it(office: Any, offered: Any, at_once: Any) -> None:
    def claim(session: Session) -> object:
        return tasks.claim(session, offered.id, by=office.person(session, "mai"), at=office.now)

    second = at_once.overtaken(office.session, claim, lambda: office.claim(offered.id, by="quynh")).exception()

    assert isinstance(second, TaskAlreadyClaimed)
    assert second.data["by"] == "Bùi Mai"


def test_who_completes_a_task_of_a_case_that_is_just_cancelled_is_told_so(
    office: Any, offered: Any, at_once: Any
) -> None:
    def cancel(session: Session) -> None:
        runtime.cancel(session, runtime.lock(session, offered.instance_id), actor=None, at=office.now)

    second = at_once.overtaken(office.session, cancel, lambda: office.complete(offered.id, by="quynh")).exception()

    assert isinstance(second, TaskCancelled)


@pytest.fixture
def branches(office: Any, pen: Any) -> list[Any]:
    """The open tasks of one case with parallel branches, one a branch."""
    works = [pen.user(f"work_{number}", assignee="=starter") for number in range(BRANCHES)]
    office.deploy(
        pen.process(
            "many",
            pen.start(),
            pen.node("parallelGateway", "fork"),
            *works,
            pen.node("parallelGateway", "join"),
            pen.end(),
            flows="start > fork\n"
            + "\n".join(f"fork > work_{number} > join" for number in range(BRANCHES))
            + "\njoin > end",
        )
    )
    office.start("many")
    found: list[Any] = office.open_tasks()
    return found


def test_a_task_of_the_same_case_waits_for_the_other_and_is_completed(
    office: Any, branches: list[Any], at_once: Any
) -> None:
    second = at_once.overtaken(
        office.session, completing(office, branches[0].id, "minh"), lambda: office.complete(branches[1].id, by="minh")
    )

    assert second.result().state == "completed"
    assert len(office.open_tasks()) == BRANCHES - 2
    assert is_sound(office)


def test_all_branches_of_a_case_completed_at_once_succeed_and_end_it(
    office: Any, branches: list[Any], at_once: Any
) -> None:
    at_once.all(*[lambda task=task: office.complete(task.id, by="minh") for task in branches])

    assert office.case(branches[0].instance_id).state is InstanceState.ENDED
    assert is_sound(office)


@pytest.fixture
def family(office: Any, pen: Any) -> Any:
    """A case that called two others; each waits for a person."""
    office.deploy(
        pen.process(
            "caller",
            pen.start(),
            pen.node("parallelGateway", "fork"),
            pen.call("call_a", "called"),
            pen.call("call_b", "called"),
            pen.node("parallelGateway", "join"),
            pen.end(),
            flows="start > fork > call_a > join > end\nfork > call_b > join",
        ),
        pen.process(
            "called", pen.start(), pen.user("work", assignee="=starter"), pen.end(), flows="start > work > end"
        ),
    )
    return office.start("caller")


def test_called_cases_that_end_at_once_both_return_to_their_caller(office: Any, family: Any, at_once: Any) -> None:
    one, other = office.open_tasks()

    at_once.all(
        lambda: office.complete(one.id, by="minh"),
        lambda: office.complete(other.id, by="minh"),
    )

    assert office.case(family.id).state is InstanceState.ENDED
    assert is_sound(office)


def test_a_caller_cancelled_while_a_called_case_ends_makes_nobody_wait_for_ever(
    office: Any, family: Any, at_once: Any
) -> None:
    one, _other = office.open_tasks()

    second = at_once.overtaken(
        office.session,
        completing(office, one.id, "minh"),
        lambda: office.write(
            lambda session: runtime.cancel(session, runtime.lock(session, family.id), actor=None, at=office.now)
        ),
    )

    assert second.exception() is None
    assert office.case(family.id).state is InstanceState.CANCELLED
    assert office.open_tasks() == []
    assert is_sound(office)


def test_a_called_case_that_ends_while_its_caller_is_cancelled_is_told_so(
    office: Any, family: Any, at_once: Any
) -> None:
    one, _other = office.open_tasks()

    second = at_once.overtaken(
        office.session,
        lambda session: runtime.cancel(session, runtime.lock(session, family.id), actor=None, at=office.now),
        lambda: office.complete(one.id, by="minh"),
    ).exception()

    assert isinstance(second, TaskCancelled)


@pytest.fixture
def waiting(office: Any, pen: Any) -> Any:
    """A process that waits for a message, then for a signal."""
    receive = pen.node("intermediateCatchEvent", "wait_message", '<messageEventDefinition messageRef="paid" />')
    hear = pen.node("intermediateCatchEvent", "wait_signal", '<signalEventDefinition signalRef="closing" />')
    office.deploy(
        pen.process(
            "waits",
            pen.start(),
            receive,
            hear,
            pen.end(),
            flows="start > wait_message > wait_signal > end",
            globals=pen.message("paid", '="K1"') + '<signal id="closing" name="closing" />',
        )
    )
    return office


def correlating(office: Any) -> Callable[[Session], list[Any]]:
    return lambda session: [each.business_key for each in messages.correlate(session, "paid", "K1", {}, at=office.now)]


def test_two_messages_at_once_reach_two_cases_the_longest_waiting_first(waiting: Any, at_once: Any) -> None:
    keys = []
    for _ in range(2):
        keys.append(waiting.start("waits").business_key)
        waiting.later(minutes=1)

    reached: list[list[str]] = []
    second = at_once.overtaken(
        waiting.session,
        lambda session: reached.append(correlating(waiting)(session)),
        lambda: waiting.write(correlating(waiting)),
    )

    assert [*reached, second.result()] == [[keys[0]], [keys[1]]]


def test_of_two_messages_for_one_waiting_case_the_second_reaches_nobody(waiting: Any, at_once: Any) -> None:
    waiting.start("waits")

    second = at_once.overtaken(waiting.session, correlating(waiting), lambda: waiting.write(correlating(waiting)))

    assert second.result() == []


def test_two_signals_at_once_both_reach_every_case_that_still_waits(waiting: Any, at_once: Any) -> None:
    cases = [waiting.start("waits") for _ in range(4)]
    for _ in cases:
        waiting.write(correlating(waiting))

    def broadcast(session: Session) -> int:
        return len(messages.broadcast(session, "closing", {}, at=waiting.now))

    reached = at_once.all(*[lambda: waiting.write(broadcast)] * 3)

    assert sorted(reached) == [0, 0, 4]
    assert {waiting.case(case.id).state for case in cases} == {InstanceState.ENDED}


def test_the_first_numbers_of_a_series_taken_at_once_are_one_to_many(office: Any, at_once: Any) -> None:
    def take(session: Session) -> int:
        return numbering.next_number(session, series="outgoing:QĐ", year=2026)

    assert sorted(at_once.all(*[lambda: office.write(take)] * 8)) == list(range(1, 9))


def test_cases_started_at_once_get_codes_without_gap(office: Any, pen: Any, at_once: Any) -> None:
    office.deploy(pen.process("note", pen.start(), pen.user("read", assignee="=starter"), flows="start > read"))

    started = at_once.all(*[lambda: office.start("note").business_key] * 6)

    assert sorted(started) == [f"HS-2026-{number:04d}" for number in range(1, 7)]


def test_two_runners_do_every_job_once(office: Any, pen: Any, at_once: Any) -> None:
    office.deploy(pen.process("auto", pen.start(), pen.service("step", "count"), pen.end(), flows="start > step > end"))
    done: list[str] = []

    def count(call: JobCall) -> dict[str, object]:
        done.append(call.idempotency_key)
        return {}

    office.handlers["count"] = count
    for _ in range(30):
        office.start("auto")

    ran = at_once.all(office.run_jobs, office.run_jobs)

    assert sum(ran) == 30
    assert len(done) == len(set(done)) == 30
    assert {job.state for job in office.jobs()} == {JobState.DONE}
