"""The directory as it stands, in the same words as a file: what is compared with, and what is written out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.directory_files.columns import PEOPLE, POSITIONS, UNITS, Sheet, Value
from engine.model import Person, Position, Unit

Key = tuple[Value, ...]


class Held(NamedTuple):
    """One unit, person or position that is there; `values` are those of its sheet's columns, in their order."""

    id: UUID
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is there, by sheet, in the order of people's eyes: as units stand, then by code and name."""

    held: Mapping[str, list[Held]]

    def by_key(self, sheet: Sheet) -> dict[Key, list[Held]]:
        """Return what is there by what tells rows apart; several positions may share that."""
        places = [[each.key for each in sheet.columns].index(key) for key in sheet.identity]
        found: dict[Key, list[Held]] = {}
        for held in self.held[sheet.key]:
            found.setdefault(tuple(held.values[place] for place in places), []).append(held)
        return found


def standing(session: Session) -> Standing:
    """Return the directory as it stands now, what has ended included."""
    return Standing({UNITS.key: _units(session), PEOPLE.key: _people(session), POSITIONS.key: _positions(session)})


def _units(session: Session) -> list[Held]:
    parent, successor = aliased(Unit), aliased(Unit)
    query = (
        select(
            Unit.id,
            Unit.code,
            Unit.name,
            parent.code.label("parent"),
            Unit.sort,
            Unit.valid_from,
            Unit.valid_to,
            successor.code.label("successor"),
        )
        .join(parent, Unit.parent_id == parent.id, isouter=True)
        .join(successor, Unit.successor_id == successor.id, isouter=True)
    )
    return [Held(row[0], tuple(row[1:])) for row in session.execute(query.order_by(Unit.sort, Unit.code))]


def _people(session: Session) -> list[Held]:
    query = select(Person.id, Person.username, Person.full_name, Person.is_active, Person.is_administrator)
    return [Held(row[0], tuple(row[1:])) for row in session.execute(query.order_by(Person.username))]


def _positions(session: Session) -> list[Held]:
    query = (
        select(
            Position.id,
            Person.username,
            Unit.code,
            Position.kind,
            Position.title,
            Position.rank,
            Position.is_primary,
            Position.may_sign,
            Position.fields,
            Position.valid_from,
            Position.valid_to,
        )
        .join(Position.person)
        .join(Position.unit)
        .order_by(Unit.sort, Unit.code, Position.rank, Person.username, Position.kind, Position.valid_from, Position.id)
    )
    return [Held(row[0], tuple(row[1:])) for row in session.execute(query)]


def has_ended(sheet: Sheet, held: Held, on: date) -> bool:
    """Tell whether a row that is there is over already: nobody misses it in a file."""
    values = dict(zip((column.key for column in sheet.columns), held.values, strict=True))
    if sheet is PEOPLE:
        return not values["is_active"]
    last = values["valid_to"]
    return isinstance(last, date) and last < on
