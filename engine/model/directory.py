"""The directory: units as a tree, people, and the positions people hold in units."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base


class Unit(Base):
    """One unit of the organisation (đơn vị): the agency itself, a department, a centre.

    A unit that was merged into another or renamed is closed and has a successor; old cases keep its code and name.
    """

    __tablename__ = "unit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    sort: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    parent: Mapped["Unit | None"] = relationship(remote_side=[id], foreign_keys=[parent_id])
    successor: Mapped["Unit | None"] = relationship(remote_side=[id], foreign_keys=[successor_id])


class Person(Base):
    """Somebody with an account."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    full_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    session_stamp: Mapped[str] = mapped_column(String(32), default=lambda: uuid4().hex)
    created_at: Mapped[datetime]

    @property
    def initials(self) -> str:
        """First letters of the middle and the given name, as an avatar shows them."""
        return "".join(word[0] for word in self.full_name.split()[-2:]).upper()


class Position(Base):
    """One position (chức vụ) that a person holds in a unit; a person may hold several (kiêm nhiệm).

    `kind` is what diagrams speak of (leader, deputy, specialist, records_clerk, accountant, analyst); `title` is what
    people read. `rank` orders deputies. `may_sign` is the authority to sign for the agency. `fields` are what a head or
    a deputy is in charge of (lĩnh vực phụ trách), in normal form (`engine.directory.fields`).
    """

    __tablename__ = "position"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    rank: Mapped[int] = mapped_column(default=0)
    is_primary: Mapped[bool] = mapped_column(default=True)
    may_sign: Mapped[bool] = mapped_column(default=False)
    fields: Mapped[tuple[str, ...]] = mapped_column(default=())
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class DirectoryRevision(Base):
    """The one row that counts changes of the directory, so that snapshots in memory know when they are old."""

    __tablename__ = "directory_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
