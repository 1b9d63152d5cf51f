"""Where cases stand now: how many at each step, unit and person, since when, how many late; for who leads a unit.

A case stands where a task is open, and where a token waits for a job, a timer, a message, a called case or for repair.
Both are counted at the moment they are asked for, each from an index of what is under way: the open tasks with all that
is counted of them, and the few tokens that stand without one. Finished cases cost nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from engine import due
from engine.model import (
    Activity,
    ActivityState,
    InstanceState,
    Person,
    ProcessInstance,
    TaskState,
    UserTask,
)
from engine.model.activity import STANDS_WITHOUT_TASK
from engine.model.user_task import IS_OPEN
from engine.oversight import Scope, must_oversee

_TASK_HERE = aliased(UserTask)
_IS_OPEN_HERE = case((_TASK_HERE.state == TaskState.OPEN, 1), else_=0) == 1
_IS_OPEN_ANYWHERE = case((UserTask.state == TaskState.OPEN, 1), else_=0) == 1
"""Of no use to an index: the few cases that are asked about lead to their tasks, not all open work to them."""


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
    scope = must_oversee(session, by, at)
    key = _Key((UserTask.definition_id, UserTask.element_id), (_version_within(scope), Activity.element_id))
    rows = _counted(session, scope, key, at)
    return [StepLoad(definition_id, element_id, load) for (definition_id, element_id), load in rows]


def by_unit(session: Session, *, by: Person, at: datetime) -> list[UnitLoad]:
    """Return what stands in each unit within the reader's scope, the longest standing first."""
    key = _Key((UserTask.unit_code,), (literal(""),))
    return [UnitLoad(code, load) for (code,), load in _counted(session, must_oversee(session, by, at), key, at)]


def by_person(session: Session, *, by: Person, at: datetime) -> list[PersonLoad]:
    """Return what stands at each person within the reader's scope, the longest standing first."""
    key = _Key((UserTask.assignee_id,), (null(),))
    rows = _counted(session, must_oversee(session, by, at), key, at)
    return [PersonLoad(person_id, load) for (person_id,), load in rows]


@dataclass(frozen=True, slots=True)
class _Key:
    """By what is counted: columns of open tasks, and what they are where a token stands without a task."""

    of_tasks: tuple[InstrumentedAttribute[Any], ...]
    without: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]

    def is_task_here(self) -> ColumnElement[bool]:
        """Return the condition that `_TASK_HERE` is counted where the token is; the version is that of their case."""
        of_task: InstrumentedAttribute[Any] = getattr(_TASK_HERE, self.of_tasks[-1].key)
        return of_task.is_not_distinct_from(self.without[-1])


def _counted(session: Session, scope: Scope, key: _Key, at: datetime) -> list[tuple[tuple[Any, ...], Load]]:
    """Count cases, not tokens; a case is late or due soon by the first of its tasks at the place."""
    soon = due.soon_until(session, at)
    found: dict[tuple[Any, ...], Load] = {}
    width = len(key.of_tasks)
    for row in session.execute(_count_of_tasks(scope, key, at, soon)):
        cases, late, late_or_soon, oldest = row[width:]
        found[tuple(row[:width])] = Load(cases, late, late_or_soon - late, oldest)
    for row in session.execute(_count_without_tasks(scope, key)):
        place, (more, oldest) = tuple(row[:width]), row[width:]
        load = found.get(place, Load(0, 0, 0, oldest))
        found[place] = replace(load, cases=load.cases + more, oldest=min(load.oldest, oldest))
    return sorted(found.items(), key=lambda each: (each[1].oldest, *map(str, each[0])))


def _count_of_tasks(scope: Scope, key: _Key, at: datetime, soon: datetime) -> Select[*tuple[Any, ...]]:
    def cases(*where: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((and_(*where), UserTask.instance_id)).distinct())

    counted = select(
        *key.of_tasks,
        func.count(UserTask.instance_id.distinct()),
        cases(UserTask.due_at < at),
        cases(UserTask.due_at < soon),
        func.min(UserTask.created_at),
    )
    return _open_tasks(counted, scope).group_by(*key.of_tasks)


def _open_tasks(query: Select[*tuple[Any, ...]], scope: Scope) -> Select[*tuple[Any, ...]]:
    """Narrow a query to the open tasks of a scope, read from their one index; SQLite would guess that another is it."""
    in_scope = or_(scope.holds(UserTask.unit_code), scope.holds(UserTask.started_unit))
    return query.where(IS_OPEN, in_scope).with_hint(UserTask, "INDEXED BY ix_user_task_open", "sqlite")


def _count_without_tasks(scope: Scope, key: _Key) -> Select[*tuple[Any, ...]]:
    """Count the cases that are not counted there by a task already."""
    tasks_here = select(_TASK_HERE.id).where(
        _TASK_HERE.instance_id == Activity.instance_id, _IS_OPEN_HERE, key.is_task_here()
    )
    named = [column.label(f"place_{number}") for number, column in enumerate(key.without)]
    columns = *named, Activity.instance_id, Activity.started_at, tasks_here.exists().label("is_counted")
    here = _without_tasks(select(*columns), scope).subquery()
    kept = [here.c[each.name] for each in named]
    more = func.count(case((~here.c.is_counted, here.c.instance_id)).distinct())
    return select(*kept, more, func.min(here.c.started_at)).group_by(*kept)


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
    here = _standing(must_oversee(session, by, at), query, at)
    total = session.scalar(select(func.count()).select_from(here)) or 0
    first = here.c.since, here.c.instance_id, here.c.token_id
    page = select(here).order_by(*first).limit(limit).offset(offset).subquery()
    is_its_task = and_(
        _IS_OPEN_ANYWHERE, UserTask.instance_id == page.c.instance_id, UserTask.token_id == page.c.token_id
    )
    rows = session.execute(
        select(page, ProcessInstance, UserTask)
        .join(ProcessInstance, ProcessInstance.id == page.c.instance_id)
        .join(UserTask, is_its_task, isouter=True)
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


def _standing(scope: Scope, query: Query, at: datetime) -> Subquery:
    """Return one row for each token that stands somewhere within a scope and is looked for."""
    at_tasks = select(
        UserTask.definition_id,
        UserTask.instance_id,
        UserTask.token_id,
        UserTask.element_id,
        UserTask.unit_code,
        UserTask.created_at.label("since"),
        UserTask.due_at,
    ).where(*_wanted(UserTask.definition_id, UserTask.element_id, query))
    if query.unit_code is not None:
        at_tasks = at_tasks.where(UserTask.unit_code == query.unit_code)
    if query.person_id is not None:
        at_tasks = at_tasks.where(UserTask.assignee_id == query.person_id)
    if query.is_unheld:
        at_tasks = at_tasks.where(UserTask.assignee_id.is_(None))
    if query.is_late:
        at_tasks = at_tasks.where(UserTask.due_at < at)
    at_tasks = _open_tasks(at_tasks, scope)
    if query.unit_code or query.person_id is not None or query.is_late:
        return at_tasks.subquery("standing")
    version = _version_within(scope)
    without = select(
        version.label("definition_id"),
        Activity.instance_id,
        Activity.token_id,
        Activity.element_id,
        literal("").label("unit_code"),
        Activity.started_at.label("since"),
        null().label("due_at"),
    ).where(*_wanted(version, Activity.element_id, query))
    return union_all(at_tasks, _without_tasks(without, scope)).subquery("standing")


def _wanted(
    definition_id: ColumnElement[Any] | InstrumentedAttribute[Any], element_id: InstrumentedAttribute[str], query: Query
) -> Iterator[ColumnElement[bool]]:
    if query.definition_id is not None:
        yield definition_id == query.definition_id
    if query.element_id is not None:
        yield element_id == query.element_id


def _without_tasks(query: Select[*tuple[Any, ...]], scope: Scope) -> Select[*tuple[Any, ...]]:
    """Narrow a query to the tokens of a scope that stand without a task; one that has failed may have one again."""
    has_task = select(_TASK_HERE.id).where(
        _TASK_HERE.instance_id == Activity.instance_id, _TASK_HERE.token_id == Activity.token_id, _IS_OPEN_HERE
    )
    return query.where(
        STANDS_WITHOUT_TASK,
        or_(Activity.state == ActivityState.LIVE, ~has_task.exists()),
        _version_within(scope).is_not(None),
    )


def _version_within(scope: Scope) -> ScalarSelect[UUID]:
    """Return the version on which an activity's case lives; nothing when it is over or out of scope.

    Asked of each token, so that the tokens lead to their cases whatever the database guesses of the cases there are.
    """
    is_living = ProcessInstance.state.in_((InstanceState.RUNNING, InstanceState.SUSPENDED))
    return (
        select(ProcessInstance.definition_id)
        .where(ProcessInstance.id == Activity.instance_id, is_living, scope.holds(ProcessInstance.started_unit))
        .correlate(Activity)
        .scalar_subquery()
    )
