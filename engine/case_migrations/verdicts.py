"""Trying a migration (thử trước): a verdict for each case with its reasons, nothing stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine import repair
from engine.case_migrations.attempts import attempt, open_incidents, unexpected
from engine.case_migrations.plans import LIVING, Plan
from engine.case_migrations.routes import Route
from engine.model import Incident, Person, ProcessInstance
from engine.wording import Finding

BATCH = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one case can move, and if not, why."""

    instance_id: UUID
    business_key: str
    title: str
    findings: Sequence[Finding]

    @property
    def is_movable(self) -> bool:
        """Say whether nothing stands against it."""
        return not self.findings


def dry_run(session: Session, plan: Plan, *, by: Person, at: datetime, limit: int | None = None) -> Iterator[Verdict]:
    """Yield a verdict for each living case of the source, the oldest first; each is really moved, on a copy.

    Refuses with `OperationsForbidden`. Cases are read in batches; the cost grows with their number and nothing else.
    """
    repair.must_operate(session, by, at)
    return _verdicts(session, plan.route, living_cases(session, plan.route.source.definition_id)[:limit], at)


def living_cases(session: Session, definition_id: UUID) -> list[UUID]:
    """Return the cases that run on a version, suspended ones too, the oldest first."""
    living = select(ProcessInstance.id).where(
        ProcessInstance.definition_id == definition_id, ProcessInstance.state.in_(LIVING)
    )
    return list(session.scalars(living.order_by(ProcessInstance.started_at, ProcessInstance.id)))


def _verdicts(session: Session, route: Route, ids: Sequence[UUID], at: datetime) -> Iterator[Verdict]:
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        read = select(ProcessInstance).where(ProcessInstance.id.in_(batch)).options(undefer(ProcessInstance.state_text))
        cases = {case.id: case for case in session.scalars(read)}
        incidents = open_incidents(session, cases.values())
        for case_id in batch:
            case = cases[case_id]
            yield _verdict(session, route, case, incidents.get(case_id, []), at)


def _verdict(
    session: Session, route: Route, case: ProcessInstance, incidents: Sequence[Incident], at: datetime
) -> Verdict:
    try:
        findings = attempt(session, case, route, incidents, at=at).findings
    except Exception as error:  # noqa: BLE001  (one case that cannot even be tried must not hide the verdicts on the others)
        findings = [unexpected(error)]
    return Verdict(case.id, case.business_key, case.title, findings)
