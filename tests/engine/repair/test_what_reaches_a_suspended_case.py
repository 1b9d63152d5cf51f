"""What comes for a case while it stands still is not lost: jobs in hand, messages, signals."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine import messages
from engine.hooks import JobCall, JobType
from engine.model import InstanceState, JobKind, JobState


@pytest.fixture
def letters(office: Any, pen: Any) -> Any:
    """An office whose letters a machine sends."""
    office.deploy(
        pen.process("letter", pen.start(), pen.service("send", "test.send"), pen.end(), flows="start > send > end")
    )
    return office


@pytest.fixture
def hearing(office: Any, pen: Any) -> Any:
    """An office where cases wait for an answer to their dossier, and others for the end of the day."""
    office.deploy(
        pen.process(
            "question",
            pen.start(),
            pen.node("intermediateCatchEvent", "answered", '<messageEventDefinition messageRef="answer" />'),
            pen.end("done"),
            flows="start > answered > done",
            globals=pen.message("answer", "=dossier"),
        ),
        pen.process(
            "day",
            pen.start(),
            pen.node("intermediateCatchEvent", "over", '<signalEventDefinition signalRef="bell" />'),
            pen.end("done"),
            flows="start > over > done",
            globals='<signal id="bell" name="bell" />',
        ),
    )
    return office


def publish(office: Any, hours: int = 0, **payload: object) -> None:
    span = timedelta(hours=hours)
    office.write(lambda session: messages.publish(session, "answer", "A1", payload, time_to_live=span, at=office.now))


def ring(office: Any) -> None:
    office.write(lambda session: messages.broadcast(session, "bell", {}, at=office.now))


@pytest.mark.parametrize("is_external", [True, False], ids=["external", "local"])
def test_a_job_that_was_in_hand_when_its_case_was_suspended_is_done_after_it_is_resumed(
    letters: Any, operator: Any, *, is_external: bool
) -> None:
    case, calls = letters.start("letter"), []

    def send(call: JobCall) -> Mapping[str, object]:
        calls.append(call.idempotency_key)
        if is_external and len(calls) == 1:
            operator.suspend(case.id)
        return {}

    letters.handlers["test.send"] = JobType(send, is_external=is_external)
    if not is_external:
        operator.suspend(case.id)
    letters.run_jobs()
    assert [job.state for job in letters.jobs()] == [JobState.HELD]
    assert letters.case(case.id).state is InstanceState.SUSPENDED
    letters.later(minutes=10)

    operator.resume(case.id)
    letters.run_jobs()

    assert letters.case(case.id).state is InstanceState.ENDED
    assert len(set(calls)) == 1


def test_a_message_for_a_suspended_case_reaches_it_when_it_is_resumed(hearing: Any, operator: Any) -> None:
    case = hearing.start("question", dossier="A1")
    operator.suspend(case.id)
    publish(hearing, text="Đồng ý")
    hearing.run_jobs()
    hearing.later(days=3)

    operator.resume(case.id)
    hearing.run_jobs()

    assert hearing.case(case.id).end_element_id == "done"
    assert hearing.variables(case.id)["text"] == "Đồng ý"


def test_a_message_goes_to_a_running_case_before_a_suspended_one(hearing: Any, operator: Any) -> None:
    suspended = hearing.start("question", dossier="A1")
    hearing.later(minutes=1)
    running = hearing.start("question", dossier="A1")
    operator.suspend(suspended.id)

    publish(hearing)

    assert hearing.case(running.id).state is InstanceState.ENDED
    assert hearing.case(suspended.id).state is InstanceState.SUSPENDED


def test_a_signal_for_a_suspended_case_reaches_it_and_nobody_else_when_it_is_resumed(
    hearing: Any, operator: Any
) -> None:
    suspended, running = hearing.start("day"), hearing.start("day")
    operator.suspend(suspended.id)
    ring(hearing)
    late = hearing.start("day")
    assert hearing.case(running.id).end_element_id == "done"

    operator.resume(suspended.id)
    hearing.run_jobs()

    assert hearing.case(suspended.id).end_element_id == "done"
    assert hearing.case(late.id).state is InstanceState.RUNNING


def test_what_was_held_for_a_case_ends_with_it(hearing: Any, operator: Any) -> None:
    case = hearing.start("question", dossier="A1")
    operator.suspend(case.id)
    publish(hearing)

    operator.cancel(case.id)
    hearing.run_jobs()

    assert [(job.kind, job.state) for job in hearing.jobs()] == [(JobKind.MESSAGE, JobState.CANCELLED)]


def test_a_job_of_a_case_that_was_cancelled_meanwhile_is_called_off(letters: Any, operator: Any) -> None:
    case = letters.start("letter")

    def send(_call: JobCall) -> Mapping[str, object]:
        operator.cancel(case.id)
        return {}

    letters.handlers["test.send"] = JobType(send, is_external=True)
    letters.run_jobs()

    assert [job.state for job in letters.jobs()] == [JobState.CANCELLED]
    assert letters.incidents() == []
