"""Who stands in for whom (người làm thay): set by oneself, by one's unit head or by an administrator; ended early.

A substitute does the absent person's tasks beside that person, for one step only, and gets no right to sign by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from engine import administrators, database, definitions, directory
from engine.directory import LEADER, Directory, PersonEntry, UnknownUnit
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.model import Person, Substitution, Unit
from engine.notices import feeding
from engine.notices.rules import SUBSTITUTE_SET
from engine.runtime import OFFICE_ZONE

TURN = "substitutions"


class SubstituteNotYours(Forbidden):
    """Only the person, the head of the person's unit and administrators say who stands in for somebody."""

    code = "substitute.not_yours"


class SubstituteIsAbsent(Invalid):
    """Nobody stands in for themselves."""

    code = "substitute.oneself"


class SubstitutesInCircle(Invalid):
    """The substitute's own work would come back to the absent person within that time."""

    code = "substitute.circle"


class SubstitutesOverlap(Conflict):
    """Somebody stands in already for the same scope on one of those days; `by` says who."""

    code = "substitute.overlaps"


class PeriodBackwards(Invalid):
    """The last day comes before the first."""

    code = "substitute.period_backwards"


class PeriodPast(Invalid):
    """The last day has passed."""

    code = "substitute.period_past"


class PersonInactive(Invalid):
    """One of the two has no account that works."""

    code = "substitute.inactive"


class UnitNotHeld(Invalid):
    """The absent person holds no position in the unit that is to be the scope."""

    code = "substitute.unit_not_held"


class SubstitutionNotFound(NotFound):
    """There is no such substitution."""

    code = "substitute.not_found"


class SubstitutionOver(Conflict):
    """The substitution has been ended or its time has passed."""

    code = "substitute.over"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a substitution covers: every task, or those of one unit, of one process, or of both; empty is no limit."""

    unit_code: str = ""
    process_key: str = ""


EVERYTHING = Scope()


def may_set(session: Session, person_id: UUID, *, by: Person, at: datetime) -> bool:
    """Tell whether `by` may say who stands in for the person."""
    is_head = people_on(session, at).is_under(person_id, by.id)
    return person_id == by.id or is_head or administrators.may_administer(session, by, at)


def led_by(people: Directory, head: Person) -> list[PersonEntry]:
    """Return those for whom a unit head says who stands in, ordered as the office is; nobody for who heads no unit."""
    led = {held.unit_code for held in people.positions_of(head.id) if held.kind == LEADER}
    below = sorted({code for unit_code in led for code in people.units_below(unit_code)})
    holders = {held.username: held for code in below for held in people.holders_in(code)}
    return [people.people[name] for name, held in holders.items() if people.is_under(held.person_id, head.id)]


def people_on(session: Session, at: datetime) -> Directory:
    """Return the directory of the day."""
    return directory.current(session, on=at.astimezone(OFFICE_ZONE).date())


def set_substitute(
    session: Session,
    *,
    person: Person,
    substitute: Person,
    first: date,
    last: date,
    scope: Scope = EVERYTHING,
    note: str = "",
    by: Person,
    at: datetime,
) -> Substitution:
    """Let a person stand in for another one from the first day to the last.

    Refuses with `SubstituteNotYours`, `SubstituteIsAbsent`, `PersonInactive`, `PeriodBackwards`, `PeriodPast`,
    `UnknownUnit`, `UnitNotHeld`, `ProcessNotFound`, `SubstitutesOverlap`, `SubstitutesInCircle`.
    """
    if not may_set(session, person.id, by=by, at=at):
        raise SubstituteNotYours(person=person.username)
    _must_be_two_at_work(person, substitute)
    _must_be_to_come(first, last, at.astimezone(OFFICE_ZONE).date())
    unit = _unit_of_scope(session, person, scope, at)
    database.take_turn(session, TURN)
    made = Substitution(
        person=person,
        substitute=substitute,
        valid_from=first,
        valid_to=last,
        unit=unit,
        process_key=scope.process_key,
        note=note.strip(),
        set_by=by,
        set_at=at,
    )
    with session.no_autoflush:
        _must_fit(made, _not_ended(session, first, last))
    session.add(made)
    directory.changed(session)
    session.flush()
    _tell(session, made)
    return made


def _tell(session: Session, made: Substitution) -> None:
    """Tell the two of whom neither, or one, has said so."""
    days = {"first": f"{made.valid_from:%d/%m/%Y}", "last": f"{made.valid_to:%d/%m/%Y}"}
    feeding.tell(
        session,
        SUBSTITUTE_SET,
        [made.person_id, made.substitute_id],
        occasion=f"substitution:{made.id.hex}",
        actor_id=made.set_by_id,
        data={"absent": made.person.full_name, "substitute": made.substitute.full_name, "note": made.note, **days},
        at=made.set_at,
    )


def _must_be_two_at_work(person: Person, substitute: Person) -> None:
    if person.id == substitute.id:
        raise SubstituteIsAbsent(person=person.username)
    for each in (person, substitute):
        if not each.is_active:
            raise PersonInactive(who=each.full_name)


def _must_be_to_come(first: date, last: date, today: date) -> None:
    if last < first:
        raise PeriodBackwards
    if last < today:
        raise PeriodPast


def _unit_of_scope(session: Session, person: Person, scope: Scope, at: datetime) -> Unit | None:
    if scope.process_key:
        definitions.latest(session, scope.process_key)
    if not scope.unit_code:
        return None
    unit = session.scalar(select(Unit).where(Unit.code == scope.unit_code))
    if unit is None:
        raise UnknownUnit(unit=scope.unit_code)
    if all(held.unit_code != unit.code for held in people_on(session, at).positions_of(person.id)):
        raise UnitNotHeld(unit=unit.code, who=person.full_name)
    return unit


def _not_ended(session: Session, first: date, last: date) -> Sequence[Substitution]:
    query = _with_people().where(
        Substitution.ended_at.is_(None), Substitution.valid_from <= last, Substitution.valid_to >= first
    )
    return session.scalars(query).all()


def _must_fit(made: Substitution, others: Sequence[Substitution]) -> None:
    scope = made.unit, made.process_key
    for each in others:
        if each.person_id == made.person.id and (each.unit, each.process_key) == scope:
            raise SubstitutesOverlap(by=each.substitute.full_name, first=each.valid_from, last=each.valid_to)
    if _comes_back(made.person.id, made.substitute.id, made.valid_from, made.valid_to, others):
        raise SubstitutesInCircle(who=made.substitute.full_name, absent=made.person.full_name)


def _comes_back(absent: UUID, person: UUID, first: date, last: date, others: Iterable[Substitution]) -> bool:
    """Tell whether following who stands in for whom, on days they all share, leads back to the absent person."""
    pending, seen = [(person, first, last)], set()
    while pending:
        person, first, last = step = pending.pop()
        if person == absent:
            return True
        if step in seen:
            continue
        seen.add(step)
        pending += [
            (each.substitute_id, max(first, each.valid_from), min(last, each.valid_to))
            for each in others
            if each.person_id == person and each.shares_a_day(first, last)
        ]
    return False


def end(session: Session, substitution_id: UUID, *, by: Person, at: datetime) -> Substitution:
    """End a substitution now; refuses with `SubstitutionNotFound`, `SubstituteNotYours`, `SubstitutionOver`."""
    database.take_turn(session, TURN)
    found = session.scalar(
        _with_people().where(Substitution.id == substitution_id).execution_options(populate_existing=True)
    )
    if found is None:
        raise SubstitutionNotFound(substitution_id=substitution_id)
    if not may_set(session, found.person_id, by=by, at=at):
        raise SubstituteNotYours(person=found.person.username)
    if found.is_over(at.astimezone(OFFICE_ZONE).date()):
        raise SubstitutionOver
    found.ended_at, found.ended_by_id = at, by.id
    directory.changed(session)
    session.flush()
    return found


def _with_people() -> Select[Substitution]:
    return select(Substitution).options(
        joinedload(Substitution.person),
        joinedload(Substitution.substitute),
        joinedload(Substitution.set_by),
        joinedload(Substitution.unit),
    )


def of_person(session: Session, person: Person, *, at: datetime, limit: int = 50) -> Sequence[Substitution]:
    """Return who stands in for a person, for whom the person does, and what the person has set; newest first."""
    concerns = or_(
        Substitution.person_id == person.id,
        Substitution.substitute_id == person.id,
        Substitution.set_by_id == person.id,
    )
    return _listed(session, concerns, at, limit)


def not_over(session: Session, *, by: Person, at: datetime, limit: int = 200) -> Sequence[Substitution]:
    """Return every substitution that holds or is to come, for administrators (`AdministratorsOnly`)."""
    administrators.must_administer(session, by, at)
    today = at.astimezone(OFFICE_ZONE).date()
    lasting = Substitution.ended_at.is_(None) & (Substitution.valid_to >= today)
    return _listed(session, lasting, at, limit)


def _listed(session: Session, chosen: ColumnElement[bool], at: datetime, limit: int) -> Sequence[Substitution]:
    """Return substitutions, those that hold or are to come before those that are over."""
    today = at.astimezone(OFFICE_ZONE).date()
    lasting = Substitution.ended_at.is_(None) & (Substitution.valid_to >= today)
    query = _with_people().where(chosen).order_by(lasting.desc(), Substitution.valid_from.desc(), Substitution.id)
    return session.scalars(query.limit(limit)).all()
