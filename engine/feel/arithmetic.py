"""The operators `+ - * / **` and the unary minus over every pair of kinds (DMN 1.5, 10.3.2.15, tables 56–60)."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from . import numbers
from .errors import Unfit
from .runtime import Run
from .temporal import MIDNIGHT, YearsMonths, add_months, later, time_offset
from .values import kind_name, plain

Handler = Callable[[Run, Any, Any], object]
_DAY = timedelta(days=1)
_NUMBERS = (int, Decimal)
_COST, _SCALING_COST = 10, 20
"""Steps to add anything but two numbers, and to multiply or divide it."""


def operate(run: Run, operator: str, left: object, right: object) -> object:
    """Return `left operator right`; refuse (`Unfit`) kinds that the operator does not take."""
    handlers = OPERATIONS[operator]
    handler = handlers.get((type(left), type(right)))
    if handler is None:
        left, right = _alone(plain(left)), _alone(plain(right))
        handler = handlers.get((type(left), type(right)))
    if handler is None:
        raise _not_computable(operator, left, right)
    if not (isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS)):
        run.spend(_COST if operator in {"+", "-"} else _SCALING_COST)
    try:
        return handler(run, left, right)
    except ArithmeticError as error:
        raise Unfit(
            f"phép “{operator}” không có giá trị biểu diễn được", f"“{operator}” has no value that can be held"
        ) from error


def _not_computable(operator: str, left: object, right: object) -> Unfit:
    one, other = kind_name(left), kind_name(right)
    vi, en = f"không tính được {one.vi} {operator} {other.vi}", f"cannot compute {one.en} {operator} {other.en}"
    if operator == "+" and isinstance(left, str) is not isinstance(right, str):
        return Unfit(f"{vi} – đổi ra chuỗi bằng string(…)", f"{en} – string(…) turns a value into text")
    return Unfit(vi, en)


def _alone(value: object) -> object:
    """Take the element out of a list of one, where a single value is wanted (10.3.2.9.4)."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def negate(value: object) -> object:
    """Return the number or duration with the other sign; refuse every other kind."""
    value = _alone(plain(value))
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    if isinstance(value, timedelta):
        if value > -timedelta.min:
            raise Unfit("khoảng thời gian quá dài", "the duration is too long")
        return -value
    if isinstance(value, numbers.Number) and not isinstance(value, bool):
        return numbers.subtract(0, value)
    kind = kind_name(value)
    raise Unfit(f"không đổi dấu được {kind.vi}", f"cannot negate {kind.en}")


def _join(run: Run, left: str, right: str) -> str:
    run.check_text(len(left) + len(right))
    return left + right


def _months(months: numbers.Number) -> YearsMonths:
    return YearsMonths(numbers.integer(months))


def _seconds(duration: timedelta) -> Decimal:
    micros = (duration.days * 86_400 + duration.seconds) * 1_000_000 + duration.microseconds
    return numbers.CONTEXT.divide(Decimal(micros), Decimal(1_000_000))


def _scaled(duration: timedelta, by: numbers.Number, operation: Callable[..., numbers.Number]) -> timedelta:
    seconds = operation(_seconds(duration), by)
    return timedelta(microseconds=numbers.integer(numbers.multiply(seconds, 1_000_000)))


def _date_later(day: date, by: timedelta) -> date:
    return day + timedelta(days=(by // _DAY))


def _time_later(clock: time, by: timedelta) -> time:
    moment = datetime.combine(date(2000, 1, 3), clock.replace(tzinfo=None))
    return (moment + by % _DAY).time().replace(tzinfo=clock.tzinfo)


def _between(run: Run, end: date, start: date) -> timedelta:
    """Return the elapsed time; a date stands for its midnight UTC, a local time for one in the office's zone."""
    one, other = _moment(run, end, start), _moment(run, start, end)
    return one - other


def _moment(run: Run, value: date, other: date) -> datetime:
    zoned = isinstance(other, datetime) and other.tzinfo is not None
    if not isinstance(value, datetime):
        return datetime.combine(value, MIDNIGHT, UTC if zoned else None)
    if value.tzinfo is not None:
        return value.astimezone(UTC)
    return value.replace(tzinfo=run.environment.zone).astimezone(UTC) if zoned else value


def _clock_difference(run: Run, left: time, right: time) -> timedelta:
    return _since_midnight(run, left, right) - _since_midnight(run, right, left)


def _since_midnight(run: Run, clock: time, other: time) -> timedelta:
    if clock.tzinfo is None and other.tzinfo is not None:
        clock = clock.replace(tzinfo=run.environment.zone)
    passed = timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)
    return passed - (time_offset(clock) or timedelta(0))


def _power(run: Run, base: numbers.Number, exponent: numbers.Number) -> numbers.Number:
    run.spend(numbers.power_cost(exponent))
    return numbers.power(base, exponent)


def _pairs(left: tuple[type, ...], right: tuple[type, ...], handler: Handler) -> dict[tuple[type, type], Handler]:
    return {(one, other): handler for one in left for other in right}


def _both_ways(one: type, other: type, handler: Handler) -> dict[tuple[type, type], Handler]:
    return {(one, other): handler, (other, one): lambda run, left, right: handler(run, right, left)}


_ADD: Mapping[tuple[type, type], Handler] = {
    **_pairs(_NUMBERS, _NUMBERS, lambda _run, left, right: numbers.add(left, right)),
    (str, str): _join,
    (timedelta, timedelta): lambda _run, left, right: left + right,
    (YearsMonths, YearsMonths): lambda _run, left, right: YearsMonths(left.months + right.months),
    **_both_ways(datetime, timedelta, lambda _run, moment, by: later(moment, by)),
    **_both_ways(datetime, YearsMonths, lambda _run, moment, by: add_months(moment, by.months)),
    **_both_ways(date, timedelta, lambda _run, day, by: _date_later(day, by)),
    **_both_ways(date, YearsMonths, lambda _run, day, by: add_months(day, by.months)),
    **_both_ways(time, timedelta, lambda _run, clock, by: _time_later(clock, by)),
}
_SUBTRACT: Mapping[tuple[type, type], Handler] = {
    **_pairs(_NUMBERS, _NUMBERS, lambda _run, left, right: numbers.subtract(left, right)),
    **_pairs((date, datetime), (date, datetime), _between),
    (time, time): _clock_difference,
    (timedelta, timedelta): lambda _run, left, right: left - right,
    (YearsMonths, YearsMonths): lambda _run, left, right: YearsMonths(left.months - right.months),
    (datetime, timedelta): lambda _run, moment, by: later(moment, -by),
    (datetime, YearsMonths): lambda _run, moment, by: add_months(moment, -by.months),
    (date, timedelta): lambda _run, day, by: _date_later(day, -by),
    (date, YearsMonths): lambda _run, day, by: add_months(day, -by.months),
    (time, timedelta): lambda _run, clock, by: _time_later(clock, -by),
}
_MULTIPLY: Mapping[tuple[type, type], Handler] = {
    **_pairs(_NUMBERS, _NUMBERS, lambda _run, left, right: numbers.multiply(left, right)),
    **{
        pair: handler
        for number in _NUMBERS
        for pair, handler in (
            *_both_ways(YearsMonths, number, lambda _run, by, n: _months(numbers.multiply(by.months, n))).items(),
            *_both_ways(timedelta, number, lambda _run, by, n: _scaled(by, n, numbers.multiply)).items(),
        )
    },
}
_DIVIDE: Mapping[tuple[type, type], Handler] = {
    **_pairs(_NUMBERS, _NUMBERS, lambda _run, left, right: numbers.divide(left, right)),
    **_pairs((YearsMonths,), _NUMBERS, lambda _run, by, n: _months(numbers.divide(by.months, n))),
    **_pairs((timedelta,), _NUMBERS, lambda _run, by, n: _scaled(by, n, numbers.divide)),
    (YearsMonths, YearsMonths): lambda _run, left, right: numbers.divide(left.months, right.months),
    (timedelta, timedelta): lambda _run, left, right: numbers.whole(numbers.divide(_seconds(left), _seconds(right))),
}
_POWER: Mapping[tuple[type, type], Handler] = _pairs(_NUMBERS, _NUMBERS, _power)
OPERATIONS: Mapping[str, Mapping[tuple[type, type], Handler]] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": _POWER,
}
"""For each operator, what it does with two operands of these exact types."""
