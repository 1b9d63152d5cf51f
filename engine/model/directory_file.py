"""A directory file that somebody brought: kept until they have seen what it changes, then as a record."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base
from engine.model.directory import Person


class DirectoryFile(Base):
    """One file on its way into the directory (nhập danh bạ).

    Its content goes when it has been applied; who brought it, when, and how many rows it changed stay.
    """

    __tablename__ = "directory_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    sent_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)

    sent_by: Mapped[Person] = relationship()
