"""When escalation rules hold for one task: moments in working time, between its beginning and its due time and after.

What would lie in a year whose calendar nobody has approved is not guessed: such an occasion is pending, and stands at
the earliest moment it can possibly be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.calendar import CalendarYearMissing, ReceiptShift, WorkingTime
from engine.calendar.offices import ZONE
from engine.calendar.working_time import SECONDS_AN_HOUR
from engine.escalations.rules import Moment, Rule


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a task has: from when it is counted, and until when."""

    counted_from: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time to tell people, the `turn`-th repetition of its rule; `pending` when it cannot be computed yet."""

    at: datetime
    rule: Rule
    turn: int = 0
    pending: CalendarYearMissing | None = None


def occasions(rules: Sequence[Rule], span: Span, time: WorkingTime) -> list[Occasion]:
    """Return every time to tell people, in order; a moment before the task's own time began is none."""
    found = [each for rule in rules for each in _of_rule(rule, span, time)]
    return sorted(found, key=lambda occasion: occasion.at)


def _of_rule(rule: Rule, span: Span, time: WorkingTime) -> Iterator[Occasion]:
    turn, moment = 0, span.due_at
    try:
        found = _moment(rule.moment, span, time)
        if found is None:
            return
        moment = found
        yield Occasion(moment, rule)
        for turn in range(1, rule.daily + 1):
            yield Occasion(_opening_after(found, turn, time), rule, turn)
    except CalendarYearMissing as missing:
        yield from _pending(rule, turn, span, missing, after=moment)
    except OverflowError:  # a due moment at the very end of time
        return


def _pending(rule: Rule, turn: int, span: Span, missing: CalendarYearMissing, *, after: datetime) -> Iterator[Occasion]:
    if not rule.moment.is_before_due:
        yield Occasion(max(after, datetime(missing.year, 1, 1, tzinfo=ZONE)), rule, turn, missing)
    elif missing.year >= span.counted_from.astimezone(ZONE).year:
        yield Occasion(span.counted_from, rule, turn, missing)


def _moment(moment: Moment, span: Span, time: WorkingTime) -> datetime | None:
    """Return the moment, None for one before the task's own time."""
    if moment.percent:
        return _share(moment.percent, span, time)
    found = _from_due(moment, span.due_at, time)
    is_too_early = moment.is_before_due and found < span.counted_from
    return None if is_too_early else found


def _share(percent: int, span: Span, time: WorkingTime) -> datetime | None:
    """Return when a part of the working time has passed; None where there is no time at all."""
    if span.due_at <= span.counted_from:
        return None
    seconds = time.between(span.counted_from, span.due_at) / timedelta(seconds=1)
    hours = Decimal(int(seconds)) * percent / 100 / SECONDS_AN_HOUR
    return min(max(time.after_hours(span.counted_from, hours), span.counted_from), span.due_at)


def _from_due(moment: Moment, due_at: datetime, time: WorkingTime) -> datetime:
    if moment.hours:
        return time.after_hours(due_at, moment.hours) if moment.hours > 0 else time.before_hours(due_at, -moment.hours)
    if moment.days < 0:
        return time.before_days(due_at, -moment.days)
    return time.after_days(due_at, moment.days, shift=ReceiptShift.CIVIL_DATE) if moment.days else due_at


def _opening_after(moment: datetime, days: int, time: WorkingTime) -> datetime:
    """Return when the office opens on the n-th working day after the day of a moment: when people read what is new."""
    day = time.after_days(moment, days, shift=ReceiptShift.CIVIL_DATE).astimezone(ZONE).date()
    return datetime.combine(day, time.spans_on(day)[0].opens, ZONE)
