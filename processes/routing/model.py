"""The register of outgoing documents (sổ đăng ký văn bản đi, NĐ 30/2020 Điều 16 and Phụ lục IV)."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model import Base


class OutgoingDocument(Base):
    """One document as registered when it was issued; a number is unique in its series and year and never reused.

    The book outlives the cases: when retention removes one, its entry stays, without the case.
    """

    __tablename__ = "routing_outgoing_document"
    __table_args__ = (UniqueConstraint("series", "year", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    series: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    number: Mapped[int]
    notation: Mapped[str] = mapped_column(String(80))
    issued_on: Mapped[date]
    document_type: Mapped[str] = mapped_column(String(20))
    abstract: Mapped[str] = mapped_column(String(500))
    signer: Mapped[str] = mapped_column(String(120))
    recipients: Mapped[str] = mapped_column(Text, default="")
    instance_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("process_instance.id", ondelete="SET NULL"), unique=True
    )
    registered_at: Mapped[datetime]
