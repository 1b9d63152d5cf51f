"""JSON values: exact numbers, strict equality, and reading and writing along paths."""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

Path = tuple[str | int, ...]
"""Where a value stands: names of context entries and indexes of list items."""

FORBIDDEN_NAMES = frozenset({"__proto__", "constructor", "prototype"})
"""Names that reach an object's prototype in a browser."""

MAX_DIGITS = 34
"""Significant digits of a number, and its largest power of ten: FEEL's decimals have no more."""

ABSENT = object()
"""Stands for a value that is not there, where None is a value."""

_NUMERAL = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)


def exact_number(value: object) -> int | Decimal | None:
    """Return `value` as an exact number, an int when it is whole; None when it is no finite number of the size kept.

    A float, as a plain JSON reader makes it, stands for its shortest decimal text. A boolean is no number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        value = Decimal(repr(value))
    if isinstance(value, int):
        return value if abs(value) < 10**MAX_DIGITS else None
    return _sized(value)


def numeral(text: str) -> Decimal | None:
    """Return the number that a decimal numeral says; None for any other text or a number too large to keep."""
    if not _NUMERAL.fullmatch(text):
        return None
    number = Decimal(text)
    return number if _sized(number) is not None else None


def _sized(number: Decimal) -> int | Decimal | None:
    if not number.is_finite():
        return None
    if not number:
        return 0
    if (
        number.adjusted() >= MAX_DIGITS
        or number.adjusted() < -MAX_DIGITS
        or len(number.as_tuple().digits) > 2 * MAX_DIGITS
    ):
        return None
    if number == number.to_integral_value():
        return int(number)
    return number if decimals(number) <= MAX_DIGITS else None


def decimals(number: int | Decimal) -> int:
    """Return how many digits stand after the point, zeros at the end not counted."""
    if isinstance(number, int):
        return 0
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent >= 0:
        return 0
    trailing = 0
    while trailing < len(digits) and digits[-1 - trailing] == 0:
        trailing += 1
    return max(0, -exponent - trailing)


def plain(number: int | Decimal) -> str:
    """Write a number without exponent."""
    return str(number) if isinstance(number, int) else format(number, "f")


def same(left: object, right: object) -> bool:
    """Return whether two JSON values are equal; unlike Python's `==`, True is not 1, and 1 and 1.0 are one number."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, str) or isinstance(right, str):
        return isinstance(left, str) and isinstance(right, str) and left == right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(one, other) for one, other in zip(left, right, strict=True))
    left_number, right_number = exact_number(left), exact_number(right)
    return left_number is not None and left_number == right_number


def fingerprint(value: object) -> object:
    """Return something hashable that is equal for two JSON values exactly when `same` says so."""
    if value is None or isinstance(value, bool | str):
        return type(value), value
    if isinstance(value, Mapping):
        return "context", frozenset((name, fingerprint(entry)) for name, entry in value.items())
    if isinstance(value, list):
        return "list", tuple(fingerprint(item) for item in value)
    return "number", exact_number(value)


def copied(value: object) -> object:
    """Return a copy of a JSON value down to its leaves."""
    if isinstance(value, Mapping):
        return {name: copied(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def at(value: object, path: Sequence[str | int], default: object = ABSENT) -> object:
    """Return what stands at `path` below `value`, or `default`."""
    for step in path:
        if isinstance(step, str):
            if not isinstance(value, Mapping) or step not in value:
                return default
            value = value[step]
        else:
            if not isinstance(value, list) or step >= len(value):
                return default
            value = value[step]
    return value


def put(target: dict[str, object], names: Sequence[str], value: object) -> None:
    """Set the entry at `names` below `target`, making the contexts on the way."""
    for name in names[:-1]:
        inner = target.get(name)
        if not isinstance(inner, dict):
            inner = target[name] = {}
        target = inner
    target[names[-1]] = value


def drop(target: dict[str, object], names: Sequence[str]) -> None:
    """Remove the entry at `names` below `target`, if it is there."""
    inner = at(target, names[:-1])
    if isinstance(inner, dict):
        inner.pop(names[-1], None)
