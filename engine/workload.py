"""How much work there is and who does it: the counts that operators watch, each answered from an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.model import (
    Incident,
    Job,
    JobPriority,
    JobState,
    ProcessDefinition,
    ProcessInstance,
    TaskState,
    UserTask,
    Worker,
)

FRESH = timedelta(seconds=60)
"""A worker that has not reported for longer is stale: it hangs, or it is gone."""

GONE = timedelta(hours=1)
"""After this long nobody asks any more why a worker does not report; its row goes a day later."""


@dataclass(frozen=True, slots=True)
class JobCounts:
    """Jobs by how they stand; `due` ones wait for hands, `later` ones for their time or are in hand."""

    due: int
    later: int
    held: int
    failed: int
    oldest_due_at: datetime | None


def open_tasks(session: Session) -> dict[str, int]:
    """Return how many tasks are open in each process, by its key."""
    rows = session.execute(
        select(ProcessDefinition.key, func.count())
        .select_from(UserTask)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(UserTask.state == TaskState.OPEN)
        .group_by(ProcessDefinition.key)
    )
    return dict(rows.all())


def job_counts(session: Session, at: datetime) -> JobCounts:
    """Count the jobs that are not over."""
    by_state = dict(
        session.execute(
            select(Job.state, func.count())
            .where(Job.state.in_((JobState.WAITING, JobState.HELD, JobState.FAILED)))
            .group_by(Job.state)
        ).all()
    )
    due, oldest = session.execute(
        select(func.count(), func.min(Job.due_at)).where(
            Job.state == JobState.WAITING,
            Job.priority.in_(JobPriority),  # named, so that the index goes on to `due_at`
            Job.due_at <= at,
            or_(Job.lease_until.is_(None), Job.lease_until <= at),
        )
    ).one()
    return JobCounts(
        due=due,
        later=by_state.get(JobState.WAITING, 0) - due,
        held=by_state.get(JobState.HELD, 0),
        failed=by_state.get(JobState.FAILED, 0),
        oldest_due_at=oldest,
    )


def open_incidents(session: Session) -> int:
    """Count the incidents that nobody has resolved."""
    return session.scalar(select(func.count()).select_from(Incident).where(Incident.resolved_at.is_(None))) or 0


def workers(session: Session, at: datetime) -> Sequence[Worker]:
    """Return the processes that did jobs within the last hour, the latest heartbeat first."""
    return session.scalars(select(Worker).where(Worker.seen_at > at - GONE).order_by(Worker.seen_at.desc())).all()
