"""What was deployed: deployments, their files, and the process, form and decision definitions found in them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, Line, stored_by_value
from engine.model.directory import Person


class Origin(StrEnum):
    """Whose hand made it: the pack as it is installed, or somebody of the office in the studio."""

    INSTALLED = "installed"
    STUDIO = "studio"


class Deployment(Base):
    """Files that came together from one pack, at one moment; `number` counts the deployments of the pack.

    `shipped_checksum` is that of the installed files as they were when this deployment took them in; a deployment of
    the studio has none. `approver_rules` are the pack's, by situation, for processes that say nothing of it themselves.
    """

    __tablename__ = "deployment"
    __table_args__ = (Index("ix_deployment_pack_key_number", "pack_key", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pack_key: Mapped[str] = mapped_column(String(80), index=True)
    number: Mapped[int]
    checksum: Mapped[str] = mapped_column(String(64))
    shipped_checksum: Mapped[str | None] = mapped_column(String(64))
    approver_rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    deployed_at: Mapped[datetime]
    deployed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    deployed_by: Mapped[Person | None] = relationship()
    resources: Mapped[list["Resource"]] = relationship(back_populates="deployment")


class Resource(Base):
    """One file of a deployment, kept byte for byte as it came; `origin` says who wrote this content first."""

    __tablename__ = "resource"
    __table_args__ = (UniqueConstraint("deployment_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    name: Mapped[str] = mapped_column(String(200))
    checksum: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    origin: Mapped[Origin] = mapped_column(stored_by_value(Origin), default=Origin.INSTALLED)

    deployment: Mapped[Deployment] = relationship(back_populates="resources")


class ProcessDefinition(Base):
    """One version of one process (quy trình); running cases stay on the version they started under."""

    __tablename__ = "process_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(Line(200))
    checksum: Mapped[str] = mapped_column(String(64))
    is_latest: Mapped[bool] = mapped_column(default=True, index=True)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    retired_at: Mapped[datetime | None]

    deployment: Mapped[Deployment] = relationship()
    resource: Mapped[Resource] = relationship()


class FormDefinition(Base):
    """One form of one deployment, found by the id that diagrams name."""

    __tablename__ = "form_definition"
    __table_args__ = (UniqueConstraint("deployment_id", "form_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    form_id: Mapped[str] = mapped_column(String(120))
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))

    resource: Mapped[Resource] = relationship()


class DecisionDefinition(Base):
    """One decision (quyết định) of one deployment, found by the id that business rule tasks name."""

    __tablename__ = "decision_definition"
    __table_args__ = (UniqueConstraint("deployment_id", "decision_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    decision_id: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))

    resource: Mapped[Resource] = relationship()
