"""The inbox: whose open tasks there are, found by index, and how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from engine import database, tasks
from engine.arrivals import person_key
from engine.model import InPlaceOf, Person, ProcessDefinition, ProcessInstance, TaskCandidate, TaskState, UserTask

Found = TypeVar("Found")


class Tab(StrEnum):
    """Whose tasks a list shows: mine, offered to my groups and free, or done by me.

    The open ones are also those of whom I stand in for (làm thay); each knows in whose place (`UserTask.in_place_of`).
    """

    MINE = "mine"
    UNIT = "unit"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open tasks there are; `late` and `soon` count within the tab asked for."""

    mine: int
    unit: int
    late: int
    soon: int


_FREE = case((and_(UserTask.state == TaskState.OPEN, UserTask.assignee_id.is_(None)), 1), else_=0) == 1
"""Of no use to an index: half of everybody's open tasks may be free, and nobody wants to go through them."""


_process_of_task = (
    select(ProcessDefinition.key)
    .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
    .where(ProcessInstance.id == UserTask.instance_id)
    .correlate(UserTask)
    .scalar_subquery()
)
_offered_task = aliased(UserTask)
_process_of_candidate = (
    select(ProcessDefinition.key)
    .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
    .join(_offered_task, _offered_task.instance_id == ProcessInstance.id)
    .where(_offered_task.id == TaskCandidate.task_id)
    .correlate(TaskCandidate)
    .scalar_subquery()
)
"""Asked of each task found, never the other way round: as EXISTS, PostgreSQL would go through every task there is."""


def _offered(session: Session, person: Person, at: datetime) -> ColumnElement[bool]:
    """Return the condition that starts from the reader's few keys, whatever the database guesses they hold.

    Those of whom the reader stands in for are looked up with them; only a scope that names a process asks for cases.
    """
    groups = tasks.groups_of(session, person, at)
    keys, of_processes = set(groups) | {person_key(person.id)}, []
    for absent in groups.stands_in_for:
        theirs = absent.groups if absent.unit_code else absent.groups | {person_key(absent.person_id)}
        if absent.process_key:
            is_of_process = _process_of_candidate == absent.process_key
            of_processes.append(and_(TaskCandidate.key.in_(sorted(theirs)), is_of_process))
        else:
            keys |= theirs
    offered = select(TaskCandidate.task_id).where(or_(TaskCandidate.key.in_(sorted(keys)), *of_processes))
    return and_(_FREE, database.looked_up(session, UserTask.id, offered))


def _mine(session: Session, person: Person, at: datetime) -> ColumnElement[bool]:
    """Return the condition for what is assigned to the reader, or to whom the reader stands in for."""
    absent = tasks.groups_of(session, person, at).stands_in_for
    if not absent:
        return and_(UserTask.state == TaskState.OPEN, UserTask.assignee_id == person.id)
    assignees = sorted({person.id, *(each.person_id for each in absent)})
    is_reached = or_(UserTask.assignee_id == person.id, *map(_is_theirs, absent))
    return and_(UserTask.state == TaskState.OPEN, UserTask.assignee_id.in_(assignees), is_reached)


def _is_theirs(absent: InPlaceOf) -> ColumnElement[bool]:
    conditions = [UserTask.assignee_id == absent.person_id]
    if absent.unit_code:
        conditions.append(UserTask.unit_code == absent.unit_code)
    if absent.process_key:
        conditions.append(_process_of_task == absent.process_key)
    return and_(*conditions)


def _in_tab(session: Session, tab: Tab, person: Person, at: datetime) -> ColumnElement[bool]:
    match tab:
        case Tab.MINE:
            return _mine(session, person, at)
        case Tab.UNIT:
            return _offered(session, person, at)
        case Tab.DONE:
            is_shown = UserTask.instance.has(ProcessInstance.purged_at.is_(None))
            return and_(UserTask.completed_by_id == person.id, UserTask.state == TaskState.COMPLETED, is_shown)


def counts(session: Session, person: Person, *, tab: Tab, at: datetime, soon: datetime) -> Counts:
    """Count what waits for a person; `soon` is the instant up to which a task counts as due soon."""
    mine = _counted(_mine(session, person, at), at, soon)
    unit = _counted(_offered(session, person, at), at, soon)
    asked = unit if tab is Tab.UNIT else mine
    row = session.execute(
        select(mine.c.all, unit.c.all, asked.c.late, asked.c.soon).join_from(mine, unit, true())
    ).one()
    return Counts(*row)


def _counted(chosen: ColumnElement[bool], at: datetime, soon: datetime) -> Subquery:
    return (
        select(
            func.count().label("all"),
            func.count().filter(UserTask.due_at < at).label("late"),
            func.count().filter(UserTask.due_at >= at, UserTask.due_at < soon).label("soon"),
        )
        .where(chosen)
        .subquery()
    )


def tasks_of(
    session: Session,
    person: Person,
    *,
    tab: Tab,
    at: datetime,
    due_before: datetime | None = None,
    due_after: datetime | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[UserTask]:
    """Return the tasks of a tab: open ones by due time and priority, done ones newest first."""
    query = select(UserTask.id).where(_in_tab(session, tab, person, at))
    if due_before is not None:
        query = query.where(UserTask.due_at < due_before)
    if due_after is not None:
        query = query.where(UserTask.due_at >= due_after)
    page = _ordered(query, tab).limit(limit).offset(offset).subquery()  # what is not shown is sorted by few columns
    return session.scalars(
        _ordered(select(UserTask).join(page, page.c.id == UserTask.id), tab).options(
            joinedload(UserTask.instance).joinedload(ProcessInstance.definition),
            joinedload(UserTask.sender),
        )
    ).all()


def _ordered(query: Select[Found], tab: Tab) -> Select[Found]:
    if tab is Tab.DONE:
        return query.order_by(UserTask.completed_at.desc(), UserTask.id)
    by_urgency = UserTask.due_at.is_(None), UserTask.due_at, UserTask.priority.desc(), UserTask.created_at
    return query.order_by(*by_urgency, UserTask.id)
