"""Values as FEEL text (the function `string`), counted while it is written."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import cast

from . import numbers, temporal
from .budget import MAX_VALUE_DEPTH
from .runtime import Run
from .temporal import YearsMonths
from .values import Function, Range, kind_of, plain

_TEMPORAL = frozenset({"date", "time", "date and time", "days and time duration", "years and months duration"})
_TEMPORAL_COST = 15


def shown(run: Run, value: object) -> str:
    """Return the value's text; a string is its own."""
    if type(value) is str:
        return value
    return str(value) if kind_of(value) == "string" else _Writer(run).written(value)


class _Writer:
    """Writes one value as an expression would: strings in quotes, lists and contexts with their brackets."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pieces: list[str] = []
        self._length = 0

    def written(self, value: object) -> str:
        self._value(value, MAX_VALUE_DEPTH)
        return "".join(self._pieces)

    def _add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        self._run.spend(4)
        if self._length > self._run.environment.budget.string_length:
            self._run.check_text(self._length)

    def _value(self, value: object, depth: int) -> None:
        if depth == 0:
            raise self._run.too_deep()
        kind = kind_of(value)
        if kind == "list":
            self._list(cast("Sequence[object]", value), depth - 1)
        elif kind == "context":
            self._context(cast("Mapping[str, object]", value), depth - 1)
        elif isinstance(value, Range):
            self._range(value, depth - 1)
        else:
            if kind in _TEMPORAL:
                self._run.spend(_TEMPORAL_COST)
            self._add(_scalar(value))

    def _list(self, items: Sequence[object], depth: int) -> None:
        self._add("[")
        for index, item in enumerate(items):
            if index:
                self._add(", ")
            self._value(item, depth)
        self._add("]")

    def _context(self, context: Mapping[str, object], depth: int) -> None:
        self._add("{")
        for index, (key, item) in enumerate(context.items()):
            self._add((", " if index else "") + (key if key.isidentifier() else _quoted(key)) + ": ")
            self._value(item, depth)
        self._add("}")

    def _range(self, value: Range, depth: int) -> None:
        if value.operator:
            self._add(f"{value.operator} ")
            self._value(value.start if value.operator in {">", ">="} else value.end, depth)
            return
        self._add("[" if value.start_included else "(")
        self._value(value.start, depth)
        self._add("..")
        self._value(value.end, depth)
        self._add("]" if value.end_included else ")")


def _scalar(value: object) -> str:
    value = plain(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, numbers.Number):
        return numbers.shown(value)
    if isinstance(value, (date, time, timedelta, YearsMonths)):
        return temporal.shown(value)
    if isinstance(value, str):
        return _quoted(value)
    return f"function {value.name}".strip() if isinstance(value, Function) else "?"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
