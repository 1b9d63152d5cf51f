"""One delivery: what the job of a channel is to tell, in the words of its person, and that it was told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from engine.hooks import Channel, Delivery, NoticeText, Recipient
from engine.model import Job, Notice, NoticePreference, Person
from engine.notices.outlets import Outlets
from engine.notices.reading import seen_by
from engine.notices.sentences import note, sentence


def read(session: Session, job: Job, outlets: Outlets, *, at: datetime) -> Delivery | None:
    """Return what is to be sent; None when there is nobody to send it to any more, or nothing they may know of."""
    person = session.get(Person, UUID(job.data["person"]))
    if person is None or not person.is_active:
        return None
    preference = session.get(NoticePreference, person.id)
    address, language = (preference.address, preference.language) if preference else ("", "vi")
    if outlets.channels[job.job_type].needs_address and not address:
        return None
    found = seen_by(session, person, _notices(session, job), at=at)
    texts = [text_of(seen.notice, language) for seen in found if seen.is_open]
    if not texts:
        return None
    recipient = Recipient(person.username, person.full_name, address, language)
    return Delivery(recipient, tuple(texts), outlets.site_url, job.id.hex, job.created_at)


def mark(session: Session, job: Job, channel: Channel, *, at: datetime) -> None:
    """Note on the notices that a mail server took them; other channels leave no mark."""
    if channel.needs_address:
        mailed = update(Notice).where(Notice.id.in_(_ids(job))).values(mailed_at=at)
        session.execute(mailed.execution_options(synchronize_session=False))


def text_of(notice: Notice, language: str) -> NoticeText:
    """Return a notice in words."""
    case = notice.instance
    return NoticeText(
        sentence=sentence(notice.kind, notice.data, language),
        title=case.title if case else "",
        code=case.business_key if case else "",
        note=note(notice.data),
        by=notice.actor.full_name if notice.actor else "",
        path=f"/notices/{notice.id}",
        at=notice.at,
    )


def _notices(session: Session, job: Job) -> Sequence[Notice]:
    return session.scalars(
        select(Notice)
        .where(Notice.id.in_(_ids(job)))
        .options(joinedload(Notice.instance), joinedload(Notice.actor))
        .order_by(Notice.at, Notice.id)
    ).all()


def _ids(job: Job) -> list[UUID]:
    return [UUID(each) for each in job.data["notices"]]
