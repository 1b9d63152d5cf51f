"""Writing the changes of a comparison into the database, in batches: units first, then people, then positions."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.directory_files.columns import PEOPLE, POSITIONS, UNITS, Sheet
from engine.directory_files.comparing import Change, ChangeKind
from engine.model import Person, Position, Unit
from engine.model.base import Base

BATCH = 1000
Values = dict[str, Any]


def change_all(session: Session, changes: list[Change], *, at: datetime) -> None:
    """Store what was compared; the directory is locked and nothing stands against it."""
    unit_ids = _write_units(session, changes)
    person_ids = _write_people(session, changes, at)
    added = [
        {**values, "person_id": person_ids[values.pop("username")], "unit_id": unit_ids[values.pop("unit")]}
        for values in _added(changes, POSITIONS)
    ]
    _store(session, Position, added, _changed(changes, POSITIONS))


def _write_units(session: Session, changes: list[Change]) -> Mapping[str, UUID]:
    """Store the units; successors come last, as they may be any of them."""
    ids: dict[str, UUID] = {code: key for key, code in session.execute(select(Unit.id, Unit.code))}
    added, changed = list(_added(changes, UNITS)), list(_changed(changes, UNITS))
    ids |= {values["code"]: values["id"] for values in added}
    successors = []
    for values in [*added, *changed]:
        if "parent" in values:
            values["parent_id"] = ids.get(values.pop("parent"))
        if "successor" in values:
            successors.append({"id": values["id"], "successor_id": ids.get(values.pop("successor"))})
    _store(session, Unit, _parents_first(added), (values for values in changed if len(values) > 1))
    _store(session, Unit, (), successors)
    return ids


def _parents_first(added: list[Values]) -> list[Values]:
    """Return new units so that none comes before the one above it: a database asks at every batch."""
    by_id = {values["id"]: values for values in added}
    ordered: dict[UUID, Values] = {}
    for values in added:
        path = []
        above: Values | None = values
        while above is not None and above["id"] not in ordered:
            path.append(above)
            above = by_id.get(above["parent_id"])
        ordered.update({each["id"]: each for each in reversed(path)})
    return list(ordered.values())


def _write_people(session: Session, changes: list[Change], at: datetime) -> Mapping[str, UUID]:
    added = [{**values, "password_hash": "", "created_at": at} for values in _added(changes, PEOPLE)]
    changed = list(_changed(changes, PEOPLE))
    for values in changed:
        if values.get("is_active") is False:
            values["session_stamp"] = uuid4().hex  # whoever is signed in is so no longer
    _store(session, Person, added, changed)
    return {username: key for key, username in session.execute(select(Person.id, Person.username))}


def _added(changes: list[Change], sheet: Sheet) -> Iterator[Values]:
    for change in changes:
        if change.sheet is sheet and change.kind is ChangeKind.ADDED:
            values = {column.key: None for column in sheet.columns}
            yield {**values, **{field.column: field.new for field in change.fields}, "id": uuid4()}


def _changed(changes: list[Change], sheet: Sheet) -> Iterator[Values]:
    for change in changes:
        if change.sheet is sheet and change.kind in {ChangeKind.CHANGED, ChangeKind.ENDED}:
            yield {**{field.column: field.new for field in change.fields}, "id": change.id}


def _store(session: Session, entity: type[Base], added: Iterable[Values], changed: Iterable[Values]) -> None:
    for batch in _batches(added):
        session.execute(insert(entity), batch)
    for batch in _batches(changed):
        session.execute(update(entity), batch)


def _batches(rows: Iterable[Values]) -> Iterator[list[Values]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch
