"""What a file would change, row by row, and what stands against it; nothing is stored."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from engine.directory_files.checks import check
from engine.directory_files.columns import PEOPLE, POSITIONS, SHEETS, Sheet, Value
from engine.directory_files.problems import Problem
from engine.directory_files.reading import OfficeFile, Row
from engine.directory_files.standing import Held, Standing, has_ended


class ChangeKind(StrEnum):
    """What becomes of a row; what is not in the file stays as it is and is told all the same."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    NOT_IN_FILE = "not_in_file"


class FieldChange(NamedTuple):
    """One column of a row: what it says now, what it will say."""

    column: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one row; `row` is its number in the file, `id` who or what it is in the directory."""

    kind: ChangeKind
    sheet: Sheet
    row: int | None
    id: UUID | None
    what: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A file beside the directory of one revision; with problems nothing of it can be applied."""

    revision: int
    changes: list[Change]
    problems: list[Problem]
    problem_count: int

    @property
    def counts(self) -> Mapping[ChangeKind, int]:
        """How many rows of each kind of change there are."""
        return Counter(change.kind for change in self.changes)

    @property
    def changes_nothing(self) -> bool:
        """Whether the directory says all that already."""
        return all(change.kind is ChangeKind.NOT_IN_FILE for change in self.changes)


def compare(
    office: OfficeFile, standing: Standing, *, open_tasks: Mapping[str, int], revision: int, on: date
) -> Comparison:
    """Compare a file with the directory; `open_tasks` says how many of them who holds, by username."""
    problems = check(office, standing, open_tasks=open_tasks)
    changes = [
        change
        for sheet in SHEETS
        if sheet.key in office.rows.keys() - office.unreadable
        for change in _changes(sheet, office, standing, on)
    ]
    return Comparison(revision, changes, problems.kept, problems.count)


def _changes(sheet: Sheet, office: OfficeFile, standing: Standing, on: date) -> Iterator[Change]:
    known = standing.by_key(sheet)
    matched: set[UUID] = set()
    for row, held in _paired(sheet, office.rows[sheet.key], known):
        if held is None:
            yield _added(sheet, row)
            continue
        matched.add(held.id)
        fields = tuple(_fields(sheet, row, held))
        if fields:
            kind = ChangeKind.ENDED if any(map(_ends, fields)) else ChangeKind.CHANGED
            yield Change(kind, sheet, row.number, held.id, _what(sheet, row.values), fields)
    for held in standing.held[sheet.key]:
        if held.id in matched or has_ended(sheet, held, on):
            continue
        values = dict(zip((column.key for column in sheet.columns), held.values, strict=True))
        if tuple(values[key] for key in sheet.identity) not in office.spoilt[sheet.key]:
            yield Change(ChangeKind.NOT_IN_FILE, sheet, None, held.id, _what(sheet, values), ())


def _paired(
    sheet: Sheet, rows: list[Row], known: Mapping[tuple[Value, ...], list[Held]]
) -> Iterator[tuple[Row, Held | None]]:
    """Yield each row with what it speaks of, if that is there.

    Somebody may have held the same position twice: then the day it began tells which is meant, and its title.
    """
    free = {key: list(held) for key, held in known.items()}
    alone = Counter(_key(sheet, row) for row in rows)
    for row in rows:
        candidates = free.get(_key(sheet, row), [])
        found = next((each for each in candidates if _is_exactly(sheet, row, each)), None)
        if found is None and len(candidates) == 1 and alone[_key(sheet, row)] == 1:
            found = candidates[0]
        if found is not None:
            candidates.remove(found)
        yield row, found


def _key(sheet: Sheet, row: Row) -> tuple[Value, ...]:
    return tuple(row.values[key] for key in sheet.identity)


def _is_exactly(sheet: Sheet, row: Row, held: Held) -> bool:
    if sheet is not POSITIONS:
        return True
    return all(
        row.values.get(column.key, value) == value
        for column, value in zip(sheet.columns, held.values, strict=True)
        if column.key in {"valid_from", "title"}
    )


def _added(sheet: Sheet, row: Row) -> Change:
    values = {column.key: row.values.get(column.key, column.default) for column in sheet.columns}
    fields = tuple(FieldChange(key, None, value) for key, value in values.items() if value is not None)
    return Change(ChangeKind.ADDED, sheet, row.number, None, _what(sheet, row.values), fields)


def _fields(sheet: Sheet, row: Row, held: Held) -> Iterator[FieldChange]:
    for column, old in zip(sheet.columns, held.values, strict=True):
        new = row.values.get(column.key, old)
        if new != old:
            yield FieldChange(column.key, old, new)


def _ends(field: FieldChange) -> bool:
    if field.column == "is_active":
        return field.new is False
    return field.column == "valid_to" and field.new is not None


def _what(sheet: Sheet, values: Mapping[str, Value]) -> str:
    """Return how a row is called in a list of changes."""
    if sheet is POSITIONS:
        return f"{values['username']} · {values['title']} · {values['unit']}"
    name = values["full_name" if sheet is PEOPLE else "name"]
    return f"{values[sheet.identity[0]]} · {name}"
