"""How much room the papers of one case, and what one person has put into cases under way, may take on the disk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine import database
from engine.model import InstanceState, Paper, PaperUpload, PaperVersion, Person, ProcessInstance
from engine.papers import MEGABYTE, PaperRefused

KEPT = timedelta(days=1)
"""So long what was begun and not gone on with is kept, and its room with it."""
UNDER_WAY = (InstanceState.RUNNING, InstanceState.SUSPENDED)


class CasePapersFull(PaperRefused):
    """The file does not fit into what the papers of one case may take."""

    code = "paper.case_full"


class PersonPapersFull(PaperRefused):
    """The file does not fit into what one person's papers in cases under way may take."""

    code = "paper.person_full"


@dataclass(frozen=True, slots=True)
class PaperQuota:
    """Bytes that papers may take, all versions and all that is on its way counted; 0 is no limit.

    A version that was taken out counts: it stays on record. A person gets their room back when their cases are over.
    """

    per_case: int = 0
    per_person: int = 0

    def must_fit(
        self,
        session: Session,
        instance: ProcessInstance,
        *,
        name: str,
        size: int,
        by: Person,
        at: datetime,
        instead_of: UUID | None = None,
    ) -> None:
        """Refuse with `CasePapersFull` or `PersonPapersFull`; `instead_of` is the upload whose room the file takes."""
        is_other = PaperUpload.id != instead_of if instead_of else PaperUpload.id.is_not(None)
        on_way = is_other & (PaperUpload.touched_at > at - KEPT)
        if self.per_case:
            used = _used(session, Paper.instance_id == instance.id, on_way & (PaperUpload.instance_id == instance.id))
            if used + size > self.per_case:
                raise CasePapersFull(name=name, size=size, limit=self.per_case, used=used // MEGABYTE)
        if self.per_person:
            database.take_turn(session, f"papers of {by.id}")
            under_way = PaperVersion.uploaded_by_id == by.id, ProcessInstance.state.in_(UNDER_WAY)
            used = _used(session, under_way[0] & under_way[1], on_way & (PaperUpload.person_id == by.id))
            if used + size > self.per_person:
                raise PersonPapersFull(name=name, size=size, limit=self.per_person, used=used // MEGABYTE)


def _used(session: Session, kept: ColumnElement[bool], on_way: ColumnElement[bool]) -> int:
    versions = (
        select(func.coalesce(func.sum(PaperVersion.size), 0))
        .join(PaperVersion.paper)
        .join(ProcessInstance, ProcessInstance.id == Paper.instance_id)
        .where(kept)
    )
    uploads = select(func.coalesce(func.sum(PaperUpload.size), 0)).where(on_way)
    return int(session.scalar(versions) or 0) + int(session.scalar(uploads) or 0)


NO_QUOTA = PaperQuota()
