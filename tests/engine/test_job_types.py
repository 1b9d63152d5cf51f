"""How handlers are treated: near or far, how long they may take, how often they are tried, what they may bring back."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select

from engine import history, job_results
from engine.database import DatabaseBusy, DatabaseFull
from engine.hooks import BpmnError, JobCall, JobType, OutsideTransaction
from engine.job_runner import JobRunner
from engine.model import Incident, Job, JobState

SOON = timedelta(milliseconds=200)


@pytest.fixture
def post(office: Any, pen: Any) -> Any:
    """An office whose letters a machine sends, after which somebody reads the answer."""
    office.deploy(
        pen.process(
            "letter",
            pen.start(),
            pen.service("send", "test.send"),
            pen.user("read", assignee="=starter"),
            flows="start > send > read",
        )
    )
    return office


def drawn_with_retries(office: Any, pen: Any, retries: str) -> None:
    """Deploy a process whose diagram says how often its job is to be tried."""
    service = pen.service("send", "test.send").replace('type="test.send"', f'type="test.send" retries="{retries}"')
    office.deploy(pen.process("letter", pen.start(), service, flows="start > send"))


def the_job(office: Any) -> Job:
    (job,) = office.jobs()
    assert isinstance(job, Job)
    return job


def error_of(office: Any) -> str:
    """Return what is kept of the only job's last failure."""
    return str(the_job(office).last_error)


def fails(_call: JobCall) -> Mapping[str, object]:
    raise ConnectionError("the post is closed")


def times_tried(office: Any) -> int:
    """Let time go by and return how often the only job was tried."""
    for _hour in range(8):
        office.run_jobs()
        office.later(hours=1)
    return the_job(office).attempts


def test_an_external_handler_works_while_others_may_write_to_its_case(post: Any) -> None:
    case = post.start("letter", to="Sở Xây dựng")

    def send(call: JobCall) -> Mapping[str, object]:
        post.add_paper(case.id)  # locks the case and commits
        return {"tracking": f"{call.variables['to']}-7"}

    post.handlers["test.send"] = JobType(send, is_external=True)
    post.run_jobs()

    assert post.variables(case.id)["tracking"] == "Sở Xây dựng-7"
    assert post.task().element_id == "read"


def test_an_external_handler_has_no_session_and_is_told_so(post: Any) -> None:
    post.handlers["test.send"] = JobType(lambda call: {"id": str(call.session)}, is_external=True)
    post.start("letter")

    post.run_jobs()

    assert error_of(post).startswith(OutsideTransaction.__name__)


def test_an_external_handler_knows_its_case_and_when_it_was_asked(post: Any) -> None:
    case = post.start("letter")
    asked: list[JobCall] = []

    def send(call: JobCall) -> Mapping[str, object]:
        asked.append(call)
        return {}

    post.handlers["test.send"] = JobType(send, is_external=True)
    post.run_jobs()

    (call,) = asked
    assert (call.instance.business_key, call.instance.definition.key) == (case.business_key, "letter")
    assert (call.at, call.idempotency_key) == (post.now, the_job(post).id.hex)


def test_a_business_error_of_an_external_handler_that_nobody_catches_is_an_incident_at_once(post: Any) -> None:
    def refuse(_call: JobCall) -> Mapping[str, object]:
        raise BpmnError("NO_SUCH_ADDRESS")

    post.handlers["test.send"] = JobType(refuse, is_external=True)
    post.start("letter")

    post.run_jobs()

    (incident,) = post.incidents()
    assert "NO_SUCH_ADDRESS" in incident.message_en
    assert the_job(post).state is JobState.DONE


def sleep(_call: JobCall) -> Mapping[str, object]:
    time.sleep(12)
    return {"sent": True}


def turn_in_circles(_call: JobCall) -> Mapping[str, object]:
    number, stubborn = 0, suppress(Exception)  # a handler that thinks it knows better
    while True:
        with stubborn:
            number ^= 1


@pytest.mark.parametrize("is_external", [True, False], ids=["external", "local"])
@pytest.mark.parametrize("handler", [sleep, turn_in_circles])
def test_a_handler_that_hangs_is_ended_and_counts_as_failed(
    post: Any, handler: Callable[[JobCall], Mapping[str, object]], *, is_external: bool
) -> None:
    post.handlers["test.send"] = JobType(handler, is_external=is_external, timeout=SOON)
    post.start("letter")
    began = time.monotonic()

    post.run_jobs()

    assert time.monotonic() - began < 10
    assert error_of(post) == "HandlerTimedOut: The handler did not end within 0.2 seconds."
    assert (the_job(post).state, the_job(post).attempts) == (JobState.WAITING, 1)


def test_a_handler_that_hangs_does_not_keep_the_jobs_behind_it_from_being_done(post: Any) -> None:
    calls: list[JobCall] = []

    def hang_once(call: JobCall) -> Mapping[str, object]:
        calls.append(call)
        return sleep(call) if len(calls) == 1 else {}

    post.handlers["test.send"] = JobType(hang_once, is_external=True, timeout=SOON)
    post.start("letter")
    post.start("letter")

    post.run_jobs()

    assert sorted(job.state for job in post.jobs()) == [JobState.DONE, JobState.WAITING]


def test_of_a_local_handler_that_hangs_nothing_is_stored_even_when_it_comes_back(post: Any) -> None:
    outcome: list[str] = []

    def write_and_hang(call: JobCall) -> Mapping[str, object]:
        history.record(call.session, call.instance, "number.given", at=call.at)
        call.session.flush()
        try:
            time.sleep(1.5)
        finally:
            outcome.append("back")
            call.session.execute(select(Job))
        return {}

    post.handlers["test.send"] = JobType(write_and_hang, timeout=SOON)
    case = post.start("letter")

    post.run_jobs()
    time.sleep(1)

    assert outcome == ["back"]
    assert post.case(case.id).history_length == 1
    assert post.add_paper(case.id) is not None  # nobody holds the database


def test_a_job_that_finds_the_database_busy_is_put_off_for_a_moment_and_has_not_failed(post: Any) -> None:
    def find_it_busy(_call: JobCall) -> Mapping[str, object]:
        raise DatabaseBusy("database is locked")

    post.handlers["test.send"] = find_it_busy
    post.start("letter")

    post.run_jobs()

    job = the_job(post)
    assert (job.attempts, job.last_error, job.due_at) == (0, None, post.now + timedelta(seconds=5))


def test_a_job_whose_end_could_not_be_stored_comes_again_as_soon_as_the_database_is_back(post: Any) -> None:
    post.start("letter")
    asked: list[JobCall] = []
    is_full = [True]

    def send(call: JobCall) -> Mapping[str, object]:
        asked.append(call)
        return {"tracking": 7}

    def refuse(_connection: Any, _cursor: Any, _statement: str, *_more: Any) -> None:
        if asked and is_full:
            raise DatabaseFull("no room left")

    runner = JobRunner(post.session, {"test.send": JobType(send, is_external=True)})
    event.listen(post.engine, "before_cursor_execute", refuse)
    with pytest.raises(DatabaseFull):
        runner.run_due(post.now)
    with pytest.raises(DatabaseFull):
        runner.run_due(post.now)
    is_full.clear()
    runner.run_due(post.now)
    event.remove(post.engine, "before_cursor_execute", refuse)

    job = the_job(post)
    assert (len(asked), len({call.idempotency_key for call in asked})) == (2, 1)
    assert (job.state, job.attempts, job.last_error) == (JobState.DONE, 1, None)


def test_the_answer_of_an_outside_system_is_kept_though_its_case_is_busy_for_a_while(post: Any) -> None:
    case, asked = post.start("letter"), []

    def send(call: JobCall) -> Mapping[str, object]:
        asked.append(call)
        return {"tracking": 7}

    busy = [True, True]

    def refuse(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if asked and busy and "process_instance" in statement:
            busy.pop()
            raise DatabaseBusy("somebody holds the case")

    post.handlers["test.send"] = JobType(send, is_external=True)
    event.listen(post.engine, "before_cursor_execute", refuse)
    post.run_jobs()
    event.remove(post.engine, "before_cursor_execute", refuse)

    assert (len(asked), post.variables(case.id)["tracking"]) == (1, 7)


def test_a_failed_attempt_is_repeated_as_the_job_type_says(post: Any) -> None:
    post.handlers["test.send"] = JobType(fails, retry_delays=(timedelta(hours=2), timedelta(hours=12)))
    post.start("letter")
    begun, tried = post.now, []
    for _ in range(20):
        before = the_job(post).attempts
        post.run_jobs()
        tried += [post.now - begun] * (the_job(post).attempts - before)
        post.later(hours=1)

    assert tried == [timedelta(hours=hours) for hours in (0, 2, 14)]
    assert the_job(post).state is JobState.FAILED


@pytest.mark.parametrize(("chance", "minutes"), [(0.0, 54), (0.5, 60), (1.0, 66)])
def test_what_failed_together_is_not_tried_again_together(post: Any, chance: float, minutes: int) -> None:
    post.start("letter")
    types = {"test.send": JobType(fails, retry_delays=(timedelta(hours=1),))}

    JobRunner(post.session, types, chance=lambda: chance).run_due(post.now)

    assert the_job(post).due_at == post.now + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("said", "attempts"), [("1", 1), ("2", 2), ("6", 6), ("=1 + 1", 2), ("0", 4), ("-3", 4), ("often", 4), ("=null", 4)]
)
def test_the_diagram_may_say_how_often_a_job_is_tried(office: Any, pen: Any, said: str, attempts: int) -> None:
    drawn_with_retries(office, pen, said)
    office.handlers["test.send"] = fails
    office.start("letter")

    assert times_tried(office) == attempts
    assert the_job(office).state is JobState.FAILED
    assert [incident.attempt for incident in office.incidents()] == [attempts]


RUBBISH: dict[str, tuple[object, str]] = {
    "nothing": (None, "The handler returned nothing, not a mapping of variables."),
    "a list": ([1], "The handler returned a value of type list, not a mapping of variables."),
    "a number as a name": ({7: "x"}, "The handler returned a variable whose name is a value of type int, not a text."),
    "an object": ({"a": object()}, "The variable 'a' holds what is no JSON value."),
    "bytes": ({"a": b"x"}, "The variable 'a' holds what is no JSON value."),
    "a number as an inner name": ({"a": [{1: 2}]}, "The variable 'a' holds a mapping whose keys are no texts."),
    "no number": ({"a": float("nan")}, "The variable 'a' holds what is no JSON value."),
    "endless": ({"a": Decimal("Infinity")}, "The variable 'a' holds what is no JSON value."),
    "half a letter": ({"a": "\ud800"}, "The variable 'a' holds what is no JSON value."),
    "a null character": ({"a": ["x\x00"]}, "The variable 'a' holds what is no JSON value."),
    "too much": ({"a": "x" * 1_000_001}, "The handler returned 1000003 characters of JSON; 1000000 are the limit."),
}


@pytest.mark.parametrize(("result", "sentence"), RUBBISH.values(), ids=RUBBISH.keys())
def test_a_handler_that_returns_rubbish_has_failed_and_is_told_why(post: Any, result: Any, sentence: str) -> None:
    post.handlers["test.send"] = lambda _call: result
    case = post.start("letter")

    post.run_jobs()

    assert error_of(post) == f"ResultRefused: {sentence}"
    assert post.case(case.id).state == "running"


def test_a_result_that_holds_itself_is_refused_too() -> None:
    endless: dict[str, object] = {}
    endless["again"] = endless

    with pytest.raises(job_results.ResultRefused):
        job_results.checked(endless)


def test_what_can_be_kept_is_kept_exactly() -> None:
    given = {
        "name": "Đo\u0302\u0300ng Nai",
        "a": 1.5,
        "b": (1, 2),
        "c": {"d": None},
        "đ": Decimal("0.10"),
        "e": timedelta(days=1),
    }

    assert job_results.checked(given) == {
        "name": "Đồng Nai",
        "a": Decimal("1.5"),
        "b": [1, 2],
        "c": {"d": None},
        "đ": Decimal("0.10"),
        "e": "P1D",
    }


def test_a_business_error_with_rubbish_for_variables_has_failed(post: Any) -> None:
    def refuse(_call: JobCall) -> Mapping[str, object]:
        raise BpmnError("REFUSED", "no", {"why": object()})

    post.handlers["test.send"] = refuse
    post.start("letter")

    post.run_jobs()

    assert error_of(post).startswith("ResultRefused")
    assert post.incidents() == []


def test_an_incident_names_element_attempt_error_and_job_but_no_variable(post: Any) -> None:
    def leak(call: JobCall) -> Mapping[str, object]:
        raise ValueError(f"cannot send {dict(call.variables)} for 1.234.567 đ")

    post.handlers["test.send"] = JobType(leak, is_external=True, retry_delays=())
    post.start("letter", to="Lê Thị Bưởi", amount=1234567)

    post.run_jobs()

    with post.session() as session:
        incident = session.scalars(select(Incident)).one()
    assert (incident.element_id, incident.attempt, incident.error_class) == ("send", 1, "ValueError")
    assert incident.job_id == the_job(post).id
    assert "Bưởi" not in str(incident.error_message)
    assert "234" not in str(incident.error_message)
    assert str(incident.error_message).startswith("cannot send {'to': '…', 'amount': …")
