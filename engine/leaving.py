"""What ends or changes hands with somebody who leaves, besides tasks: questions, substitutions, authorities to sign.

The hand-over (`engine.hand_over`) shows it before and does it in its one act; rights and locks are the hand-over's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from engine import arrivals, history
from engine.arrivals import person_key
from engine.model import (
    Consultation,
    ConsultationState,
    Person,
    ProcessInstance,
    SigningAuthority,
    Substitution,
)
from engine.runtime import OFFICE_ZONE


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Open questions to a person; substitutions and authorities of theirs that hold or are to come."""

    questions: Sequence[Consultation]
    substitutions: Sequence[Substitution]
    authorities: Sequence[SigningAuthority]

    def __bool__(self) -> bool:
        """Tell whether there is anything at all."""
        return bool(self.questions or self.substitutions or self.authorities)


def of(session: Session, person: Person, at: datetime) -> Leftovers:
    """Return what a person leaves behind besides tasks, as it stands now."""
    today = at.astimezone(OFFICE_ZONE).date()
    questions = (
        select(Consultation)
        .where(asked_of(person))
        .options(
            joinedload(Consultation.asked_by),
            joinedload(Consultation.task),
            joinedload(Consultation.instance).joinedload(ProcessInstance.definition),
        )
        .order_by(Consultation.asked_at, Consultation.id)
        .execution_options(populate_existing=True)
    )
    substitutions = (
        select(Substitution)
        .where(
            or_(Substitution.person_id == person.id, Substitution.substitute_id == person.id),
            Substitution.ended_at.is_(None),
            Substitution.valid_to >= today,
        )
        .options(joinedload(Substitution.person), joinedload(Substitution.substitute), joinedload(Substitution.unit))
        .order_by(Substitution.valid_from, Substitution.id)
    )
    authorities = (
        select(SigningAuthority)
        .where(
            SigningAuthority.grantee_id == person.id,
            SigningAuthority.revoked_at.is_(None),
            or_(SigningAuthority.valid_to.is_(None), SigningAuthority.valid_to >= today),
        )
        .options(joinedload(SigningAuthority.unit))
        .order_by(SigningAuthority.valid_from, SigningAuthority.id)
    )
    found = (session.scalars(query).all() for query in (questions, substitutions, authorities))
    return Leftovers(*found)


def asked_of(person: Person) -> ColumnElement[bool]:
    """Return the condition for open questions to a person."""
    return (Consultation.person_id == person.id) & (Consultation.state == ConsultationState.OPEN)


def settle(
    session: Session, left: Leftovers, person: Person, heir: Person | None, *, by: Person, reason: str, at: datetime
) -> None:
    """Put the questions to the heir, close those the heir cannot answer, and end substitutions and authorities.

    Nobody is asked what they asked themselves, nor twice about one task.
    """
    for question in left.questions:
        if heir is None or question.asked_by_id == heir.id or _is_asked(session, question.task_id, heir):
            _close(session, question, person, by=by, at=at)
        else:
            _put_to(session, question, person, heir, by=by, reason=reason, at=at)
    for substitution in left.substitutions:
        substitution.ended_at, substitution.ended_by_id = at, by.id
    for authority in left.authorities:
        authority.revoked_at, authority.revoked_by_id = at, by.id


def _is_asked(session: Session, task_id: UUID, heir: Person) -> bool:
    return session.scalar(select(Consultation.id).where(asked_of(heir), Consultation.task_id == task_id)) is not None


def _close(session: Session, question: Consultation, person: Person, *, by: Person, at: datetime) -> None:
    """Wait no longer for the answer of who leaves; who asked is told."""
    question.end(ConsultationState.CLOSED, at)
    question.task.open_questions -= 1
    history.record(
        session,
        question.instance,
        "opinions.closed",
        at=at,
        actor_id=by.id,
        element=question.task.element_id,
        step=question.task.step,
        task=question.task_id.hex,
        count=1,
        to=[question.asked_by.username],
        to_names=[person.full_name],
    )


def _put_to(
    session: Session,
    question: Consultation,
    person: Person,
    heir: Person,
    *,
    by: Person,
    reason: str,
    at: datetime,
) -> None:
    question.person_id = heir.id
    arrivals.involve(session, question.instance, [person_key(heir.id)])
    history.record(
        session,
        question.instance,
        "opinion.handed_over",
        at=at,
        actor_id=by.id,
        element=question.task.element_id,
        step=question.task.step,
        task=question.task_id.hex,
        to=[heir.username],
        to_names=[heir.full_name],
        from_name=person.full_name,
        question=question.question,
        reason=reason,
    )
    session.flush()
