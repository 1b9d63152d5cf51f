"""One input of a decision table, indexed by what its cells test.

Rules are the bits of whole numbers. Cells of constants are found through a hash, cells of constant ranges through the
sorted ends of all ranges; only cells that compute something are evaluated one by one, for rules still possible.
"""

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.dmn.course import Course
from engine.dmn.scopes import Scope
from engine.feel import Expression, Range, YearsMonths, constant_tests

LINES: Mapping[type, str] = {
    int: "number",
    Decimal: "number",
    str: "string",
    date: "date",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
}
"""The kinds whose order and equality in Python are FEEL's, by exact type."""


_KEYS: Mapping[bool, Hashable] = {True: (bool, True), False: (bool, False)}


def key_of(value: Hashable) -> Hashable:
    """Return what two constants of an indexed kind share exactly when FEEL finds them equal."""
    if value is True or value is False:
        return _KEYS[value]
    return value


def is_point(value: object) -> bool:
    """Tell whether a constant can be found through a hash."""
    return value is None or type(value) is bool or type(value) in LINES


@dataclass(frozen=True, slots=True)
class Span:
    """A range of constants of one kind; an end that is None is open to infinity."""

    start: Any
    end: Any
    start_included: bool
    end_included: bool


@dataclass(slots=True)
class Tests:
    """The constant tests of a cell."""

    points: list[object] = field(default_factory=list)
    spans: list[tuple[str, Span]] = field(default_factory=list)
    is_negated: bool = False


def indexable(cell: Expression) -> Tests | None:
    """Return a cell's tests if an index can hold all of them; None for a cell that must be evaluated."""
    constants = constant_tests(cell)
    if constants is None:
        return None
    found = Tests(is_negated=constants[1])
    for test in constants[0]:
        if isinstance(test, Range):
            bounds = _span(test)
            if bounds is None:
                return None
            if isinstance(bounds, Span):
                found.spans.append((LINES[type(bounds.start if bounds.end is None else bounds.end)], bounds))
            else:
                found.points.append(test.end)
        elif is_point(test):
            found.points.append(test)
        else:
            return None
    return found


def _span(test: Range) -> Span | bool | None:
    """Return the span of a range, True for one of a single point, None for one no index can hold."""
    if test.operator == "=":
        return True if is_point(test.end) else None
    if test.operator == "!=":
        return None
    ends = [end for end in (test.start, test.end) if end is not None]
    kinds = {LINES.get(type(end)) for end in ends}
    if len(kinds) != 1 or None in kinds or (not test.operator and len(ends) < 2):
        return None
    return Span(test.start, test.end, test.start_included, test.end_included)


class Line:
    """All spans of one kind in a column: every end, every gap between two ends, and the rules that hold there.

    Place 2k is the gap before the k-th end, place 2k + 1 that end itself.
    """

    def __init__(self, spans: Sequence[tuple[Span, int]]) -> None:
        ends = {end for span, _ in spans for end in (span.start, span.end) if end is not None}
        self.ends: list[Any] = sorted(ends)
        self.masks = [0] * (2 * len(self.ends) + 1)
        for span, bit in spans:
            for place in self._places(span):
                self.masks[place] |= bit

    def _places(self, span: Span) -> range:
        first, last = 0, len(self.masks) - 1
        if span.start is not None:
            first = 2 * bisect_left(self.ends, span.start) + (1 if span.start_included else 2)
        if span.end is not None:
            last = 2 * bisect_left(self.ends, span.end) + (1 if span.end_included else 0)
        return range(first, last + 1)

    def at(self, value: Any) -> int:
        """Return the rules whose spans hold the value."""
        index = bisect_left(self.ends, value)
        is_end = index < len(self.ends) and self.ends[index] == value
        return self.masks[2 * index + is_end]


class Column:
    """The cells of one input, one a rule."""

    def __init__(self, cells: Sequence[Expression]) -> None:
        self.cells = cells
        self.tests = [indexable(cell) for cell in cells]
        self.always = self.negated = 0
        self.points: dict[Hashable, int] = {}
        self.lines: dict[str, Line] = {}
        self.computed: dict[Expression, int] = {}
        for index, cell in enumerate(cells):
            if self.tests[index] is None:
                self.computed[cell] = self.computed.get(cell, 0) | 1 << index
        self._index()

    def _index(self) -> None:
        spans: dict[str, list[tuple[Span, int]]] = {}
        for index, tests in enumerate(self.tests):
            if tests is None:
                continue
            bit = 1 << index
            if not tests.points and not tests.spans:
                self.always |= bit
            elif tests.is_negated:
                self.negated |= bit
            for point in tests.points:
                self.points[key_of(point)] = self.points.get(key_of(point), 0) | bit
            for line, span in tests.spans:
                spans.setdefault(line, []).append((span, bit))
        self.lines = {line: Line(found) for line, found in spans.items()}

    def passing(self, value: object, alive: int, scope: Mapping[str, object], course: Course) -> int:
        """Return those of the rules `alive` whose cells the value passes."""
        value = _plain(value)
        found = self.points.get(key_of(value), 0) if is_point(value) else 0
        line = self.lines.get(LINES.get(type(value), ""))
        if line is not None:
            found |= line.at(value)
        found = ((found ^ self.negated) | self.always) & alive
        if self.computed:
            inner = Scope({"?": value}, scope)
            for cell, bits in self.computed.items():
                if alive & bits and course.value(cell, inner) is True:
                    found |= bits & alive
        return found


def _plain(value: object) -> object:
    """Return a value from outside in the type that the index knows."""
    if type(value) is float:
        return Decimal(repr(value))
    return str(value) if isinstance(value, str) else value
