"""Reading the directory of a day out of the database, in as few statements as there are kinds of entries."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import starmap
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from engine.directory.entries import DEPUTY, LEADER, Absence, Authority, Holder, PersonEntry, UnitEntry
from engine.directory.one_day import Directory, heir
from engine.model import Leave, Person, Position, SigningAuthority, Substitution, Unit
from engine.vietnamese import name_order


def read_directory(session: Session, on: date) -> Directory:
    """Return the directory as the database has it for a day."""
    all_units = session.scalars(select(Unit).options(joinedload(Unit.parent), joinedload(Unit.successor))).all()
    units = [unit for unit in all_units if _holds(unit, on)]
    people = session.execute(
        select(Person.id, Person.username, Person.full_name, Person.is_administrator).where(Person.is_active)
    ).all()
    names = {row.id: name_order(row.full_name) for row in people}
    holders = sorted(_holders(session, on), key=lambda each: _order_of(each, names[each.person_id]))
    successors = {each.code: each.successor.code for each in all_units if each.successor and _is_closed(each, on)}
    return Directory(
        units={unit.code: _entry(unit) for unit in sorted(units, key=lambda unit: (unit.sort, unit.code))},
        holders=tuple(holders),
        people={row[1]: PersonEntry(*row) for row in sorted(people, key=lambda row: (names[row[0]], row[1]))},
        successors=successors,
        absences=tuple(_absences(session, on, successors)),
        authorities=tuple(_authorities(session, on, successors)),
        away=_away(session, on),
    )


def _is_closed(unit: Unit, on: date) -> bool:
    return unit.valid_to is not None and unit.valid_to < on


def _away(session: Session, on: date) -> frozenset[UUID]:
    """Return who is on leave that day, whether or not somebody stands in."""
    holding = Leave.valid_to >= on, Leave.valid_from <= on, Leave.ended_at.is_(None)
    return frozenset(session.scalars(select(Leave.person_id).where(*holding)))


def _absences(session: Session, on: date, successors: Mapping[str, str]) -> Iterable[Absence]:
    query = (
        select(Substitution)
        .where(Substitution.valid_to >= on, Substitution.ended_at.is_(None))
        .options(joinedload(Substitution.unit))
        .order_by(Substitution.set_at, Substitution.id)
    )
    for each in session.scalars(query):
        if each.holds(on):
            unit_code = heir(each.unit.code, successors) if each.unit else ""
            yield Absence(each.person_id, each.substitute_id, unit_code, each.process_key)


def _authorities(session: Session, on: date, successors: Mapping[str, str]) -> Iterable[Authority]:
    query = (
        select(SigningAuthority)
        .where(SigningAuthority.valid_from <= on)
        .options(joinedload(SigningAuthority.unit))
        .order_by(SigningAuthority.granted_at.desc(), SigningAuthority.id)
    )
    for each in session.scalars(query):
        yield Authority(
            grantee_id=each.grantee_id,
            kind=each.kind,
            unit_code=heir(each.unit.code, successors),
            capacity=each.capacity,
            process_keys=frozenset(each.process_keys),
            reference=each.reference,
            last=each.valid_to,
            is_over=each.is_over(on),
        )


def _holds(dated: Unit, on: date) -> bool:
    return (dated.valid_from is None or dated.valid_from <= on) and (dated.valid_to is None or on <= dated.valid_to)


def _entry(unit: Unit) -> UnitEntry:
    return UnitEntry(unit.code, unit.name, unit.parent.code if unit.parent else None, unit.sort)


def _holders(session: Session, on: date) -> Iterable[Holder]:
    """Return the positions that active people hold on a day, column by column: there may be tens of thousands."""
    query = (
        select(
            Position.person_id,
            Person.username,
            Person.full_name,
            Unit.code,
            Position.kind,
            Position.title,
            Position.rank,
            Position.is_primary,
            Position.may_sign,
            Position.fields,
        )
        .join(Position.person)
        .join(Position.unit)
        .where(
            Person.is_active,
            or_(Position.valid_from.is_(None), Position.valid_from <= on),
            or_(Position.valid_to.is_(None), Position.valid_to >= on),
        )
    )
    return starmap(Holder, session.execute(query))


def _order_of(holder: Holder, name: tuple[str, str, str]) -> tuple[object, ...]:
    """Order by rank, heads and deputies first, then by name: nothing may depend on how a database keeps its rows."""
    before_others = {LEADER: 0, DEPUTY: 1}.get(holder.kind, 2)
    return holder.rank, before_others, name, holder.username, holder.unit_code, holder.kind, holder.title
