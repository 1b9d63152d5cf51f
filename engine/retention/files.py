"""Clearing away the files of uploads that no paper names any more."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database, papers
from engine.model import PaperVersion
from engine.papers import PaperStore

SETTLED = timedelta(days=1)
"""A younger file is left alone: the transaction that brought it may not be over."""


def stray_files(session: Session, store: PaperStore, *, at: datetime) -> Iterator[Path]:
    """Yield the settled files in the store that no paper names, and pieces of uploads that were never finished."""
    if not store.root.is_dir():
        return
    for folder in sorted(path for path in store.root.iterdir() if path.is_dir()):
        settled = [path for path in sorted(folder.iterdir()) if _age(path, at) > SETTLED]
        named = set(
            session.scalars(select(PaperVersion.sha256).where(PaperVersion.sha256.in_([path.name for path in settled])))
        )
        yield from (path for path in settled if path.name not in named)


def _age(path: Path, at: datetime) -> timedelta:
    return at - datetime.fromtimestamp(path.stat().st_mtime, UTC)


def clear_files(sessions: Callable[[], Session], stray: Iterable[Path]) -> int:
    """Remove stray files, each in a transaction of its own that keeps others from naming it; return how many went."""
    gone = 0
    for path in stray:
        with sessions() as session, session.begin():
            database.begin_write(session)
            papers.take_turn(session, path.name)
            is_named = session.scalar(select(PaperVersion.id).where(PaperVersion.sha256 == path.name).limit(1))
            if is_named is None:
                path.unlink(missing_ok=True)
                gone += 1
    return gone
