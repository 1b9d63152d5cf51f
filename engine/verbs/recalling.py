"""Taking questions back (rút câu hỏi) while they are unanswered, closing a round early, asking again: by who asked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import arrivals, consultations, history, tasks
from engine.arrivals import person_key
from engine.errors import NotFound
from engine.model import Consultation, ConsultationState, InPlaceOf, Person, UserTask
from engine.model.consultation import NotTheAsker
from engine.verbs import people
from engine.verbs.answers import Answer, Verb
from engine.verbs.consulting import AlreadyAsked, locked


class NothingAsked(NotFound):
    """No question of this person's about the task waits for an answer."""

    code = "consultation.nothing_asked"


def may_withdraw_question(session: Session, asked: Consultation, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may take a question back: who asked it, or who stands in for them."""
    return Answer.of(Verb.WITHDRAW_QUESTION, lambda: _must_withdraw(session, asked, by, at))


def may_close_round(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether questions about the task that `by` has asked still wait for answers."""
    return Answer.of(Verb.CLOSE_ROUND, lambda: _must_close(session, task, by, at))


def may_ask_again(session: Session, asked: Consultation, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may let a question that was taken back or closed wait for its answer again."""
    return Answer.of(Verb.ASK_AGAIN, lambda: _must_ask_again(session, asked, by, at))


def withdraw_question(session: Session, consultation_id: UUID, *, by: Person, at: datetime) -> Consultation:
    """Take a question back that nobody has answered; it no longer waits for whom was asked.

    Refuses with `ConsultationNotFound`, `NotTheAsker`, `ConsultationAnswered`, `ConsultationClosed`,
    `ConsultationWithdrawn`, and while the case stands still.
    """
    asked = locked(session, consultation_id)
    absent = _must_withdraw(session, asked, by, at)
    asked.end(ConsultationState.WITHDRAWN, at)
    asked.task.open_questions -= 1
    _record(session, "opinion.withdrawn", asked.task, [asked], by, absent, at)
    return asked


def close_round(session: Session, task_id: UUID, *, by: Person, at: datetime) -> Sequence[Consultation]:
    """Wait no longer for the answers to one's questions about a task (đóng lượt xin ý kiến); return those questions.

    Refuses with `NothingAsked`, and while the case stands still.
    """
    task = tasks.lock(session, task_id)
    closed = _must_close(session, task, by, at)
    for asked in closed:
        asked.end(ConsultationState.CLOSED, at)
    task.open_questions -= len(closed)
    absent = _in_whose_place(session, closed[0], by, at)
    _record(session, "opinions.closed", task, closed, by, absent, at)
    return closed


def ask_again(session: Session, consultation_id: UUID, *, by: Person, at: datetime) -> Consultation:
    """Let a question that was taken back or closed wait for its answer again: the undo of both, while the task is open.

    Refuses as `withdraw_question` does for an answered one, with `AlreadyAsked` when that person has an open question,
    with `PersonUnknown` when the person has left, and when `by` no longer works on the task.
    """
    asked = locked(session, consultation_id)
    absent = _must_ask_again(session, asked, by, at)
    asked.ask_again(at)
    asked.task.open_questions += 1
    arrivals.involve(session, asked.task.instance, [person_key(asked.person_id)])
    _record(session, "opinion.asked", asked.task, [asked], by, absent, at)
    return asked


def _must_withdraw(session: Session, asked: Consultation, by: Person, at: datetime) -> InPlaceOf | None:
    absent = _in_whose_place(session, asked, by, at)
    asked.must_be_open()
    asked.task.instance.must_run()
    return absent


def _must_close(session: Session, task: UserTask, by: Person, at: datetime) -> Sequence[Consultation]:
    """Return the open questions about a task that `by`, or whom `by` stands in for, has asked."""
    groups = tasks.groups_of(session, by, at)
    waiting = consultations.open_ones(session, task.id) if task.open_questions else []
    found = [each for each in waiting if each.asked_by_id == by.id or people.absent_one(task, groups, each.asked_by_id)]
    if not found:
        raise NothingAsked(task_id=task.id)
    task.instance.must_run()
    return found


def _must_ask_again(session: Session, asked: Consultation, by: Person, at: datetime) -> InPlaceOf | None:
    absent = _in_whose_place(session, asked, by, at)
    people.must_hold(session, asked.task, by, at)
    people.named(people.office(session, at), asked.person.username)
    if asked.state is ConsultationState.ANSWERED:
        asked.must_be_open()
    waiting = select(Consultation.id).where(
        Consultation.task_id == asked.task_id,
        Consultation.person_id == asked.person_id,
        Consultation.state == ConsultationState.OPEN,
    )
    if session.scalars(waiting.limit(1)).first() is not None:
        raise AlreadyAsked(by=asked.person.full_name)
    return absent


def _in_whose_place(session: Session, asked: Consultation, by: Person, at: datetime) -> InPlaceOf | None:
    """Return the absent person who asked, None when `by` did; refuses with `NotTheAsker`."""
    if asked.asked_by_id == by.id:
        return None
    absent = people.absent_one(asked.task, tasks.groups_of(session, by, at), asked.asked_by_id)
    if absent is None:
        raise NotTheAsker(by=asked.asked_by.full_name)
    return absent


def _record(
    session: Session,
    kind: str,
    task: UserTask,
    questions: Sequence[Consultation],
    by: Person,
    absent: InPlaceOf | None,
    at: datetime,
) -> None:
    history.record(
        session,
        task.instance,
        kind,
        at=at,
        actor_id=by.id,
        element=task.element_id,
        step=task.step,
        task=task.id.hex,
        count=len(questions),
        to=[each.person.username for each in questions],
        to_names=[each.person.full_name for each in questions],
        question=questions[0].question,
        **history.in_whose_place(absent),
    )
