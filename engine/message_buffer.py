"""Messages that cannot be delivered at once: kept until somebody waits, or held back for a case that is suspended."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import database
from engine.model import BufferedMessage, Job, JobKind, JobState

LONGEST_KEY = 200
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message or a signal on its way; a signal has no key and no end."""

    name: str
    key: str
    payload: Mapping[str, object]
    expires_at: datetime = NEVER


def key_of(correlation_key: object) -> str:
    """Return a correlation key as it is stored; of one that is too long, its beginning and its digest."""
    text = "" if correlation_key is None else str(correlation_key)
    if len(text) <= LONGEST_KEY:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[: LONGEST_KEY - len(digest)]}{digest}"


def take_turn(session: Session, sent: Sent, message_id: str = "") -> None:
    """Keep others from coming to wait for this message, or from keeping it, until the transaction ends.

    So who comes to wait sees what is kept, and who keeps a message sees who waits.
    """
    database.take_turn(session, f"message:{sent.name}:{sent.key}:{message_id}")


def keep(session: Session, sent: Sent, *, message_id: str | None, at: datetime, is_delivered: bool) -> None:
    """Keep a message until it expires; of a delivered one only that it came, so that it does not come again."""
    session.add(
        BufferedMessage(
            name=sent.name,
            correlation_key=sent.key,
            message_id=message_id,
            payload={} if is_delivered else dict(sent.payload),
            published_at=at,
            expires_at=sent.expires_at,
            delivered_at=at if is_delivered else None,
        )
    )
    session.flush()


def is_known(session: Session, sent: Sent, message_id: str, *, at: datetime) -> bool:
    """Tell whether a message with this id came before and still lives."""
    same = (
        BufferedMessage.name == sent.name,
        BufferedMessage.correlation_key == sent.key,
        BufferedMessage.message_id == message_id,
    )
    session.execute(delete(BufferedMessage).where(*same, BufferedMessage.expires_at <= at))
    return session.scalar(select(BufferedMessage.id).where(*same)) is not None


def take(session: Session, name: str, key: str, *, at: datetime) -> Sent | None:
    """Return the oldest message that is kept for whoever waits, and keep it no longer; None when there is none.

    Others who come to wait for it have to wait until the transaction ends.
    """
    take_turn(session, Sent(name, key, {}))
    kept = session.scalars(
        select(BufferedMessage)
        .where(
            BufferedMessage.name == name,
            BufferedMessage.correlation_key == key,
            BufferedMessage.delivered_at.is_(None),
            BufferedMessage.expires_at > at,
        )
        .order_by(BufferedMessage.published_at, BufferedMessage.id)
        .limit(1)
    ).first()
    if kept is None:
        return None
    sent = Sent(name, key, kept.payload, kept.expires_at)
    if kept.message_id is None:
        session.delete(kept)
    else:
        kept.payload, kept.delivered_at = {}, at
    session.flush()
    return sent


def postpone(
    session: Session,
    kind: JobKind,
    sent: Sent,
    *,
    at: datetime,
    instance_id: UUID | None = None,
    token_id: str = "",
) -> None:
    """Let a job deliver a message or a signal: at once, or when this suspended case is resumed."""
    session.add(
        Job(
            kind=kind,
            job_type=sent.name,
            instance_id=instance_id,
            token_id=token_id,
            state=JobState.HELD if instance_id else JobState.WAITING,
            due_at=at,
            data={
                "correlation_key": sent.key,
                "payload": dict(sent.payload),
                "expires_at": sent.expires_at.isoformat(),
                "was_held": instance_id is not None,
            },
            created_at=at,
        )
    )


def read(job: Job, *, usual_expiry: datetime) -> Sent:
    """Return what a message or signal job is to send; what a diagram has thrown expires as usual."""
    said = job.data.get("expires_at")
    return Sent(
        name=job.job_type,
        key=key_of(job.data.get("correlation_key")),
        payload=job.data.get("payload") or {},
        expires_at=datetime.fromisoformat(said) if said else usual_expiry,
    )


def was_held(job: Job) -> bool:
    """Tell whether the job delivers to one case that was suspended."""
    return bool(job.data.get("was_held"))


def sweep(session: Session, *, at: datetime) -> int:
    """Delete the messages that have expired; return how many."""
    expired = delete(BufferedMessage).where(BufferedMessage.expires_at <= at).returning(BufferedMessage.id)
    return len(session.scalars(expired.execution_options(synchronize_session=False)).all())
