"""FEEL results as JSON values, the form in which process variables are kept."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.wording import Bilingual

from . import numbers, temporal
from .budget import MAX_VALUE_DEPTH, Budget
from .errors import BudgetExceeded, FeelError
from .temporal import YearsMonths
from .values import kind_name, plain

_TOO_MUCH = Bilingual("kết quả quá lớn để lưu", "the result is too large to be kept")


def to_json(value: object) -> object:
    """Return a fresh JSON value: None, bool, int, Decimal, str, list or dict.

    Dates, times and durations become ISO 8601 text, times of a named zone with their offset; numbers without fraction
    become int. Raise `FeelError` for a function or range, `BudgetExceeded` for what is too large or too deep.
    """
    return _Writer().written(value, MAX_VALUE_DEPTH)


_AS_THEY_ARE = frozenset({bool, int, str})


class _Writer:
    """Counts the values of one result."""

    def __init__(self) -> None:
        self._left = Budget().result_size

    def written(self, value: object, depth: int) -> object:
        self._left -= 1
        if self._left < 0 or depth == 0:
            raise BudgetExceeded(_TOO_MUCH)
        if value is None or type(value) in _AS_THEY_ARE:
            return value
        value = plain(value)
        if isinstance(value, list):
            return [self.written(item, depth - 1) for item in value]
        if isinstance(value, Mapping):
            return {str(key): self.written(item, depth - 1) for key, item in value.items()}
        return _scalar(value)


def _scalar(value: object) -> object:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal):
        return numbers.whole(value)
    if isinstance(value, (datetime, time)):
        return _iso(value)
    if isinstance(value, (date, timedelta, YearsMonths)):
        return temporal.shown(value)
    kind = kind_name(value)
    raise FeelError(Bilingual(f"không lưu được {kind.vi} thành biến", f"{kind.en} cannot be kept as a variable"))


def _iso(value: datetime | time) -> str:
    """Return ISO 8601 text: a named zone, which that standard has no room for, is given by its offset."""
    offset = value.utcoffset() if isinstance(value, datetime) else temporal.time_offset(value)
    if offset is None or temporal.zone_name(value) is None:
        return temporal.shown(value)
    return temporal.shown(value.replace(tzinfo=temporal.offset_zone(offset)))
