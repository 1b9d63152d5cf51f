"""A notice: one person is told of one event; and how somebody wants to be told outside the site."""

from datetime import datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, stored_by_value
from engine.model.directory import Person
from engine.model.process_instance import ProcessInstance

_IS_UNREAD, _IS_OUTGOING = text("read_at IS NULL"), text("outgoing_at IS NOT NULL")


class Notice(Base):
    """One person told of one event (thông báo); nobody is told twice of one `occasion`.

    `occasion` names the event: the entry of a case's history, or what else there is. `actor` did it, and `data` holds
    the few words a sentence needs. `outgoing_at` is when channels outside the site may have it, empty when they are
    done with it; `mailed_at` is when a mail server took it.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "occasion"),
        Index("ix_notice_person_id_at", "person_id", "at"),
        Index(
            "ix_notice_unread_person_id_read_at",
            "person_id",
            "read_at",
            sqlite_where=_IS_UNREAD,
            postgresql_where=_IS_UNREAD,
        ),
        Index("ix_notice_outgoing_at", "outgoing_at", sqlite_where=_IS_OUTGOING, postgresql_where=_IS_OUTGOING),
        Index("ix_notice_instance_id", "instance_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    occasion: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(60))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    task_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    outgoing_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id])
    instance: Mapped[ProcessInstance | None] = relationship()

    def read(self, at: datetime) -> None:
        """Set the read mark; the first time counts."""
        self.read_at = self.read_at or at


class Digest(StrEnum):
    """How often somebody is told outside the site: of each event at once, or once a day of all of them."""

    AT_ONCE = "at_once"
    DAILY = "daily"


class NoticePreference(Base):
    """How one person wants to be told outside the site; without an `address` there is no e-mail.

    `muted` holds what is turned off, as `channel:topic`. Times are those of the office's clock. Between `quiet_from`
    and `quiet_until`, perhaps over midnight, nothing goes out; it waits, and goes together.
    """

    __tablename__ = "notice_preference"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(2), default="vi")
    muted: Mapped[list[str]] = mapped_column(default=list)
    digest: Mapped[Digest] = mapped_column(stored_by_value(Digest), default=Digest.AT_ONCE)
    digest_at: Mapped[time] = mapped_column(default=time(8))
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    only_working_days: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship()

    def wants(self, channel: str, topic: str) -> bool:
        """Tell whether the person wants to hear of a topic on a channel."""
        return f"{channel}:{topic}" not in self.muted

    def is_quiet(self, moment: time) -> bool:
        """Tell whether a time of the day lies in the quiet hours; their last minute does not."""
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return False
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= moment < self.quiet_until
        return moment >= self.quiet_from or moment < self.quiet_until
