"""Bringing a file into the directory: kept, shown as a dry run, then applied, all of it or nothing."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from engine import directory
from engine.administrators import must_administer
from engine.directory_files.changing import change_all
from engine.directory_files.comparing import ChangeKind, Comparison, compare
from engine.directory_files.problems import Problem
from engine.directory_files.reading import OfficeFile, read
from engine.directory_files.standing import standing
from engine.errors import Conflict, Invalid, NotFound
from engine.model import DirectoryFile, Person, TaskState, UserTask
from engine.runtime import OFFICE_ZONE

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_NAME = 200
KEPT_FOR = timedelta(days=1)
"""How long a file waits for its confirmation; what it holds is personal data."""


class DirectoryFileNotFound(NotFound):
    """There is no such file any more, or it has been applied."""

    code = "directory_file.not_found"


class DirectoryFileTooLarge(Invalid):
    """The file is larger than `limit` bytes."""

    code = "directory_file.too_large"


class DirectoryFileRefused(Invalid):
    """Something in the file is wrong; `problems` say what and where."""

    code = "directory_file.refused"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems


class DirectoryMoved(Conflict):
    """The directory is another one than the file was compared with."""

    code = "directory_file.directory_moved"


def keep(session: Session, name: str, content: bytes, *, by: Person, at: datetime) -> DirectoryFile:
    """Keep a file until it has been looked through; the one that the person brought before goes.

    Refuses with `AdministratorsOnly` and `DirectoryFileTooLarge`.
    """
    must_administer(session, by, at)
    if len(content) > LARGEST_FILE:
        raise DirectoryFileTooLarge(limit=LARGEST_FILE)
    is_over = or_(DirectoryFile.sent_by_id == by.id, DirectoryFile.sent_at < at - KEPT_FOR)
    session.execute(delete(DirectoryFile).where(DirectoryFile.applied_at.is_(None), is_over))
    kept = DirectoryFile(name=name[-LONGEST_NAME:], content=content, sent_by_id=by.id, sent_at=at)
    session.add(kept)
    session.flush()
    return kept


def find(session: Session, file_id: UUID, *, by: Person, at: datetime) -> DirectoryFile:
    """Return a file that the person brought and has not applied; refuses with `DirectoryFileNotFound`."""
    must_administer(session, by, at)
    mine = DirectoryFile.sent_by_id == by.id, DirectoryFile.applied_at.is_(None)
    found = session.scalar(select(DirectoryFile).where(DirectoryFile.id == file_id, *mine))
    if found is None:
        raise DirectoryFileNotFound(file_id=file_id)
    return found


def dry_run(session: Session, file_id: UUID, *, by: Person, at: datetime) -> Comparison:
    """Return every change that a file would make and every error in it; stores nothing.

    Refuses with `AdministratorsOnly` and `DirectoryFileNotFound`.
    """
    file = find(session, file_id, by=by, at=at)
    return _compared(session, read(file.content or b""), directory.revision(session) or 0, at)


def apply(
    session: Session, file_id: UUID, office: OfficeFile, *, by: Person, seen_revision: int, at: datetime
) -> Comparison:
    """Do what the dry run showed, all of it; the comparison is made again with the directory locked.

    `office` is what `read` made of the file before this transaction: a large one takes seconds, and nobody shall wait.

    Refuses with `AdministratorsOnly`, `DirectoryFileNotFound`, `DirectoryMoved` when the directory has changed since
    the dry run that was seen, and `DirectoryFileRefused`; then nothing is stored. New people have no password yet.
    """
    revision = directory.lock(session)
    file = find(session, file_id, by=by, at=at)
    if revision != seen_revision:
        raise DirectoryMoved(seen=seen_revision, revision=revision)
    compared = _compared(session, office, revision, at)
    if compared.problems:
        raise DirectoryFileRefused(compared.problems)
    if not compared.changes_nothing:
        change_all(session, compared.changes, at=at)
        directory.changed(session)
    counts = compared.counts
    file.content, file.applied_at = None, at
    file.added, file.changed, file.ended = (
        counts.get(kind, 0) for kind in (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.ENDED)
    )
    session.flush()
    return compared


def _compared(session: Session, office: OfficeFile, revision: int, at: datetime) -> Comparison:
    return compare(
        office,
        standing(session),
        open_tasks=_open_tasks(session),
        revision=revision,
        on=at.astimezone(OFFICE_ZONE).date(),
    )


def _open_tasks(session: Session) -> dict[str, int]:
    """Return how many open tasks who holds, by username."""
    held = (
        select(Person.username, func.count())
        .join(UserTask, UserTask.assignee_id == Person.id)
        .where(UserTask.state == TaskState.OPEN)
        .group_by(Person.username)
    )
    return {row[0]: row[1] for row in session.execute(held)}
