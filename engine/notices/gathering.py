"""Gathers what may go out: every minute, one delivery for each person and channel, of all that has come to its time."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from uuid import UUID, uuid4, uuid5

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session, joinedload

from engine import database
from engine.calendar.offices import OFFICE, calendar_of
from engine.calendar.working_time import CalendarYearMissing
from engine.hooks import Channel
from engine.model import Job, JobKind, JobPriority, JobState, Notice, NoticePreference
from engine.notices import preferences as preferences_of
from engine.notices.outlets import Outlets
from engine.notices.rules import TOPICS
from engine.notices.timing import goes_at, may_go_at

WORK = "notices.gather"
EVERY = timedelta(minutes=1)
"""So long a new notice waits at most for others to go with it."""
TOO_OLD = timedelta(days=4)
"""What could have gone out so long ago, and nothing could be sent, is not sent any more; the site shows it."""
MOST_PEOPLE, MOST_FOUND, MOST_FORGOTTEN = 200, 10_000, 10_000
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
    if _forget_old(session, at) == MOST_FORGOTTEN:
        return False
    due = select(Notice.person_id).where(Notice.outgoing_at <= at).order_by(Notice.outgoing_at).limit(MOST_FOUND)
    found = session.scalars(due).all()
    people = list(dict.fromkeys(found))[:MOST_PEOPLE]
    chosen = select(NoticePreference).where(NoticePreference.person_id.in_(people))
    preferences = {each.person_id: each for each in session.scalars(chosen)}
    for person_id, theirs in groupby(_due_of(session, people, at), key=lambda each: each.person_id):
        preference = preferences.get(person_id) or preferences_of.usual(person_id)
        _order(session, list(theirs), preference, outlets, at)
    session.flush()
    return at + EVERY if len(found) < MOST_FOUND and len(people) < MOST_PEOPLE else False


def _due_of(session: Session, people: Collection[UUID], at: datetime) -> list[Notice]:
    """Return what is due of these people, person by person, oldest first.

    Written so that the index over what is due finds it: not that over all a person was ever told of.
    """
    is_theirs = case((Notice.person_id.in_(people), 1), else_=0) == 1
    due = select(Notice).where(Notice.outgoing_at <= at, is_theirs).options(joinedload(Notice.person))
    return sorted(session.scalars(due), key=lambda each: (each.person_id, each.at, each.id))


def _forget_old(session: Session, at: datetime) -> int:
    """Let what is too old be told in the site only, so many at a time, read one by one by nobody; return how many."""
    old = select(Notice.id).where(Notice.outgoing_at < at - TOO_OLD).limit(MOST_FORGOTTEN)
    forgotten = update(Notice).where(Notice.id.in_(old)).values(outgoing_at=None).returning(Notice.id)
    return len(session.scalars(forgotten.execution_options(synchronize_session=False)).all())


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
    if notice.read_at is not None or not notice.person.is_active:
        notice.outgoing_at = None
        return False
    is_working_day = partial(_is_working_day, session)
    moment = goes_at(preference, notice.at, is_working_day)
    if moment <= at:
        moment = may_go_at(preference, at, is_working_day)
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
