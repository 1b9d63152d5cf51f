"""What is wrong with drafts, and publishing them: process versions n+1, while running cases stay on theirs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import deployment, drafts, pack_files
from engine.bpmn import DiagramRefused, read_diagram
from engine.bpmn.lint import NOTHING_KNOWN, Surroundings
from engine.deployment import DeploymentRefused, FormChecker
from engine.drafts import DraftOutdated, FileKey
from engine.model import Deployment, Origin, Person, ProcessDefinition
from engine.wording import Bilingual, Finding, Severity


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication brought: the deployment, and the new versions in it, none when nothing had changed."""

    deployment: Deployment
    versions: Sequence[ProcessDefinition]


def findings(
    session: Session,
    key: FileKey,
    content: bytes,
    *,
    by: Person,
    at: datetime,
    known_job_types: Collection[str] | None = None,
    check_form: FormChecker | None = None,
    surroundings: Callable[[Mapping[str, bytes]], Surroundings] = lambda _files: NOTHING_KNOWN,
) -> list[Finding]:
    """Return what is wrong or dubious in the pack with this content laid over it, the file's own findings first.

    `surroundings` says of the pack's files what sharpens their lint. Stores nothing; refuses with `NotDesigner` and
    `DesignTooLarge`.
    """
    drafts.must_design(session, by, at)
    drafts.must_fit(content)
    files = pack_files.contents(pack_files.newest(session, key.pack_key)) | {key.name: content}
    found = deployment.check(
        files, known_job_types=known_job_types, check_form=check_form, surroundings=surroundings(files)
    )
    taken = _taken_elsewhere(session, key.pack_key, {key.name: content})
    return sorted([*taken, *found], key=lambda each: (each.file != key.name, list(Severity).index(each.severity)))


def publish(
    session: Session,
    pack_key: str,
    revisions: Mapping[str, int],
    *,
    by: Person,
    at: datetime,
    known_job_types: Collection[str] | None = None,
    check_form: FormChecker | None = None,
) -> Published:
    """Publish drafts of a pack, given by file name and the revision that was looked at, over its newest files.

    Every process that changes gets version n+1; its running cases stay on theirs. The drafts are then gone. Refuses
    with `NotDesigner`, `DesignFileNotFound`, `DraftMoved`, `DraftOutdated` until somebody has decided with `keep_over`,
    and with `DeploymentRefused`, naming every fault; then nothing is stored.
    """
    chosen = [
        drafts.take(session, FileKey(pack_key, name), revision=revision, by=by, at=at)
        for name, revision in revisions.items()
    ]
    for draft in chosen:
        other = drafts.outdated_by(session, draft)
        if other is not None:
            raise DraftOutdated(by=drafts.publisher_of(other), at=other.deployed_at, name=draft.name)
    before = pack_files.newest(session, pack_key)
    changed = {draft.name: draft.content for draft in chosen}
    taken = _taken_elsewhere(session, pack_key, changed)
    if taken:
        raise DeploymentRefused(taken)
    deployed = deployment.deploy(
        session,
        pack_key=pack_key,
        files=pack_files.contents(before) | changed,
        at=at,
        by_id=by.id,
        known_job_types=known_job_types,
        check_form=check_form,
        origin=Origin.STUDIO,
    )
    for draft in chosen:
        session.delete(draft)
    session.flush()
    return Published(deployed, _versions_of(session, deployed) if deployed is not before else [])


def _versions_of(session: Session, deployed: Deployment) -> list[ProcessDefinition]:
    return list(
        session.scalars(
            select(ProcessDefinition)
            .where(ProcessDefinition.deployment_id == deployed.id)
            .order_by(ProcessDefinition.name)
        )
    )


def _taken_elsewhere(session: Session, pack_key: str, files: Mapping[str, bytes]) -> list[Finding]:
    """Return a finding for each process id that is another pack's: two packs must not fight for one process."""
    found: list[Finding] = []
    for name, content in files.items():
        known = session.scalars(
            select(ProcessDefinition)
            .join(Deployment)
            .where(ProcessDefinition.key.in_(_process_ids(name, content)), ProcessDefinition.is_latest)
            .where(Deployment.pack_key != pack_key)
            .options(joinedload(ProcessDefinition.deployment))
        )
        found += [_taken(name, each) for each in known]
    return found


def _process_ids(name: str, content: bytes) -> list[str]:
    if PurePosixPath(name).suffix != ".bpmn":
        return []
    try:
        return list(read_diagram(content, filename=name).processes)
    except DiagramRefused:
        return []  # its own findings say why


def _taken(name: str, known: ProcessDefinition) -> Finding:
    return Finding(
        code="process.taken",
        message=Bilingual(
            f"Mã quy trình «{known.key}» đã thuộc quy trình «{known.name}» của gói {known.deployment.pack_key}.",
            f"The process id '{known.key}' belongs to '{known.name}' of the pack {known.deployment.pack_key}.",
        ),
        remedy=Bilingual(
            "Đặt mã (ID) khác cho quy trình, hoặc sửa quy trình kia trong gói của nó.",
            "Give the process another id, or change that process in its own pack.",
        ),
        file=name,
        element_id=known.key,
    )
