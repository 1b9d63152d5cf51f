"""What somebody has typed into the form of a task and not sent yet."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Conflict
from engine.model.base import Base


class TaskDraftMoved(Conflict):
    """Another window of the same person has saved the draft, or thrown it away, since this one read it; `at` when.

    `revision` is the one to name to go on all the same.
    """

    code = "task_draft.moved"


class TaskDraft(Base):
    """The draft (bản nháp) of one person for one open task; nobody else sees it.

    `content` holds the form's values, unchecked, and None once the draft was thrown away: the row stays and goes on
    counting, so that a window opened before never takes a draft begun anew for its own. `revision` is the optimistic
    lock that people meet: who saves names the one their typing began from.
    """

    __tablename__ = "task_draft"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    content: Mapped[dict[str, Any] | None]
    revision: Mapped[int]
    saved_at: Mapped[datetime]
