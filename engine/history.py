"""The history of a case: append-only, each entry hashed over the one before, so that tampering shows."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model import HistoryEntry, InPlaceOf, ProcessInstance, UserTask
from engine.model.base import to_json_text
from engine.notices import feeding


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a case's history is not what was written."""

    business_key: str
    sequence: int
    what: str


def record(
    session: Session,
    instance: ProcessInstance,
    kind: str,
    *,
    at: datetime,
    actor_id: UUID | None = None,
    new_task: UserTask | None = None,
    **data: Any,
) -> HistoryEntry:
    """Append one fact to the case's history, and have whom it concerns told; part of the caller's transaction.

    `new_task` is a task not stored yet that the data names; the history itself keeps no more of it.
    """
    entry = HistoryEntry(
        instance_id=instance.id,
        sequence=instance.history_length + 1,
        at=at,
        kind=kind,
        actor_id=actor_id,
        data=data,
        previous_hash=instance.history_head,
    )
    entry.hash = _hash_of(entry)
    instance.history_length, instance.history_head = entry.sequence, entry.hash
    session.add(entry)
    feeding.hear(session, instance, entry, new_task)
    return entry


def in_whose_place(absent: InPlaceOf | None) -> dict[str, Any]:
    """Return what an entry adds when somebody acts in an absent person's place; nothing otherwise."""
    return {"on_behalf_of": absent.as_history} if absent else {}


def _hash_of(entry: HistoryEntry) -> str:
    covered = {
        "instance": entry.instance_id.hex,
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(),
        "kind": entry.kind,
        "actor": entry.actor_id.hex if entry.actor_id else None,
        "data": entry.data,
        "previous": entry.previous_hash,
    }
    return hashlib.sha256(to_json_text(covered).encode()).hexdigest()


def verify(session: Session, instance: ProcessInstance) -> list[Breach]:
    """Walk the chain of one case and name every entry that was changed, removed or inserted."""
    entries = session.scalars(
        select(HistoryEntry).where(HistoryEntry.instance_id == instance.id).order_by(HistoryEntry.sequence)
    ).all()
    breaches = list(_breaches(instance, entries))
    is_whole = bool(entries) and entries[-1].sequence == instance.history_length
    if is_whole and not breaches and entries[-1].hash != instance.history_head:
        breaches.append(Breach(instance.business_key, entries[-1].sequence, "the case does not end with this entry"))
    return breaches


def _breaches(instance: ProcessInstance, entries: Sequence[HistoryEntry]) -> Iterator[Breach]:
    expected, previous = 1, ""
    for entry in entries:
        yield from _missing(instance, expected, entry.sequence)
        if entry.sequence == expected and entry.previous_hash != previous:
            yield Breach(instance.business_key, entry.sequence, "the entry does not follow the one before it")
        if entry.sequence > instance.history_length:
            yield Breach(instance.business_key, entry.sequence, "the entry was added")
        elif entry.hash != _hash_of(entry):
            yield Breach(instance.business_key, entry.sequence, "the entry was changed")
        expected, previous = entry.sequence + 1, entry.hash
    yield from _missing(instance, expected, instance.history_length + 1)


def _missing(instance: ProcessInstance, expected: int, found: int) -> Iterator[Breach]:
    """Name every entry from the one expected up to the one found, which is there."""
    for sequence in range(expected, min(found, instance.history_length + 1)):
        yield Breach(instance.business_key, sequence, "the entry is missing")


def verify_all(session: Session) -> Iterator[tuple[ProcessInstance, list[Breach]]]:
    """Yield every case with the breaches of its history, none for a sound one."""
    for instance in session.scalars(select(ProcessInstance).order_by(ProcessInstance.started_at)).yield_per(200):
        yield instance, verify(session, instance)


def of_case(session: Session, instance: ProcessInstance) -> list[HistoryEntry]:
    """Return the entries of one case in order."""
    return list(
        session.scalars(
            select(HistoryEntry).where(HistoryEntry.instance_id == instance.id).order_by(HistoryEntry.sequence)
        )
    )
