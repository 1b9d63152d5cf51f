"""Works: jobs of the platform itself, done batch by batch, each batch stored before the next begins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import jobs
from engine.hooks import JobCall
from engine.job_runner import JobRunner
from engine.model import Incident, Job, JobPriority, JobState, Unit
from engine.works import WORKS


class Renaming:
    """A work that renames the units, one a batch, and does what it is told before some batches."""

    def __init__(self) -> None:
        self.before: dict[int, Any] = {}
        self.batches = 0

    def __call__(self, session: Session, job: Job, at: datetime) -> bool:
        """Rename the next unit."""
        assert at is not None
        self.batches += 1
        if self.batches in self.before:
            self.before[self.batches]()
        unit = session.scalars(select(Unit).order_by(Unit.code).offset(job.done).limit(1)).one()
        unit.name = f"{job.data['prefix']} {unit.name}"
        job.done += 1
        return job.done == job.total


@pytest.fixture
def renaming(monkeypatch: pytest.MonkeyPatch) -> Renaming:
    """A work that the platform knows."""
    work = Renaming()
    monkeypatch.setitem(WORKS, "test.rename", work)
    return work


def ordered(office: Any) -> Job:
    """Order all four units to be renamed."""

    def order(session: Session) -> Job:
        by = office.person(session, "admin")
        return jobs.order(session, "test.rename", data={"prefix": "Cũ:"}, by=by, at=office.now, total=4)

    job: Job = office.write(order)
    return job


def renamed(office: Any) -> int:
    with office.session() as session:
        return sum(unit.name.startswith("Cũ:") for unit in session.scalars(select(Unit)))


def again(office: Any, job: Job) -> Job:
    with office.session() as session:
        found: Job = session.get_one(Job, job.id)
        return found


def refuse() -> None:
    raise OSError("disk full")


def test_a_work_goes_on_batch_by_batch_until_it_is_done(office: Any, renaming: Renaming) -> None:
    job = ordered(office)

    assert office.run_jobs() == 1

    assert (renaming.batches, renamed(office)) == (4, 4)
    job = again(office, job)
    assert (job.state, job.done, job.total, job.priority) == (JobState.DONE, 4, 4, JobPriority.BULK)
    assert job.asked_by_id is not None


def test_each_batch_is_stored_before_the_next_one_begins(office: Any, renaming: Renaming) -> None:
    seen: list[tuple[int, int]] = []
    job = ordered(office)
    for number in (2, 4):
        renaming.before[number] = lambda: seen.append((again(office, job).done, renamed(office)))

    office.run_jobs()

    assert seen == [(1, 1), (3, 3)]


def test_a_batch_that_fails_is_tried_again_where_it_stopped(office: Any, renaming: Renaming) -> None:
    renaming.before[3] = refuse
    job = ordered(office)
    office.run_jobs()
    assert (again(office, job).done, renamed(office)) == (2, 2)

    office.later(minutes=1)
    office.run_jobs()

    assert again(office, job).state is JobState.DONE
    assert renamed(office) == 4


def test_a_work_that_keeps_failing_is_an_incident_outside_all_cases(office: Any, renaming: Renaming) -> None:
    renaming.before = dict.fromkeys(range(1, 10), refuse)
    job = ordered(office)

    for minutes in (0, 1, 5, 30):
        office.later(minutes=minutes)
        office.run_jobs()

    with office.session() as session:
        incident = session.scalars(select(Incident)).one()
    assert (incident.instance_id, incident.job_id, incident.error_message) == (None, job.id, "disk full")
    assert again(office, job).state is JobState.FAILED


def test_attempts_count_for_one_batch_not_for_the_whole_work(office: Any, renaming: Renaming) -> None:
    renaming.before = dict.fromkeys((1, 2, 4, 5, 7, 8), refuse)
    job = ordered(office)

    for _ in range(12):
        office.run_jobs()
        office.later(hours=1)

    assert again(office, job).state is JobState.DONE


def test_a_runner_that_is_to_end_gives_a_work_back_after_its_batch(office: Any, renaming: Renaming) -> None:
    runner = JobRunner(office.session, {})
    renaming.before[2] = lambda: runner.limit.stop_within(60)
    job = ordered(office)

    runner.run_due(office.now)

    job = again(office, job)
    assert (job.state, job.done, job.lease_token, job.attempts) == (JobState.WAITING, 2, None, 0)
    assert office.run_jobs() == 1
    assert renamed(office) == 4


def test_a_work_lets_everything_more_urgent_go_first(office: Any, pen: Any, renaming: Renaming) -> None:
    order: list[str] = []
    renaming.before[1] = lambda: order.append("work")
    ordered(office)
    office.deploy(pen.process("step", pen.start(), pen.service("do", "test.do"), flows="start > do"))

    def do(_call: JobCall) -> Mapping[str, object]:
        order.append("step")
        return {}

    office.handlers["test.do"] = do
    office.start("step")

    office.run_jobs()

    assert order == ["step", "work"]
