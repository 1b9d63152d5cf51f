"""One flow node in a run: entered, left, by whom, with which outcome."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, and_, literal_column, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, Line, stored_by_value
from engine.model.directory import Person


class ActivityState(StrEnum):
    """How an activity stands."""

    LIVE = "live"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Activity(Base):
    """One pass of one token through one flow node of the diagram.

    `parent_token_id` is the sub-process or the repeated whole around it, `loop_counter` its place in the list when it
    is one of a multi-instance; of a whole, the place at which it was taken up, as if the others were done.
    """

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_instance_id_token_id", "instance_id", "token_id"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    token_id: Mapped[str] = mapped_column(String(60))
    element_id: Mapped[str] = mapped_column(String(120))
    element_kind: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(Line(200))
    step: Mapped[str] = mapped_column(Line(200), default="")
    state: Mapped[ActivityState] = mapped_column(stored_by_value(ActivityState))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    on_behalf_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    unit_code: Mapped[str] = mapped_column(String(60), default="")
    outcome: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)
    parent_token_id: Mapped[str | None] = mapped_column(String(60))
    loop_counter: Mapped[int | None]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    on_behalf_of: Mapped[Person | None] = relationship(foreign_keys=[on_behalf_of_id])


_SHOWN_ELSEWHERE = ("userTask", "multiInstanceBody", "subProcess", "transaction", "adHocSubProcess")
_JOINS = ("parallelGateway", "inclusiveGateway", "complexGateway")

STANDS_WITHOUT_TASK = or_(
    Activity.state == literal_column("'failed'"),
    and_(
        Activity.state == literal_column("'live'"),
        Activity.element_kind.not_in([literal_column(f"'{kind}'") for kind in (*_SHOWN_ELSEWHERE, *_JOINS)]),
    ),
)
"""A token stands there and waits for no person: for a job, a timer, a message, a called case, or for repair.

A scope stands where its inner tokens stand, and so does a join's missing branch. Written without parameters, as the
condition of an index must be; only what is under way is in that index, however many cases have finished.
"""

Index(
    "ix_activity_standing_instance_id",
    Activity.instance_id,
    sqlite_where=STANDS_WITHOUT_TASK,
    postgresql_where=STANDS_WITHOUT_TASK,
)
