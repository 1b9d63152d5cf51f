"""What fits a parameter of a kind: the value itself, the element of a list of one, or a list of one (10.3.2.9.4)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.errors import Unfit
from engine.feel.temporal import YearsMonths
from engine.feel.values import KIND_NAMES, Function, Range, kind_name, plain


def refusal(wanted: str, value: object) -> Unfit:
    """Return why a value does not fit a parameter of the wanted kind."""
    kind, given = KIND_NAMES[wanted], kind_name(value)
    return Unfit(f"cần {kind.vi}, nhưng nhận {given.vi}", f"{kind.en} is wanted, but {given.en} was given")


def _fit(wanted: str, *types: type) -> Callable[[Any], object]:
    allowed = frozenset(types)

    def fit(value: Any) -> object:
        if type(value) in allowed:
            return value
        value = plain(value)
        if type(value) is list and len(value) == 1:
            value = plain(value[0])
        if type(value) not in allowed:
            raise refusal(wanted, value)
        return value

    return fit


def _list(value: Any) -> list[object]:
    if type(value) is list:
        return value
    if value is None:
        raise refusal("list", value)
    listed = plain(value)
    return listed if isinstance(listed, list) else [listed]


def _context(value: Any) -> object:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        return value
    raise refusal("context", value)


def _elements(fit: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda value: [fit(element) for element in _list(value)]


def _or_null(fit: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda value: None if value is None else fit(value)


def _any(value: Any) -> object:
    return value


_PLAIN: Mapping[str, Callable[[Any], object]] = {
    "any": _any,
    "number": _fit("number", int, Decimal),
    "string": _fit("string", str),
    "boolean": _fit("boolean", bool),
    "date": _fit("date", date, datetime),
    "time": _fit("time", time),
    "moment": _fit("date and time", datetime),
    "duration": _fit("days and time duration", timedelta),
    "durations": _fit("days and time duration", timedelta, YearsMonths),
    "range": _fit("range", Range),
    "function": _fit("function", Function),
    "list": _list,
    "context": _context,
}
FITS: Mapping[str, Callable[[Any], object]] = {
    **_PLAIN,
    **{f"{kind}?": _or_null(fit) for kind, fit in _PLAIN.items()},
    "numbers": _elements(_PLAIN["number"]),
    "strings": _elements(_or_null(_PLAIN["string"])),
    "lists": _elements(_list),
}
"""What each kind of a signature lets through, as the implementation gets it."""
