"""The open tasks of others in a list of cases: whom who waits for them may urge, all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from engine import cases
from engine.model import InstanceState, ProcessInstance, TaskState, UserTask
from web.database import session
from web.inbox.more import reminded_by_task
from web.security import me
from web.steps import holder_of, people_now


@dataclass(frozen=True, slots=True)
class UrgeRow:
    """One open task that waits for somebody else."""

    id: UUID
    title: str
    step_name: str
    holder: str
    due_at: datetime | None
    reminded: str


def query_of(sent: Mapping[str, str]) -> cases.Query:
    """Return which cases the address asks for: those that run, as the list of cases filters them."""
    return cases.Query(sent.get("q", "")[:200], InstanceState.RUNNING, sent.get("process", ""))


def rows_to_urge(found: Sequence[ProcessInstance]) -> list[UrgeRow]:
    """Return the open tasks of these cases that the reader does not hold, the first due first."""
    opened = session().scalars(
        select(UserTask)
        .where(
            UserTask.instance_id.in_([case.id for case in found]),
            UserTask.state == TaskState.OPEN,
            or_(UserTask.assignee_id.is_(None), UserTask.assignee_id != me().id),
        )
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.created_at, UserTask.id)
        .options(joinedload(UserTask.assignee), joinedload(UserTask.instance))
    )
    tasks, people = opened.all(), people_now(session())
    reminded = reminded_by_task([task.id for task in tasks])
    return [
        UrgeRow(
            id=task.id,
            title=task.instance.title,
            step_name=task.name,
            holder=holder_of(people, task),
            due_at=task.due_at,
            reminded=reminded.get(task.id, ""),
        )
        for task in tasks
    ]
