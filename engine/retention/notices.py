"""Notices that were read long ago: the history of their cases says the same. No record of them stays."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine import database
from engine.model import Notice

KEPT_READ = timedelta(days=90)
"""So long a notice is kept after it was read; what nobody has read is kept."""
BATCH = 1000


def count_read_notices(session: Session, *, at: datetime) -> int:
    """Count what `clear_read_notices` would remove."""
    return session.scalar(select(func.count()).select_from(Notice).where(Notice.read_at < at - KEPT_READ)) or 0


def clear_read_notices(sessions: Callable[[], Session], *, at: datetime) -> int:
    """Remove notices read long ago, in short transactions, so that nobody waits long for the write lock."""
    gone = 0
    while True:
        with sessions() as session, session.begin():
            database.begin_write(session)
            ids = session.scalars(select(Notice.id).where(Notice.read_at < at - KEPT_READ).limit(BATCH)).all()
            session.execute(delete(Notice).where(Notice.id.in_(ids)).execution_options(synchronize_session=False))
        gone += len(ids)
        if len(ids) < BATCH:
            return gone
