"""Compile what goes over lists and ranges: `for`, `some`, `every` and filters."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from engine.wording import Bilingual

from . import nodes
from .compilation import Compilation
from .errors import Unfit
from .numbers import Number, integer, is_whole
from .runtime import Closure, Frame, Place
from .scopes import Scope, binding, item
from .values import Range, kind_name, kind_of, plain

_PARTIAL = "partial"
_ROUND_COST = 2
_DAY = timedelta(days=1)
_BOOLEAN_NODES = (nodes.Comparison, nodes.Logic, nodes.Between, nodes.Membership, nodes.InstanceOf, nodes.Quantified)


class _Iteration(NamedTuple):
    name: str
    domain: Closure
    end: Closure | None
    weight: int


def loop(compilation: Compilation, node: nodes.Loop, scope: Scope | None) -> Closure:
    """Compile `for`; the body sees the results so far as `partial`, a copy that later rounds leave alone."""
    inner = binding(scope, ())
    bindings = _bindings(compilation, node.iterators, inner)
    is_hidden = not inner.bind(_PARTIAL)
    body = compilation.compile(node.body, inner)
    cost, place = node.body.weight + _ROUND_COST, compilation.place(node)
    wants_partial = _PARTIAL in inner.used and not is_hidden

    def looped(frame: Frame) -> object:
        run = frame.run
        results: list[object] = []
        try:
            for values in bindings(frame):
                run.left -= cost
                if run.left < 0:
                    run.spend(0, place)
                if wants_partial:
                    run.spend(len(results) >> 4, place)
                    values[_PARTIAL] = results.copy()
                results.append(body(Frame(frame, values)))
        except Unfit as error:
            run.warn(place, error.text)
            return None
        if len(results) > run.environment.budget.list_length:
            run.check_list(len(results))
        return results

    return looped


def quantified(compilation: Compilation, node: nodes.Quantified, scope: Scope | None) -> Closure:
    """Compile `some` and `every`: decided by the first true or false, else null if a condition was neither."""
    inner = binding(scope, ())
    bindings = _bindings(compilation, node.iterators, inner)
    condition = compilation.compile(node.condition, inner)
    cost, place = node.condition.weight + _ROUND_COST, compilation.place(node)
    decisive = node.quantifier == "some"

    def decided(frame: Frame) -> bool | None:
        known = True
        try:
            for values in bindings(frame):
                frame.run.spend(cost, place)
                value = condition(Frame(frame, values))
                if value is decisive:
                    return decisive
                known = known and value is (not decisive)
        except Unfit as error:
            frame.run.warn(place, error.text)
            return None
        return not decisive if known else None

    return decided


def _bindings(
    compilation: Compilation, iterators: Sequence[nodes.Iterator], inner: Scope
) -> Callable[[Frame], Iterator[dict[str, object]]]:
    """Return what yields the variables of each round; a later iterator sees the variables of the earlier ones."""
    iterations = []
    for each in iterators:
        domain = compilation.compile(each.domain, inner)
        end = None if each.end is None else compilation.compile(each.end, inner)
        iterations.append(_Iteration(each.name, domain, end, each.weight))
        inner.bind(each.name)

    def rounds(frame: Frame, index: int, values: dict[str, object]) -> Iterator[dict[str, object]]:
        name, domain, end, weight = iterations[index]
        local = Frame(frame, values)
        frame.run.spend(weight + _ROUND_COST)
        for element in _elements(domain(local), None if end is None else end(local), bounded=end is not None):
            bound = {**values, name: element}
            if index + 1 == len(iterations):
                yield bound
            else:
                yield from rounds(frame, index + 1, bound)

    return lambda frame: rounds(frame, 0, {})


def _elements(domain: object, end: object, *, bounded: bool) -> Iterator[object]:
    """Yield what an iterator goes over; refuse what is neither a list nor a range that has a next element."""
    if bounded:
        return _counted(plain(domain), plain(end))
    if isinstance(domain, Range):
        return _inside(domain)
    listed = domain if type(domain) is list else plain(domain)
    if isinstance(listed, list):
        return iter(listed)
    kind = kind_name(domain)
    raise Unfit(f"cần danh sách để lặp, nhưng nhận {kind.vi}", f"a list to iterate over is wanted, but {kind.en} came")


def _inside(bounds: Range) -> Iterator[object]:
    ends = [bounds.start] * (not bounds.start_included) + [bounds.end] * (not bounds.end_included)
    return (value for value in _counted(bounds.start, bounds.end) if value not in ends)


def _counted(start: Any, end: Any) -> Iterator[object]:
    """Yield whole numbers or days from start to end, upwards or downwards."""
    if kind_of(start) == kind_of(end) == "number" and is_whole(start) and is_whole(end):
        return _whole_numbers(start, end)
    if type(start) is date and type(end) is date and not isinstance(start, datetime):
        step = _DAY if start <= end else -_DAY
        return (start + step * index for index in range(abs((end - start).days) + 1))
    one, other = kind_name(start), kind_name(end)
    raise Unfit(
        f"không lặp được từ {one.vi} đến {other.vi}: cần số nguyên hoặc ngày",
        f"cannot count from {one.en} to {other.en}: whole numbers or dates are wanted",
    )


def _whole_numbers(start: Number, end: Number) -> Iterator[object]:
    first, last = integer(start), integer(end)
    return iter(range(first, last + 1) if first <= last else range(first, last - 1, -1))


def filtered(compilation: Compilation, node: nodes.Filter, scope: Scope | None) -> Closure:
    """Compile `list[condition]` and `list[index]`; a value that is no list counts as a list of one."""
    base = compilation.compile(node.base, scope)
    condition = compilation.compile(node.condition, item(scope))
    cost, place = node.condition.weight + _ROUND_COST, compilation.place(node)
    may_be_index = not isinstance(node.condition, _BOOLEAN_NODES)

    def chosen(frame: Frame) -> object:
        run = frame.run
        items = _as_list(base(frame))
        if items is None:
            return None
        if may_be_index:
            first = condition(Frame(frame, items[0] if items else None))
            if kind_of(first) == "number":
                return _element(frame, items, plain(first), place)
        kept = []
        for element in items:
            run.left -= cost
            if run.left < 0:
                run.spend(0, place)
            answer = condition(Frame(frame, element))
            if answer is True:
                kept.append(element)
            elif answer is not False and answer is not None:
                run.warn(place, _no_condition(answer))
        return kept

    return chosen


def _no_condition(value: object) -> Bilingual:
    kind = kind_name(value)
    return Bilingual(
        f"trong [ ] cần điều kiện hoặc vị trí, nhưng nhận {kind.vi}",
        f"a filter wants a condition or a position, but {kind.en} came",
    )


def _as_list(value: object) -> list[object] | None:
    if type(value) is list:
        return value
    if value is None:
        return None
    listed = plain(value)
    return listed if isinstance(listed, list) else [listed]


def _element(frame: Frame, items: list[object], position: Any, place: Place) -> object:
    """Return the element at a position counted from 1, or from the end if negative."""
    if not is_whole(position) or position == 0 or abs(position) > len(items):
        shown = str(position)[:20]
        text = Bilingual(f"không có phần tử thứ {shown}", f"there is no element {shown}")
        frame.run.warn(place, text)
        return None
    index = int(position)
    return items[index - 1 if index > 0 else index]
