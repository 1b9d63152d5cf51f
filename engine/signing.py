"""Signing the papers of a case: who, when, in which capacity, and the SHA-256 of each file as it was then.

Real certificates come later behind the same step.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from engine import history
from engine.directory import DEPUTY, LEADER, Directory
from engine.errors import Invalid
from engine.model import Paper, PaperVersion, Person, ProcessInstance, Signature, SignatureKind, UserTask

_VERSIONS = (
    select(PaperVersion.id, Paper.name, PaperVersion.version, PaperVersion.sha256)
    .join(Paper)
    .where(Paper.instance_id == bindparam("instance_id"), Paper.removed_at.is_(None))
    .order_by(Paper.created_at, Paper.name, PaperVersion.version)
)


class NothingToSign(Invalid):
    """The case holds no paper, so there is nothing to put a signature on."""

    code = "signing.nothing_to_sign"


def sign(
    session: Session,
    task: UserTask,
    directory: Directory,
    *,
    kind: SignatureKind,
    by: Person,
    at: datetime,
) -> Signature:
    """Sign the newest version of every paper of the task's case; refuses with `NothingToSign`."""
    instance = task.instance
    files = [
        {"paper_version_id": str(row.id), "name": row.name, "version": row.version, "sha256": row.sha256}
        for row in _newest_versions(session, instance)
    ]
    if not files:
        raise NothingToSign(instance_id=instance.id)
    unit_code, capacity = capacity_of(directory, by, task.unit_code)
    signature = Signature(
        instance_id=instance.id,
        task_id=task.id,
        signer_id=by.id,
        kind=kind,
        capacity=capacity,
        unit_code=unit_code,
        signed_at=at,
        files=files,
    )
    session.add(signature)
    history.record(
        session,
        instance,
        "signature.given",
        at=at,
        actor_id=by.id,
        as_kind=kind.value,
        capacity=capacity,
        unit=unit_code,
        files=[{"name": each["name"], "sha256": each["sha256"]} for each in files],
    )
    return signature


def _newest_versions(session: Session, instance: ProcessInstance) -> Sequence[Row[UUID, str, int, str]]:
    rows = session.execute(_VERSIONS, {"instance_id": instance.id})
    newest: dict[str, Row[UUID, str, int, str]] = {row.name: row for row in rows}
    return list(newest.values())


def capacity_of(directory: Directory, signer: Person, unit_code: str) -> tuple[str, str]:
    """Return the unit and the capacity in which a person signs (NĐ 30/2020 Điều 13).

    The head signs under the own title; a deputy signs KT. for the head; anybody else signs under the own title too,
    which is initials rather than authority.
    """
    held = directory.positions_of(signer.id)
    position = next((each for each in held if each.unit_code == unit_code), held[0] if held else None)
    if position is None:
        return unit_code, ""
    if position.kind == DEPUTY:
        head = next(iter(directory.holders_in(position.unit_code, LEADER)), None)
        title = (head.title if head else position.title).upper()
        return position.unit_code, f"KT. {title}"
    return position.unit_code, position.title


def void_all(session: Session, instance: ProcessInstance, *, reason: str, at: datetime) -> int:
    """Make every signature of the case void and say how many there were."""
    return void(session, instance, valid_of_case(session, instance), reason=reason, at=at)


def valid_of_case(session: Session, instance: ProcessInstance) -> Sequence[Signature]:
    """Return the signatures of a case that still have their force."""
    valid = select(Signature).where(Signature.instance_id == instance.id, Signature.voided_at.is_(None))
    return session.scalars(valid.order_by(Signature.signed_at, Signature.id)).all()


def void(
    session: Session, instance: ProcessInstance, signatures: Sequence[Signature], *, reason: str, at: datetime
) -> int:
    """Make these signatures of the case void and say how many there were."""
    for signature in signatures:
        signature.voided_at, signature.void_reason = at, reason
    if signatures:
        history.record(session, instance, "signatures.voided", at=at, count=len(signatures), reason=reason)
    return len(signatures)


def of_case(session: Session, instance: ProcessInstance) -> Sequence[Signature]:
    """Return all signatures of a case, void ones included, in the order they were given."""
    return session.scalars(
        select(Signature).where(Signature.instance_id == instance.id).order_by(Signature.signed_at)
    ).all()
