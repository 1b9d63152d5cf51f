"""Opening hours as people write them: `07:30-11:30, 13:00-17:00`."""

import re
from collections.abc import Sequence
from datetime import time
from itertools import pairwise

from engine.calendar.working_time import DAYS_A_WEEK, Span
from engine.errors import Invalid

MOST_SPANS = 4
_SPAN = re.compile(r"\s*(\d{1,2})[:hg](\d{2})\s*[-–]\s*(\d{1,2})[:hg](\d{2})\s*", re.IGNORECASE)


class HoursUnreadable(Invalid):
    """The text names no opening hours, or such that overlap or close before they open."""

    code = "calendar.hours_unreadable"


def read_hours(text: str) -> Sequence[Span]:
    """Read the opening hours of one day, none for an empty text; refuses with `HoursUnreadable`."""
    if not text.strip():
        return ()
    spans = tuple(_span(part, text) for part in re.split(r"[,;]", text))
    if len(spans) > MOST_SPANS or any(later.opens < earlier.closes for earlier, later in pairwise(spans)):
        raise HoursUnreadable(hours=text)
    return spans


def _span(part: str, text: str) -> Span:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise HoursUnreadable(hours=text)
    first, first_minute, last, last_minute = map(int, found.groups())
    try:
        return Span(time(first, first_minute), time(last, last_minute))
    except ValueError as error:
        raise HoursUnreadable(hours=text) from error


def say_hours(spans: Sequence[Span]) -> str:
    """Write opening hours the way they are stored."""
    return ", ".join(f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans)


def read_week(days: Sequence[str]) -> Sequence[Sequence[Span]]:
    """Read the hours of seven days, Monday first; refuses with `HoursUnreadable`, also a week without any hours."""
    week = [read_hours(text) for text in days]
    if len(week) != DAYS_A_WEEK or not any(week):
        raise HoursUnreadable(hours="")
    return week
