"""What lies in the studio: the files of every pack with their processes, versions, running cases and drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from engine import drafts, pack_files
from engine.drafts import OWN_PACK, FileKey
from engine.model import (
    Deployment,
    Draft,
    InstanceState,
    Origin,
    Person,
    ProcessDefinition,
    ProcessInstance,
    Resource,
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process, and how many cases run on it."""

    definition: ProcessDefinition
    running: int


@dataclass(frozen=True, slots=True)
class ShelfFile:
    """One file: published, with whose hand it is of, or only a draft; the versions of its processes, newest first."""

    key: FileKey
    origin: Origin | None
    draft: Draft | None
    outdated_by: Deployment | None
    processes: Sequence[Sequence[Version]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One pack: its newest deployment, none while there are only drafts, and its files by name."""

    pack_key: str
    deployment: Deployment | None
    files: Sequence[ShelfFile]


def all_shelves(session: Session, *, by: Person, at: datetime) -> list[Shelf]:
    """Return the packs by key, the office's own first; refuses with `NotDesigner`."""
    drafts.must_design(session, by, at)
    keys = set(session.scalars(select(Deployment.pack_key).union(select(Draft.pack_key))))
    return [_shelf(session, key) for key in sorted(keys, key=lambda key: (key != OWN_PACK, key))]


def drafts_of(session: Session, pack_key: str) -> dict[str, Draft]:
    """Return the drafts of a pack by file name, without their contents."""
    rows = session.scalars(
        select(Draft).where(Draft.pack_key == pack_key).options(defer(Draft.content), joinedload(Draft.author))
    )
    return {draft.name: draft for draft in rows}


def version(session: Session, definition_id: UUID, *, by: Person, at: datetime) -> ProcessDefinition:
    """Return one version of a process to look at; refuses with `NotDesigner` or `DesignFileNotFound`."""
    drafts.must_design(session, by, at)
    found = session.get(ProcessDefinition, definition_id)
    if found is None:
        raise drafts.DesignFileNotFound(definition_id=definition_id)
    return found


def versions_by_file(session: Session, pack_key: str) -> dict[str, list[list[Version]]]:
    """Return the processes of a pack under the file that holds their newest version, each newest version first."""
    running = _running(session)
    rows = session.scalars(
        select(ProcessDefinition)
        .join(ProcessDefinition.deployment)
        .join(ProcessDefinition.resource)
        .where(Deployment.pack_key == pack_key, ProcessDefinition.retired_at.is_(None))
        .options(
            contains_eager(ProcessDefinition.deployment).joinedload(Deployment.deployed_by),
            contains_eager(ProcessDefinition.resource).defer(Resource.content),
        )
        .order_by(ProcessDefinition.key, ProcessDefinition.version.desc())
    )
    by_process: dict[str, list[Version]] = {}
    for row in rows:
        by_process.setdefault(row.key, []).append(Version(row, running.get(row.id, 0)))
    found: dict[str, list[list[Version]]] = {}
    for versions in by_process.values():
        found.setdefault(versions[0].definition.resource.name, []).append(versions)
    return found


def _running(session: Session) -> Mapping[UUID, int]:
    counted = (
        select(ProcessInstance.definition_id, func.count())
        .where(ProcessInstance.state == InstanceState.RUNNING)
        .group_by(ProcessInstance.definition_id)
    )
    return dict(session.execute(counted).all())


def _shelf(session: Session, pack_key: str) -> Shelf:
    newest, begun = pack_files.newest(session, pack_key), drafts_of(session, pack_key)
    published = select(Resource.name, Resource.origin).where(Resource.deployment_id == (newest.id if newest else None))
    origins = dict(session.execute(published).all())
    versions = versions_by_file(session, pack_key)
    files = [
        ShelfFile(
            key=FileKey(pack_key, name),
            origin=origins.get(name),
            draft=begun.get(name),
            outdated_by=drafts.outdated_by(session, begun.get(name)),
            processes=versions.get(name, []),
        )
        for name in sorted(origins.keys() | begun.keys())
    ]
    return Shelf(pack_key, newest, files)
