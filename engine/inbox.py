"""The inbox: whose open tasks there are, found by index, and how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from engine import tasks
from engine.arrivals import person_key
from engine.model import Person, ProcessInstance, TaskCandidate, TaskState, UserTask


class Tab(StrEnum):
    """Whose tasks a list shows: mine, offered to my groups and free, or done by me."""

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


def _offered(groups: frozenset[str], person: Person) -> ColumnElement[bool]:
    keys = sorted(groups | {person_key(person.id)})
    offered = exists().where(TaskCandidate.task_id == UserTask.id, TaskCandidate.key.in_(keys))
    return and_(UserTask.state == TaskState.OPEN, UserTask.assignee_id.is_(None), offered)


def _mine(person: Person) -> ColumnElement[bool]:
    return and_(UserTask.state == TaskState.OPEN, UserTask.assignee_id == person.id)


def _in_tab(tab: Tab, groups: frozenset[str], person: Person) -> ColumnElement[bool]:
    match tab:
        case Tab.MINE:
            return _mine(person)
        case Tab.UNIT:
            return _offered(groups, person)
        case Tab.DONE:
            return and_(UserTask.completed_by_id == person.id, UserTask.state == TaskState.COMPLETED)


def counts(session: Session, person: Person, *, tab: Tab, at: datetime, soon: datetime) -> Counts:
    """Count what waits for a person; `soon` is the instant up to which a task counts as due soon."""
    groups = tasks.groups_of(session, person, at)
    in_tab = _in_tab(tab if tab is not Tab.DONE else Tab.MINE, groups, person)
    row = session.execute(
        select(
            func.count().filter(_mine(person)),
            func.count().filter(_offered(groups, person)),
            func.count().filter(in_tab, UserTask.due_at < at),
            func.count().filter(in_tab, UserTask.due_at >= at, UserTask.due_at < soon),
        ).where(or_(_mine(person), _offered(groups, person)))
    ).one()
    return Counts(*row)


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
    query = select(UserTask).where(_in_tab(tab, tasks.groups_of(session, person, at), person))
    if due_before is not None:
        query = query.where(UserTask.due_at < due_before)
    if due_after is not None:
        query = query.where(UserTask.due_at >= due_after)
    return session.scalars(
        _ordered(query, tab)
        .limit(limit)
        .offset(offset)
        .options(
            joinedload(UserTask.instance).joinedload(ProcessInstance.definition),
            joinedload(UserTask.sender),
        )
    ).all()


def _ordered(query: Select[UserTask], tab: Tab) -> Select[UserTask]:
    if tab is Tab.DONE:
        return query.order_by(UserTask.completed_at.desc())
    return query.order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.priority.desc(), UserTask.created_at)
