"""A signature or initials on the papers of a case."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, Line, stored_by_value
from engine.model.directory import Person


class SignatureKind(StrEnum):
    """What the signature says: a full signature (ký số) or initials (ký nháy)."""

    SIGN = "sign"
    INITIAL = "initial"


class Signature(Base):
    """Who signed, when, in which capacity (NĐ 30/2020 Điều 13), and the SHA-256 of each file as it was then.

    `files` holds `{"paper_version_id", "name", "version", "sha256"}` per file. A signature is never removed: a return
    or a new version of a file makes it void, with the reason.
    """

    __tablename__ = "signature"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"))
    signer_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[SignatureKind] = mapped_column(stored_by_value(SignatureKind))
    capacity: Mapped[str] = mapped_column(Line(120))
    unit_code: Mapped[str] = mapped_column(String(60))
    signed_at: Mapped[datetime]
    files: Mapped[list[dict[str, Any]]]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(Text)

    signer: Mapped[Person] = relationship()

    @property
    def is_void(self) -> bool:
        """Tell whether the signature has lost its force."""
        return self.voided_at is not None
