"""Who is away (vắng mặt: nghỉ phép, đi công tác) from which day to which: said by oneself, one's head, administrators.

A leave moves no work: who stands in is said by a substitution. The rules of diagrams ask for it (`lc:when_absent`), so
that a task does not wait for somebody who is away with nobody in their place.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from engine import database, directory
from engine.errors import Conflict, Forbidden, NotFound
from engine.model import Leave, Person
from engine.runtime import OFFICE_ZONE
from engine.substitutes import PeriodBackwards, PeriodPast, PersonInactive, led_by, may_set, people_on

TURN = "leaves"


class LeaveNotYours(Forbidden):
    """Only the person, the head of the person's unit and administrators say that somebody is away."""

    code = "leave.not_yours"


class LeavesOverlap(Conflict):
    """The person is away already on one of those days, from `first` to `last`."""

    code = "leave.overlaps"


class LeaveNotFound(NotFound):
    """There is no such leave."""

    code = "leave.not_found"


class LeaveOver(Conflict):
    """The leave has been ended or its time has passed."""

    code = "leave.over"


def announce(
    session: Session, *, person: Person, first: date, last: date, note: str = "", by: Person, at: datetime
) -> Leave:
    """Say that a person is away from the first day to the last.

    Refuses with `LeaveNotYours`, `PersonInactive`, `PeriodBackwards`, `PeriodPast`, `LeavesOverlap`.
    """
    if not may_set(session, person.id, by=by, at=at):
        raise LeaveNotYours(person=person.username)
    if not person.is_active:
        raise PersonInactive(who=person.full_name)
    if last < first:
        raise PeriodBackwards
    if last < _today(at):
        raise PeriodPast
    database.take_turn(session, TURN)
    others = select(Leave).where(
        Leave.person_id == person.id, Leave.ended_at.is_(None), Leave.valid_from <= last, Leave.valid_to >= first
    )
    other = session.scalars(others.limit(1)).first()
    if other is not None:
        raise LeavesOverlap(first=other.valid_from, last=other.valid_to)
    made = Leave(person=person, valid_from=first, valid_to=last, note=note.strip(), set_by=by, set_at=at)
    session.add(made)
    directory.changed(session)
    session.flush()
    return made


def end(session: Session, leave_id: UUID, *, by: Person, at: datetime) -> Leave:
    """End a leave now: the person is back; refuses with `LeaveNotFound`, `LeaveNotYours`, `LeaveOver`."""
    database.take_turn(session, TURN)
    query = select(Leave).where(Leave.id == leave_id).options(joinedload(Leave.person), joinedload(Leave.set_by))
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise LeaveNotFound(leave_id=leave_id)
    if not may_set(session, found.person_id, by=by, at=at):
        raise LeaveNotYours(person=found.person.username)
    if found.is_over(_today(at)):
        raise LeaveOver
    found.ended_at, found.ended_by_id = at, by.id
    directory.changed(session)
    session.flush()
    return found


def not_over(session: Session, *, by: Person, at: datetime, limit: int = 200) -> Sequence[Leave]:
    """Return the leaves that hold or are to come, of the reader and of those whom the reader heads, the next first."""
    led = [each.id for each in led_by(people_on(session, at), by)]
    query = (
        select(Leave)
        .where(
            or_(Leave.person_id == by.id, Leave.person_id.in_(led)),
            Leave.ended_at.is_(None),
            Leave.valid_to >= _today(at),
        )
        .options(joinedload(Leave.person), joinedload(Leave.set_by))
        .order_by(Leave.valid_from, Leave.set_at, Leave.id)
    )
    return session.scalars(query.limit(limit)).all()


def _today(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()
