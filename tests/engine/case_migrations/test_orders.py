"""Orders: who may give one, what it must say, and that bulk goes on after any crash without doing anything twice."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from engine.case_migrations import orders, plans, verdicts
from engine.case_migrations.orders import MigrationNotFound, NothingToMigrate
from engine.case_migrations.plans import MapRefused, NotVersionsOfOne
from engine.database import DatabaseBusy
from engine.model import (
    CaseMigration,
    CaseOutcome,
    HistoryEntry,
    Job,
    JobKind,
    JobPriority,
    MigratedCase,
    ProcessDefinition,
    ProcessInstance,
)
from engine.repair import OperationsForbidden
from engine.repair.standing import ReasonMissing, ReasonTooLong

MANY = 200


@pytest.fixture
def leave(office: Any, pen: Any) -> Any:
    """An office whose leave process has two versions."""

    def deploy(holder: str) -> None:
        approve = pen.user("approve", assignee=holder, groups='=["VPS"]')
        office.deploy(pen.process("leave", pen.start(), approve, pen.end(), flows="start > approve > end"))

    deploy("lan")
    first = office.start("leave")
    deploy("an")
    office.first = first
    return office


def on_version(office: Any, version: int) -> int:
    with office.session() as session:
        counted = (
            select(func.count())
            .select_from(ProcessInstance)
            .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
            .where(ProcessDefinition.version == version)
        )
        return session.scalar(counted) or 0


def start_many(office: Any, pen: Any, count: int) -> None:
    """Start cases on the first version, then deploy the second."""
    for holder in ("lan", "an"):
        approve = pen.user("approve", assignee=holder)
        office.deploy(pen.process("bulk", pen.start(), approve, pen.end(), flows="start > approve > end"))
        if holder == "lan":
            for _ in range(count):
                office.start("bulk")


def crash(_session: Any) -> None:
    raise SystemError("the power went")


def test_two_hundred_cases_go_on_after_a_crash_and_each_moves_once(office: Any, pen: Any, carrier: Any) -> None:
    start_many(office, pen, MANY)
    migration = carrier.order("bulk")
    for _ in range(3):
        assert not carrier.batch(migration)

    with pytest.raises(SystemError):
        carrier.batch(migration, after=crash)
    assert on_version(office, 2) == 60
    carrier.finish(migration)

    assert on_version(office, 2) == MANY
    with office.session() as session:
        entries = select(func.count()).where(HistoryEntry.kind == "case.migrated").group_by(HistoryEntry.instance_id)
        assert session.scalars(entries).all() == [1] * MANY
        job = session.get_one(Job, migration.job_id)
        assert (job.done, job.total) == (MANY, MANY)
        assert session.get_one(CaseMigration, migration.id).finished_at == office.now
    carrier.must_be_sound()


def test_a_runner_that_lost_its_lease_and_its_follower_move_each_case_once(office: Any, pen: Any, carrier: Any) -> None:
    start_many(office, pen, 60)
    migration = carrier.order("bulk")
    runners = [threading.Thread(target=carrier.finish, args=(migration,)) for _ in range(2)]

    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()

    with office.session() as session:
        entries = select(func.count()).where(HistoryEntry.kind == "case.migrated").group_by(HistoryEntry.instance_id)
        assert session.scalars(entries).all() == [1] * 60
        assert session.get_one(Job, migration.job_id).done == 60
    carrier.must_be_sound()


@pytest.mark.usefixtures("leave")
def test_a_database_that_is_busy_is_not_the_cases_fault(carrier: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    migration = carrier.order("leave")

    def busy(*_: Any, **__: Any) -> Any:
        raise DatabaseBusy

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("engine.case_migrations.work.move", busy)
        with pytest.raises(DatabaseBusy):
            carrier.batch(migration)

    assert [row.outcome for row in carrier.outcomes(migration)] == [CaseOutcome.WAITING]
    carrier.finish(migration)
    assert [row.outcome for row in carrier.outcomes(migration)] == [CaseOutcome.MOVED]


def test_an_order_is_a_job_behind_what_people_wait_for(leave: Any, carrier: Any) -> None:
    migration = carrier.order("leave")

    (job,) = leave.jobs()
    assert (job.id, job.kind, job.job_type) == (migration.job_id, JobKind.WORK, orders.WORK)
    assert (job.priority, job.done, job.total, job.asked_by_id) == (JobPriority.BULK, 0, 1, migration.asked_by_id)


def test_the_runner_of_jobs_carries_an_order_out(leave: Any, carrier: Any) -> None:
    migration = carrier.order("leave")

    leave.run_jobs()

    assert [row.outcome for row in carrier.outcomes(migration)] == [CaseOutcome.MOVED]
    with leave.session() as session:
        assert session.get_one(CaseMigration, migration.id).finished_at == leave.now


def test_only_operators_plan_try_order_and_read(leave: Any, carrier: Any) -> None:
    migration = carrier.order("leave")
    before = leave.counts()

    def as_minh(session: Any) -> None:
        by = leave.person(session, "minh")
        plan = carrier.plan("leave")
        source = session.get_one(ProcessDefinition, plan.route.source.definition_id)
        target = session.get_one(ProcessDefinition, plan.route.target.definition_id)
        for forbidden in (
            lambda: plans.plan(session, source, target, by=by, at=leave.now),
            lambda: verdicts.dry_run(session, plan, by=by, at=leave.now),
            lambda: orders.order(session, plan, by=by, reason="vì sao", at=leave.now),
            lambda: orders.find(session, migration.id, by=by, at=leave.now),
            lambda: orders.recent(session, by=by, at=leave.now, limit=10),
        ):
            with pytest.raises(OperationsForbidden):
                forbidden()

    with leave.session() as session:
        as_minh(session)
    assert leave.counts() == before


@pytest.mark.parametrize(("reason", "refusal"), [("  ", ReasonMissing), ("lý do " * 1000, ReasonTooLong)])
def test_an_order_says_why_and_not_at_length(leave: Any, carrier: Any, reason: str, refusal: type[Exception]) -> None:
    def write(session: Any) -> None:
        by = leave.person(session, "admin")
        orders.order(session, carrier.plan("leave"), by=by, reason=reason, at=leave.now)

    with leave.session() as session, pytest.raises(refusal):
        write(session)


def test_there_is_nothing_to_order_when_no_case_runs(leave: Any, carrier: Any) -> None:
    leave.complete(leave.task().id, by="lan")

    with pytest.raises(NothingToMigrate):
        carrier.order("leave")


def test_cases_move_between_versions_of_one_process_only(leave: Any, pen: Any) -> None:
    other = pen.process("other", pen.start(), pen.user("work", assignee="lan"), flows="start > work")
    leave.deploy(other, pack="other")

    def write(session: Any) -> None:
        found = session.scalars(select(ProcessDefinition).where(ProcessDefinition.version == 1)).all()
        plans.plan(session, found[0], found[1], by=leave.person(session, "admin"), at=leave.now)

    with leave.session() as session, pytest.raises(NotVersionsOfOne):
        write(session)


@pytest.mark.usefixtures("leave")
@pytest.mark.parametrize("elements", [{"approve": "nowhere"}, {"nothing": "approve"}])
def test_a_map_names_what_is_there(carrier: Any, elements: dict[str, str]) -> None:
    with pytest.raises(MapRefused):
        carrier.order("leave", elements)


def test_an_unknown_order_is_not_found(leave: Any) -> None:
    def read(session: Any) -> None:
        orders.find(session, uuid4(), by=leave.person(session, "admin"), at=leave.now)

    with leave.session() as session, pytest.raises(MigrationNotFound):
        read(session)


def test_orders_are_read_newest_first_with_their_outcomes(leave: Any, carrier: Any) -> None:
    first = carrier.order("leave")
    leave.later(hours=1)
    second = carrier.order("leave")
    carrier.finish(first)

    with leave.session() as session:
        by = leave.person(session, "admin")
        found = orders.recent(session, by=by, at=leave.now, limit=10)
        assert [each.id for each in found] == [second.id, first.id]
        assert orders.count(session) == 2
        assert [orders.outcomes(session, each) for each in found] == [{CaseOutcome.WAITING: 1}, {CaseOutcome.MOVED: 1}]
        rows: list[MigratedCase] = list(orders.cases_of(session, first, CaseOutcome.MOVED))
        assert [row.instance.business_key for row in rows] == [leave.first.business_key]
        assert list(orders.cases_of(session, first, CaseOutcome.REFUSED)) == []
