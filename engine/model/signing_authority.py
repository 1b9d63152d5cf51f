"""A signing authority: somebody below the head of a unit signs for the head."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, Line, stored_by_value
from engine.model.directory import Person, Unit

LONGEST_REFERENCE = 200


class AuthorityKind(StrEnum):
    """Where the authority stands: in the regulations (thừa lệnh, TL.) or in a paper for it (thừa ủy quyền, TUQ.)."""

    TL = "TL"
    TUQ = "TUQ"


class SigningAuthority(Base):
    """The authority (thẩm quyền ký) to sign for a unit's head, who granted it, from the first day to the last.

    NĐ 30/2020 Điều 13: a written one is for a limited time, and who has it may not pass it on. `title` is the head's
    when it was granted; no process keys means every process. An order of the regulations may have no last day.
    """

    __tablename__ = "signing_authority"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[AuthorityKind] = mapped_column(stored_by_value(AuthorityKind))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    grantor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str] = mapped_column(String(120))
    grantee_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    process_keys: Mapped[list[str]]
    reference: Mapped[str] = mapped_column(Line(LONGEST_REFERENCE))
    granted_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    unit: Mapped[Unit] = relationship()
    grantor: Mapped[Person] = relationship(foreign_keys=[grantor_id])
    grantee: Mapped[Person] = relationship(foreign_keys=[grantee_id])

    @property
    def capacity(self) -> str:
        """What stands over the signature: «TUQ. GIÁM ĐỐC SỞ»."""
        return f"{self.kind.value}. {self.title.upper()}"

    def is_over(self, on: date) -> bool:
        """Tell whether it was revoked or its last day has passed."""
        return self.revoked_at is not None or (self.valid_to is not None and self.valid_to < on)
