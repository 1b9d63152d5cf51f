"""Equality, order and membership (DMN 1.5, 10.3.2.13 and 10.3.2.14, tables 50–54).

Times compare by whole seconds, as the standard's value functions define them. One without offset or zone stands in
the office's zone when it meets one that has it.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from .budget import MAX_VALUE_DEPTH
from .errors import Unfit
from .runtime import Run
from .temporal import YearsMonths, time_offset
from .values import Function, Range, kind_name, kind_of, plain

DIRECT = frozenset({bool, int, Decimal, str, date, timedelta, YearsMonths})
"""Types whose Python equality is FEEL's, between two values of the same type."""

ORDERED = frozenset({int, Decimal, str, date, timedelta, YearsMonths})
"""Types whose Python order is FEEL's, between two values of the same type."""

_ORDERED_KINDS = frozenset(
    {"number", "string", "date", "time", "date and time", "days and time duration", "years and months duration"}
)


_NUMBERS = frozenset({int, Decimal})
_ORDERED_IN_C = frozenset({date, timedelta})
_ORDERED_TOGETHER = 2
"""Comparisons, as a power of two, that Python itself makes in the time of a step; two if decimals are among them."""

_STRUCTURE_COST, _MOMENT_COST, _RANGE_COST, _MEMBER_COST = 8, 12, 10, 3
"""Steps to go into a list or context, to place a moment on the time line, to try a range and a member of a list."""

LONG_TEXT = 1_000
_COMPARED_TOGETHER = 8
"""Characters, as a power of two, that are compared in the time of a step."""


def weigh(run: Run, text: str) -> None:
    """Count a text about to be compared; up to `LONG_TEXT` characters it is part of the comparison."""
    if len(text) > LONG_TEXT:
        run.spend(len(text) >> _COMPARED_TOGETHER)


def equal(run: Run, left: object, right: object) -> bool:
    """Tell whether two values are equal; refuse (`Unfit`) two different kinds."""
    if left is None or right is None:
        return left is right
    if kind_of(left) != kind_of(right):
        raise incomparable(left, right)
    return same(run, left, right)


def same(run: Run, left: object, right: object, depth: int = MAX_VALUE_DEPTH) -> bool:
    """Tell whether two values are equal; different kinds are not."""
    if type(left) is type(right) and type(left) in DIRECT:
        if type(left) is str:
            weigh(run, left)
        return left == right
    kind = kind_of(left)
    if kind != kind_of(right):
        return False
    if depth == 0:
        raise run.too_deep()
    if kind == "list":
        return _same_lists(run, cast("Sequence[object]", left), cast("Sequence[object]", right), depth)
    if kind == "context":
        return _same_contexts(run, cast("Mapping[str, object]", left), cast("Mapping[str, object]", right), depth)
    if kind == "range":
        return _same_ranges(run, cast("Range", left), cast("Range", right), depth)
    if kind in {"time", "date and time"}:
        return order_key(run, left, right) == order_key(run, right, left)
    return plain(left) == plain(right)


def _same_lists(run: Run, left: Sequence[object], right: Sequence[object], depth: int) -> bool:
    if len(left) != len(right):
        return False
    run.spend(_STRUCTURE_COST + 3 * len(left))
    return all(same(run, one, other, depth - 1) for one, other in zip(left, right, strict=True))


def _same_contexts(run: Run, left: Mapping[str, object], right: Mapping[str, object], depth: int) -> bool:
    run.spend(_STRUCTURE_COST + 4 * len(left))
    if left.keys() != right.keys():
        return False
    return all(same(run, left[key], right[key], depth - 1) for key in left)


def _same_ranges(run: Run, left: Range, right: Range, depth: int) -> bool:
    run.spend(_STRUCTURE_COST)
    return (
        (left.operator, left.start_included, left.end_included)
        == (right.operator, right.start_included, right.end_included)
        and same(run, left.start, right.start, depth - 1)
        and same(run, left.end, right.end, depth - 1)
    )


def incomparable(left: object, right: object) -> Unfit:
    """Return why two values cannot be compared."""
    one, other = kind_name(left), kind_name(right)
    return Unfit(f"không so sánh được {one.vi} với {other.vi}", f"cannot compare {one.en} with {other.en}")


def order_key(run: Run, value: object, other: object) -> Hashable:
    """Return what Python orders as FEEL orders `value` when it meets `other` of the same kind."""
    if isinstance(value, datetime):
        run.spend(_MOMENT_COST)
        if value.tzinfo is None and cast("datetime", other).tzinfo is not None:
            value = value.replace(tzinfo=run.environment.zone)
        if value.tzinfo is None:
            return value.replace(microsecond=0)
        return _seconds_since_epoch(value)
    if isinstance(value, time):
        run.spend(_MOMENT_COST)
        offset = time_offset(value)
        if offset is None and cast("time", other).tzinfo is not None:
            offset = time_offset(value.replace(tzinfo=run.environment.zone))
        return value.hour * 3600 + value.minute * 60 + value.second - (offset.total_seconds() if offset else 0)
    return plain(value)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_SECOND = timedelta(seconds=1)


def _seconds_since_epoch(value: datetime) -> int:
    offset = value.utcoffset() or timedelta(0)
    return (value.replace(tzinfo=_EPOCH.tzinfo) - _EPOCH - offset) // _SECOND


def order(run: Run, left: object, right: object) -> int:
    """Return a number below, equal to or above 0 as `left` is below, equal to or above `right`; refuse other kinds."""
    one: Any = left
    other: Any = right
    if type(one) in _NUMBERS and type(other) in _NUMBERS:
        return int(one > other) - int(one < other)
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in _ORDERED_KINDS:
        raise incomparable(left, right)
    if isinstance(one, str):
        weigh(run, one)
    one, other = order_key(run, left, right), order_key(run, right, left)
    return int(one > other) - int(one < other)


_OPERATORS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


def has_one_order(run: Run, items: Sequence[object], *, rounds: int = 1) -> bool:
    """Tell whether Python orders all the items as FEEL does; if so, count so many comparisons of each."""
    kinds = set(map(type, items))
    run.spend(len(items) * rounds >> (1 if Decimal in kinds else _ORDERED_TOGETHER))
    if kinds == {str}:
        run.spend(sum(map(len, cast("Sequence[str]", items))) * rounds >> _COMPARED_TOGETHER)
        return True
    return kinds <= _NUMBERS or (len(kinds) == 1 and kinds <= _ORDERED_IN_C)


def compare(run: Run, operator: str, left: object, right: object) -> bool:
    """Tell what `left operator right` gives for `<`, `<=`, `>` or `>=`; refuse what has no order."""
    return _OPERATORS[operator](order(run, left, right))


def within(run: Run, value: object, bounds: Range) -> bool:
    """Tell whether the range includes the value; refuse what has no order, and ends that are null."""
    run.spend(_RANGE_COST)
    if bounds.operator == "!=":
        return not equal(run, value, bounds.end)
    if bounds.operator == "=":
        return equal(run, value, bounds.end)
    if value is None or (not bounds.operator and (bounds.start is None or bounds.end is None)):
        raise incomparable(value, bounds.start if bounds.start is not None else bounds.end)
    if bounds.start is not None:
        sign = order(run, value, bounds.start)
        if sign < 0 or (sign == 0 and not bounds.start_included):
            return False
    if bounds.end is None:
        return True
    sign = order(run, value, bounds.end)
    return sign < 0 or (sign == 0 and bounds.end_included)


def passes(run: Run, value: object, test: object) -> bool | None:
    """Tell whether `value in test`: equal to it, inside the range, or in the list or passing one of its ranges."""
    kind = kind_of(test)
    if kind == "range" and kind_of(value) != "range":
        return within(run, value, cast("Range", test))
    if kind == "list":
        members = cast("Sequence[object]", test)
        run.spend(_MEMBER_COST * len(members))
        return any(_is_member(run, value, member) for member in members) or same(run, value, test)
    return equal(run, value, test)


def _is_member(run: Run, value: object, member: object) -> bool:
    if isinstance(member, Range) and kind_of(value) != "range":
        try:
            return within(run, value, member)
        except Unfit:
            return False
    return same(run, value, member)


def hash_key(run: Run, value: object, depth: int = MAX_VALUE_DEPTH) -> Hashable:
    """Return a key that two values share exactly when `same` finds them equal (local times aside from zoned ones)."""
    kind = kind_of(value)
    if depth == 0:
        raise run.too_deep()
    run.spend(_STRUCTURE_COST)
    if kind == "list":
        return kind, tuple(hash_key(run, item, depth - 1) for item in cast("Sequence[object]", value))
    if kind == "context":
        entries = cast("Mapping[str, object]", value).items()
        run.spend(_STRUCTURE_COST + len(entries))
        return kind, frozenset((key, hash_key(run, item, depth - 1)) for key, item in entries)
    if isinstance(value, Range):
        ends = (hash_key(run, value.start, depth - 1), hash_key(run, value.end, depth - 1))
        return kind, value.operator, value.start_included, value.end_included, ends
    if isinstance(value, Function):
        return kind, id(value)
    return kind, order_key(run, value, value)
