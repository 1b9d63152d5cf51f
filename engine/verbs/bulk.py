"""One verb over many tasks: each is done or refused by itself, and says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Conflict, Forbidden, Invalid, NotFound, PlatformError
from engine.locking import lock_families
from engine.model import UserTask

MOST_TASKS = 200


class TooManyTasks(Invalid):
    """More than `most` tasks at once."""

    code = "verb.too_many_tasks"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one task: done when there is no refusal."""

    task_id: UUID
    refusal: PlatformError | None = None


def each(session: Session, task_ids: Sequence[UUID], verb: Callable[[UUID], object]) -> list[Outcome]:
    """Do a verb to every task, in the order given; what is refused leaves nothing behind and stops nothing.

    All their cases are locked first, in the one order in which everybody locks. Refuses with `TooManyTasks`; a failure
    of the database ends it all.
    """
    wanted = list(dict.fromkeys(task_ids))
    if len(wanted) > MOST_TASKS:
        raise TooManyTasks(most=MOST_TASKS)
    lock_families(session, select(UserTask.instance_id).where(UserTask.id.in_(wanted)))
    return [_one(session, task_id, verb) for task_id in wanted]


def _one(session: Session, task_id: UUID, verb: Callable[[UUID], object]) -> Outcome:
    try:
        with session.begin_nested():
            verb(task_id)
    except (Conflict, Forbidden, Invalid, NotFound) as refusal:
        return Outcome(task_id, refusal)
    return Outcome(task_id)
