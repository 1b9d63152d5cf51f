"""What people do with their notices: how many are new, which there are, read marks; only ever their own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from engine import cases
from engine.errors import NotFound, PlatformError
from engine.model import Notice, Person, ProcessInstance, UserTask

MOST_COUNTED = 100
"""More unread notices than this are not counted: nobody needs the number, and counting stays cheap."""


class NoticeNotFound(NotFound):
    """There is no such notice of this person."""

    code = "notice.not_found"


@dataclass(frozen=True, slots=True)
class Seen:
    """A notice as its person may see it: `is_open` tells whether its case may still be shown."""

    notice: Notice
    is_open: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of notices, and how many there are in all."""

    notices: Sequence[Seen]
    total: int


def count_unread(session: Session, person: Person) -> int:
    """Count a person's new notices up to `MOST_COUNTED`, from an index that holds nothing of others or of old ones."""
    some = select(Notice.person_id).where(Notice.person_id == person.id, Notice.read_at.is_(None)).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def of_person(
    session: Session, person: Person, *, only_unread: bool = False, at: datetime, limit: int = 10, offset: int = 0
) -> Sequence[Seen]:
    """Return a person's notices, the newest first."""
    query = select(Notice).where(Notice.person_id == person.id)
    if only_unread:
        query = query.where(Notice.read_at.is_(None))
    page = query.order_by(Notice.at.desc(), Notice.id).limit(limit).offset(offset)
    found = session.scalars(page.options(joinedload(Notice.actor), joinedload(Notice.instance))).all()
    return seen_by(session, person, found, at=at)


def page(
    session: Session, person: Person, *, only_unread: bool, at: datetime, limit: int = 50, offset: int = 0
) -> Page:
    """Return one page of a person's notices, the newest first."""
    counted = select(func.count()).select_from(Notice).where(Notice.person_id == person.id)
    if only_unread:
        counted = counted.where(Notice.read_at.is_(None))
    total = session.scalar(counted) or 0
    return Page(of_person(session, person, only_unread=only_unread, at=at, limit=limit, offset=offset), total)


def seen_by(session: Session, person: Person, found: Sequence[Notice], *, at: datetime) -> list[Seen]:
    """Tell of each notice whether the person may see its case now."""
    visible = visible_cases(session, person, {each.instance for each in found if each.instance}, at=at)
    return [Seen(each, each.instance_id is None or each.instance_id in visible) for each in found]


def visible_cases(
    session: Session, person: Person, instances: Collection[ProcessInstance], *, at: datetime
) -> set[UUID]:
    """Return which of these cases the person may see: most in one query, the others one by one."""
    if not instances:
        return set()
    ids = [each.id for each in instances]
    found = (
        cases.visible_to(session, person, at).where(ProcessInstance.id.in_(ids)).with_only_columns(ProcessInstance.id)
    )
    visible = set(session.scalars(found))
    return visible | {each.id for each in instances if each.id not in visible and _may_see(session, each, person, at)}


def _may_see(session: Session, instance: ProcessInstance, person: Person, at: datetime) -> bool:
    try:
        cases.must_be_visible(session, instance, person, at)
    except PlatformError:
        return False
    return True


def open_notice(session: Session, notice_id: UUID, *, by: Person, at: datetime) -> tuple[Notice, UserTask | None]:
    """Mark one's own notice as read; return it and the task it is about, if any. Refuses with `NoticeNotFound`."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.person_id != by.id:
        raise NoticeNotFound(notice_id=notice_id)
    notice.read(at)
    return notice, session.get(UserTask, notice.task_id) if notice.task_id else None


def mark_all_read(session: Session, *, by: Person, until: datetime, at: datetime) -> int:
    """Mark a person's notices as read that came until a moment, so that none goes unseen; return how many."""
    marked = update(Notice).where(Notice.person_id == by.id, Notice.read_at.is_(None), Notice.at <= until)
    done = session.scalars(
        marked.values(read_at=at).returning(Notice.id).execution_options(synchronize_session="fetch")
    )
    return len(done.all())
