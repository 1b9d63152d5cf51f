"""When somebody may be told outside the site: at once or once a day, on working days, never in quiet hours."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from engine.calendar.offices import ZONE
from engine.model import Digest, NoticePreference

MOST_DAYS_AHEAD = 31
"""So far ahead a working day is looked for; a calendar that knows none keeps nobody waiting for longer."""


def goes_at(preference: NoticePreference, at: datetime, is_working_day: Callable[[date], bool]) -> datetime:
    """Return the first moment from `at` on at which the person may be told of what happened then.

    Hours are those of the office's clock. What waits for the end of quiet hours, or for the hour of the digest, waits
    for the same moment as everything else does, and so goes together with it. What waits for a working day goes at the
    hour of the digest.
    """
    is_daily = preference.digest is Digest.DAILY
    first = _next_time(at.astimezone(ZONE), preference.digest_at).astimezone(at.tzinfo) if is_daily else at
    return may_go_at(preference, first, is_working_day)


def may_go_at(preference: NoticePreference, at: datetime, is_working_day: Callable[[date], bool]) -> datetime:
    """Return the first moment from `at` on at which the person may be told of what has waited long enough."""
    moment = at.astimezone(ZONE)
    for _ in range(MOST_DAYS_AHEAD):
        moment = _out_of_quiet_hours(preference, moment)
        if not preference.only_working_days or is_working_day(moment.date()):
            break
        moment = _next_time(moment.replace(hour=0, minute=0) + timedelta(days=1), preference.digest_at)
    return max(moment.astimezone(at.tzinfo), at)


def _out_of_quiet_hours(preference: NoticePreference, moment: datetime) -> datetime:
    if preference.quiet_until is None or not preference.is_quiet(moment.time()):
        return moment
    return _next_time(moment, preference.quiet_until)


def _next_time(moment: datetime, hour: time) -> datetime:
    """Return the first moment, this one included, at which the office's clock shows a time."""
    then = moment.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return then if then >= moment else then + timedelta(days=1)
