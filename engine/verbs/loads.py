"""How much open work people have, and whom to give the next task: for who assigns (phân công)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.directory import PersonEntry
from engine.directory.fields import has_field
from engine.model import Person, TaskState, UserTask

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Load:
    """One person's open tasks, how many are late, when they last took or were given one, what they are in charge of."""

    person: PersonEntry
    open_tasks: int
    late_tasks: int
    last_given_at: datetime | None
    fields: Sequence[str] = ()


def of(session: Session, people: Sequence[PersonEntry], at: datetime) -> list[Load]:
    """Return everybody's load, in the order of `people`; two statements, both answered from an index."""
    ids = [person.id for person in people]
    counted = {
        person_id: (open_tasks, late)
        for person_id, open_tasks, late in session.execute(
            select(UserTask.assignee_id, func.count(), func.count().filter(UserTask.due_at < at))
            .where(UserTask.assignee_id.in_(ids), UserTask.state == TaskState.OPEN)
            .group_by(UserTask.assignee_id)
        )
    }
    last = (
        select(func.max(UserTask.claimed_at))
        .where(UserTask.assignee_id == Person.id, UserTask.claimed_at.is_not(None))
        .correlate(Person)
        .scalar_subquery()
    )
    given = dict(session.execute(select(Person.id, last).where(Person.id.in_(ids))).all())
    return [Load(person, *counted.get(person.id, (0, 0)), given.get(person.id)) for person in people]


def by_load(load: Load) -> tuple[int, int]:
    """Order by open work, then by late tasks."""
    return load.open_tasks, load.late_tasks


def by_turn(load: Load) -> datetime:
    """Order by whose turn it is: who was given nothing for the longest time comes first."""
    return load.last_given_at or _NEVER


def by_field(field: str) -> Callable[[Load], tuple[bool, int, int]]:
    """Return what puts those in charge of a field (lĩnh vực) first, and orders by open work otherwise."""
    return lambda load: (not has_field(load.fields, field), *by_load(load))


def least_loaded(loads: Sequence[Load]) -> Load | None:
    """Return who has least open work, of several the one with fewer late tasks, then the first in the list."""
    return min(loads, key=by_load, default=None)


def next_in_turn(loads: Sequence[Load]) -> Load | None:
    """Return whose turn it is (xoay vòng): who was given nothing for the longest time, the first of several."""
    return min(loads, key=by_turn, default=None)


def in_charge(loads: Sequence[Load], field: str) -> Load | None:
    """Return who is in charge of a field, of several the least loaded; nobody when nobody is."""
    return least_loaded([load for load in loads if has_field(load.fields, field)])
