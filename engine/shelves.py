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
    DecisionDefinition,
    Deployment,
    Draft,
    InstanceState,
    Origin,
    Person,
    ProcessDefinition,
    ProcessInstance,
    Resource,
)
from engine.vietnamese import title_order


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process, and how many cases run on it."""

    definition: ProcessDefinition
    running: int


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One content that a file had: counted from 1, with the deployment that brought it."""

    key: FileKey
    number: int
    deployment: Deployment


@dataclass(frozen=True, slots=True)
class ShelfFile:
    """One file: published, with whose hand it is of, or only a draft.

    `processes` are the versions of its processes, `versions` those of the file itself, both the newest first;
    `decisions` the names of the decisions in it.
    """

    key: FileKey
    origin: Origin | None
    draft: Draft | None
    outdated_by: Deployment | None
    processes: Sequence[Sequence[Version]]
    versions: Sequence[FileVersion]
    decisions: Sequence[str]


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


def file_names(session: Session, deployed: Deployment | None) -> dict[str, Origin]:
    """Return the names of a deployment's files with whose hand they are of."""
    rows = select(Resource.name, Resource.origin).where(Resource.deployment_id == (deployed.id if deployed else None))
    return dict(session.execute(rows).all())


def past_file(session: Session, deployment_id: UUID, name: str, *, by: Person, at: datetime) -> Resource:
    """Return a file as a deployment had it, to look at; refuses with `NotDesigner` or `DesignFileNotFound`."""
    drafts.must_design(session, by, at)
    found = drafts.resource(session, session.get(Deployment, deployment_id), name)
    if found is None:
        raise drafts.DesignFileNotFound(name=name)
    return found


def file_versions(session: Session, pack_key: str) -> dict[str, list[FileVersion]]:
    """Return by name what contents the files of a pack have had, the newest first."""
    rows = session.execute(
        select(Resource.name, Resource.checksum, Deployment)
        .join(Resource.deployment)
        .where(Deployment.pack_key == pack_key)
        .options(joinedload(Deployment.deployed_by))
        .order_by(Deployment.number)
    )
    found: dict[str, list[FileVersion]] = {}
    before: dict[str, str] = {}
    for name, checksum, deployed in rows:
        if before.get(name) != checksum:
            versions = found.setdefault(name, [])
            versions.insert(0, FileVersion(FileKey(pack_key, name), len(versions) + 1, deployed))
        before[name] = checksum
    return found


def decisions_by_file(session: Session, newest: Deployment | None) -> dict[str, list[str]]:
    """Return the names of the decisions of a deployment by the file they are in."""
    rows = session.execute(
        select(Resource.name, DecisionDefinition.name)
        .join(DecisionDefinition.resource)
        .where(DecisionDefinition.deployment_id == (newest.id if newest else None))
    ).all()
    found: dict[str, list[str]] = {}
    for name, decision in sorted(rows, key=lambda row: title_order(row[1])):
        found.setdefault(name, []).append(decision)
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
    origins = file_names(session, newest)
    processes, versions = versions_by_file(session, pack_key), file_versions(session, pack_key)
    decisions = decisions_by_file(session, newest)
    files = [
        ShelfFile(
            key=FileKey(pack_key, name),
            origin=origins.get(name),
            draft=begun.get(name),
            outdated_by=drafts.outdated_by(session, begun.get(name)),
            processes=processes.get(name, []),
            versions=versions.get(name, []),
            decisions=decisions.get(name, []),
        )
        for name in sorted(origins.keys() | begun.keys())
    ]
    return Shelf(pack_key, newest, files)
