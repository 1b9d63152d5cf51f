"""Due times after a pause: what was left of the working time goes on, or all of it begins again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import history, runtime
from engine.calendar import Pause, WorkingTime
from engine.calendar.working_time import SECONDS_AN_HOUR
from engine.escalations import schedule
from engine.model import Person, ProcessInstance, TaskState, UserTask


def move(session: Session, instance: ProcessInstance, *, paused_at: datetime, by: Person, at: datetime) -> None:
    """Move the due times of a locked case's open tasks, and when people are told of them, after a pause up to now.

    Does nothing where the process lets due times stay (`lc:due_after_pause`). A task that was late before the pause
    stays late, unless all its time begins again. Refuses with `CalendarYearMissing`.
    """
    design = runtime.loaded(session, instance)
    way = design.design.due_after_pause
    if way is None:
        return
    time = schedule.working_time(session, instance, at)
    moved = [
        task
        for task in _due_tasks(session, instance)
        if _moves(session, instance, task, time, way, paused_at=paused_at, by=by, at=at)
    ]
    shifted = _shift(time, way, paused_at=paused_at, at=at)
    schedule.follow(session, instance, design.escalations_of, moved, at=at, shifted=shifted)


def _due_tasks(session: Session, instance: ProcessInstance) -> Sequence[UserTask]:
    return session.scalars(
        select(UserTask)
        .where(UserTask.instance_id == instance.id, UserTask.state == TaskState.OPEN, UserTask.due_at.is_not(None))
        .order_by(UserTask.created_at, UserTask.id)
    ).all()


def _moves(
    session: Session,
    instance: ProcessInstance,
    task: UserTask,
    time: WorkingTime,
    way: Pause,
    *,
    paused_at: datetime,
    by: Person,
    at: datetime,
) -> bool:
    """Move the due time of one task, if its clock was running; tell whether it did."""
    before, paused = task.due_at, max(paused_at, task.created_at)
    if before is None or (way is Pause.RESUME and before <= paused):
        return False
    whole = _hours(time.between(task.counted_from, before))
    if whole <= 0:
        return False
    task.due_at = time.resumed(
        before, paused=paused, resumed=at, whole_hours=float(whole) if way is Pause.RESTART else None
    )
    task.due_from = time.before_hours(task.due_at, whole)
    history.record(
        session,
        instance,
        "task.due_moved",
        at=at,
        actor_id=by.id,
        element=task.element_id,
        step=task.step,
        task=task.id.hex,
        way=way.value,
        before=before.isoformat(),
        after=task.due_at.isoformat(),
    )
    return True


def _shift(time: WorkingTime, way: Pause, *, paused_at: datetime, at: datetime) -> Callable[[datetime], datetime]:
    """Return how moments from before the pause move with the time that was left; none do where all begins again."""

    def moved(moment: datetime) -> datetime:
        return time.before_hours(at, _hours(time.between(min(moment, paused_at), paused_at)))

    return moved if way is Pause.RESUME else lambda _moment: at


def _hours(span: timedelta) -> Decimal:
    return Decimal(int(span.total_seconds())) / SECONDS_AN_HOUR
