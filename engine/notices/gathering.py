"""Gathers what may go out: every minute, one delivery for each person and channel, of all that has come to its time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from engine import database
from engine.calendar.offices import OFFICE, calendar_of
from engine.calendar.working_time import CalendarYearMissing
from engine.hooks import Channel
from engine.model import Job, JobKind, JobPriority, JobState, Notice, NoticePreference
from engine.notices import preferences as preferences_of
from engine.notices.outlets import Outlets
from engine.notices.rules import TOPICS
from engine.notices.timing import goes_at, out_of_quiet_hours

WORK = "notices.gather"
EVERY = timedelta(minutes=1)
"""So long a new notice waits at most for others to go with it."""
TOO_OLD = timedelta(days=4)
"""What has not gone out by then, because nothing could be sent, is not sent any more; the site shows it."""
MOST_PEOPLE = 200
_JOB_ID = uuid5(UUID(int=0), WORK)


def keep_gathering(session: Session, outlets: Outlets, *, at: datetime) -> None:
    """See to it that the one job that gathers is there, when there are channels, and waits for nobody when not."""
    if not outlets.channels:
        gone = {"state": JobState.CANCELLED, "finished_at": at}
        session.execute(update(Job).where(Job.id == _JOB_ID, Job.state == JobState.WAITING).values(gone))
        return
    fresh = {"state": JobState.WAITING, "due_at": at, "attempts": 0, "finished_at": None}
    kept = {"id": _JOB_ID, "kind": JobKind.WORK, "job_type": WORK, "priority": JobPriority.NORMAL, "created_at": at}
    rest = {"token_id": "", "element_id": "", "data": {}, "done": 0}
    first = database.insert(session, Job).values({**kept, **rest, **fresh})
    session.execute(first.on_conflict_do_update(index_elements=["id"], set_=fresh, where=Job.state != JobState.WAITING))


def gather(session: Session, _job: Job, at: datetime, *, outlets: Outlets) -> bool | datetime:
    """Order what is to be sent to the next people; return False when there are more, else when to look again."""
    due = select(Notice.person_id).where(Notice.outgoing_at <= at).distinct().limit(MOST_PEOPLE)
    people = session.scalars(due).all()
    found = session.scalars(
        select(Notice)
        .where(Notice.person_id.in_(people), Notice.outgoing_at <= at)
        .options(joinedload(Notice.person))
        .order_by(Notice.person_id, Notice.at, Notice.id)
    ).all()
    chosen = select(NoticePreference).where(NoticePreference.person_id.in_(people))
    preferences = {each.person_id: each for each in session.scalars(chosen)}
    for person_id, theirs in groupby(found, key=lambda each: each.person_id):
        preference = preferences.get(person_id) or preferences_of.usual(person_id)
        _order(session, list(theirs), preference, outlets, at)
    session.flush()
    return at + EVERY if len(people) < MOST_PEOPLE else False


def _order(
    session: Session, found: Sequence[Notice], preference: NoticePreference, outlets: Outlets, at: datetime
) -> None:
    """Put off what has to wait, and order one delivery on each channel of the rest; what was read needs none."""
    ready = [each for each in found if _is_ready(session, each, preference, at)]
    for channel in outlets.channels.values():
        chosen = [each for each in ready if preference.wants(channel.name, TOPICS[each.kind])]
        if chosen and (preference.address or not channel.needs_address):
            session.add(_delivery(channel, chosen, at))


def _is_ready(session: Session, notice: Notice, preference: NoticePreference, at: datetime) -> bool:
    if notice.read_at is not None or not notice.person.is_active or notice.at < at - TOO_OLD:
        notice.outgoing_at = None
        return False
    moment = goes_at(preference, notice.at, partial(_is_working_day, session))
    if moment <= at:
        moment = out_of_quiet_hours(preference, at)
    notice.outgoing_at = None if moment <= at else moment
    return moment <= at


def _is_working_day(session: Session, day: date) -> bool:
    """Tell whether the office works on a day; one of a year that nobody has approved holds nothing back."""
    try:
        return calendar_of(session, OFFICE, on=day).is_working_day(day)
    except CalendarYearMissing:
        return True


def _delivery(channel: Channel, notices: Sequence[Notice], at: datetime) -> Job:
    return Job(
        id=uuid4(),
        kind=JobKind.DELIVERY,
        job_type=channel.name,
        due_at=at,
        data={"person": notices[0].person_id.hex, "notices": [each.id.hex for each in notices]},
        created_at=at,
    )
