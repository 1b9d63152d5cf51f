"""Compile what goes over lists and ranges: `for`, `some`, `every` and filters."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from engine.wording import Bilingual

from . import nodes
from .compilation import Compilation
from .errors import Unfit
from .numbers import integer, is_whole
from .runtime import Closure, Frame, Place
from .scopes import Scope, binding, item
from .values import Range, kind_name, kind_of, plain

_PARTIAL = "partial"
_ROUND_COST = 2
_DOMAIN_COST = 18
_INDEX_COST = 6
_COPIED_TOGETHER = 3
"""Elements of `partial`, as a power of two, that are copied in the time of a step."""

_BOOLEAN_NODES = (nodes.Comparison, nodes.Logic, nodes.Between, nodes.Membership, nodes.InstanceOf, nodes.Quantified)


class _Iteration(NamedTuple):
    name: str
    domain: Closure
    end: Closure | None
    cost: int


def loop(compilation: Compilation, node: nodes.Loop, scope: Scope | None) -> Closure:
    """Compile `for`; the body sees the results so far as `partial`, a copy that later rounds leave alone."""
    inner = binding(scope, ())
    iterations = _iterations(compilation, node.iterators, inner)
    is_hidden = not inner.bind(_PARTIAL)
    body = compilation.compile(node.body, inner)
    rounds = _rounds(iterations, keeps_frames=inner.is_captured)
    cost, place = node.body.weight + _ROUND_COST, compilation.place(node)
    wants_partial = _PARTIAL in inner.used and not is_hidden

    def looped(frame: Frame) -> object:
        run = frame.run
        results: list[object] = []
        try:
            for local in rounds(frame):
                run.left -= cost
                if run.left < 0:
                    run.spend(0, place)
                if wants_partial:
                    run.spend(_ROUND_COST + (len(results) >> _COPIED_TOGETHER), place)
                    local.values[_PARTIAL] = results.copy()
                results.append(body(local))
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
    iterations = _iterations(compilation, node.iterators, inner)
    condition = compilation.compile(node.condition, inner)
    rounds = _rounds(iterations, keeps_frames=inner.is_captured)
    cost, place = node.condition.weight + _ROUND_COST, compilation.place(node)
    decisive = node.quantifier == "some"

    def decided(frame: Frame) -> bool | None:
        run, known = frame.run, True
        try:
            for local in rounds(frame):
                run.left -= cost
                if run.left < 0:
                    run.spend(0, place)
                value = condition(local)
                if value is decisive:
                    return decisive
                known = known and value is (not decisive)
        except Unfit as error:
            run.warn(place, error.text)
            return None
        return not decisive if known else None

    return decided


def _iterations(compilation: Compilation, iterators: Sequence[nodes.Iterator], inner: Scope) -> list[_Iteration]:
    """Compile the iterators; a later one sees the variables of the earlier ones."""
    iterations = []
    for each in iterators:
        domain = compilation.compile(each.domain, inner)
        end = None if each.end is None else compilation.compile(each.end, inner)
        iterations.append(_Iteration(each.name, domain, end, each.weight + _DOMAIN_COST))
        inner.bind(each.name)
    return iterations


def _rounds(iterations: Sequence[_Iteration], *, keeps_frames: bool) -> Callable[[Frame], Iterator[Frame]]:
    """Return what yields a frame with the variables of each round: the same one again unless functions keep it."""
    last = len(iterations) - 1

    def rounds(index: int, local: Frame) -> Iterator[Frame]:
        name, domain, end, cost = iterations[index]
        local.run.spend(cost)
        for element in _elements(domain(local), None if end is None else end(local), bounded=end is not None):
            if keeps_frames:
                inner = Frame(local, {**local.values, name: element})
                inner.parent = local.parent
            else:
                inner = local
                inner.values[name] = element
            if index == last:
                yield inner
            else:
                yield from rounds(index + 1, inner)

    return lambda frame: rounds(0, Frame(frame, {}))


def _elements(domain: object, end: object, *, bounded: bool) -> Iterable[object]:
    """Return what an iterator goes over; refuse what is neither a list nor a range that has a next element."""
    if bounded:
        return _counted(plain(domain), plain(end), every=slice(None))
    if isinstance(domain, Range):
        inside = slice(None if domain.start_included else 1, None if domain.end_included else -1)
        return _counted(domain.start, domain.end, every=inside)
    listed = domain if type(domain) is list else plain(domain)
    if isinstance(listed, list):
        return listed
    kind = kind_name(domain)
    raise Unfit(f"cần danh sách để lặp, nhưng nhận {kind.vi}", f"a list to iterate over is wanted, but {kind.en} came")


def _counted(start: Any, end: Any, *, every: slice) -> Iterable[object]:
    """Return whole numbers or days from start to end, upwards or downwards, and of them those of the slice."""
    if kind_of(start) == kind_of(end) == "number" and is_whole(start) and is_whole(end):
        return _steps(integer(start), integer(end))[every]
    if type(start) is date and type(end) is date:
        return map(date.fromordinal, _steps(start.toordinal(), end.toordinal())[every])
    one, other = kind_name(start), kind_name(end)
    raise Unfit(
        f"không lặp được từ {one.vi} đến {other.vi}: cần số nguyên hoặc ngày",
        f"cannot count from {one.en} to {other.en}: whole numbers or dates are wanted",
    )


def _steps(first: int, last: int) -> range:
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def filtered(compilation: Compilation, node: nodes.Filter, scope: Scope | None) -> Closure:
    """Compile `list[condition]` and `list[index]`; a value that is no list counts as a list of one."""
    base = compilation.compile(node.base, scope)
    inner = item(scope)
    condition = compilation.compile(node.condition, inner)
    keeps_frames = inner.is_captured
    cost, place = node.condition.weight + _ROUND_COST, compilation.place(node)
    may_be_index = not isinstance(node.condition, _BOOLEAN_NODES)

    def chosen(frame: Frame) -> object:
        run = frame.run
        items = _as_list(base(frame))
        if items is None:
            return None
        local = Frame(frame, items[0] if items else None)
        if may_be_index:
            run.spend(cost + _INDEX_COST, place)
            first = condition(local)
            if kind_of(first) == "number":
                return _element(frame, items, plain(first), place)
        kept = []
        for element in items:
            run.left -= cost
            if run.left < 0:
                run.spend(0, place)
            if keeps_frames:
                local = Frame(frame, element)
            else:
                local.values = element
            answer = condition(local)
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
