"""What somebody is changing in the studio and has not published yet."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base
from engine.model.definition import Deployment
from engine.model.directory import Person


class Draft(Base):
    """The draft (bản nháp) of one file of a pack: there is one at most, whoever works on it.

    `base` is the deployment that the work began from, none for a file the pack did not have. `revision` is the
    optimistic lock that people meet: who saves names the one their work began from.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("pack_key", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pack_key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    base_id: Mapped[UUID | None] = mapped_column(ForeignKey("deployment.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column()

    base: Mapped[Deployment | None] = relationship()
    author: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  (SQLAlchemy reads it as a plain dict)
