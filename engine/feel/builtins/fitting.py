"""What fits a parameter of a kind: the value itself, the element of a list of one, or a list of one (10.3.2.9.4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Fit:
    """What fits a parameter: values of the types in `passes` as they are (None: all), others as `made` makes them."""

    passes: frozenset[type] | None
    made: Callable[[Any], object]

    def __call__(self, value: object) -> object:
        """Return the value as the parameter wants it; refuse (`Unfit`) what does not fit."""
        return value if self.passes is None or type(value) in self.passes else self.made(value)


def _single(wanted: str, *types: type) -> Fit:
    allowed = frozenset(types)

    def made(value: Any) -> object:
        value = plain(value)
        if type(value) is list and len(value) == 1:
            value = plain(value[0])
        if type(value) not in allowed:
            raise refusal(wanted, value)
        return value

    return Fit(allowed, made)


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


def _elements(fit: Fit, passes: frozenset[type]) -> Fit:
    def made(value: Any) -> list[object]:
        listed = _list(value)
        return listed if passes.issuperset(map(type, listed)) else [fit(element) for element in listed]

    return Fit(frozenset(), made)


def _or_null(fit: Fit) -> Fit:
    passes = None if fit.passes is None else fit.passes | {type(None)}
    return Fit(passes, fit.made)


_ANY = Fit(None, lambda value: value)
_NUMBER = _single("number", int, Decimal)
_STRING = _single("string", str)
_LIST = Fit(frozenset({list}), _list)
_PLAIN: Mapping[str, Fit] = {
    "any": _ANY,
    "number": _NUMBER,
    "string": _STRING,
    "boolean": _single("boolean", bool),
    "date": _single("date", date, datetime),
    "time": _single("time", time),
    "moment": _single("date and time", datetime),
    "duration": _single("days and time duration", timedelta),
    "durations": _single("days and time duration", timedelta, YearsMonths),
    "range": _single("range", Range),
    "function": _single("function", Function),
    "list": _LIST,
    "context": Fit(frozenset({dict}), _context),
}
FITS: Mapping[str, Fit] = {
    **_PLAIN,
    **{f"{kind}?": _or_null(fit) for kind, fit in _PLAIN.items()},
    "numbers": _elements(_NUMBER, frozenset({int, Decimal})),
    "strings": _elements(_or_null(_STRING), frozenset({str, type(None)})),
    "lists": _elements(_LIST, frozenset({list})),
}
"""What each kind of a signature lets through, as the implementation gets it."""
