"""Dates and durations as people read them: dd/mm/yyyy, Hà Nội time, words beside the colour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask import Flask

from engine import due as due_times
from engine.due import Due
from engine.runtime import OFFICE_ZONE
from web import clock
from web.database import session
from web.language import gettext, ngettext

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DueCue:
    """How urgent something is: a style, which names the icon too, and words; never colour alone."""

    css: str
    text: str


def day(value: object) -> str:
    """Return dd/mm/yyyy."""
    return value.astimezone(OFFICE_ZONE).strftime("%d/%m/%Y") if isinstance(value, datetime) else ""


def day_and_minute(value: object) -> str:
    """Return dd/mm/yyyy HH:MM in the office's zone."""
    return value.astimezone(OFFICE_ZONE).strftime("%d/%m/%Y %H:%M") if isinstance(value, datetime) else ""


def short_day_and_minute(value: object) -> str:
    """Return dd/mm HH:MM, for narrow places where the year is clear."""
    return value.astimezone(OFFICE_ZONE).strftime("%d/%m %H:%M") if isinstance(value, datetime) else ""


def lasted(span: timedelta) -> str:
    """Return a span in the two units that matter."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return gettext("under a minute")
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    days, hours = divmod(hours, 24)
    return gettext("%(days)s d %(hours)s h", days=days, hours=hours)


def ago(value: object) -> str:
    """Return how long ago an instant was."""
    return gettext("%(span)s ago", span=lasted(clock.now() - value)) if isinstance(value, datetime) else ""


def due(value: datetime | None) -> DueCue:
    """Return the cue for a due time, of a task or, its earliest one, of a case."""
    cue = due_times.cue(session(), value, at=clock.now())
    return DueCue(cue.due.value, _due_words(cue, value))


def _due_words(cue: due_times.DueCue, value: datetime | None) -> str:
    match cue.due:
        case Due.NONE:
            return gettext("No deadline")
        case Due.LATE if cue.by < MINUTE:  # since then the office was closed
            return gettext("Late")
        case Due.LATE:
            return gettext("Late by %(span)s", span=_measured(cue))
        case Due.SOON:
            return gettext("%(span)s left", span=_measured(cue))
        case Due.OK:
            return gettext("Due %(day)s", day=day(value))


def _measured(cue: due_times.DueCue) -> str:
    """Return working time in hours, for a working day is none of 24; any other span in the two units that matter."""
    if not cue.is_working_time or cue.by < HOUR:
        return lasted(cue.by)
    return ngettext("%(num)s working hour", "%(num)s working hours", int(cue.by / HOUR))


def file_size(size: int) -> str:
    """Return a size in bytes as kB or MB, with a decimal comma."""
    if size < 1024 * 1024:
        return f"{max(1, size // 1024)} kB"
    return f"{Decimal(size) / 1024 / 1024:.1f}".replace(".", ",") + " MB"


def init_app(app: Flask) -> None:
    """Offer the templates these words."""
    app.jinja_env.filters.update(
        dmy=day, dmy_hm=day_and_minute, dm_hm=short_day_and_minute, ago=ago, due=due, filesize=file_size, lasted=lasted
    )
