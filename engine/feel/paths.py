"""Compile names, paths, lists, contexts and `instance of`."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from engine.wording import Bilingual

from . import nodes
from .budget import MAX_VALUE_DEPTH
from .builtins import BUILTINS
from .compilation import Compilation
from .errors import LONGEST_HINT, MOST_LIKELY, did_you_mean
from .office import function_value
from .runtime import Closure, Frame, Place, Run
from .scopes import ITEM, Found, Scope, binding, find
from .temporal import YearsMonths, time_offset, zone_name
from .values import Function, Range, kind_name

_ABSENT = object()
_CONTEXT_COST, _FIELD_COST = 4, 8
_NO_CONTEXTS = frozenset({int, Decimal, str, bool, list, date, datetime, type(None)})
"""Types of usual items that have no fields; to ask whether a value is a context takes longer."""

_HINTED_WARNINGS, _HINTS_AMONG = 10, 100


def literal(_compilation: Compilation, node: nodes.Literal, _scope: Scope | None) -> Closure:
    """Compile a constant."""
    value = node.value
    return lambda _frame: value


def name(compilation: Compilation, node: nodes.Name, scope: Scope | None) -> Closure:
    """Compile a variable: a local one by its place, any other from the root scope."""
    found = find(scope, node.name)
    wanted, place = node.name, compilation.place(node)
    if found.local is None and not (found.items and wanted == ITEM):
        note_read(compilation, wanted, found)
    if found.items:
        return _item_field(found, wanted, place)
    if found.local is not None:
        return _local(found.local, wanted)

    def read(frame: Frame) -> object:
        try:
            return frame.scope[wanted]
        except KeyError:
            return _missing(frame, wanted, place)

    return read


def note_read(compilation: Compilation, wanted: str, found: Found) -> None:
    """Remember that the expression reads a variable of the root scope, or perhaps an item's field."""
    if wanted == "?":
        return
    (compilation.reads.possible if found.items else compilation.reads.certain).add(wanted)


def _local(hops: int, wanted: str) -> Closure:
    if hops == 0:
        return lambda frame: frame.values[wanted]
    if hops == 1:
        return lambda frame: frame.parent.values[wanted]  # type: ignore[union-attr]  # as many frames as scopes

    def read(frame: Frame) -> object:
        return _outwards(frame, hops).values[wanted]

    return read


def _outwards(frame: Frame, hops: int) -> Frame:
    for _ in range(hops):
        frame = frame.parent  # type: ignore[assignment]  # there are as many frames as scopes were compiled
    return frame


def item_field(items: tuple[int, ...], wanted: str) -> Closure:
    """Return what reads a name as a field of the items alone: the innermost one's that has it, else null."""

    def read(frame: Frame) -> object:
        for hops in items:
            element = _outwards(frame, hops).values
            if isinstance(element, Mapping) and wanted in element:
                return element[wanted]
        return None

    return read


def _item_field(found: Found, wanted: str, place: Place) -> Closure:
    """Read a name inside a filter: the item itself, one of its fields, or a variable around it."""
    is_item = wanted == ITEM

    def read(frame: Frame) -> object:
        for hops in found.items:
            element = _outwards(frame, hops).values if hops else frame.values
            kind = type(element)
            if (kind is dict or (kind not in _NO_CONTEXTS and isinstance(element, Mapping))) and wanted in element:
                return element[wanted]
            if is_item:
                return element
        if found.local is not None:
            return _outwards(frame, found.local).values[wanted]
        try:
            return frame.scope[wanted]
        except KeyError:
            return _missing(frame, wanted, place)

    return read


def _missing(frame: Frame, wanted: str, place: Place) -> object:
    """Return the built-in or office function of that name; else remark that there is no such variable."""
    builtin = BUILTINS.get(wanted)
    if builtin is not None:
        frame.run.spend(_FIELD_COST)
        return Function(None, builtin.call, wanted)
    office = function_value(frame.run, wanted, place)
    if office is not None:
        return office
    if frame.run.is_news(place):
        hint = _hint(frame.run, wanted, frame.scope)
        text = Bilingual(f"không có biến “{wanted}”{hint.vi}", f"there is no variable “{wanted}”{hint.en}")
        frame.run.warn(place, text)
    return None


def presence(compilation: Compilation, node: nodes.Node, scope: Scope | None) -> Closure:
    """Compile the question whether a name or path leads to something, without a remark when it does not."""
    found = _lookup(compilation, node, scope)
    return lambda frame: found(frame) is not _ABSENT


def _lookup(compilation: Compilation, node: nodes.Node, scope: Scope | None) -> Closure:
    """Compile what gives the node's value, or `_ABSENT` where a name or field is missing."""
    if isinstance(node, nodes.Path):
        base, field = _lookup(compilation, node.base, scope), node.name
        return lambda frame: _field(frame.run, base(frame), field, MAX_VALUE_DEPTH)
    value = compilation.compile(node, scope)
    if not isinstance(node, nodes.Name):
        return lambda frame: _ABSENT if (given := value(frame)) is None else given
    found, wanted = find(scope, node.name), node.name

    def is_there(frame: Frame) -> bool:
        elements = [_outwards(frame, hops).values for hops in found.items]
        return any(isinstance(each, Mapping) and wanted in each for each in elements) or wanted in frame.scope

    if found.local is not None or wanted == ITEM:
        return value
    return lambda frame: value(frame) if is_there(frame) else _ABSENT


def path(compilation: Compilation, node: nodes.Path, scope: Scope | None) -> Closure:
    """Compile `base.name`: an entry of a context, a property of a temporal value or range, or that of each element."""
    base, wanted, place = compilation.compile(node.base, scope), node.name, compilation.place(node)

    def followed(frame: Frame) -> object:
        value = base(frame)
        if type(value) is dict and wanted in value:
            return value[wanted]
        if value is None:
            return None
        result = _field(frame.run, value, wanted, MAX_VALUE_DEPTH)
        if result is _ABSENT:
            if frame.run.is_news(place):
                _remark_absent(frame, value, wanted, place)
            return None
        return result

    return followed


def _field(run: Run, value: Any, wanted: str, depth: int) -> Any:
    """Return the value's field, or `_ABSENT`; a list gives the list of its elements' fields, null where absent."""
    if depth == 0:
        raise run.too_deep()
    kind = type(value)
    if kind is dict:
        return value.get(wanted, _ABSENT)
    if kind is list or kind is tuple:
        run.spend(_FIELD_COST + 3 * len(value))
        fields = [_field(run, element, wanted, depth - 1) for element in value]
        return [None if field is _ABSENT else field for field in fields]
    run.spend(_FIELD_COST)
    reader = _PROPERTIES.get(kind, {}).get(wanted)
    if reader is not None:
        return reader(value)
    return value.get(wanted, _ABSENT) if isinstance(value, Mapping) else _ABSENT


def _remark_absent(frame: Frame, value: object, wanted: str, place: Place) -> None:
    kind = kind_name(value)
    known = value if isinstance(value, Mapping) else _PROPERTIES.get(type(value), {})
    hint = _hint(frame.run, wanted, known)
    text = Bilingual(f"{kind.vi} không có “{wanted}”{hint.vi}", f"{kind.en} has no “{wanted}”{hint.en}")
    frame.run.warn(place, text)


def _hint(run: Run, wanted: str, known: Iterable[str]) -> Bilingual:
    """Return what may have been meant: for the first remarks of an evaluation, among the first names there are."""
    if len(run.environment.warnings) >= _HINTED_WARNINGS:
        return Bilingual("", "")
    names = list(islice(known, _HINTS_AMONG))
    run.spend(15 * len(names) + 10 * min(len(wanted), LONGEST_HINT) * min(len(names), MOST_LIKELY))
    return did_you_mean(wanted, names)


def _toward_zero(value: int, by: int) -> int:
    return abs(value) // by * (1 if value >= 0 else -1)


def _seconds(value: timedelta) -> int:
    whole = abs(value).days * 86_400 + abs(value).seconds
    return whole if value >= timedelta(0) else -whole


def _part(value: int, of: int, unit: int) -> int:
    return abs(value) % of // unit * (1 if value >= 0 else -1)


_DATE: Mapping[str, Callable[[Any], object]] = {
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "weekday": lambda day: day.isoweekday(),
}
_CLOCK: Mapping[str, Callable[[Any], object]] = {
    "hour": lambda clock: clock.hour,
    "minute": lambda clock: clock.minute,
    "second": lambda clock: clock.second,
    "timezone": zone_name,
}
_PROPERTIES: Mapping[type, Mapping[str, Callable[[Any], object]]] = {
    date: _DATE,
    time: {**_CLOCK, "time offset": time_offset},
    datetime: {**_DATE, **_CLOCK, "time offset": lambda moment: moment.utcoffset()},
    timedelta: {
        "days": lambda by: _toward_zero(_seconds(by), 86_400),
        "hours": lambda by: _part(_seconds(by), 86_400, 3_600),
        "minutes": lambda by: _part(_seconds(by), 3_600, 60),
        "seconds": lambda by: _part(_seconds(by), 60, 1),
    },
    YearsMonths: {
        "years": lambda by: _toward_zero(by.months, 12),
        "months": lambda by: _part(by.months, 12, 1),
    },
    Range: {
        "start": lambda bounds: bounds.start,
        "end": lambda bounds: bounds.end,
        "start included": lambda bounds: bounds.start_included,
        "end included": lambda bounds: bounds.end_included,
    },
}


def list_of(compilation: Compilation, node: nodes.ListOf, scope: Scope | None) -> Closure:
    """Compile `[a, b]`."""
    items = [compilation.compile(each, scope) for each in node.items]
    size = len(items) + 2

    def listed(frame: Frame) -> list[object]:
        frame.run.spend(size)
        return [each(frame) for each in items]

    return listed


def context_of(compilation: Compilation, node: nodes.ContextOf, scope: Scope | None) -> Closure:
    """Compile `{key: value}`: each entry sees the ones before it."""
    inner = binding(scope, ())
    entries = []
    for key, value in zip(node.keys, node.values, strict=True):
        entries.append((key, compilation.compile(value, inner)))
        inner.bind(key)

    cost = len(entries) + _CONTEXT_COST

    def made(frame: Frame) -> dict[str, object]:
        frame.run.spend(cost)
        values: dict[str, object] = {}
        local = Frame(frame, values)
        for key, value in entries:
            values[key] = value(local)
        return values

    return made


def instance_of(compilation: Compilation, node: nodes.InstanceOf, scope: Scope | None) -> Closure:
    """Compile `value instance of type`."""
    value, wanted = compilation.compile(node.value, scope), node.type

    def is_instance(frame: Frame) -> bool:
        run = frame.run
        run.spend(_FIELD_COST)
        return wanted.accepts(value(frame), run.spend)

    return is_instance
