"""Removing what has been kept long enough: by policy only, whole families, a record of each, and nothing that runs."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ForeignKey, func, select, text, update
from sqlalchemy.orm import Session

from engine import papers, retention, runtime
from engine.model import (
    Base,
    HistoryEntry,
    Incident,
    InstanceState,
    Job,
    JobKind,
    JobState,
    Notice,
    PaperVersion,
    ProcessInstance,
    Removal,
)
from engine.retention import PERMANENT, CaseHeld, DueCase, Policy
from engine.retention.cases import OF_CASES

TEN_YEARS = Policy({"note": 10})
PAST = datetime(2037, 1, 1, 0, 0, tzinfo=UTC) - timedelta(hours=7)
"""Midnight in Hà Nội of the first day after ten whole years from the end of 2026."""


@pytest.fixture
def desk(office: Any, pen: Any) -> Any:
    """An office with a process of one task, and one that calls it."""
    office.deploy(
        pen.process("note", pen.start(), pen.user("read", assignee="=starter"), pen.end(), flows="start > read > end")
    )
    office.deploy(
        pen.process("letter", pen.start(), pen.call("ask", "note"), pen.end(), flows="start > ask > end"), pack="other"
    )
    return office


def ended(desk: Any, *, paper: bytes | None = None) -> UUID:
    """Start a note and end it; return the case."""
    case = desk.start("note")
    if paper is not None:
        desk.add_paper(case.id, content=paper)
    (task,) = [each for each in desk.open_tasks() if each.instance_id == case.id]
    desk.complete(task.id, "minh")
    return UUID(str(case.id))


def due(desk: Any, policy: Policy, at: datetime) -> list[DueCase]:
    with desk.session() as session:
        return list(retention.due(session, policy, at=at))


def remove(desk: Any, case: DueCase, policy: Policy = TEN_YEARS, at: datetime = PAST) -> list[Removal]:
    removals: list[Removal] = desk.write(lambda session: retention.remove(session, case, policy, by="operator", at=at))
    return removals


def purge(desk: Any, case_id: UUID) -> None:
    purged = update(ProcessInstance).where(ProcessInstance.id == case_id).values(purged_at=desk.now)
    desk.write(lambda session: session.execute(purged))


@pytest.mark.parametrize("policy", [Policy(), Policy({"note": PERMANENT}), Policy({"letter": 1})])
def test_without_a_term_of_its_process_a_case_is_kept_for_ever(desk: Any, policy: Policy) -> None:
    ended(desk)

    assert due(desk, policy, datetime(2999, 1, 1, tzinfo=UTC)) == []


def test_a_term_counts_from_the_end_of_the_year_in_which_the_case_ended(desk: Any) -> None:
    ended(desk)

    assert due(desk, TEN_YEARS, PAST - timedelta(seconds=1)) == []
    (found,) = due(desk, TEN_YEARS, PAST)
    assert (found.process_key, found.called, found.policy) == ("note", 0, "note: years_after_end = 10")


@pytest.mark.parametrize("state", [InstanceState.RUNNING, InstanceState.SUSPENDED])
def test_a_case_that_is_not_over_is_never_due_not_even_purged(desk: Any, state: InstanceState) -> None:
    case = desk.start("note")
    purge(desk, case.id)
    desk.write(lambda session: session.execute(update(ProcessInstance).values(state=state)))

    assert due(desk, TEN_YEARS, datetime(2999, 1, 1, tzinfo=UTC)) == []


def test_a_cancelled_case_goes_like_one_that_ended(desk: Any) -> None:
    case = desk.start("note")
    desk.write(lambda session: runtime.cancel(session, runtime.lock(session, case.id), actor=None, at=desk.now))

    (found,) = due(desk, TEN_YEARS, PAST)

    assert found.business_key == case.business_key


def test_a_purged_case_goes_at_once_and_its_record_says_so(desk: Any) -> None:
    purge(desk, ended(desk))

    (found,) = due(desk, Policy(), desk.now)
    (record,) = remove(desk, found, Policy(), desk.now)

    assert record.policy == "purged"


def test_everything_of_a_case_goes_and_a_record_with_the_head_of_its_history_stays(desk: Any) -> None:
    before = desk.counts()
    case_id = ended(desk, paper=b"%PDF-1.4 mot")
    case = desk.case(case_id)
    (found,) = due(desk, TEN_YEARS, PAST)

    (record,) = remove(desk, found)

    left = {name: count - before[name] for name, count in desk.counts().items() if count != before[name]}
    assert left == {"removal": 1, "number_series": 1}
    assert (record.instance_id, record.business_key, record.process_key) == (case.id, case.business_key, "note")
    assert (record.history_length, record.history_head) == (case.history_length, case.history_head)
    assert (record.removed_at, record.removed_by) == (PAST, "operator")


def test_other_cases_are_left_alone(desk: Any) -> None:
    ended(desk)
    running = desk.start("note")
    (found,) = due(desk, TEN_YEARS, PAST)

    remove(desk, found)

    assert desk.case(running.id).state is InstanceState.RUNNING
    assert desk.task().instance_id == running.id


def test_a_case_goes_with_the_cases_it_called(desk: Any) -> None:
    case, policy = desk.start("letter"), Policy({"letter": 10, "note": 1})
    desk.complete(desk.task().id, "minh")

    (found,) = due(desk, policy, PAST)
    records = remove(desk, found, policy)

    assert (found.business_key, found.called) == (case.business_key, 1)
    assert {record.process_key for record in records} == {"letter", "note"}
    assert {record.policy for record in records} == {"letter: years_after_end = 10"}
    with desk.session() as session:
        assert session.scalar(select(func.count()).select_from(ProcessInstance)) == 0


def test_a_called_case_never_goes_alone(desk: Any) -> None:
    desk.start("letter")
    desk.complete(desk.task().id, "minh")
    with desk.session() as session:
        called = session.scalars(select(ProcessInstance.id).where(ProcessInstance.parent_id.is_not(None))).one()
    purge(desk, called)

    assert due(desk, TEN_YEARS, PAST) == []


def test_a_case_whose_history_was_changed_is_held(desk: Any) -> None:
    ended(desk)
    desk.write(lambda session: session.execute(update(HistoryEntry).values(kind="task.lost")))
    (found,) = due(desk, TEN_YEARS, PAST)
    before = desk.counts()

    with pytest.raises(CaseHeld, match="history was changed"):
        remove(desk, found)

    assert desk.counts() == before


def test_a_case_that_is_not_due_any_more_is_held(desk: Any) -> None:
    ended(desk)
    (found,) = due(desk, TEN_YEARS, PAST)

    with pytest.raises(CaseHeld, match="not due"):
        remove(desk, found, Policy({"note": 20}))


def test_a_case_that_somebody_elses_table_names_is_held(desk: Any) -> None:
    case_id = ended(desk)
    (found,) = due(desk, TEN_YEARS, PAST)
    statements = (
        "CREATE TABLE foreign_book (case_id CHAR(32) NOT NULL REFERENCES process_instance (id))"
        if desk.engine.dialect.name == "sqlite"
        else "CREATE TABLE foreign_book (case_id UUID NOT NULL REFERENCES process_instance (id))"
    )
    desk.write(lambda session: session.execute(text(statements)))
    value = case_id.hex if desk.engine.dialect.name == "sqlite" else str(case_id)
    desk.write(lambda session: session.execute(text(f"INSERT INTO foreign_book VALUES ('{value}')")))  # noqa: S608

    with pytest.raises(CaseHeld):
        remove(desk, found)

    assert desk.case(case_id).business_key == found.business_key


def test_every_table_that_points_at_a_case_is_thought_of() -> None:
    goes = {kind.__table__ for kind in OF_CASES} | {ProcessInstance.__table__}
    through = {"task_candidate", "task_draft", "reminder", "paper_version", "case_migration"}  # by task, paper; a job

    def points_at_what_goes(key: ForeignKey) -> bool:
        return key.column.table in goes and key.ondelete is None

    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        if table not in goes and any(points_at_what_goes(key) for key in table.foreign_keys)
    }

    assert pointing == through


def old(desk: Any, days: float = 2) -> None:
    """Make every file in the store look as if it had lain there for so long."""
    moment = (desk.now - timedelta(days=days)).timestamp()
    for path in desk.store.root.rglob("*"):
        if path.is_file():
            os.utime(path, (moment, moment))


def clear(desk: Any) -> int:
    with desk.session() as session:
        stray = list(retention.stray_files(session, desk.store, at=desk.now))
    return retention.clear_files(desk.session, stray)


def test_files_that_no_paper_names_any_more_go_and_shared_ones_stay(desk: Any) -> None:
    ended(desk, paper=b"%PDF-1.4 rieng")
    ended(desk, paper=b"%PDF-1.4 chung")
    kept = desk.start("note")
    desk.add_paper(kept.id, content=b"%PDF-1.4 chung")
    for found in due(desk, TEN_YEARS, PAST):
        remove(desk, found)
    old(desk)

    gone = clear(desk)

    with desk.session() as session:
        (version,) = session.scalars(select(PaperVersion)).all()
    assert gone == 1
    assert [path.name for path in desk.store.root.rglob("*") if path.is_file()] == [version.sha256]


def test_a_young_file_is_left_to_whoever_is_bringing_it(desk: Any) -> None:
    desk.store.put(b"not committed yet")
    old(desk, days=0.5)

    assert clear(desk) == 0


def test_a_file_that_is_named_again_while_strays_are_cleared_stays(desk: Any) -> None:
    sha256 = desk.store.put(b"%PDF-1.4 lai")
    old(desk)
    with desk.session() as session:
        stray = list(retention.stray_files(session, desk.store, at=desk.now))
    desk.add_paper(desk.start("note").id, content=b"%PDF-1.4 lai")

    gone = retention.clear_files(desk.session, stray)

    assert (len(stray), gone) == (1, 0)
    assert desk.store.is_sound(sha256)


def test_clearing_a_file_waits_for_whoever_is_naming_it(desk: Any, at_once: Any) -> None:
    case = desk.start("note")
    sha256 = desk.store.put(b"%PDF-1.4 lai")
    old(desk)
    with desk.session() as session:
        stray = list(retention.stray_files(session, desk.store, at=desk.now))

    def name_it(session: Session) -> None:
        instance, person = runtime.lock(session, case.id), desk.person(session, "minh")
        papers.add(session, instance, desk.store, name="a.pdf", content=b"%PDF-1.4 lai", by=person, at=desk.now)
        session.flush()

    cleared = at_once.overtaken(desk.session, name_it, lambda: retention.clear_files(desk.session, stray))

    assert cleared.result() == 0
    assert desk.store.is_sound(sha256)


def a_job(desk: Any, *, state: JobState, days: int) -> Job:
    finished = None if state in {JobState.WAITING, JobState.HELD} else desk.now - timedelta(days=days)
    moment = desk.now - timedelta(days=days)
    return Job(kind=JobKind.WORK, job_type="x", state=state, due_at=moment, created_at=moment, finished_at=finished)


def test_finished_jobs_go_by_age_and_what_somebody_must_decide_about_stays(desk: Any) -> None:
    policy = Policy(jobs=timedelta(days=90))
    jobs = [a_job(desk, state=state, days=days) for state in JobState for days in (80, 100)]
    named = a_job(desk, state=JobState.DONE, days=100)
    incident = Incident(job=named, code="job.failed", message_vi="Hỏng", message_en="Broken", created_at=desk.now)
    desk.write(lambda session: session.add_all([*jobs, incident]))

    with desk.session() as session:
        counted = retention.count_finished_jobs(session, policy, at=desk.now)
    gone = retention.clear_finished_jobs(desk.session, policy, at=desk.now)

    left = {(job.state, (desk.now - job.created_at).days) for job in desk.jobs()}
    assert counted == gone == 2
    assert {(JobState.DONE, 80), (JobState.CANCELLED, 80), (JobState.FAILED, 100), (JobState.WAITING, 100)} <= left
    assert len(desk.jobs()) == len(jobs) + 1 - gone
    assert retention.clear_finished_jobs(desk.session, Policy(), at=desk.now) == 0


def test_notices_go_ninety_days_after_they_were_read_and_with_their_case(desk: Any) -> None:
    def add(session: Session) -> None:
        minh = desk.person(session, "minh")
        for number, days in enumerate((None, 80, 100)):
            read_at = desk.now - timedelta(days=days) if days else None
            session.add(
                Notice(
                    person=minh, occasion=f"test:{number}", kind="case.copied", at=desk.now, read_at=read_at, data={}
                )
            )

    desk.write(add)
    with desk.session() as session:
        before, counted = desk.counts()["notice"], retention.count_read_notices(session, at=desk.now)

    gone = retention.clear_read_notices(desk.session, at=desk.now)

    assert (counted, gone) == (1, 1)
    assert desk.counts()["notice"] == before - 1
