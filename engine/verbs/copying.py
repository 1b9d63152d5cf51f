"""Copying (gửi để biết): people get to know of a case, once each; nothing is asked of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import arrivals, history, runtime, tasks
from engine.arrivals import person_key
from engine.directory import ADMINISTRATOR_GROUP, PersonEntry
from engine.errors import Conflict, Forbidden, NotFound
from engine.model import CaseCopy, Person, ProcessInstance, UserTask
from engine.verbs import leaps, people, wordings
from engine.verbs.answers import Answer, Verb


class CopyingForbidden(Forbidden):
    """Only who started the case or works on it, in their own or another's place, and administrators send it on."""

    code = "case.copying_forbidden"


class AlreadyCopied(Conflict):
    """Everybody chosen has the case already; `by` says who."""

    code = "case.already_copied"


class CopyNotFound(NotFound):
    """The case was not sent to this person."""

    code = "case.copy_not_found"


@dataclass(frozen=True, slots=True)
class Copied:
    """Who got the case now, and who had it already and was left alone."""

    sent: list[PersonEntry]
    known: list[PersonEntry]


def may_copy(session: Session, instance: ProcessInstance, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may send the case to others to know of."""
    return Answer.of(Verb.COPY, lambda: _must(session, instance, by, at))


def copy(
    session: Session, instance_id: UUID, *, to: Sequence[str], by: Person, at: datetime, note: str | None = None
) -> Copied:
    """Send a case, running or over, to people to know of; they may read it from now on.

    Who has it already gets no second copy. Refuses with `CopyingForbidden`, `NobodyChosen`, `PersonUnknown`,
    `PersonIsYou`, and with `AlreadyCopied` when nobody is left to send it to.
    """
    instance = runtime.lock(session, instance_id)
    _must(session, instance, by, at)
    said, chosen = wordings.optional(note), people.others_than(session, by, to, at)
    had = set(session.scalars(select(CaseCopy.person_id).where(CaseCopy.instance_id == instance.id)))
    sent, known = [each for each in chosen if each.id not in had], [each for each in chosen if each.id in had]
    if not sent:
        raise AlreadyCopied(by=", ".join(person.full_name for person in known))
    session.add_all(
        CaseCopy(instance_id=instance.id, person_id=person.id, sent_by_id=by.id, sent_at=at, note=said)
        for person in sent
    )
    arrivals.involve(session, instance, [person_key(person.id) for person in sent])
    history.record(
        session,
        instance,
        "case.copied",
        at=at,
        actor_id=by.id,
        to=[person.username for person in sent],
        to_names=[person.full_name for person in sent],
        note=said,
    )
    return Copied(sent, known)


def mark_read(session: Session, instance_id: UUID, *, by: Person, at: datetime) -> CaseCopy:
    """Set the read mark of one's copy; the first time counts. Refuses with `CopyNotFound`."""
    found = session.get(CaseCopy, (instance_id, by.id), populate_existing=True)
    if found is None:
        raise CopyNotFound(instance_id=instance_id)
    if found.read_at is None:
        found.read_at = at
    return found


def _must(session: Session, instance: ProcessInstance, by: Person, at: datetime) -> None:
    if instance.started_by_id == by.id or ADMINISTRATOR_GROUP in tasks.groups_of(session, by, at):
        return
    worked_on = select(UserTask.id).where(
        UserTask.instance_id == instance.id,
        or_(UserTask.assignee_id == by.id, UserTask.owner_id == by.id, UserTask.completed_by_id == by.id),
    )
    if session.scalars(worked_on.limit(1)).first() is None and not _holds_in_place(session, instance, by, at):
        raise CopyingForbidden(instance_id=instance.id)


def _holds_in_place(session: Session, instance: ProcessInstance, by: Person, at: datetime) -> bool:
    """Tell whether `by` stands in for somebody who holds an open task of the case."""
    groups = tasks.groups_of(session, by, at)
    return bool(groups.stands_in_for) and any(
        task.is_held_by(by, groups) for task in leaps.open_tasks(session, instance)
    )
