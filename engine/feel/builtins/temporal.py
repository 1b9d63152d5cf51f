"""Built-in functions on dates and times (DMN 1.5, 10.3.4.6 and 10.3.4.7); `now` and `today` ask the caller's clock."""

from datetime import UTC, date, datetime, time, timedelta

from engine.feel import temporal
from engine.feel.errors import Unfit
from engine.feel.numbers import Number, integer, is_whole
from engine.feel.runtime import Run
from engine.feel.temporal import YearsMonths
from engine.feel.values import plain

from .fitting import refusal
from .registry import DEAR, builtin

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _alone(value: object) -> object:
    value = plain(value)
    return plain(value[0]) if isinstance(value, list) and len(value) == 1 else value


@builtin("date(from: any)", cost=DEAR)
def date_from(value: object) -> date:
    """Return the date of a text, a date, or a date and time."""
    value = _alone(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return temporal.read_date(value)
    raise refusal("date", value)


@builtin("date(year: number, month: number, day: number)", cost=DEAR)
def date_of(year: Number, month: Number, day: Number) -> date:
    """Return the date of year, month and day."""
    try:
        return date(_whole(year), _whole(month), _whole(day))
    except (ValueError, OverflowError) as error:
        raise Unfit("không có ngày này", "there is no such date") from error


def _whole(value: Number) -> int:
    if not is_whole(value):
        raise Unfit("cần số nguyên", "a whole number is wanted")
    return integer(value)


@builtin("time(from: any)", takes_run=True, cost=DEAR)
def time_from(run: Run, value: object) -> time:
    """Return the time of a text, a time, a date and time, or a date's midnight UTC."""
    value = _alone(value)
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, date):
        return time(0, tzinfo=UTC)
    if isinstance(value, time):
        return value
    if isinstance(value, str):
        temporal.spend_on_zone(run.spend, value)
        return temporal.read_time(value)
    raise refusal("time", value)


@builtin("time(hour: number, minute: number, second: number, [offset: duration?])", cost=DEAR)
def time_of(hour: Number, minute: Number, second: Number, offset: timedelta | None = None) -> time:
    """Return the time of hour, minute, second (with a fraction) and offset from UTC."""
    zone = None if offset is None else temporal.offset_zone(offset)
    seconds = integer(second)
    try:
        return time(_whole(hour), _whole(minute), seconds, integer((second - seconds) * 1_000_000), tzinfo=zone)
    except (ValueError, OverflowError) as error:
        raise Unfit("không có giờ này", "there is no such time") from error


@builtin("date and time(from: any)", takes_run=True, cost=DEAR)
def date_and_time_from(run: Run, value: object) -> datetime:
    """Return the date and time of a text, a date and time, or a date's midnight."""
    value = _alone(value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, temporal.MIDNIGHT)
    if isinstance(value, str):
        temporal.spend_on_zone(run.spend, value)
        return temporal.read_date_and_time(value)
    raise refusal("date and time", value)


@builtin("date and time(date: date, time: any)", "date and time(date: date, timezone: any)", takes_run=True, cost=DEAR)
def date_and_time_of(run: Run, day: date, clock: object) -> datetime:
    """Return the date with the time; or the same moment as clocks of a named zone show it."""
    clock = _alone(clock)
    if isinstance(clock, time):
        return datetime.combine(day, clock)
    if isinstance(clock, str) and isinstance(day, datetime):
        return _in_zone(run, day, clock)
    raise refusal("time", clock)


def _in_zone(run: Run, moment: datetime, zone: str) -> datetime:
    run.spend(temporal.ZONE_COST)
    zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=run.environment.zone)
    try:
        return zoned.astimezone(temporal.named_zone(zone))
    except (OverflowError, ValueError) as error:
        raise Unfit("kết quả nằm ngoài năm 1…9999", "the result lies outside the years 1…9999") from error


@builtin("duration(from: any)", cost=DEAR)
def duration(value: object) -> YearsMonths | timedelta:
    """Return the duration of a text."""
    value = _alone(value)
    if isinstance(value, (YearsMonths, timedelta)):
        return value
    if isinstance(value, str):
        return temporal.read_duration(value)
    raise refusal("days and time duration", value)


@builtin("years and months duration(from: date, to: date)", cost=DEAR)
def years_and_months_duration(start: date, end: date) -> YearsMonths:
    """Return the whole months from one date to the other, negative if it is earlier."""
    if (end.year, end.month, end.day) < (start.year, start.month, start.day):
        return YearsMonths(-years_and_months_duration(end, start).months)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsMonths(months - (end.day < start.day))


@builtin("now()", takes_run=True, cost=DEAR)
def now(run: Run) -> datetime:
    """Return the caller's time in the office's zone."""
    return run.environment.now.astimezone(run.environment.zone)


@builtin("today()", takes_run=True, cost=DEAR)
def today(run: Run) -> date:
    """Return the caller's date in the office's zone."""
    return now(run).date()


@builtin("day of year(date: date)")
def day_of_year(day: date) -> int:
    """Return which day of its year the date is."""
    return day.timetuple().tm_yday


@builtin("day of week(date: date)")
def day_of_week(day: date) -> str:
    """Return the English name of the weekday, as the standard has it."""
    return _WEEKDAYS[day.weekday()]


@builtin("month of year(date: date)")
def month_of_year(day: date) -> str:
    """Return the English name of the month, as the standard has it."""
    return _MONTHS[day.month - 1]


@builtin("week of year(date: date)")
def week_of_year(day: date) -> int:
    """Return the ISO 8601 week."""
    return day.isocalendar().week


@builtin("last day of month(date: date)")
def last_day_of_month(day: date) -> date:
    """Return the last date of the month."""
    return date(day.year, day.month, temporal.last_day_of_month(day))
