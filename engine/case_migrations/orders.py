"""Orders to migrate: giving one, finding it again, and what became of each of its cases."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from engine import jobs, repair
from engine.case_migrations.plans import Plan
from engine.case_migrations.verdicts import living_cases
from engine.errors import Conflict, NotFound
from engine.model import CaseMigration, CaseOutcome, MigratedCase, Person, ProcessInstance
from engine.repair.standing import said_reason

WORK = "cases.migrate"
ROWS = 500


class MigrationNotFound(NotFound):
    """There is no such migration."""

    code = "migration.not_found"


class NothingToMigrate(Conflict):
    """No case runs on the source version any more."""

    code = "migration.nothing_to_move"


def order(session: Session, plan: Plan, *, by: Person, reason: str, at: datetime) -> CaseMigration:
    """Order the living cases of the source to be moved; a job of its own moves them, each when its turn comes.

    Refuses with `OperationsForbidden`, `ReasonMissing`, `ReasonTooLong`, `NothingToMigrate`.
    """
    repair.must_operate(session, by, at)
    kept = said_reason(reason)
    cases = living_cases(session, plan.route.source.definition_id)
    if not cases:
        raise NothingToMigrate(process=plan.route.source.key, version=plan.route.source.version)
    migration = CaseMigration(
        id=uuid4(),
        source_id=plan.route.source.definition_id,
        target_id=plan.route.target.definition_id,
        elements=dict(plan.route.elements),
        reason=kept,
        asked_by_id=by.id,
        asked_at=at,
    )
    session.add(migration)
    session.flush()
    session.execute(insert(MigratedCase), [{"migration_id": migration.id, "instance_id": each} for each in cases])
    migration.job = jobs.order(session, WORK, data={"migration_id": str(migration.id)}, by=by, at=at, total=len(cases))
    session.flush()
    return migration


def find(session: Session, migration_id: UUID, *, by: Person, at: datetime) -> CaseMigration:
    """Return one order; refuses with `OperationsForbidden` or `MigrationNotFound`."""
    repair.must_operate(session, by, at)
    migration = session.scalar(_orders().where(CaseMigration.id == migration_id))
    if migration is None:
        raise MigrationNotFound(migration_id=migration_id)
    return migration


def recent(session: Session, *, by: Person, at: datetime, limit: int, offset: int = 0) -> Sequence[CaseMigration]:
    """Return the orders, the newest first; refuses with `OperationsForbidden`."""
    repair.must_operate(session, by, at)
    newest_first = _orders().order_by(CaseMigration.asked_at.desc(), CaseMigration.id)
    return session.scalars(newest_first.limit(limit).offset(offset)).all()


def count(session: Session) -> int:
    """Return how many orders there are."""
    return session.scalar(select(func.count()).select_from(CaseMigration)) or 0


def outcomes(session: Session, migration: CaseMigration) -> dict[CaseOutcome, int]:
    """Return how many cases of an order there are by what became of them."""
    counted = (
        select(MigratedCase.outcome, func.count())
        .where(MigratedCase.migration_id == migration.id)
        .group_by(MigratedCase.outcome)
    )
    return dict(session.execute(counted).all())


def cases_of(
    session: Session,
    migration: CaseMigration,
    outcome: CaseOutcome | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[MigratedCase]:
    """Yield the cases of an order with their reasons, streamed: by code, those that were moved after the others."""
    found = (
        select(MigratedCase)
        .where(MigratedCase.migration_id == migration.id)
        .join(MigratedCase.instance)
        .options(contains_eager(MigratedCase.instance))
        .order_by(MigratedCase.outcome == CaseOutcome.MOVED, ProcessInstance.business_key)
        .limit(limit)
        .offset(offset)
    )
    if outcome is not None:
        found = found.where(MigratedCase.outcome == outcome)
    yield from session.scalars(found.execution_options(yield_per=ROWS))


def _orders() -> Select[CaseMigration]:
    return select(CaseMigration).options(
        joinedload(CaseMigration.source),
        joinedload(CaseMigration.target),
        joinedload(CaseMigration.asked_by),
        joinedload(CaseMigration.job),
    )
