"""The versions of a process with the cases that still run on them: what one chooses from when planning a migration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from engine import repair
from engine.case_migrations.plans import LIVING
from engine.model import Person, ProcessDefinition, ProcessInstance


@dataclass(frozen=True, slots=True)
class VersionLoad:
    """One version of a process, and how many cases run on it, suspended ones too."""

    definition: ProcessDefinition
    running: int


def all_versions(session: Session, *, by: Person, at: datetime) -> list[list[VersionLoad]]:
    """Return the processes that have more than one version, by name, each with its versions, the newest first.

    Refuses with `OperationsForbidden`.
    """
    repair.must_operate(session, by, at)
    rows = session.scalars(
        select(ProcessDefinition)
        .options(joinedload(ProcessDefinition.deployment))
        .order_by(ProcessDefinition.key, ProcessDefinition.version.desc())
    )
    found: dict[str, list[VersionLoad]] = {}
    running = _running(session)
    for row in rows:
        found.setdefault(row.key, []).append(VersionLoad(row, running.get(row.id, 0)))
    return sorted((each for each in found.values() if len(each) > 1), key=lambda each: each[0].definition.name)


def left_behind(versions: Sequence[VersionLoad]) -> int:
    """Return how many cases run on versions that are not the newest."""
    return sum(each.running for each in versions[1:])


def _running(session: Session) -> Mapping[UUID, int]:
    counted = (
        select(ProcessInstance.definition_id, func.count())
        .where(ProcessInstance.state.in_(LIVING))
        .group_by(ProcessInstance.definition_id)
    )
    return dict(session.execute(counted).all())
