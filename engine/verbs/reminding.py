"""Reminding (đôn đốc): who waits for a task urges whoever has it; the inbox shows how often that happened."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import cases, history, tasks
from engine.errors import Conflict, Forbidden
from engine.model import Person, Reminder, UserTask
from engine.verbs import people, wordings
from engine.verbs.answers import Answer, Verb

PAUSE = timedelta(hours=1)
"""One person reminds of one task no more often."""


class ReminderForbidden(Forbidden):
    """Only the sender, the starter, the head of the unit, the agency's leaders and administrators remind."""

    code = "task.reminder_forbidden"


class ReminderOfOwnTask(Conflict):
    """The task waits for the person who wants to remind."""

    code = "task.reminder_of_own"


class RemindedLately(Conflict):
    """The person reminded of the task within the last hour, `at` that moment."""

    code = "task.reminded_lately"


@dataclass(frozen=True, slots=True)
class Reminded:
    """How often a task was urged, by everybody together, and when the last time."""

    count: int
    last_at: datetime


def may_remind(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may urge the task now."""
    return Answer.of(Verb.REMIND, lambda: _must(session, task, by, at))


def remind(session: Session, task_id: UUID, *, by: Person, at: datetime, note: str | None = None) -> UserTask:
    """Urge an open task, be it held by somebody or waiting for its group.

    Refuses with `ReminderForbidden`, `ReminderOfOwnTask`, `RemindedLately`, and when the task or the case stands still.
    """
    task = tasks.lock(session, task_id)
    _must(session, task, by, at)
    said, mine = wordings.optional(note), session.get(Reminder, (task.id, by.id))
    if mine is None:
        mine = Reminder(task_id=task.id, person_id=by.id, count=0)
        session.add(mine)
    mine.count, mine.last_at = mine.count + 1, at
    history.record(
        session,
        task.instance,
        "task.reminded",
        at=at,
        actor_id=by.id,
        element=task.element_id,
        step=task.step,
        task=task.id.hex,
        to=task.assignee.username if task.assignee else None,
        groups=task.candidate_groups,
        to_name=task.assignee.full_name if task.assignee else "",
        note=said,
    )
    return task


def of_tasks(session: Session, task_ids: Collection[UUID]) -> Mapping[UUID, Reminded]:
    """Return how often each of these tasks was urged; a task that never was is left out."""
    if not task_ids:
        return {}
    rows = session.execute(
        select(Reminder.task_id, func.sum(Reminder.count), func.max(Reminder.last_at))
        .where(Reminder.task_id.in_(task_ids))
        .group_by(Reminder.task_id)
    )
    return {task_id: Reminded(int(count), last_at) for task_id, count, last_at in rows}


def _must(session: Session, task: UserTask, by: Person, at: datetime) -> None:
    task.must_be_open()
    _must_be_awaited_by(session, task, by, at)
    task.instance.must_run()
    last = session.scalar(select(Reminder.last_at).where(Reminder.task_id == task.id, Reminder.person_id == by.id))
    if last is not None and at - last < PAUSE:
        raise RemindedLately(at=last)


def _must_be_awaited_by(session: Session, task: UserTask, by: Person, at: datetime) -> None:
    if task.assignee_id == by.id:
        raise ReminderOfOwnTask(task_id=task.id)
    if by.id in {task.owner_id, task.sender_id, task.instance.started_by_id}:
        return
    groups = tasks.groups_of(session, by, at)
    office = people.office(session, at)
    above = [code for unit in {task.unit_code, *people.units_of(task)} for code in office.ancestors(unit)]
    if groups.isdisjoint(cases.OVERSEER_GROUPS) and not people.leads_for(task, groups, above):
        raise ReminderForbidden(task_id=task.id)
