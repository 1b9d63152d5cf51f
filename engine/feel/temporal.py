"""Dates, times and durations: the standard library's own types, read from and written as ISO 8601 and FEEL text.

Years run from 1 to 9999 and seconds have six decimals (finer ones are cut off): what an office needs, and what the
standard library computes exactly.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from .errors import Unfit

_DATE = re.compile(r"(-?)([1-9][0-9]{4,8}|[0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+/-]*)?"
)
_YEARS_MONTHS = re.compile(r"(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?")
_DAYS_TIME = re.compile(
    r"(-?)P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]*))?S)?)?",
)
_MAX_DIGITS = 15
_MAX_OFFSET = timedelta(hours=18)
_STANDARD_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - asked for a zone's usual offset, it belongs to no zone
MIDNIGHT = time(0)
ZONE_COST = 350
"""Steps to look a zone up, in the file system if there is none of that name."""


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, in months; negative ones go back."""

    months: int


def read_date(text: str) -> date:
    """Return the date `YYYY-MM-DD`; refuse any other text."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise _unreadable("ngày", "date", text)
    if match.group(1) or len(match.group(2)) > 4:
        raise Unfit(f"năm của “{text}” nằm ngoài 1…9999", f"the year of “{text}” is outside 1…9999")
    try:
        return date(int(match.group(2)), int(match.group(3)), int(match.group(4)))
    except ValueError as error:
        raise _unreadable("ngày", "date", text) from error


def read_time(text: str) -> time:
    """Return the time `hh:mm:ss` with optional fraction and `Z`, offset or `@zone`; refuse any other text.

    Seconds may be left out, as date pickers in browsers do.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise _unreadable("giờ", "time", text)
    hour, minute, second, fraction, zone = match.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        return time(int(hour), int(minute), int(second or 0), micros, tzinfo=_read_zone(zone))
    except ValueError as error:
        raise _unreadable("giờ", "time", text) from error


def read_date_and_time(text: str) -> datetime:
    """Return the date and time `dateTtime`, or a date's midnight; refuse any other text."""
    day, separator, clock = text.partition("T")
    return datetime.combine(read_date(day), read_time(clock) if separator else MIDNIGHT)


def read_duration(text: str) -> YearsMonths | timedelta:
    """Return the duration; refuse text that is none, or that mixes months with days."""
    match = _YEARS_MONTHS.fullmatch(text)
    if match is not None and (match.group(2) or match.group(3)):
        sign, years, months = match.groups()
        return YearsMonths(int(sign + "1") * (12 * _count(years, text) + _count(months, text)))
    match = _DAYS_TIME.fullmatch(text)
    if match is None or text[-1] in "PT":
        raise _unreadable("khoảng thời gian", "duration", text)
    sign, days, hours, minutes, seconds, fraction = match.groups()
    whole = 3600 * _count(hours, text) + 60 * _count(minutes, text) + _count(seconds, text)
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        return int(sign + "1") * timedelta(days=_count(days, text), seconds=whole, microseconds=micros)
    except OverflowError as error:
        raise _unreadable("khoảng thời gian", "duration", text) from error


def read_temporal(text: str) -> object:
    """Return the value of an `@"…"` literal: a duration, date and time, date or time; refuse any other text."""
    if "P" in text[:2]:
        return read_duration(text)
    if "T" in text[:15]:
        return read_date_and_time(text)
    return read_time(text) if ":" in text else read_date(text)


def offset_zone(offset: timedelta) -> timezone:
    """Return the zone of a fixed offset; refuse one beyond 18 hours or with parts of a second."""
    if abs(offset) > _MAX_OFFSET or offset.microseconds:
        raise Unfit(f"độ lệch múi giờ {shown(offset)} không hợp lệ", f"no zone has the offset {shown(offset)}")
    return UTC if not offset else timezone(offset)


def named_zone(name: str) -> ZoneInfo:
    """Return a zone of the IANA database; refuse any other name."""
    try:
        return _zone(name)
    except (KeyError, ValueError, OSError) as error:
        raise Unfit(f"không có múi giờ “{name}”", f"there is no time zone “{name}”") from error


def spend_on_zone(spend: Callable[[int], None], text: str) -> None:
    """Count the zone that a time's text may name."""
    if "@" in text:
        spend(ZONE_COST)


@cache
def _zone(name: str) -> ZoneInfo:
    """Read a zone once in the life of the process; there are some hundreds, and what is none is not kept."""
    return ZoneInfo(name)


def _read_zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    if text[0] == "@":
        return named_zone(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    size = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return offset_zone(-size if text[0] == "-" else size)


def _count(digits: str | None, text: str) -> int:
    if digits and len(digits) > _MAX_DIGITS:
        raise _unreadable("khoảng thời gian", "duration", text)
    return int(digits or 0)


def _unreadable(vi: str, en: str, text: str) -> Unfit:
    short = text if len(text) <= 40 else text[:40] + "…"
    return Unfit(f"“{short}” không phải là {vi}", f"“{short}” is no {en}")


def time_offset(value: time) -> timedelta | None:
    """Return a time's offset from UTC; for a named zone the one outside daylight saving."""
    return None if value.tzinfo is None else value.tzinfo.utcoffset(_STANDARD_DAY)


def zone_name(value: time | datetime) -> str | None:
    """Return the IANA name of the value's zone, if it has one."""
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day; a date and time keeps its time."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1, day=min(day.day, _days_in(year, month + 1)))
    except ValueError as error:
        raise Unfit("kết quả nằm ngoài năm 1…9999", "the result lies outside the years 1…9999") from error


def last_day_of_month(day: date) -> int:
    """Return how many days the month of `day` has."""
    return _days_in(day.year, day.month)


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def later(moment: datetime, by: timedelta) -> datetime:
    """Return the moment so much later, measured in elapsed time and shown in the same zone."""
    try:
        if isinstance(moment.tzinfo, ZoneInfo):
            return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)
        return moment + by
    except (OverflowError, ValueError) as error:
        raise Unfit("kết quả nằm ngoài năm 1…9999", "the result lies outside the years 1…9999") from error


def shown(value: date | time | timedelta | YearsMonths) -> str:
    """Return the text FEEL's `string` gives, which reads back as the same value."""
    if isinstance(value, YearsMonths):
        return _shown_months(value.months)
    if isinstance(value, timedelta):
        return _shown_duration(value)
    if isinstance(value, datetime):
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}T{_shown_clock(value)}"
    if isinstance(value, time):
        return _shown_clock(value)
    return value.isoformat()


def _shown_clock(value: time | datetime) -> str:
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}{_shown_zone(value)}"


def _shown_zone(value: time | datetime) -> str:
    name = zone_name(value)
    if name is not None:
        return "@" + name
    offset = value.utcoffset()
    return "" if offset is None else shown_offset(offset)


def shown_offset(offset: timedelta) -> str:
    """Return an offset as ISO 8601 writes it: `Z`, `+07:00`."""
    if not offset:
        return "Z"
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    tail = f":{seconds:02d}" if seconds else ""
    return f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02d}:{minutes % 60:02d}{tail}"


def _shown_months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return ("-" if months < 0 else "") + "P" + (text or "0M")


def _shown_duration(value: timedelta) -> str:
    size = abs(value)
    minutes, seconds = divmod(size.seconds, 60)
    fraction = f".{size.microseconds:06d}".rstrip("0") if size.microseconds else ""
    clock = (f"{minutes // 60}H" if minutes >= 60 else "") + (f"{minutes % 60}M" if minutes % 60 else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    text = (f"{size.days}D" if size.days else "") + (f"T{clock}" if clock else "")
    return ("-" if value < timedelta(0) else "") + "P" + (text or "T0S")
