"""Uploads that were begun and not gone on with: nothing of them was ever a paper. No record of them stays.

Their pieces lie in the store as files that no paper names, and go with those (`engine.retention.files`).
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine import database
from engine.model import PaperUpload
from engine.paper_quota import KEPT


def count_left_uploads(session: Session, *, at: datetime) -> int:
    """Count what `clear_left_uploads` would remove."""
    return session.scalar(select(func.count()).select_from(PaperUpload).where(PaperUpload.touched_at <= at - KEPT)) or 0


def clear_left_uploads(sessions: Callable[[], Session], *, at: datetime) -> int:
    """Remove what was left for a day, in a short transaction; return how many went."""
    with sessions() as session, session.begin():
        database.begin_write(session)
        left = session.scalars(select(PaperUpload.id).where(PaperUpload.touched_at <= at - KEPT)).all()
        session.execute(delete(PaperUpload).where(PaperUpload.id.in_(left)))
    return len(left)
