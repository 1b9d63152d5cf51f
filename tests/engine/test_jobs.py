"""Jobs: done once, tried again when they fail, reported when they keep failing; timers fire when they are due.

Who may take a job in hand: `test_job_claims`. How handlers are treated: `test_job_types`.
"""

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import history
from engine.hooks import BpmnError, JobCall
from engine.job_runner import JobRunner
from engine.jobs import next_due_at
from engine.model import Activity, ActivityState, Incident, Job, JobKind, JobState


class Clerk:
    """A handler that fails as often as it is told to, and remembers its calls."""

    def __init__(self, failures: int = 0, result: Mapping[str, object] | None = None) -> None:
        self.failures, self.result = failures, dict(result or {})
        self.calls: list[JobCall] = []

    def __call__(self, call: JobCall) -> Mapping[str, object]:
        """Do the job, or fail."""
        self.calls.append(call)
        if len(self.calls) <= self.failures:
            raise ConnectionError("register of Nguyễn Văn A, CCCD 079012345678, is away")
        return self.result


@pytest.fixture
def registry(office: Any, pen: Any) -> Any:
    """An office where a machine registers a document after its start, then a person reads the result."""
    refused = '<error id="refusal" name="Refusal" errorCode="REFUSED" />'
    office.deploy(
        pen.process(
            "register",
            pen.start(),
            pen.service("enter", "test.register"),
            pen.node("boundaryEvent", "refused", '<errorEventDefinition errorRef="refusal" />', attachedToRef="enter"),
            pen.user("read", assignee="=starter"),
            pen.user("mend", assignee="=starter"),
            flows="start > enter > read\nrefused > mend",
            globals=refused,
        )
    )
    return office


def the_job(office: Any) -> Job:
    (job,) = office.jobs()
    assert isinstance(job, Job)
    return job


def test_a_handler_gets_the_variables_and_its_result_enters_the_case(registry: Any) -> None:
    clerk = registry.handlers["test.register"] = Clerk(result={"number": 7})
    case = registry.start("register", abstract="Biên bản")

    ran = registry.run_jobs()

    assert ran == 1
    assert clerk.calls[0].variables["abstract"] == "Biên bản"
    assert clerk.calls[0].instance.business_key == case.business_key
    assert clerk.calls[0].at == registry.now
    assert registry.variables(case.id)["number"] == 7
    assert registry.task().element_id == "read"
    assert (the_job(registry).state, the_job(registry).attempts) == (JobState.DONE, 1)


def test_a_job_that_is_done_is_not_done_again(registry: Any) -> None:
    clerk = registry.handlers["test.register"] = Clerk()
    registry.start("register")
    registry.run_jobs()
    registry.later(days=1)

    assert registry.run_jobs() == 0
    assert len(clerk.calls) == 1


def test_a_handler_that_fails_is_tried_again_after_one_five_and_thirty_minutes(registry: Any) -> None:
    clerk = registry.handlers["test.register"] = Clerk(failures=3)
    registry.start("register")
    begun = registry.now
    tried = []
    for _minute in range(40):
        before = len(clerk.calls)
        registry.run_jobs()
        tried += [registry.now - begun] * (len(clerk.calls) - before)
        registry.later(minutes=1)

    assert tried == [timedelta(minutes=minutes) for minutes in (0, 1, 6, 36)]
    assert registry.task().element_id == "read"
    assert registry.incidents() == []
    assert the_job(registry).attempts == 4


def fail_until_reported(office: Any) -> None:
    for minutes in (0, 1, 5, 30):
        office.later(minutes=minutes)
        office.run_jobs()


def test_a_handler_that_keeps_failing_becomes_an_incident(registry: Any) -> None:
    clerk = registry.handlers["test.register"] = Clerk(failures=99)
    registry.start("register")

    fail_until_reported(registry)
    registry.later(days=30)
    registry.run_jobs()

    (incident,) = registry.incidents()
    assert (incident.code, incident.element_id) == ("job.failed", "enter")
    assert (incident.job_id, incident.attempt, incident.error_class) == (the_job(registry).id, 4, "ConnectionError")
    assert incident.message_en == "The job 'test.register' failed after 4 attempts (ConnectionError)."
    assert "sau 4 lần thử" in incident.message_vi
    assert the_job(registry).state is JobState.FAILED
    assert len(clerk.calls) == 4
    assert registry.open_tasks() == []


def test_neither_incident_nor_job_nor_history_holds_a_variable_that_the_error_names(registry: Any) -> None:
    registry.handlers["test.register"] = Clerk(failures=99)
    case = registry.start("register", citizen={"name": "Nguyễn Văn A", "numbers": ["079012345678"]})

    fail_until_reported(registry)

    with registry.session() as session:
        job = session.scalars(select(Job)).one()
        incident = session.scalars(select(Incident)).one()
        said = [job.last_error, incident.message_vi, incident.message_en, incident.error_message]
        said += [str(entry.data) for entry in history.of_case(session, registry.case(case.id))]
    assert incident.error_message == "register of …, CCCD …, is away"
    assert job.last_error == "ConnectionError: register of …, CCCD …, is away"
    assert not any("079012345678" in str(text) or "Nguyễn" in str(text) for text in said)


def test_a_failed_attempt_leaves_nothing_of_itself_behind(registry: Any) -> None:
    def write_then_fail(call: JobCall) -> Mapping[str, object]:
        history.record(call.session, call.instance, "number.given", at=call.at)
        call.session.flush()
        raise ConnectionError

    registry.handlers["test.register"] = write_then_fail
    case = registry.start("register")
    before = registry.counts()

    registry.run_jobs()

    assert registry.counts() == before
    assert registry.case(case.id).history_length == 1


def test_the_idempotency_key_is_the_same_at_every_attempt_and_another_for_another_job(registry: Any) -> None:
    clerk = registry.handlers["test.register"] = Clerk(failures=2)
    registry.start("register")
    fail_until_reported(registry)
    registry.start("register")
    registry.run_jobs()

    keys = [call.idempotency_key for call in clerk.calls]

    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]


def test_a_business_error_goes_to_the_diagram_and_is_not_tried_again(registry: Any) -> None:
    calls = []

    def refuse(call: JobCall) -> Mapping[str, object]:
        calls.append(call)
        raise BpmnError("REFUSED", "Số đã có", {"why": "number taken"})

    registry.handlers["test.register"] = refuse
    case = registry.start("register")

    registry.run_jobs()
    registry.later(days=1)
    registry.run_jobs()

    assert registry.task().element_id == "mend"
    assert registry.variables(case.id)["why"] == "number taken"
    assert len(calls) == 1
    assert registry.incidents() == []


def test_a_business_error_that_the_diagram_does_not_catch_is_an_incident(registry: Any) -> None:
    def refuse(_call: JobCall) -> Mapping[str, object]:
        raise BpmnError("UNHEARD_OF")

    registry.handlers["test.register"] = refuse
    registry.start("register")

    registry.run_jobs()

    (incident,) = registry.incidents()
    assert incident.element_id == "enter"
    assert "UNHEARD_OF" in incident.message_en


def test_a_job_in_hand_is_not_taken_by_a_second_runner(registry: Any) -> None:
    clerk = Clerk()
    second = JobRunner(registry.session, {"test.register": clerk})
    ran_by_second: list[int] = []
    runners = [threading.Thread(target=lambda: ran_by_second.append(second.run_due(registry.now)))]

    def slow(call: JobCall) -> Mapping[str, object]:
        runners[0].start()
        runners[0].join(0.2)
        return clerk(call)

    registry.handlers["test.register"] = slow
    registry.start("register")

    registry.run_jobs()
    runners[0].join()

    assert ran_by_second == [0]
    assert len(clerk.calls) == 1


def test_a_job_whose_runner_died_is_done_when_its_lease_is_over(registry: Any) -> None:
    class PowerCut(BaseException):
        """The process is gone: no handler of ours sees it."""

    def die(_call: JobCall) -> Mapping[str, object]:
        raise PowerCut

    registry.handlers["test.register"] = die
    registry.start("register")
    with pytest.raises(PowerCut):
        registry.run_jobs()
    clerk = registry.handlers["test.register"] = Clerk()

    registry.later(seconds=89)
    assert registry.run_jobs() == 0
    registry.later(seconds=1)

    assert registry.run_jobs() == 1
    assert len(clerk.calls) == 1


def test_a_job_without_a_handler_waits_until_its_pack_is_there(registry: Any) -> None:
    registry.start("register")

    assert registry.run_jobs() == 0
    assert the_job(registry).state is JobState.WAITING
    registry.handlers["test.register"] = Clerk()

    assert registry.run_jobs() == 1


def test_a_runner_told_so_does_the_jobs_of_one_case_only(registry: Any) -> None:
    clerk = registry.handlers["test.register"] = Clerk()
    first, second = registry.start("register"), registry.start("register")

    JobRunner(registry.session, registry.handlers).run_due(registry.now, instance_id=second.id)

    assert [call.instance.id for call in clerk.calls] == [second.id]
    assert first.id != second.id


def test_a_job_is_not_held_up_by_somebody_who_writes_at_the_same_moment(registry: Any) -> None:
    writes = threading.Event()

    def read_while_another_writes(call: JobCall) -> Mapping[str, object]:
        other = threading.Thread(target=write_elsewhere)
        other.start()
        writes.wait(0.3)
        call.session.flush()
        registry.other = other
        return {}

    def write_elsewhere() -> None:
        registry.write(lambda session: setattr(registry.person(session, "an"), "full_name", "Lê Ân"))
        writes.set()

    registry.handlers["test.register"] = read_while_another_writes
    registry.start("register")

    registry.run_jobs()
    registry.other.join()

    assert (the_job(registry).state, the_job(registry).last_error) == (JobState.DONE, None)
    with registry.session() as session:
        assert registry.person(session, "an").full_name == "Lê Ân"


def test_a_failed_step_after_a_handler_leaves_the_case_where_it_was(registry: Any) -> None:
    registry.handlers["test.register"] = Clerk(result={"number": object()})
    case = registry.start("register")

    registry.run_jobs()

    assert the_job(registry).state is JobState.WAITING
    assert the_job(registry).attempts == 1
    assert registry.case(case.id).state == "running"


def test_a_failure_reported_for_a_task_is_resolved_when_the_case_goes_on_without_it(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "register",
            pen.start(),
            pen.service("enter", "test.register"),
            pen.node("boundaryEvent", "too_late", pen.timer("P2D"), attachedToRef="enter"),
            pen.user("by_hand", assignee="=starter"),
            flows="start > enter\ntoo_late > by_hand",
        )
    )
    office.handlers["test.register"] = Clerk(failures=99)
    office.start("register")
    fail_until_reported(office)
    assert [incident.code for incident in office.incidents()] == ["job.failed"]

    office.later(days=2)
    office.run_jobs()

    assert office.task().element_id == "by_hand"
    assert office.incidents() == []


@pytest.fixture
def reminder(office: Any, pen: Any) -> Any:
    """An office where an answer is awaited for two days, with a reminder every half."""
    office.deploy(
        pen.process(
            "request",
            pen.start(),
            pen.user("answer", assignee="=starter"),
            pen.node("boundaryEvent", "remind", pen.timer("P1D"), attachedToRef="answer", cancelActivity="false"),
            pen.node("boundaryEvent", "too_late", pen.timer("P2D"), attachedToRef="answer"),
            pen.user("remind_clerk", groups='=["VPS/records_clerk"]'),
            pen.end("answered"),
            pen.end("expired"),
            flows="start > answer > answered\nremind > remind_clerk\ntoo_late > expired",
        )
    )
    return office


def test_a_timer_fires_when_it_is_due_and_not_a_moment_before(reminder: Any) -> None:
    reminder.start("request")
    reminder.later(days=1, seconds=-1)
    assert reminder.run_jobs() == 0

    reminder.later(seconds=1)
    reminder.run_jobs()

    assert {task.element_id for task in reminder.open_tasks()} == {"answer", "remind_clerk"}


def test_a_timer_that_interrupts_takes_the_task_away(reminder: Any) -> None:
    case = reminder.start("request")
    reminder.later(days=2)

    reminder.run_jobs()

    assert [task.element_id for task in reminder.open_tasks()] == ["remind_clerk"]
    with reminder.session() as session:
        answered = session.scalars(select(Activity).where(Activity.element_id == "answer")).one()
    assert (answered.state, answered.ended_at) == (ActivityState.CANCELLED, reminder.now)
    assert reminder.case(case.id).state == "running"


def test_the_timers_of_a_task_that_was_done_in_time_are_called_off(reminder: Any) -> None:
    case = reminder.start("request")

    reminder.complete(reminder.task().id, "minh")

    assert {job.state for job in reminder.jobs()} == {JobState.CANCELLED}
    reminder.later(days=3)
    assert reminder.run_jobs() == 0
    assert reminder.case(case.id).end_element_id == "answered"


def test_the_runner_knows_when_the_next_timer_is_due(reminder: Any) -> None:
    reminder.start("request")

    with reminder.session() as session:
        assert next_due_at(session) == reminder.now + timedelta(days=1)
    reminder.complete(reminder.task().id, "minh")
    with reminder.session() as session:
        assert next_due_at(session) is None


def test_every_timer_is_a_job_of_its_kind(reminder: Any) -> None:
    reminder.start("request")

    assert [(job.kind, job.element_id) for job in sorted(reminder.jobs(), key=lambda job: job.due_at)] == [
        (JobKind.TIMER, "remind"),
        (JobKind.TIMER, "too_late"),
    ]
