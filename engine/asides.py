"""What concerns a person beside their tasks: questions put to them, cases to know of, tasks others do for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from engine.model import (
    CaseCopy,
    Consultation,
    ConsultationState,
    Person,
    ProcessInstance,
    TaskState,
    UserTask,
)

MOST_COPIES = 100


@dataclass(frozen=True, slots=True)
class Asides:
    """Everything beside a person's tasks; questions are the open ones, copies the newest, read or not."""

    questions: Sequence[Consultation]
    copies: Sequence[CaseCopy]
    delegated: Sequence[UserTask]


def of(session: Session, person: Person) -> Asides:
    """Return what concerns the person; purged cases are left out."""
    is_shown = ProcessInstance.purged_at.is_(None)
    questions = (
        select(Consultation)
        .join(Consultation.instance)
        .where(Consultation.person_id == person.id, Consultation.state == ConsultationState.OPEN, is_shown)
        .order_by(Consultation.due_at.is_(None), Consultation.due_at, Consultation.asked_at, Consultation.id)
        .options(
            joinedload(Consultation.instance).joinedload(ProcessInstance.definition),
            joinedload(Consultation.task),
            joinedload(Consultation.asked_by),
        )
    )
    copies = (
        select(CaseCopy)
        .join(CaseCopy.instance)
        .where(CaseCopy.person_id == person.id, is_shown)
        .order_by(CaseCopy.sent_at.desc(), CaseCopy.instance_id)
        .limit(MOST_COPIES)
        .options(
            joinedload(CaseCopy.instance).joinedload(ProcessInstance.definition),
            joinedload(CaseCopy.sent_by),
        )
    )
    delegated = (
        select(UserTask)
        .where(UserTask.owner_id == person.id, UserTask.owner_id.is_not(None), UserTask.state == TaskState.OPEN)
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.created_at, UserTask.id)
        .options(
            joinedload(UserTask.instance).joinedload(ProcessInstance.definition),
            joinedload(UserTask.assignee),
        )
    )
    return Asides(session.scalars(questions).all(), session.scalars(copies).all(), session.scalars(delegated).all())


def count_new(session: Session, person: Person) -> int:
    """Count the questions that wait for the person's answer and the copies they have not read; one statement."""
    questions = (
        select(func.count())
        .select_from(Consultation)
        .where(Consultation.person_id == person.id, Consultation.state == ConsultationState.OPEN)
        .scalar_subquery()
    )
    copies = (
        select(func.count())
        .select_from(CaseCopy)
        .join(CaseCopy.instance)
        .where(CaseCopy.person_id == person.id, CaseCopy.read_at.is_(None), ProcessInstance.purged_at.is_(None))
        .scalar_subquery()
    )
    return session.scalar(select(questions + copies)) or 0
