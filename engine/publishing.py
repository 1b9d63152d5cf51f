"""What is wrong with drafts, and publishing them: process versions n+1, while running cases stay on theirs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import claims, deployment, drafts, pack_files
from engine.bpmn.lint import NOTHING_KNOWN
from engine.deployment import FormChecker, Look
from engine.drafts import DraftOutdated, FileKey
from engine.model import Deployment, Draft, Origin, Person, ProcessDefinition
from engine.vietnamese import title_order
from engine.wording import Finding, Severity


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
    look: Look | None = None,
) -> list[Finding]:
    """Return what is wrong or dubious in the pack with this content laid over it, the file's own findings first.

    Forms and tables that the pack has only as drafts count as there: they are offered to be published with it. `look`
    sharpens the lint. Stores nothing; refuses with `NotDesigner` and `DesignTooLarge`.
    """
    drafts.must_design(session, by, at)
    drafts.must_fit(content)
    files = _new_companions(session, key) | pack_files.contents(pack_files.newest(session, key.pack_key))
    files[key.name] = content
    found = deployment.check(
        files,
        known_job_types=known_job_types,
        check_form=check_form,
        surroundings=look(files) if look else NOTHING_KNOWN,
        claimed=claims.of_others(session, key.pack_key),
    )
    return sorted(found, key=lambda each: (each.file != key.name, list(Severity).index(each.severity)))


def _new_companions(session: Session, key: FileKey) -> dict[str, bytes]:
    """Return the drafts of forms and tables of the pack, by name; what is published may be laid over them."""
    begun = session.scalars(select(Draft).where(Draft.pack_key == key.pack_key))
    return {draft.name: draft.content for draft in begun if drafts.is_companion(draft.name)}


def publish(
    session: Session,
    pack_key: str,
    revisions: Mapping[str, int],
    *,
    by: Person,
    at: datetime,
    known_job_types: Collection[str] | None = None,
    check_form: FormChecker | None = None,
    look: Look | None = None,
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
    deployed = deployment.deploy(
        session,
        pack_key=pack_key,
        files=pack_files.contents(before) | {draft.name: draft.content for draft in chosen},
        at=at,
        by_id=by.id,
        known_job_types=known_job_types,
        check_form=check_form,
        look=look,
        origin=Origin.STUDIO,
    )
    for draft in chosen:
        session.delete(draft)
    session.flush()
    return Published(deployed, _versions_of(session, deployed) if deployed is not before else [])


def _versions_of(session: Session, deployed: Deployment) -> list[ProcessDefinition]:
    made = session.scalars(select(ProcessDefinition).where(ProcessDefinition.deployment_id == deployed.id))
    return sorted(made, key=lambda each: (*title_order(each.name), each.key))
