"""Built-in functions that say how two ranges, or a point and a range, lie to each other (DMN 1.5, 10.3.4.10).

Each end becomes a place on the line: its value, then 0 if it is included, +1 just after or -1 just before it. A point
is the range from itself to itself. Then every relation is an order of places.
"""

from typing import NamedTuple

from engine.feel.comparison import order
from engine.feel.runtime import Run
from engine.feel.values import Range

from .fitting import refusal
from .registry import builtin

_COST = 15
"""Steps to order two places."""


class _Place(NamedTuple):
    value: object
    beside: int
    infinite: int


class _Span(NamedTuple):
    start: _Place
    end: _Place


def _span(value: object) -> _Span:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None:
        raise refusal("range", value)
    if not isinstance(value, Range):
        return _Span(_Place(value, 0, 0), _Place(value, 0, 0))
    return _Span(
        _Place(value.start, 0 if value.start_included else 1, -1 if value.start is None else 0),
        _Place(value.end, 0 if value.end_included else -1, 1 if value.end is None else 0),
    )


def _order(run: Run, left: _Place, right: _Place) -> int:
    run.spend(_COST)
    if left.infinite or right.infinite:
        return left.infinite - right.infinite
    return order(run, left.value, right.value) or left.beside - right.beside


@builtin(
    "before(point1: any, point2: any)",
    "before(point: any, range: any)",
    "before(range: any, point: any)",
    "before(range1: any, range2: any)",
    takes_run=True,
)
def before(run: Run, left: object, right: object) -> bool:
    """Tell whether the first ends before the second starts."""
    return _order(run, _span(left).end, _span(right).start) < 0


@builtin(
    "after(point1: any, point2: any)",
    "after(point: any, range: any)",
    "after(range: any, point: any)",
    "after(range1: any, range2: any)",
    takes_run=True,
)
def after(run: Run, left: object, right: object) -> bool:
    """Tell whether the first starts after the second ends."""
    return before(run, right, left)


@builtin("meets(range1: range, range2: range)", takes_run=True)
def meets(run: Run, left: Range, right: Range) -> bool:
    """Tell whether the first ends at the very value where the second starts."""
    return left.end_included and right.start_included and _order(run, _span(left).end, _span(right).start) == 0


@builtin("met by(range1: range, range2: range)", takes_run=True)
def met_by(run: Run, left: Range, right: Range) -> bool:
    """Tell whether the first starts at the very value where the second ends."""
    return meets(run, right, left)


@builtin("overlaps(range1: range, range2: range)", takes_run=True)
def overlaps(run: Run, left: Range, right: Range) -> bool:
    """Tell whether some value lies in both."""
    one, other = _span(left), _span(right)
    return _order(run, one.start, other.end) <= 0 and _order(run, other.start, one.end) <= 0


@builtin("overlaps before(range1: range, range2: range)", takes_run=True)
def overlaps_before(run: Run, left: Range, right: Range) -> bool:
    """Tell whether the first starts before the second and ends inside it."""
    one, other = _span(left), _span(right)
    return (
        _order(run, one.start, other.start) < 0
        and _order(run, other.start, one.end) <= 0
        and _order(run, one.end, other.end) <= 0
    )


@builtin("overlaps after(range1: range, range2: range)", takes_run=True)
def overlaps_after(run: Run, left: Range, right: Range) -> bool:
    """Tell whether the first starts inside the second and ends after it."""
    return overlaps_before(run, right, left)


@builtin("finishes(point: any, range: range)", "finishes(range1: any, range2: range)", takes_run=True)
def finishes(run: Run, left: object, right: Range) -> bool:
    """Tell whether both end at the same place, and the first starts no earlier."""
    one, other = _span(left), _span(right)
    return _order(run, one.end, other.end) == 0 and _order(run, one.start, other.start) >= 0


@builtin("finished by(range: range, point: any)", "finished by(range1: range, range2: any)", takes_run=True)
def finished_by(run: Run, left: Range, right: object) -> bool:
    """Tell whether both end at the same place, and the second starts no earlier."""
    return finishes(run, right, left)


@builtin("includes(range: range, point: any)", "includes(range1: range, range2: any)", takes_run=True)
def includes(run: Run, left: Range, right: object) -> bool:
    """Tell whether every value of the second lies in the first."""
    one, other = _span(left), _span(right)
    return _order(run, one.start, other.start) <= 0 and _order(run, other.end, one.end) <= 0


@builtin("during(point: any, range: range)", "during(range1: any, range2: range)", takes_run=True)
def during(run: Run, left: object, right: Range) -> bool:
    """Tell whether every value of the first lies in the second."""
    return includes(run, right, left)


@builtin("starts(point: any, range: range)", "starts(range1: any, range2: range)", takes_run=True)
def starts(run: Run, left: object, right: Range) -> bool:
    """Tell whether both start at the same place, and the first ends no later."""
    one, other = _span(left), _span(right)
    return _order(run, one.start, other.start) == 0 and _order(run, one.end, other.end) <= 0


@builtin("started by(range: range, point: any)", "started by(range1: range, range2: any)", takes_run=True)
def started_by(run: Run, left: Range, right: object) -> bool:
    """Tell whether both start at the same place, and the second ends no later."""
    return starts(run, right, left)


@builtin("coincides(point1: any, point2: any)", "coincides(range1: any, range2: any)", takes_run=True)
def coincides(run: Run, left: object, right: object) -> bool:
    """Tell whether both start and end at the same places."""
    one, other = _span(left), _span(right)
    return _order(run, one.start, other.start) == 0 and _order(run, one.end, other.end) == 0
