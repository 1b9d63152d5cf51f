"""Questions beside the flow: those of a case, and what becomes of the open ones when their task is over."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from engine import history
from engine.model import Consultation, ConsultationState, ProcessInstance


def of_case(session: Session, instance_id: UUID) -> Sequence[Consultation]:
    """Return all questions of a case with who asked and who was asked, oldest first."""
    return session.scalars(
        select(Consultation)
        .where(Consultation.instance_id == instance_id)
        .order_by(Consultation.asked_at, Consultation.id)
        .options(joinedload(Consultation.asked_by), joinedload(Consultation.person))
    ).all()


def open_ones(session: Session, task_id: UUID) -> Sequence[Consultation]:
    """Return the questions about a task that wait for an answer, as they stand now, oldest first."""
    return session.scalars(
        select(Consultation)
        .where(Consultation.task_id == task_id, Consultation.state == ConsultationState.OPEN)
        .order_by(Consultation.asked_at, Consultation.id)
        .options(joinedload(Consultation.asked_by), joinedload(Consultation.person))
        .execution_options(populate_existing=True)
    ).all()


def close(session: Session, instance: ProcessInstance, task_ids: Collection[UUID], *, at: datetime) -> None:
    """Close what is still open of tasks that are over, and note in the history how many were never answered."""
    closed = session.scalars(
        update(Consultation)
        .where(Consultation.task_id.in_(task_ids), Consultation.state == ConsultationState.OPEN)
        .values(state=ConsultationState.CLOSED, over_at=at)
        .returning(Consultation.id)
        .execution_options(synchronize_session=False)
    ).all()
    if closed:
        history.record(session, instance, "opinions.closed", at=at, count=len(closed))
