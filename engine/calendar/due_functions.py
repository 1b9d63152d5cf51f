"""What FEEL expressions ask of the calendar: due moments from now, and how much working time lies between two moments.

What cannot be computed is an error with a sentence, so an incident at the step: no due moment is ever guessed or left
out.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from engine.calendar.offices import ZONE, OfficeCalendar
from engine.calendar.receipts import Receipt
from engine.calendar.working_time import SECONDS_AN_HOUR, CalendarYearMissing, WorkingTime
from engine.directory import Directory
from engine.feel import FeelError
from engine.wording import Bilingual

T = TypeVar("T")
FINEST_HOURS = 4
"""Decimal places of hours that are measured; a second is more than one of the last."""


class DueYearMissing(FeelError):
    """The due moment lies in, or would reach, a year whose calendar nobody has approved."""

    code = CalendarYearMissing.code

    def __init__(self, year: int) -> None:
        super().__init__(
            Bilingual(
                f"lịch làm việc năm {year} chưa được duyệt nên chưa tính được hạn; hãy nhờ quản trị viên duyệt lịch "
                f"năm {year} ở Quản trị → Lịch làm việc, rồi thử lại",
                f"the working calendar of {year} has not been approved, so no due time can be computed; ask an "
                f"administrator to approve {year} under Administration → Working calendar, then retry",
            )
        )


def due_functions(
    calendar: OfficeCalendar, directory: Directory, *, at: datetime, unit_code: str = ""
) -> Mapping[str, Callable[..., object]]:
    """Return the calendar's functions under the names of `engine.feel.office`, counting from `at` in a unit's hours."""
    return _DueFunctions(calendar, directory, at, unit_code).by_name


class _DueFunctions:
    """The implementations; a unit that the directory no longer knows has the hours of the office."""

    def __init__(self, calendar: OfficeCalendar, directory: Directory, at: datetime, unit_code: str) -> None:
        self._calendar, self._directory, self._at, self._unit_code = calendar, directory, at, unit_code
        self.by_name: Mapping[str, Callable[..., object]] = {
            "working days": self.working_days,
            "working hours": self.working_hours,
            "working days before": self.working_days_before,
            "working hours before": self.working_hours_before,
            "working hours between": self.working_hours_between,
        }

    def working_days(self, days: object) -> datetime:
        count = _whole(days)
        return self._asked(lambda time: self._receipt().after_days(time, self._at, count))

    def working_hours(self, hours: object) -> datetime:
        count = _number(hours)
        return self._asked(lambda time: self._receipt().after_hours(time, self._at, count))

    def working_days_before(self, moment: object, days: object) -> datetime:
        before, count = _moment(moment), _whole(days)
        return self._asked(lambda time: time.before_days(before, count))

    def working_hours_before(self, moment: object, hours: object) -> datetime:
        before, count = _moment(moment), _number(hours)
        return self._asked(lambda time: time.before_hours(before, count))

    def working_hours_between(self, earlier: object, later: object) -> Decimal:
        first, last = _moment(earlier), _moment(later)
        passed = self._computed(lambda time: time.between(first, last))
        return round(Decimal(int(passed.total_seconds())) / SECONDS_AN_HOUR, FINEST_HOURS).normalize()

    def _asked(self, compute: Callable[[WorkingTime], datetime]) -> datetime:
        return self._computed(compute).astimezone(ZONE)

    def _computed(self, compute: Callable[[WorkingTime], T]) -> T:
        try:
            return compute(self._calendar.working_time(self._above()))
        except CalendarYearMissing as missing:
            raise DueYearMissing(missing.year) from missing

    def _receipt(self) -> Receipt:
        return self._calendar.receipt(self._above())

    def _above(self) -> Iterable[str]:
        return self._directory.ancestors(self._unit_code) if self._unit_code else ()


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        raise FeelError(Bilingual("cần một số từ 0 trở lên", "a number from 0 upwards is needed"))
    return Decimal(value)


def _whole(value: object) -> int:
    number = _number(value)
    if number != int(number):
        raise FeelError(Bilingual("cần số ngày nguyên", "a whole number of days is needed"))
    return int(number)


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise FeelError(
            Bilingual(
                "cần một thời điểm; với biến kiểu chữ hãy viết date and time(…)",
                "a moment is needed; for a text write date and time(…)",
            )
        )
    return value if value.tzinfo else value.replace(tzinfo=ZONE)
