"""Working time: moves moments forward and backward over opening hours, and measures what lies between.

Opening spans are [open, close): the moment of closing belongs to the next opening, but a span of time that ends exactly
at closing ends there. Rules R1–R8 and the examples E1–E22 are those of the domain dictionary, section 5; receipt days
and calendar days follow Bộ luật Dân sự Điều 147 and 148.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.errors import Invalid
from engine.model.calendar import ReceiptShift

SECONDS_AN_HOUR = 3600
SATURDAY, DAYS_A_WEEK = 5, 7


class CalendarYearMissing(Invalid):
    """The moment lies in, or would reach, a year whose calendar nobody has approved; never guessed."""

    code = "calendar.year_missing"

    def __init__(self, year: int) -> None:
        super().__init__(f"the working calendar of {year} has not been approved", year=year)
        self.year = year


class Pause(StrEnum):
    """How the clock goes on after a pause (R5): with what was left, or from the start again."""

    RESUME = "resume"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Span:
    """Opening hours without a break, such as 07:30–11:30."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("A span closes after it opens.")


@dataclass(frozen=True, slots=True)
class Season:
    """The hours of a week between two dates, both included; `week` has seven entries, Monday first."""

    week: Sequence[Sequence[Span]]
    first: date = date.min
    last: date = date.max

    @classmethod
    def weekdays(cls, *spans: Span, first: date = date.min, last: date = date.max) -> "Season":
        """Return a season with the same hours from Monday to Friday."""
        return cls([spans if day < SATURDAY else () for day in range(DAYS_A_WEEK)], first, last)


@dataclass(frozen=True, slots=True)
class _Timeline:
    """Consecutive approved years, laid out: spans in UTC seconds with the working time before each; working days."""

    first_year: int
    last_year: int
    opens: Sequence[int]
    closes: Sequence[int]
    before: Sequence[int]
    days: Sequence[int]
    day_closes: Sequence[int]


class WorkingTime:
    """The working time of one office; the later of two seasons that hold on a day wins.

    `off` are days without work (holidays, swapped days), `worked` days with it although the week says otherwise (làm
    bù); such a day has the hours of the nearest working day of its week. Both map to the reason. `hours` are those of
    single days, and go before everything else.
    """

    def __init__(
        self,
        seasons: Sequence[Season],
        *,
        off: Mapping[date, str],
        worked: Mapping[date, str],
        approved: Collection[int],
        zone: ZoneInfo,
        hours: Mapping[date, Sequence[Span]] = MappingProxyType({}),
    ) -> None:
        self._seasons, self._off, self._worked, self._zone = tuple(seasons), dict(off), dict(worked), zone
        self._hours = dict(hours)
        self._timelines = {}
        for years in _consecutive(sorted(approved)):
            timeline = self._laid_out(years)
            self._timelines.update(dict.fromkeys(years, timeline))

    def spans_on(self, day: date) -> Sequence[Span]:
        """Return the opening hours of one day, none for a day off; the year must be approved."""
        self._timeline_of_year(day.year)
        return self._spans(day)

    def is_working_day(self, day: date) -> bool:
        """Tell whether the office works on a day."""
        return bool(self.spans_on(day))

    def next_open(self, at: datetime) -> datetime:
        """Return the moment itself inside opening hours, else the next opening (R3)."""
        timeline, second = self._timeline(at), int(at.timestamp())
        index = bisect_right(timeline.closes, second)
        if index == len(timeline.opens):
            raise CalendarYearMissing(timeline.last_year + 1)
        return at if timeline.opens[index] <= second else _moment(timeline.opens[index])

    def after_hours(self, at: datetime, hours: float | Decimal) -> datetime:
        """Return the moment when so many working hours have passed (R1); an exact end at closing stays there."""
        timeline = self._timeline(at)
        target = self._worked_until(timeline, at) + _seconds(hours)
        index = bisect_left(timeline.before, target) - 1 if hours else bisect_right(timeline.before, target) - 1
        index = max(index, 0)
        if index == len(timeline.opens):
            raise CalendarYearMissing(timeline.last_year + 1)
        return _moment(timeline.opens[index] + target - timeline.before[index])

    def before_hours(self, at: datetime, hours: float | Decimal) -> datetime:
        """Return the latest moment from which so many working hours lead to `at`."""
        timeline = self._timeline(at)
        target = self._worked_until(timeline, at) - _seconds(hours)
        if target < 0:
            raise CalendarYearMissing(timeline.first_year - 1)
        index = min(bisect_right(timeline.before, target) - 1, len(timeline.opens) - 1)
        return _moment(timeline.opens[index] + target - timeline.before[index])

    def after_days(self, at: datetime, days: int, *, shift: ReceiptShift = ReceiptShift.OPENING) -> datetime:
        """Return closing time of the n-th working day after the day of receipt, which is not counted (R2, R3)."""
        received = self.next_open(at) if shift is ReceiptShift.OPENING else at
        timeline = self._timeline(at)
        return self._close(timeline, bisect_right(timeline.days, self._ordinal(received)) - 1 + days)

    def before_days(self, at: datetime, days: int) -> datetime:
        """Return closing time of the n-th working day before that of `at`: when to remind (E22)."""
        timeline = self._timeline(at)
        return self._close(timeline, bisect_right(timeline.days, self._ordinal(at)) - 1 - days)

    def after_calendar_days(self, at: datetime, days: int) -> datetime:
        """Return closing time of the n-th calendar day; on a rest day, of the next working day (R4)."""
        last = self._ordinal(at) + days
        timeline = self._timeline_of_year(date.fromordinal(last).year)
        return self._close(timeline, bisect_left(timeline.days, last))

    def same_day(self, at: datetime, cutoff: time) -> datetime:
        """Return closing time of the day of receipt, or of the next working day when it came after the cutoff (E21)."""
        received = self.next_open(at)
        is_late = received.astimezone(self._zone).time() > cutoff
        return self.after_days(received, 1 if is_late else 0)

    def received(self, at: datetime, until: time) -> datetime:
        """Return the moment itself, or the next working day's opening when it comes later on a working day."""
        local = at.astimezone(self._zone)
        if local.time() <= until or not self.is_working_day(local.date()):
            return at
        return self.next_open(datetime.combine(local.date() + timedelta(days=1), time.min, self._zone))

    def between(self, earlier: datetime, later: datetime) -> timedelta:
        """Return the working time from one moment to a later one; negative when it is the other way round."""
        if earlier > later:
            return -self.between(later, earlier)
        first, last = self._timeline(earlier), self._timeline(later)
        if first is not last:
            raise CalendarYearMissing(first.last_year + 1)
        return timedelta(seconds=self._worked_until(last, later) - self._worked_until(first, earlier))

    def resumed(
        self, due: datetime, *, paused: datetime, resumed: datetime, whole_hours: float | None = None
    ) -> datetime:
        """Return the due moment after a pause (R5): with what was left to the minute, or the whole hours again."""
        if whole_hours is not None:
            return self.after_hours(resumed, whole_hours)
        left = int(self.between(paused, due).total_seconds()) // 60 * 60
        return self.after_hours(resumed, Decimal(left) / SECONDS_AN_HOUR)

    def hours_of_day(self, day: date) -> Decimal:
        """Return the working hours of one day: what turns "3 ngày" into hours where a procedure counts hours (R8)."""
        return Decimal(sum(_length(span) for span in self.spans_on(day))) / SECONDS_AN_HOUR

    def working_days(self, year: int) -> int:
        """Count the working days of an approved year."""
        timeline = self._timeline_of_year(year)
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        return bisect_right(timeline.days, last) - bisect_left(timeline.days, first)

    def _ordinal(self, at: datetime) -> int:
        return at.astimezone(self._zone).toordinal()

    def _timeline(self, at: datetime) -> _Timeline:
        return self._timeline_of_year(at.astimezone(self._zone).year)

    def _timeline_of_year(self, year: int) -> _Timeline:
        found = self._timelines.get(year)
        if found is None:
            raise CalendarYearMissing(year)
        return found

    @staticmethod
    def _worked_until(timeline: _Timeline, at: datetime) -> int:
        second = int(at.timestamp())
        index = bisect_right(timeline.opens, second) - 1
        return 0 if index < 0 else timeline.before[index] + min(second, timeline.closes[index]) - timeline.opens[index]

    @staticmethod
    def _close(timeline: _Timeline, index: int) -> datetime:
        if index < 0:
            raise CalendarYearMissing(timeline.first_year - 1)
        if index >= len(timeline.day_closes):
            raise CalendarYearMissing(timeline.last_year + 1)
        return _moment(timeline.day_closes[index])

    def _laid_out(self, years: Sequence[int]) -> _Timeline:
        opens, closes, before, days, day_closes, passed = [], [], [], [], [], 0
        for day in _days_of(years):
            spans = self._spans(day)
            for span in spans:
                opens.append(self._second(day, span.opens))
                closes.append(self._second(day, span.closes))
                before.append(passed)
                passed += closes[-1] - opens[-1]
            if spans:
                days.append(day.toordinal())
                day_closes.append(closes[-1])
        before.append(passed)
        return _Timeline(years[0], years[-1], opens, closes, before, days, day_closes)

    def _second(self, day: date, at: time) -> int:
        return int(datetime.combine(day, at, self._zone).timestamp())

    def _spans(self, day: date) -> Sequence[Span]:
        if day in self._hours:
            return self._hours[day]
        if day in self._worked:
            return next((spans for spans in map(self._week_of(day).__getitem__, _nearest(day.weekday())) if spans), ())
        return () if day in self._off else self._week_of(day)[day.weekday()]

    def _week_of(self, day: date) -> Sequence[Sequence[Span]]:
        holding = [season for season in self._seasons if season.first <= day <= season.last]
        return holding[-1].week if holding else [()] * DAYS_A_WEEK


def _nearest(weekday: int) -> Sequence[int]:
    return sorted(range(DAYS_A_WEEK), key=lambda other: abs(other - weekday))


def _length(span: Span) -> int:
    return int((datetime.combine(date.min, span.closes) - datetime.combine(date.min, span.opens)).total_seconds())


def _consecutive(years: Sequence[int]) -> Iterator[Sequence[int]]:
    row: list[int] = []
    for year in years:
        if row and year != row[-1] + 1:
            yield row
            row = []
        row.append(year)
    if row:
        yield row


def _days_of(years: Sequence[int]) -> Iterator[date]:
    first, last = date(years[0], 1, 1).toordinal(), date(years[-1], 12, 31).toordinal()
    return map(date.fromordinal, range(first, last + 1))


def _seconds(hours: float | Decimal) -> int:
    if hours < 0:
        raise ValueError("Hours are counted forward or backward, never below zero.")
    return round(Decimal(hours) * SECONDS_AN_HOUR)


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
