"""Signing the papers of a case: who, when, in which capacity, and the SHA-256 of each file as it was then.

Real certificates come later behind the same step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from engine import definitions, history
from engine.directory import DEPUTY, LEADER, Authority, Directory, Holder
from engine.errors import Forbidden, Invalid
from engine.model import InPlaceOf, Paper, PaperVersion, Person, ProcessInstance, Signature, SignatureKind, UserTask

_VERSIONS = (
    select(PaperVersion.id, Paper.name, PaperVersion.version, PaperVersion.sha256)
    .join(Paper)
    .where(Paper.instance_id == bindparam("instance_id"), Paper.removed_at.is_(None))
    .order_by(Paper.created_at, Paper.name, PaperVersion.version)
)


class NothingToSign(Invalid):
    """The case holds no paper, so there is nothing to put a signature on."""

    code = "signing.nothing_to_sign"


class NoSigningCapacity(Forbidden):
    """The person acts in somebody's place, but has no capacity of the own to sign in: standing in gives none."""

    code = "signing.no_capacity"


class AuthorityOver(Forbidden):
    """The authority the person could have signed by has passed its last day or was revoked."""

    code = "signing.authority_over"


@dataclass(frozen=True, slots=True)
class Capacity:
    """In which capacity somebody signs, of which unit; `has_force` when it is more than a name under initials."""

    unit_code: str
    text: str
    has_force: bool


def sign(
    session: Session,
    task: UserTask,
    directory: Directory,
    *,
    kind: SignatureKind,
    by: Person,
    at: datetime,
    in_place_of: InPlaceOf | None = None,
) -> Signature:
    """Sign the newest version of every paper of the task's case, in a capacity of the signer's own.

    Refuses with `NothingToSign`, `AuthorityOver`, and with `NoSigningCapacity` who signs in somebody's place without
    one: whom one stands in for gives no right to sign.
    """
    instance = task.instance
    files = [
        {"paper_version_id": str(row.id), "name": row.name, "version": row.version, "sha256": row.sha256}
        for row in _newest_versions(session, instance)
    ]
    if not files:
        raise NothingToSign(instance_id=instance.id)
    process_key = definitions.load(session, instance.definition_id).key
    capacity = _capacity_for(directory, by, task.unit_code, process_key, kind, in_place_of)
    signature = Signature(
        instance_id=instance.id,
        task_id=task.id,
        signer_id=by.id,
        kind=kind,
        capacity=capacity.text,
        unit_code=capacity.unit_code,
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
        capacity=capacity.text,
        unit=capacity.unit_code,
        files=[{"name": each["name"], "sha256": each["sha256"]} for each in files],
        **history.in_whose_place(in_place_of),
    )
    return signature


def _newest_versions(session: Session, instance: ProcessInstance) -> Sequence[Row[UUID, str, int, str]]:
    rows = session.execute(_VERSIONS, {"instance_id": instance.id})
    newest: dict[str, Row[UUID, str, int, str]] = {row.name: row for row in rows}
    return list(newest.values())


def _capacity_for(
    directory: Directory,
    signer: Person,
    unit_code: str,
    process_key: str,
    kind: SignatureKind,
    in_place_of: InPlaceOf | None,
) -> Capacity:
    if kind is SignatureKind.INITIAL:
        return _by_position(directory, _position(directory, signer, unit_code), unit_code)
    capacity = capacity_of(directory, signer, unit_code, process_key)
    if capacity.has_force:
        return capacity
    if in_place_of is not None:
        raise NoSigningCapacity(absent=in_place_of.full_name)
    over = next((each for each in directory.authorities_of(signer.id) if each.covers(process_key)), None)
    if over is not None:
        raise AuthorityOver(capacity=over.capacity, reference=over.reference)
    return capacity


def capacity_of(directory: Directory, signer: Person, unit_code: str, process_key: str) -> Capacity:
    """Return the unit and the capacity in which a person signs (NĐ 30/2020 Điều 13).

    The head signs under the own title; a deputy signs KT. for the head; who was granted an authority signs TL. or TUQ.
    An authority goes before a position elsewhere when it is for the task's unit or names the process. Anybody else
    signs under the own title too, which is initials rather than authority.
    """
    position, home = _position(directory, signer, unit_code), directory.heir_of(unit_code)
    own = _by_position(directory, position, unit_code)
    is_at_home = own.has_force and position is not None and position.unit_code == home
    granted = [each for each in directory.authorities_of(signer.id) if not each.is_over and each.covers(process_key)]
    fitting = [each for each in granted if each.process_keys or (each.unit_code == home and not is_at_home)]
    chosen: Authority | None = next(iter(fitting if own.has_force else fitting or granted), None)
    return own if chosen is None else Capacity(chosen.unit_code, chosen.capacity, has_force=True)


def _position(directory: Directory, signer: Person, unit_code: str) -> Holder | None:
    """Return the position a person signs in: the one in the task's unit, else the primary one."""
    held, unit_code = directory.positions_of(signer.id), directory.heir_of(unit_code)
    return next((each for each in held if each.unit_code == unit_code), held[0] if held else None)


def _by_position(directory: Directory, position: Holder | None, unit_code: str) -> Capacity:
    if position is None:
        return Capacity(unit_code, "", has_force=False)
    if position.kind == DEPUTY:
        head = directory.leader_of(position.unit_code)
        title = (head.title if head else position.title).upper()
        return Capacity(position.unit_code, f"KT. {title}", has_force=True)
    return Capacity(position.unit_code, position.title, has_force=position.kind == LEADER)


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
