"""Filling the directory from data: units, people and their positions in one go."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import directory
from engine.calendar import years
from engine.directory.fields import read_fields
from engine.model import Person, Position, Unit

Rows = Sequence[Mapping[str, Any]]


def load_office(
    session: Session,
    *,
    units: Rows,
    people: Rows,
    hash_password: Callable[[], str],
    at: datetime,
    calendar_years: Iterable[int] = (),
) -> None:
    """Add the units and people that are not there yet; parents stand before their children.

    A unit row has `code`, `name`, `parent`; a person row `username`, `full_name`, `positions` (rows of `unit`, `kind`,
    `title`, `may_sign`, `fields` parted by semicolons) and `administrator`. `calendar_years` are opened as known of,
    for offices that nobody approves years in: the demo, tries and tests.
    """
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    for order, row in enumerate(units):
        if row["code"] not in known:
            parent = known[row["parent"]] if row.get("parent") else None
            known[row["code"]] = Unit(code=row["code"], name=row["name"], parent=parent, sort=order)
            session.add(known[row["code"]])
    usernames = set(session.scalars(select(Person.username)))
    for row in people:
        if row["username"] not in usernames:
            _add_person(session, row, known, hash_password(), at)
    directory.changed(session)
    session.flush()
    years.open_years(session, calendar_years, at=at)


def _add_person(
    session: Session, row: Mapping[str, Any], units: Mapping[str, Unit], password_hash: str, at: datetime
) -> None:
    person = Person(
        username=row["username"],
        full_name=row["full_name"],
        password_hash=password_hash,
        is_administrator=bool(row.get("administrator", False)),
        created_at=at,
    )
    session.add(person)
    for order, held in enumerate(row.get("positions", ())):
        session.add(
            Position(
                person=person,
                unit=units[held["unit"]],
                kind=held["kind"],
                title=held["title"],
                rank=held.get("rank", 0),
                is_primary=order == 0,
                may_sign=bool(held.get("may_sign", False)),
                fields=read_fields(held.get("fields", "")),
            )
        )
