"""When a timer is due: ISO 8601 dates, durations and cycles, counted in the office's time zone."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """An ISO duration; months are counted on the calendar, the rest is exact."""

    months: int
    rest: timedelta

    @classmethod
    def parse(cls, text: str) -> "Duration | None":
        """Read `P1Y2M`, `P3D`, `PT1H30M` …; None when the text is none."""
        found = _DURATION.fullmatch(text)
        if found is None or text[-1] in "PT":
            return None
        number = {name: float(part) for name, part in found.groupdict().items() if part and name != "sign"}
        sign = -1 if found["sign"] else 1
        months = int(number.pop("years", 0) * 12 + number.pop("months", 0))
        return cls(sign * months, sign * timedelta(**number))

    def after(self, start: datetime, *, times: int = 1) -> datetime:
        """Return `start` moved on; a day that the month lacks becomes its last day (31 Jan, 28 Feb, 31 Mar)."""
        index = start.year * 12 + start.month - 1 + self.months * times
        year, month = divmod(index, 12)
        day = min(start.day, monthrange(year, month + 1)[1])
        return start.replace(year=year, month=month + 1, day=day) + self.rest * times


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeating interval: `R3/PT10H`, `R/2026-01-01T00:00:00Z/P1M`; `times` None means for ever."""

    times: int | None
    start: str | None
    every: str

    @classmethod
    def parse(cls, text: str) -> "Cycle | None":
        """Read a repeating interval; None when the text is none."""
        repeat, *parts = text.split("/")
        if not re.fullmatch(r"R\d*", repeat) or len(parts) not in {1, 2} or Duration.parse(parts[-1]) is None:
            return None
        start = parts[0] if len(parts) == 2 else None
        if start is not None and not is_moment(start):
            return None
        return cls(int(repeat[1:]) if repeat[1:] else None, start, parts[-1])


def is_moment(text: str) -> bool:
    """Say whether the text is an ISO date, or date and time."""
    try:
        moment(text, zone=ZoneInfo("UTC"))
    except ValueError:
        return False
    return True


def moment(text: str, *, zone: ZoneInfo, at: time = time()) -> datetime:
    """Return the UTC moment of an ISO date-time, or of a date `at` a time of day; without offset it is local.

    FEEL writes a named zone behind an `@`. Raises ValueError.
    """
    body, _, name = text.partition("@")
    zone = ZoneInfo(name) if name else zone
    if "T" not in body:
        return datetime.combine(date.fromisoformat(body), at, tzinfo=zone).astimezone(UTC)
    parsed = datetime.fromisoformat(body)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)


def due_from(text: str, *, now: datetime, zone: ZoneInfo, at: time = time()) -> datetime:
    """Return the UTC moment that a date, date-time or duration from `now` means; raises ValueError."""
    duration = Duration.parse(text)
    if duration is not None:
        return duration.after(now.astimezone(zone)).astimezone(UTC)
    return moment(text, zone=zone, at=at)


def iso(when: datetime) -> str:
    """Return the moment as ISO text in UTC."""
    return when.astimezone(UTC).isoformat()
