"""A file on its way up in pieces; it is no paper before it is whole."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base
from engine.model.directory import Person
from engine.model.user_task import UserTask


class PaperUpload(Base):
    """A file that a person has begun to send to the case of a task; its `id` is known to nobody else.

    `size` and `received` are in bytes; `modified` is what the person's machine says of the file's last change, in
    milliseconds, so that another file of the same name and size is not taken for the rest of this one.
    """

    __tablename__ = "paper_upload"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), index=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    modified: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    touched_at: Mapped[datetime] = mapped_column(index=True)

    person: Mapped[Person] = relationship()
    task: Mapped[UserTask] = relationship()
