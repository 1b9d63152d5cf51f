"""Putting a task into other hands: whose it is, and who may know of the case from now on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import arrivals, history, tasks
from engine.arrivals import person_key
from engine.directory import PersonEntry
from engine.model import HistoryEntry, Person, UserTask

HANDED = ("task.assigned", "task.transferred", "task.delegated", "task.handed_back", "task.sent_back")
"""The kinds of history entries with which somebody gets a task from another person, perhaps with a word."""


def to(session: Session, task: UserTask, person_id: UUID, at: datetime) -> Person | None:
    """Make a person the holder of a locked task and let them see its case; return who held it before."""
    before = task.assignee
    task.assignee = session.get_one(Person, person_id)
    task.assignee_id, task.claimed_at = person_id, at
    arrivals.involve(session, task.instance, [person_key(person_id)])
    return before


def in_place(session: Session, task: UserTask, by: Person, at: datetime) -> dict[str, Any]:
    """Return what history adds when `by` acts for somebody absent, and let `by` know of the case from now on."""
    absent = task.in_place_of(by, tasks.groups_of(session, by, at))
    if absent is not None:
        arrivals.involve(session, task.instance, [person_key(by.id)])
    return history.in_whose_place(absent)


def record(
    session: Session,
    task: UserTask,
    kind: str,
    *,
    by: Person,
    to: Person | PersonEntry,
    before: Person | None,
    at: datetime,
    reason: str | None = None,
    in_place: Mapping[str, Any],
) -> None:
    """Write into the history that a task went from hand to hand: who did it, from whom to whom, and why."""
    hands: dict[str, Any] = {"from": before.username if before else "", "from_name": before.full_name if before else ""}
    history.record(
        session,
        task.instance,
        kind,
        at=at,
        actor_id=by.id,
        element=task.element_id,
        step=task.step,
        task=task.id.hex,
        to=to.username,
        to_name=to.full_name,
        reason=reason,
        **hands,
        **in_place,
    )


def last_word(session: Session, task: UserTask) -> HistoryEntry | None:
    """Return the newest entry that says from whom and with which word the task came into its present hands."""
    entries = session.scalars(
        select(HistoryEntry)
        .where(
            HistoryEntry.instance_id == task.instance_id,
            HistoryEntry.kind.in_(HANDED),
            HistoryEntry.at >= task.created_at,
        )
        .order_by(HistoryEntry.sequence.desc())
        .options(joinedload(HistoryEntry.actor))
    )
    return next((entry for entry in entries if entry.data.get("task") == task.id.hex), None)
