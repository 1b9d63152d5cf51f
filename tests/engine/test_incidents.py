"""Incidents: found and counted, tried again alone or together, closed with a note; of two operators one is first."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from engine import history, incidents, runtime
from engine.database import until_not_lost
from engine.incidents import IncidentClosed, IncidentNotFound, IncidentNotRetryable, IncidentWentOn, Query
from engine.model import CaseSuspended, Incident, InstanceState, Job, JobKind, JobState, Resolution
from engine.repair import OperationsForbidden, suspend
from engine.repair.standing import ReasonMissing


class LineDown(Exception):
    """The other office does not answer."""


@pytest.fixture
def posting(office: Any, pen: Any) -> Any:
    """Letters that a job sends; the job fails as long as `broken` is on."""
    office.deploy(
        pen.process(
            "posting",
            pen.start(),
            pen.service("send", "send_letter"),
            pen.end(),
            flows="start > send > end",
            title='="Thư " + subject',
        ),
        pen.process(
            "deciding",
            pen.start(),
            pen.node("exclusiveGateway", "is_large"),
            pen.end("large"),
            flows="start > is_large\nis_large > large : =amount > 10",
        ),
        pen.process(
            "vacant", pen.start(), pen.user("read", assignee="nobody_knows"), pen.end(), flows="start > read > end"
        ),
        pen.process("asking", pen.start(), pen.call("ask", "answering"), pen.end(), flows="start > ask > end"),
    )
    office.broken = True

    def send(_call: Any) -> dict[str, object]:
        if office.broken:
            raise LineDown("no answer")
        return {}

    office.handlers["send_letter"] = send
    return office


def failed(office: Any, subject: str = "mời họp", process_id: str = "posting") -> Any:
    """Start a case whose job fails until it is given up."""
    case = office.start(process_id, subject=subject)
    for _ in range(4):
        office.run_jobs()
        office.later(hours=1)
    return case


def operate(office: Any, use_case: Callable[..., Any], *given: Any, by: str = "admin", **more: Any) -> Any:
    """Do something with incidents in a transaction of its own."""
    return office.write(lambda session: use_case(session, *given, by=office.person(session, by), at=office.now, **more))


def find(office: Any, by: str = "admin", **query: Any) -> list[Any]:
    """Return the incidents an operator finds."""
    return list(operate(office, incidents.search, Query(**query), by=by).incidents)


def entries(office: Any, case_id: UUID, kind: str) -> list[Any]:
    """Return what an unbroken history says of a kind."""
    with office.session() as session:
        case = runtime.case_by_id(session, case_id)
        assert history.verify(session, case) == []
        return [entry.data for entry in history.of_case(session, case) if entry.kind == kind]


def test_a_job_tried_again_is_due_at_once_with_fresh_attempts(posting: Any) -> None:
    case = failed(posting)
    (incident,) = posting.incidents()
    posting.broken = False

    operate(posting, incidents.retry, incident.id)

    (job,) = posting.jobs()
    assert (job.state, job.attempts, job.due_at) == (JobState.WAITING, 0, posting.now)
    assert posting.incidents() == []
    assert posting.case(case.id).open_incidents == 0
    posting.run_jobs()
    assert posting.case(case.id).state is InstanceState.ENDED
    assert entries(posting, case.id, "incident.retried") == [{"element": "send", "code": "job.failed"}]


def test_who_tried_again_and_when_stays_with_the_incident(posting: Any) -> None:
    failed(posting)
    (incident,) = posting.incidents()

    operate(posting, incidents.retry, incident.id)

    (closed,) = find(posting, is_open=False)
    assert (closed.resolution, closed.resolved_by.username, closed.resolved_at) == (
        Resolution.RETRIED,
        "admin",
        posting.now,
    )


def test_what_fails_again_is_a_new_incident(posting: Any) -> None:
    failed(posting)
    (incident,) = posting.incidents()
    operate(posting, incidents.retry, incident.id)

    for _ in range(4):
        posting.run_jobs()
        posting.later(hours=1)

    (again,) = posting.incidents()
    assert again.id != incident.id
    assert again.job_id == incident.job_id


def test_the_second_of_two_operators_is_told_who_was_first(posting: Any) -> None:
    failed(posting)
    (incident,) = posting.incidents()
    operate(posting, incidents.retry, incident.id)
    first_at = posting.now
    posting.later(minutes=1)
    before = posting.counts()

    with pytest.raises(IncidentClosed) as refused:
        operate(posting, incidents.retry, incident.id)

    assert refused.value.data == {"by": "Quản Trị", "at": first_at}
    assert posting.counts() == before


def test_of_two_operators_at_the_same_instant_one_tries_again(posting: Any) -> None:
    case = failed(posting)
    (incident,) = posting.incidents()
    together, told = Barrier(2), []

    def attempt() -> None:
        together.wait()
        try:
            until_not_lost(lambda: operate(posting, incidents.retry, incident.id))
            told.append("done")
        except IncidentClosed as refused:
            told.append(str(refused.data["by"]))

    both = [Thread(target=attempt) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert sorted(told) == ["Quản Trị", "done"]
    assert posting.case(case.id).open_incidents == 0
    assert len(entries(posting, case.id, "incident.retried")) == 1


def test_a_run_that_stopped_goes_on_from_where_it_failed(posting: Any) -> None:
    case = posting.start("deciding", amount=5)
    (incident,) = posting.incidents()
    posting.write(lambda session: _set(session, runtime.lock(session, case.id), posting.now, amount=50))

    operate(posting, incidents.retry, incident.id)

    assert posting.case(case.id).state is InstanceState.ENDED
    (closed,) = find(posting, is_open=None)
    assert closed.resolution is Resolution.RETRIED


def _set(session: Any, case: Any, at: Any, **variables: object) -> None:
    with runtime.step(session, case, actor=None, at=at) as run:
        run.set_variables(variables)


def test_a_run_that_fails_again_at_once_is_a_new_incident_of_the_next_attempt(posting: Any) -> None:
    case = posting.start("deciding", amount=5)
    (incident,) = posting.incidents()

    operate(posting, incidents.retry, incident.id)

    (again,) = posting.incidents()
    assert again.id != incident.id
    assert (incident.attempt, again.attempt) == (1, 2)
    assert posting.case(case.id).open_incidents == 1


def test_a_process_that_was_missing_is_called_once_it_is_there(posting: Any, pen: Any) -> None:
    case = posting.start("asking")
    (incident,) = posting.incidents()
    assert incident.code == "call.process_not_found"
    posting.deploy(
        pen.process(
            "answering", pen.start(), pen.user("answer", assignee="an"), pen.end(), flows="start > answer > end"
        ),
        pack="other",
    )

    operate(posting, incidents.retry, incident.id)
    posting.complete(posting.task("answer").id, "an")

    assert posting.case(case.id).state is InstanceState.ENDED
    assert posting.case(case.id).open_incidents == 0


def test_a_process_that_is_still_missing_is_reported_again(posting: Any) -> None:
    case = posting.start("asking")
    (incident,) = posting.incidents()

    operate(posting, incidents.retry, incident.id)

    (again,) = posting.incidents()
    assert (again.code, again.id != incident.id) == ("call.process_not_found", True)
    assert posting.case(case.id).open_incidents == 1


def test_a_task_for_nobody_is_not_tried_again_but_can_be_closed(posting: Any) -> None:
    case = posting.start("vacant")
    (incident,) = posting.incidents()
    with pytest.raises(IncidentNotRetryable):
        operate(posting, incidents.retry, incident.id)

    operate(posting, incidents.resolve, incident.id, note="Đã giao cho văn thư")

    assert posting.incidents() == []
    assert entries(posting, case.id, "incident.resolved") == [
        {"element": "read", "code": "task.nobody", "note": "Đã giao cho văn thư"}
    ]


def test_closing_with_a_note_leaves_the_job_alone(posting: Any) -> None:
    case = failed(posting)
    (incident,) = posting.incidents()

    operate(posting, incidents.resolve, incident.id, note="  Đã gửi bằng tay ")

    (closed,) = find(posting, is_open=False)
    assert (closed.resolution, closed.note, closed.resolved_by.username) == (
        Resolution.RESOLVED,
        "Đã gửi bằng tay",
        "admin",
    )
    assert [job.state for job in posting.jobs()] == [JobState.FAILED]
    assert posting.case(case.id).open_incidents == 0
    with pytest.raises(IncidentClosed):
        operate(posting, incidents.retry, incident.id)


def test_closing_needs_a_note(posting: Any) -> None:
    failed(posting)
    (incident,) = posting.incidents()
    before = posting.counts()

    with pytest.raises(ReasonMissing):
        operate(posting, incidents.resolve, incident.id, note=" ")

    assert posting.counts() == before


def test_an_incident_whose_step_was_left_went_on_by_itself(posting: Any) -> None:
    case = posting.start("deciding", amount=5)
    (incident,) = posting.incidents()
    posting.write(lambda session: runtime.cancel(session, runtime.lock(session, case.id), actor=None, at=posting.now))

    with pytest.raises(IncidentWentOn) as refused:
        operate(posting, incidents.retry, incident.id)

    assert refused.value.data == {"at": posting.now}
    (closed,) = find(posting, is_open=False)
    assert closed.resolution is Resolution.WENT_ON


def test_a_suspended_case_is_resumed_before_its_work_is_tried_again(posting: Any) -> None:
    case = failed(posting)
    (incident,) = posting.incidents()
    operate(posting, suspend, case.id, reason="Chờ đường truyền")

    with pytest.raises(CaseSuspended):
        operate(posting, incidents.retry, incident.id)


def test_many_are_tried_again_each_with_its_own_outcome(posting: Any) -> None:
    cases = [failed(posting, f"số {number}") for number in range(3)]
    operate(posting, suspend, cases[1].id, reason="Chờ đường truyền")
    posting.start("vacant")

    outcomes = operate(posting, incidents.retry_many, [each.id for each in posting.incidents()])

    told = {each.incident.instance_id: each.refusal.code if each.refusal else "" for each in outcomes}
    assert [told[case.id] for case in cases] == ["", "case.suspended", ""]
    assert sorted(told.values()) == ["", "", "case.suspended", "incident.not_retryable"]
    assert [job.state for job in posting.jobs()].count(JobState.WAITING) == 2
    assert posting.case(cases[1].id).open_incidents == 1
    assert entries(posting, cases[1].id, "incident.retried") == []


def test_a_group_is_tried_again_by_what_finds_it(posting: Any) -> None:
    for number in range(2):
        failed(posting, f"số {number}")
    posting.start("deciding", amount=5)

    outcomes = operate(posting, incidents.retry_many, Query(process_key="posting", code="job.failed"))

    assert [each.refusal for each in outcomes] == [None, None]
    assert [incident.element_id for incident in posting.incidents()] == ["is_large"]


def test_no_more_are_tried_again_at_once_than_one_transaction_bears(
    posting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        failed(posting, f"số {number}")
    monkeypatch.setattr(incidents, "MOST_AT_ONCE", 2)

    outcomes = operate(posting, incidents.retry_many, Query())

    assert len(outcomes) == 2
    assert len(posting.incidents()) == 1


def test_incidents_are_found_newest_first_and_by_the_page(posting: Any) -> None:
    made = [failed(posting, f"số {number}").id for number in range(3)]

    first = operate(posting, incidents.search, Query(), limit=2)
    second = operate(posting, incidents.search, Query(), limit=2, offset=2)

    assert [each.instance_id for each in (*first.incidents, *second.incidents)] == made[::-1]
    assert (first.total, second.total) == (3, 3)


@pytest.mark.parametrize(
    ("query", "elements"),
    [
        ({"process_key": "posting"}, ["send"]),
        ({"element_id": "is_large"}, ["is_large"]),
        ({"code": "task.nobody"}, ["read"]),
        ({"error_class": "LineDown"}, ["send"]),
        ({"text": "hop thu"}, ["send"]),
        ({"text": "LINEDOWN"}, ["send"]),
        ({"text": "nhóm dự phòng"}, ["read"]),
        ({"text": "100%"}, []),
        ({"is_open": False}, []),
        ({}, ["is_large", "read", "send"]),
    ],
)
def test_incidents_are_found_by(posting: Any, query: dict[str, Any], elements: list[str]) -> None:
    case = failed(posting)
    posting.start("deciding", amount=5)
    posting.start("vacant")
    _with_error(posting, case.id)

    assert sorted(each.element_id for each in find(posting, **query)) == elements


def _with_error(office: Any, case_id: UUID) -> None:
    """Give a case's incident the class of error that the job runner keeps."""
    noted = update(Incident).where(Incident.instance_id == case_id).values(error_class="LineDown")
    office.write(lambda session: session.execute(noted))


def test_incidents_are_counted_by_process_step_and_code(posting: Any) -> None:
    for number in range(2):
        failed(posting, f"số {number}")
    posting.start("deciding", amount=5)

    found = operate(posting, incidents.groups, Query())

    assert [(each.definition.key, each.element_id, each.code, each.count) for each in found] == [
        ("posting", "send", "job.failed", 2),
        ("deciding", "is_large", "bpmn.no_flow_matches", 1),
    ]


def test_versions_of_a_process_are_counted_together(posting: Any, pen: Any) -> None:
    posting.start("deciding", amount=5)
    posting.deploy(
        pen.process(
            "deciding",
            pen.start(),
            pen.node("exclusiveGateway", "is_large"),
            pen.end("large"),
            pen.end("small"),
            flows="start > is_large\nis_large > large : =amount > 10\nis_large > small : =amount < 2",
        )
    )
    posting.start("deciding", amount=5)

    (group,) = operate(posting, incidents.groups, Query())

    assert (group.definition.version, group.count) == (2, 2)


def test_work_that_belongs_to_no_case_is_found_and_tried_again(posting: Any) -> None:
    def write(session: Any) -> UUID:
        job = Job(
            kind=JobKind.WORK,
            job_type="cases.migrate",
            state=JobState.FAILED,
            due_at=posting.now,
            created_at=posting.now,
        )
        incident = Incident(
            job=job, code="job.failed", message_vi="Hỏng", message_en="Broken", attempt=4, created_at=posting.now
        )
        session.add(incident)
        session.flush()
        return incident.id

    incident_id = posting.write(write)
    (group,) = operate(posting, incidents.groups, Query())

    operate(posting, incidents.retry, incident_id)

    assert (group.definition, group.count) == (None, 1)
    assert [job.state for job in posting.jobs()] == [JobState.WAITING]
    assert find(posting) == []


def test_only_operators_see_and_mend_incidents(posting: Any) -> None:
    failed(posting)
    (incident,) = posting.incidents()
    before = posting.counts()

    for use_case, given, more in (
        (incidents.search, [Query()], {}),
        (incidents.groups, [Query()], {}),
        (incidents.retry, [incident.id], {}),
        (incidents.retry_many, [Query()], {}),
        (incidents.resolve, [incident.id], {"note": "x"}),
    ):
        with pytest.raises(OperationsForbidden):
            operate(posting, use_case, *given, by="bao", **more)

    assert posting.counts() == before


def test_an_incident_that_is_not_there_is_not_found(posting: Any) -> None:
    with pytest.raises(IncidentNotFound):
        operate(posting, incidents.retry, UUID(int=7))
