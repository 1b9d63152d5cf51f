"""Built-in functions on lists (DMN 1.5, 10.3.4.4 and 10.3.4.8)."""

from collections.abc import Sequence
from functools import cmp_to_key, reduce
from typing import Any, cast

from engine.feel import numbers
from engine.feel.budget import MAX_VALUE_DEPTH
from engine.feel.comparison import has_one_order, hash_key, order, same
from engine.feel.errors import Unfit
from engine.feel.numbers import Number
from engine.feel.runtime import Run
from engine.feel.values import Function

from .fitting import FITS
from .registry import DEAR, builtin

_EQUALITY_COST = 3
_ORDER_COST = 12
_KEY_COST = 8
_SORT_COST = 12
_LIST_COST = 5
"""Steps to compare an element, to order it, to find it in a hash table; to begin to order a list, to go into one."""

_HASHED = 8
"""Comparisons in whose time Python finds a number or text in a hash table."""

_NOTHING = ("danh sách trống", "the list is empty")


@builtin("list contains(list: list, element: any)", takes_run=True)
def list_contains(run: Run, items: list[object], element: object) -> bool:
    """Tell whether an element equals the given one."""
    run.spend(_EQUALITY_COST * len(items))
    return any(same(run, item, element) for item in items)


@builtin("count(list: list)")
def count(items: list[object]) -> int:
    """Return how many elements the list has."""
    return len(items)


@builtin("min(list: list*)", takes_run=True)
def minimum(run: Run, items: list[object]) -> object:
    """Return the least element, null of an empty list."""
    return _extreme(run, items, 1)


@builtin("max(list: list*)", takes_run=True)
def maximum(run: Run, items: list[object]) -> object:
    """Return the greatest element, null of an empty list."""
    return _extreme(run, items, -1)


def _extreme(run: Run, items: list[object], sign: int) -> object:
    if not items:
        return None
    run.spend(_SORT_COST)
    if has_one_order(run, items):
        return (min if sign > 0 else max)(cast("list[Any]", items))
    run.spend(_ORDER_COST * len(items))
    best = items[0]
    order(run, best, best)
    for item in items[1:]:
        if order(run, best, item) * sign > 0:
            best = item
    return best


@builtin("sum(list: numbers*)", takes_run=True)
def total(run: Run, items: Sequence[Number]) -> Number:
    """Return the sum; refuse an empty list."""
    if not items:
        raise Unfit(*_NOTHING)
    run.spend(len(items))
    return numbers.total(items)


@builtin("product(list: numbers*)", takes_run=True)
def product(run: Run, items: Sequence[Number]) -> Number:
    """Return the product; refuse an empty list."""
    if not items:
        raise Unfit(*_NOTHING)
    run.spend(2 * len(items))
    return reduce(numbers.multiply, items)


@builtin("mean(list: numbers*)", takes_run=True, cost=DEAR)
def mean(run: Run, items: Sequence[Number]) -> Number:
    """Return the average; refuse an empty list."""
    return numbers.divide(total(run, items), len(items))


@builtin("median(list: numbers*)", takes_run=True, cost=DEAR)
def median(run: Run, items: Sequence[Number]) -> Number | None:
    """Return the middle element, or the average of the two in the middle; null of an empty list."""
    if not items:
        return None
    has_one_order(run, items, rounds=len(items).bit_length())
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return numbers.divide(numbers.add(ordered[middle - 1], ordered[middle]), 2)


@builtin("stddev(list: numbers*)", takes_run=True, cost=5 * DEAR)
def stddev(run: Run, items: Sequence[Number]) -> Number:
    """Return the sample standard deviation; refuse fewer than two elements."""
    if len(items) < 2:
        raise Unfit("cần ít nhất hai số", "at least two numbers are wanted")
    run.spend(4 * len(items))
    average = mean(run, items)
    differences = [numbers.subtract(item, average) for item in items]
    squares = total(run, [numbers.multiply(each, each) for each in differences])
    return numbers.guarded(numbers.CONTEXT.sqrt, numbers.divide(squares, len(items) - 1))


@builtin("mode(list: numbers*)", takes_run=True, cost=DEAR)
def mode(run: Run, items: Sequence[Number]) -> list[Number]:
    """Return the most frequent elements in ascending order."""
    run.spend(_KEY_COST * len(items))
    counts: dict[Number, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    found = [item for item, times in counts.items() if times == most]
    has_one_order(run, found, rounds=len(found).bit_length())
    return sorted(found)


@builtin("all(list: list*)", "and(list: list*)", takes_run=True)
def every(run: Run, items: list[object]) -> bool | None:
    """Tell whether no element is false: null if one is no boolean and none is false."""
    return _decided(run, items, decisive=False)


@builtin("any(list: list*)", "or(list: list*)", takes_run=True)
def some(run: Run, items: list[object]) -> bool | None:
    """Tell whether an element is true: null if one is no boolean and none is true."""
    return _decided(run, items, decisive=True)


def _decided(run: Run, items: list[object], *, decisive: bool) -> bool | None:
    run.spend(len(items))
    if any(item is decisive for item in items):
        return decisive
    return not decisive if all(isinstance(item, bool) for item in items) else None


@builtin("sublist(list: list, start position: number, [length: number])")
def sublist(items: list[object], start: Number, length: Number | None = None) -> list[object]:
    """Return elements from a position counted from 1, or from the end if negative."""
    first = _index(items, start)
    if length is None:
        return items[first:]
    size = numbers.integer(length)
    if size < 0 or first + size > len(items):
        raise Unfit(f"không có {size} phần tử từ đó", f"there are no {size} elements from there on")
    return items[first : first + size]


def _index(items: list[object], position: Number) -> int:
    place = numbers.integer(position)
    if place == 0 or abs(place) > len(items):
        raise Unfit(f"vị trí {place} nằm ngoài danh sách", f"the position {place} is outside the list")
    return place - 1 if place > 0 else len(items) + place


@builtin("append(list: list, item: any+)")
def append(items: list[object], added: list[object]) -> list[object]:
    """Return the list with the items at its end."""
    return [*items, *added]


@builtin("concatenate(list: lists+)", takes_run=True)
def concatenate(run: Run, lists: list[list[object]]) -> list[object]:
    """Return one list of all the lists' elements."""
    run.check_list(sum(map(len, lists)))
    return [item for items in lists for item in items]


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(items: list[object], position: Number, new: object) -> list[object]:
    """Return the list with the new item before the position."""
    index = _index(items, position)
    return [*items[:index], new, *items[index:]]


@builtin("remove(list: list, position: number)")
def remove(items: list[object], position: Number) -> list[object]:
    """Return the list without the element at the position."""
    index = _index(items, position)
    return [*items[:index], *items[index + 1 :]]


@builtin(
    "list replace(list: list, position: number, newItem: any)",
    "list replace(list: list, match: function, newItem: any)",
    takes_run=True,
)
def list_replace(run: Run, items: list[object], place: object, new: object) -> list[object]:
    """Return the list with a new element at the position, or where the function of (element, new one) is true."""
    if isinstance(place, Function):
        run.spend(2 * len(items))
        return [new if place.call(run, (item, new)) is True else item for item in items]
    index = _index(items, cast("Number", FITS["number"](place)))
    return [*items[:index], new, *items[index + 1 :]]


@builtin("reverse(list: list)")
def reverse(items: list[object]) -> list[object]:
    """Return the elements from last to first."""
    return items[::-1]


@builtin("index of(list: list, match: any)", takes_run=True)
def index_of(run: Run, items: list[object], match: object) -> list[int]:
    """Return the positions of all elements equal to the match, counted from 1."""
    run.spend(_EQUALITY_COST * len(items))
    return [place for place, item in enumerate(items, 1) if same(run, item, match)]


@builtin("union(list: lists+)", takes_run=True, cost=DEAR)
def union(run: Run, lists: list[list[object]]) -> list[object]:
    """Return the elements of all the lists, each once."""
    return distinct_values(run, concatenate(run, lists))


@builtin("distinct values(list: list)", takes_run=True, cost=DEAR)
def distinct_values(run: Run, items: list[object]) -> list[object]:
    """Return the elements, each once, in the order of their first occurrence."""
    if has_one_order(run, items, rounds=_HASHED):
        return list(dict.fromkeys(items))
    seen = set()
    kept = []
    for item in items:
        key = hash_key(run, item)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


@builtin("duplicate values(list: list)", takes_run=True, cost=DEAR)
def duplicate_values(run: Run, items: list[object]) -> list[object]:
    """Return the elements that occur more than once, each once."""
    first: dict[object, object] = {}
    again: dict[object, object] = {}
    for item in items:
        key = hash_key(run, item)
        if key in first:
            again.setdefault(key, first[key])
        else:
            first[key] = item
    return list(again.values())


@builtin("flatten(list: list)", takes_run=True)
def flatten(run: Run, items: list[object]) -> list[object]:
    """Return the elements of all nested lists in one."""
    flat: list[object] = []
    _flatten_into(run, flat, items, MAX_VALUE_DEPTH)
    return flat


def _flatten_into(run: Run, flat: list[object], items: list[object], depth: int) -> None:
    if depth == 0:
        raise run.too_deep()
    run.spend(_LIST_COST + len(items))
    for item in items:
        if isinstance(item, list):
            _flatten_into(run, flat, item, depth - 1)
        else:
            flat.append(item)


@builtin("partition(list: list, size: number)", takes_run=True, cost=DEAR)
def partition(run: Run, items: list[object], size: Number) -> list[list[object]]:
    """Return consecutive parts of the list, each of the given size but perhaps the last."""
    step = numbers.integer(size)
    if step < 1:
        raise Unfit("cỡ phải từ 1", "the size must be at least 1")
    run.spend(_LIST_COST * (len(items) // step))
    return [items[start : start + step] for start in range(0, len(items), step)]


@builtin("is empty(list: list)")
def is_empty(items: list[object]) -> bool:
    """Tell whether the list has no element."""
    return not items


@builtin("sort(list: list, [precedes: function])", takes_run=True)
def sort(run: Run, items: list[object], precedes: Function | None = None) -> list[object]:
    """Return the elements so ordered that `precedes(x, y)` puts x first; without it, in ascending order."""
    run.spend(_SORT_COST)
    if precedes is None and has_one_order(run, items, rounds=len(items).bit_length()):
        return sorted(cast("list[Any]", items))

    def ascending(left: object, right: object) -> int:
        run.spend(_ORDER_COST)
        return order(run, left, right)

    def preceding(left: object, right: object) -> int:
        return -1 if precedes is not None and precedes.call(run, (left, right)) is True else 1

    return sorted(items, key=cmp_to_key(ascending if precedes is None else preceding))
