"""Lists of people as administrators look through them: everybody with an account, those who have left included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import directory
from engine.administrators import must_administer
from engine.directory import Holder
from engine.model import Person
from engine.runtime import OFFICE_ZONE
from engine.vietnamese import fold, name_order


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person of a list, with the positions of the day."""

    id: UUID
    username: str
    full_name: str
    is_active: bool
    is_administrator: bool
    has_password: bool
    positions: Sequence[Holder]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of people, and how many there are in all."""

    people: Sequence[PersonLine]
    total: int


def search(
    session: Session,
    *,
    text: str = "",
    unit_code: str = "",
    is_active: bool | None = True,
    by: Person,
    at: datetime,
    limit: int = 50,
    offset: int = 0,
) -> Found:
    """Return people by given name: each word of `text` is in name, username or fields, whatever the diacritics.

    With a unit, those who hold a position in it or below it. Refuses with `AdministratorsOnly`.
    """
    must_administer(session, by, at)
    office = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    words = fold(text).split()
    units = office.units_below(unit_code) if unit_code else frozenset()
    chosen = [
        row
        for row in session.execute(_everybody(is_active=is_active)).mappings()
        if (not words or _has_words((row["full_name"], row["username"], *office.fields_of(row["id"])), words))
        and (not units or any(held.unit_code in units for held in office.positions_of(row["id"])))
    ]
    chosen.sort(key=lambda row: (*name_order(row["full_name"]), row["username"]))
    page = chosen[offset : offset + limit]
    return Found([PersonLine(**row, positions=office.positions_of(row["id"])) for row in page], len(chosen))


def _everybody(*, is_active: bool | None) -> Select[*tuple[Any, ...]]:
    columns = Person.id, Person.username, Person.full_name, Person.is_active, Person.is_administrator
    query = select(*columns, (Person.password_hash != "").label("has_password"))
    return query if is_active is None else query.where(Person.is_active.is_(is_active))


def _has_words(texts: Sequence[str], words: Sequence[str]) -> bool:
    read = fold(" ".join(texts))
    return all(word in read for word in words)


def people_by_unit(session: Session, *, by: Person, at: datetime) -> Mapping[str, int]:
    """Return how many people hold a position directly in each unit; refuses with `AdministratorsOnly`."""
    must_administer(session, by, at)
    office = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    return {code: len({held.person_id for held in office.holders_in(code)}) for code in office.units}
