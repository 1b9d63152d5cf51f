"""Dates and durations as people read them: dd/mm/yyyy, Hà Nội time, words beside the colour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask import Flask

from engine.runtime import OFFICE_ZONE
from web import clock
from web.language import gettext, ngettext

SOON = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class DueCue:
    """How urgent something is: a style, a mark and words; never colour alone."""

    css: str
    icon: str
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
    """Return the cue for a due time."""
    if value is None:
        return DueCue("none", "", gettext("No deadline"))
    left = value - clock.now()
    if left < timedelta():
        return DueCue("late", "⏱", gettext("Late by %(span)s", span=lasted(-left)))
    if left < SOON:
        return DueCue("soon", "◔", gettext("%(span)s left", span=lasted(left)))
    return DueCue("ok", "○", gettext("Due %(day)s", day=day(value)))


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
