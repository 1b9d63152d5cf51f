"""Whose a process is: its key belongs to the pack that brought it, and two packs must not fight for one process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine.bpmn import Diagram
from engine.model import Deployment, ProcessDefinition
from engine.wording import Bilingual, Finding


@dataclass(frozen=True, slots=True)
class Claims:
    """The processes that a pack must leave alone: those of all other packs, by key."""

    pack_key: str
    others: Mapping[str, ProcessDefinition]

    def findings(self, diagrams: Mapping[str, Diagram]) -> Iterator[Finding]:
        """Yield an error for each process in the pack's diagrams, given by file name, that is another pack's."""
        for name, diagram in diagrams.items():
            for key in sorted(diagram.processes.keys() & self.others.keys()):
                yield self._taken(name, self.others[key])

    def _taken(self, name: str, known: ProcessDefinition) -> Finding:
        pack, other = self.pack_key, known.deployment.pack_key
        return Finding(
            code="process.taken",
            message=Bilingual(
                f"Mã quy trình «{known.key}» trong gói {pack} đã thuộc quy trình «{known.name}» của gói {other}.",
                f"The process id '{known.key}' in the pack {pack} belongs to '{known.name}' of the pack {other}.",
            ),
            remedy=Bilingual(
                "Đặt mã (ID) khác cho quy trình, hoặc sửa quy trình kia trong gói của nó.",
                "Give the process another id, or change that process in its own pack.",
            ),
            file=name,
            element_id=known.key,
        )


NO_CLAIMS = Claims("", {})
"""For files that are looked at by themselves, outside an office."""


def of_others(session: Session, pack_key: str) -> Claims:
    """Return what the other packs of the office hold; a retired process is nobody's."""
    known = session.scalars(
        select(ProcessDefinition)
        .join(Deployment)
        .where(ProcessDefinition.is_latest, ProcessDefinition.retired_at.is_(None), Deployment.pack_key != pack_key)
        .options(joinedload(ProcessDefinition.deployment))
    )
    return Claims(pack_key, {each.key: each for each in known})
