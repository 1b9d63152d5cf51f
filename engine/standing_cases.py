"""Where cases stand now: how many at each step, unit and person, since when, how many late; for who leads a unit.

A case stands where a task is open, and where a token waits for a job, a timer, a message, a called case or for repair.
Everything is counted from the rows of what is under way, found by index: finished cases cost nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    case,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from engine import directory, due
from engine.directory import ADMINISTRATOR_GROUP, DEPUTY, LEADER
from engine.errors import Forbidden
from engine.model import (
    Activity,
    InstanceState,
    Person,
    ProcessInstance,
    TaskState,
    UserTask,
)
from engine.model.activity import STANDS_WITHOUT_TASK
from engine.runtime import OFFICE_ZONE

_LIVING = ProcessInstance.state.in_((InstanceState.RUNNING, InstanceState.SUSPENDED))
_IS_LIVING, _IS_OPEN = case((_LIVING, 1), else_=0) == 1, case((UserTask.state == TaskState.OPEN, 1), else_=0) == 1
"""Of no use to an index: the few tokens that stand without a task lead to their cases, not all open work to them."""


class BoardForbidden(Forbidden):
    """The person leads no unit and oversees nothing."""

    code = "board.forbidden"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader sees: everything, or what stands in or was started by these units (theirs and those below)."""

    is_everything: bool
    units: frozenset[str] = frozenset()
    led: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether the reader has no board."""
        return not (self.is_everything or self.units)

    def holds(self, unit_code: SQLColumnExpression[str]) -> ColumnElement[bool]:
        """Return the condition that a row belongs to the scope by its unit."""
        return true() if self.is_everything else unit_code.in_(sorted(self.units))


def scope_of(session: Session, person: Person, at: datetime) -> Scope:
    """Return what a person oversees.

    Administrators and who may sign for the agency see everything; heads and deputies their units and those below.
    """
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    positions = people.positions_of(person.id)
    if ADMINISTRATOR_GROUP in people.groups_of(person.id) or any(held.may_sign for held in positions):
        return Scope(is_everything=True)
    led = tuple(dict.fromkeys(held.unit_code for held in positions if held.kind in {LEADER, DEPUTY}))
    below = {unit for code in led for unit in people.units_below(code)}
    taken_over = {code for code in people.successors if people.heir_of(code) in below}
    return Scope(is_everything=False, units=frozenset(below | taken_over), led=led)


def must_oversee(session: Session, person: Person, at: datetime) -> Scope:
    """Return what a person oversees; refuses with `BoardForbidden` when that is nothing."""
    scope = scope_of(session, person, at)
    if scope.is_empty:
        raise BoardForbidden(person=person.username)
    return scope


def oversees(session: Session, person: Person, instance: ProcessInstance, at: datetime) -> bool:
    """Tell whether a case lies within what a person oversees: started there, or standing there now."""
    scope = scope_of(session, person, at)
    if scope.is_everything or instance.started_unit in scope.units:
        return True
    here = select(UserTask.id).where(
        UserTask.instance_id == instance.id,
        UserTask.state == TaskState.OPEN,
        UserTask.unit_code.in_(sorted(scope.units)),
    )
    return bool(scope.units) and session.scalars(here.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Load:
    """How many cases stand somewhere; those late, those due soon, and since when the longest standing one stands."""

    cases: int
    late: int
    soon: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class StepLoad:
    """What stands at one element of one version of a process."""

    definition_id: UUID
    element_id: str
    load: Load


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """What stands in one unit; without a code, what is in no unit's hands."""

    unit_code: str
    load: Load


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """What stands at one person; without an id, what nobody holds."""

    person_id: UUID | None
    load: Load


def by_step(session: Session, *, by: Person, at: datetime) -> list[StepLoad]:
    """Return what stands at each step within the reader's scope, the longest standing first."""
    here = _standing(must_oversee(session, by, at))
    rows = _counted(session, here, at, here.c.definition_id, here.c.element_id)
    return [StepLoad(definition_id, element_id, load) for (definition_id, element_id), load in rows]


def by_unit(session: Session, *, by: Person, at: datetime) -> list[UnitLoad]:
    """Return what stands in each unit within the reader's scope, the longest standing first."""
    here = _standing(must_oversee(session, by, at))
    return [UnitLoad(code, load) for (code,), load in _counted(session, here, at, here.c.unit_code)]


def by_person(session: Session, *, by: Person, at: datetime) -> list[PersonLoad]:
    """Return what stands at each person within the reader's scope, the longest standing first."""
    here = _standing(must_oversee(session, by, at))
    return [PersonLoad(person_id, load) for (person_id,), load in _counted(session, here, at, here.c.assignee_id)]


def _counted(
    session: Session, here: Subquery, at: datetime, *keys: ColumnElement[Any]
) -> list[tuple[tuple[Any, ...], Load]]:
    cases = (  # one row a case, which may stand there with several tokens; COUNT(DISTINCT) is far slower on SQLite
        select(*keys, func.min(here.c.since).label("since"), func.min(here.c.due_at).label("due_at"))
        .group_by(*keys, here.c.instance_id)
        .subquery()
    )
    kept = [cases.c[key.name] for key in keys]
    oldest, many = func.min(cases.c.since), func.count()
    is_soon = (cases.c.due_at >= at) & (cases.c.due_at < due.soon_until(session, at))
    counted = select(*kept, many, many.filter(cases.c.due_at < at), many.filter(is_soon), oldest)
    rows = session.execute(counted.group_by(*kept).order_by(oldest, *kept))
    return [(tuple(row[: len(keys)]), Load(*row[len(keys) :])) for row in rows]


@dataclass(frozen=True, slots=True)
class Query:
    """Which of the standing cases are looked for; an empty unit is none, `is_unheld` is what nobody holds."""

    definition_id: UUID | None = None
    element_id: str | None = None
    unit_code: str | None = None
    person_id: UUID | None = None
    is_unheld: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class StandingCase:
    """One place at which one case stands; without a task the case waits for no person there."""

    instance_id: UUID
    business_key: str
    title: str
    is_suspended: bool
    has_incident: bool
    definition_id: UUID
    element_id: str
    since: datetime
    due_at: datetime | None
    unit_code: str
    task: UserTask | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of places where cases stand, and how many there are in all."""

    places: Sequence[StandingCase]
    total: int


def search(session: Session, query: Query, *, by: Person, at: datetime, limit: int = 50, offset: int = 0) -> Found:
    """Return where cases stand within the reader's scope, the longest standing first."""
    here = _standing(must_oversee(session, by, at))
    chosen = _narrowed(select(here), here, query, at)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    page = chosen.order_by(here.c.since, here.c.instance_id, here.c.token_id).limit(limit).offset(offset).subquery()
    rows = session.execute(
        select(page, ProcessInstance, UserTask)
        .join(ProcessInstance, ProcessInstance.id == page.c.instance_id)
        .join(UserTask, UserTask.id == page.c.task_id, isouter=True)
        .order_by(page.c.since, page.c.instance_id, page.c.token_id)
        .options(joinedload(UserTask.assignee))
    )
    return Found([_place(row) for row in rows], total)


def _place(row: Any) -> StandingCase:
    instance: ProcessInstance = row.ProcessInstance
    return StandingCase(
        instance_id=instance.id,
        business_key=instance.business_key,
        title=instance.title,
        is_suspended=instance.state is InstanceState.SUSPENDED,
        has_incident=instance.open_incidents > 0,
        definition_id=row.definition_id,
        element_id=row.element_id,
        since=row.since,
        due_at=row.due_at,
        unit_code=row.unit_code,
        task=row.UserTask,
    )


def _narrowed(chosen: Select[*tuple[Any, ...]], here: Subquery, query: Query, at: datetime) -> Select[*tuple[Any, ...]]:
    wanted = {
        here.c.definition_id: query.definition_id,
        here.c.element_id: query.element_id,
        here.c.unit_code: query.unit_code,
        here.c.assignee_id: query.person_id,
    }
    chosen = chosen.where(*(column == value for column, value in wanted.items() if value is not None))
    if query.is_unheld:
        chosen = chosen.where(here.c.assignee_id.is_(None))
    return chosen.where(here.c.due_at < at) if query.is_late else chosen


def _standing(scope: Scope) -> Subquery:
    """Return one row for each token that stands somewhere within a scope."""
    return union_all(_at_tasks(scope), _without_tasks(scope)).subquery("standing")


def _at_tasks(scope: Scope) -> Select[*tuple[Any, ...]]:
    is_in_scope = or_(scope.holds(UserTask.unit_code), scope.holds(ProcessInstance.started_unit))
    return (
        select(
            ProcessInstance.definition_id,
            UserTask.instance_id,
            UserTask.token_id,
            UserTask.element_id,
            UserTask.unit_code,
            UserTask.assignee_id,
            UserTask.created_at.label("since"),
            UserTask.due_at,
            UserTask.id.label("task_id"),
        )
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.state == TaskState.OPEN, is_in_scope)
    )


def _without_tasks(scope: Scope) -> Select[*tuple[Any, ...]]:
    has_task = (
        select(UserTask.id)
        .where(
            UserTask.instance_id == Activity.instance_id,
            UserTask.token_id == Activity.token_id,
            _IS_OPEN,
        )
        .exists()
    )
    return (
        select(
            ProcessInstance.definition_id,
            Activity.instance_id,
            Activity.token_id,
            Activity.element_id,
            literal("").label("unit_code"),
            null().label("assignee_id"),
            Activity.started_at.label("since"),
            null().label("due_at"),
            null().label("task_id"),
        )
        .join(ProcessInstance, ProcessInstance.id == Activity.instance_id)
        .where(STANDS_WITHOUT_TASK, _IS_LIVING, scope.holds(ProcessInstance.started_unit))
        .where(~has_task)
    )
