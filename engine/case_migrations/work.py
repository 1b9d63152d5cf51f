"""Moving the cases of an order, batch by batch: the work `cases.migrate`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions
from engine.case_migrations.attempts import unexpected
from engine.case_migrations.moving import move
from engine.case_migrations.routes import Route, route_between
from engine.locking import lock_families
from engine.model import CaseMigration, CaseOutcome, Job, MigratedCase, ProcessInstance
from engine.wording import Finding

BATCH = 20


def migrate_some(session: Session, job: Job, at: datetime) -> bool:
    """Move the next cases of an order, each or not at all; one that fails does not stop the others.

    Tells whether those were the last. Two runners at once wait for each other at the order's row; a batch that was
    rolled back is done again, whatever was stored is not.
    """
    migration = session.get_one(
        CaseMigration, UUID(str(job.data["migration_id"])), with_for_update=True, populate_existing=True
    )
    session.refresh(job, ["done"])  # whoever held the order meanwhile has counted on
    waiting = _next(session, migration)
    lock_families(
        session, select(ProcessInstance.id).where(ProcessInstance.id.in_([row.instance_id for row in waiting]))
    )
    route = _route(session, migration)
    for row in waiting:
        row.outcome, findings = _moved(session, migration, row.instance_id, route, at)
        row.reasons, row.done_at = reasons_of(findings), at
    job.done += len(waiting)
    if len(waiting) < BATCH and migration.finished_at is None:
        migration.finished_at = at
    return migration.finished_at is not None


def reasons_of(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Return findings as they are stored with a case."""
    return [
        {
            "code": each.code,
            "element": each.element_id,
            "message": list(each.message),
            "remedy": list(each.remedy),
        }
        for each in findings
    ]


def _next(session: Session, migration: CaseMigration) -> Sequence[MigratedCase]:
    waiting = select(MigratedCase).where(
        MigratedCase.migration_id == migration.id, MigratedCase.outcome == CaseOutcome.WAITING
    )
    return session.scalars(waiting.limit(BATCH)).all()


def _route(session: Session, migration: CaseMigration) -> Route:
    source, target = definitions.load(session, migration.source_id), definitions.load(session, migration.target_id)
    return route_between(session, source, target, migration.elements)


def _moved(
    session: Session, migration: CaseMigration, instance_id: UUID, route: Route, at: datetime
) -> tuple[CaseOutcome, Sequence[Finding]]:
    try:
        with session.begin_nested():
            return move(session, instance_id, route, migration, at=at)
    except Exception as error:  # noqa: BLE001  (a case that breaks is told as refused, the others go on)
        return CaseOutcome.REFUSED, [unexpected(error)]
