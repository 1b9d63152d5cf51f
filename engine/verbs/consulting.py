"""Consulting (xin ý kiến): questions to people beside the flow; the case stays where it is."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import arrivals, history, tasks
from engine.arrivals import person_key
from engine.directory import PersonEntry
from engine.errors import Conflict, Invalid, NotFound
from engine.model import Consultation, ConsultationState, Person, UserTask
from engine.verbs import handing, people, wordings
from engine.verbs.answers import Answer, Verb


class ConsultationNotFound(NotFound):
    """There is no such question."""

    code = "consultation.not_found"


class AlreadyAsked(Conflict):
    """That person has an open question about the task; `by` is their name."""

    code = "consultation.already_asked"


class DueInPast(Invalid):
    """The moment by which the answer is wanted has passed."""

    code = "consultation.due_in_past"


def may_consult(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may ask others about the task: who works on it, the delegate included."""
    return Answer.of(Verb.CONSULT, lambda: people.must_hold(session, task, by, at))


def consult(
    session: Session,
    task_id: UUID,
    *,
    to: Sequence[str],
    by: Person,
    question: str,
    due_at: datetime | None,
    at: datetime,
) -> list[Consultation]:
    """Ask one or several people, who may read the case from now on; nobody has to wait for their answers.

    Refuses when `by` does not hold the task, and with `NobodyChosen`, `PersonUnknown`, `PersonIsYou`, `WordsMissing`,
    `DueInPast`, `AlreadyAsked`; then nobody is asked.
    """
    task = tasks.lock(session, task_id)
    people.must_hold(session, task, by, at)
    said, asked = wordings.needed(question), people.others_than(session, by, to, at)
    if due_at is not None and due_at <= at:
        raise DueInPast(at=due_at)
    _must_not_be_asked(session, task, asked)
    questions = [_question(task, person, by, said, due_at, at) for person in asked]
    session.add_all(questions)
    task.open_questions += len(questions)
    arrivals.involve(session, task.instance, [person_key(person.id) for person in asked])
    history.record(
        session,
        task.instance,
        "opinion.asked",
        at=at,
        actor_id=by.id,
        element=task.element_id,
        step=task.step,
        task=task.id.hex,
        to=[person.username for person in asked],
        to_names=[person.full_name for person in asked],
        question=said,
        **handing.in_place(session, task, by, at),
    )
    return questions


def answer(session: Session, consultation_id: UUID, *, by: Person, text: str, at: datetime) -> Consultation:
    """Answer a question that was put to `by`; the case does not move.

    Refuses with `ConsultationNotFound`, `ConsultationNotYours`, `ConsultationAnswered`, `ConsultationClosed`,
    `ConsultationWithdrawn`, `WordsMissing`, and while the case stands still.
    """
    asked = locked(session, consultation_id)
    task = asked.task
    asked.must_be_answerable_by(by)
    task.instance.must_run()
    asked.give(wordings.needed(text), at)
    task.open_questions -= 1
    history.record(
        session,
        task.instance,
        "opinion.given",
        at=at,
        actor_id=by.id,
        element=task.element_id,
        step=task.step,
        task=task.id.hex,
        to=asked.asked_by.username,
        text=asked.answer,
    )
    return asked


def locked(session: Session, consultation_id: UUID) -> Consultation:
    """Return a question with the case of its task locked, as it stands now; refuses with `ConsultationNotFound`."""
    task_id = session.scalar(select(Consultation.task_id).where(Consultation.id == consultation_id))
    if task_id is None:
        raise ConsultationNotFound(consultation_id=consultation_id)
    tasks.lock(session, task_id)
    return session.get_one(Consultation, consultation_id, populate_existing=True)


def _question(
    task: UserTask, person: PersonEntry, by: Person, question: str, due_at: datetime | None, at: datetime
) -> Consultation:
    return Consultation(
        instance_id=task.instance_id,
        task_id=task.id,
        asked_by_id=by.id,
        person_id=person.id,
        question=question,
        asked_at=at,
        due_at=due_at,
        state=ConsultationState.OPEN,
    )


def _must_not_be_asked(session: Session, task: UserTask, asked: Sequence[PersonEntry]) -> None:
    still_open = session.scalars(
        select(Consultation)
        .where(
            Consultation.task_id == task.id,
            Consultation.state == ConsultationState.OPEN,
            Consultation.person_id.in_([person.id for person in asked]),
        )
        .options(joinedload(Consultation.person))
    ).all()
    if still_open:
        raise AlreadyAsked(by=", ".join(sorted(each.person.full_name for each in still_open)))
