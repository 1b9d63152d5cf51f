"""The papers of a case: files with versions."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base
from engine.model.directory import Person


class Paper(Base):
    """One paper (văn bản, tài liệu) of a case; its content lives in its versions."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("instance_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    name: Mapped[str] = mapped_column(String(255))
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    versions: Mapped[list["PaperVersion"]] = relationship(back_populates="paper", order_by="PaperVersion.version")


class PaperVersion(Base):
    """One content of a paper: never changed, found in the store by its SHA-256. `size` is in bytes."""

    __tablename__ = "paper_version"
    __table_args__ = (UniqueConstraint("paper_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    version: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]

    paper: Mapped[Paper] = relationship(back_populates="versions")
    uploaded_by: Mapped[Person] = relationship()
