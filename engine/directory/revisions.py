"""The directory's revision: counted up at every change, so that a snapshot in memory knows when it is old."""

from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from engine import database
from engine.directory.one_day import Directory
from engine.directory.reading import read_directory
from engine.model import DirectoryRevision

_CHANGED_IN, _READ_IN = "directory_changed_in", "directory_revision_read_in"  # what a session notes: its transaction
_NEVER = object()
_snapshots: WeakKeyDictionary[Engine | Connection, tuple[int, date, Directory]] = WeakKeyDictionary()


def current(session: Session, *, on: date) -> Directory:
    """Return the directory as it stands on a day; one small query a transaction when nothing has changed."""
    number = revision(session)
    if number is None:
        return read_directory(session, on)
    bind = session.get_bind()
    known = _snapshots.get(bind)
    if known is not None and known[:2] == (number, on):
        return known[2]
    taken = read_directory(session, on)
    _snapshots[bind] = (number, on, taken)
    return taken


def revision(session: Session) -> int | None:
    """Return the number of the directory that this transaction sees; None when it has changed the directory itself.

    What was changed and not committed yet is nobody else's to see, so no snapshot of it may be kept.
    """
    is_changed = session.info.get(_CHANGED_IN, _NEVER) is session.get_transaction()
    return None if is_changed else _revision(session)


def _revision(session: Session) -> int:
    transaction, revision = session.info.get(_READ_IN, (_NEVER, 0))
    if transaction is not session.get_transaction():
        revision = session.scalar(select(DirectoryRevision.revision)) or 0
        remember_revision(session, revision)
    return int(revision)


def remember_revision(session: Session, revision: int) -> None:
    """Note the directory's revision, read together with something else, for the rest of the transaction."""
    session.info[_READ_IN] = session.get_transaction(), revision


def lock(session: Session) -> int:
    """Wait until this transaction alone changes the directory as a whole; return its revision as it then stands."""
    return session.scalar(select(DirectoryRevision.revision).with_for_update()) or 0


def changed(session: Session) -> None:
    """Count the directory's revision up; every change of what a snapshot holds, or of hours, ends with this."""
    first = database.insert(session, DirectoryRevision).values(id=1, revision=1)
    session.execute(
        first.on_conflict_do_update(index_elements=["id"], set_={"revision": DirectoryRevision.revision + 1})
    )
    session.info[_CHANGED_IN] = session.get_transaction()
