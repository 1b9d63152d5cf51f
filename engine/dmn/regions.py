"""What a column can tell apart: the values it is about, in regions within which every cell says the same."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from engine.dmn.columns import LINES, Line, Span, Tests, indexable, key_of
from engine.dmn.table import InputClause
from engine.feel import to_json

_DAY = timedelta(days=1)


class Region(NamedTuple):
    """Some values, said as FEEL would, and the rules whose cells they pass for certain."""

    said: str
    rules: int


def regions_of(clause: InputClause) -> list[Region]:
    """Return the regions of an input, one for each set of rules: where values are listed, those; else the whole line.

    Cells that compute something pass nowhere for certain. An input that every rule ignores has one region.
    """
    column = clause.column
    found: dict[int, str] = {}
    allowed = _allowed(clause)
    for said, rules in (*_lines(clause, allowed), *_single_points(clause, allowed), *_others(clause, allowed)):
        settled = (rules ^ column.negated) | column.always
        found.setdefault(settled, said)
    if len(found) < 2:
        return [Region("-", next(iter(found), column.always))]
    return [Region(said, rules) for rules, said in found.items()]


def _allowed(clause: InputClause) -> Tests | None:
    """Return the values an input may have, None where nobody lists them."""
    listed = clause.allowed or (clause.type.allowed if clause.type is not None else None)
    tests = None if listed is None else indexable(listed)
    return None if tests is None or tests.is_negated else tests


def _lines(clause: InputClause, allowed: Tests | None) -> Iterator[tuple[str, int]]:
    """Yield the regions of the kinds that have an order."""
    within = 1 << len(clause.column.cells)
    spans: dict[str, list[tuple[Span, int]]] = {}
    tests = [(each, 1 << index) for index, each in enumerate(clause.column.tests) if each is not None]
    for each, bit in [*tests, *([] if allowed is None else [(allowed, within)])]:
        for kind, span in each.spans:
            spans.setdefault(kind, []).append((span, bit))
        for point in each.points:
            if type(point) in LINES:
                spans.setdefault(LINES[type(point)], []).append((Span(point, point, True, True), bit))  # noqa: FBT003
    for found in spans.values():
        is_whole = any(span.start is None or span.end is None or span.start != span.end for span, _ in found)
        for said, rules in _places(Line(found), only_ends=not is_whole):
            if allowed is None or rules & within:
                yield said, rules & ~within


def _places(line: Line, *, only_ends: bool) -> Iterator[tuple[str, int]]:
    for place, rules in enumerate(line.masks):
        index = place // 2
        if place % 2:
            yield _shown(line.ends[index]), rules
        elif not only_ends and not _is_empty(line.ends, index):
            yield _gap(line.ends, index), rules


def _is_empty(ends: Sequence[Any], index: int) -> bool:
    """Tell whether nothing a person writes lies between two ends: neighbouring days, or whole numbers."""
    if not 0 < index < len(ends):
        return False
    before, after = ends[index - 1], ends[index]
    if type(before) is date:
        return bool(after - before == _DAY)
    return type(before) is int and type(after) is int and after - before == 1


def _gap(ends: Sequence[Any], index: int) -> str:
    if index == 0:
        return f"< {_shown(ends[0])}"
    if index == len(ends):
        return f"> {_shown(ends[-1])}"
    return f"({_shown(ends[index - 1])}..{_shown(ends[index])})"


def _single_points(clause: InputClause, allowed: Tests | None) -> Iterator[tuple[str, int]]:
    """Yield true, false and null, where the input is about them."""
    points = clause.column.points
    may_be = None if allowed is None else {key_of(each) for each in allowed.points}
    truths = [key_of(value) for value in (True, False)]
    is_meant = any(key in points for key in truths)
    for value in (True, False):
        if is_meant and (may_be is None or key_of(value) in may_be):
            yield _shown(value), points.get(key_of(value), 0)
    if None in points and (may_be is None or None in may_be):
        yield "null", points[None]


def _others(clause: InputClause, allowed: Tests | None) -> Iterator[tuple[str, int]]:
    """Yield the values that only cells with `not(…)` speak of."""
    if clause.column.negated and allowed is None:
        yield "…", 0


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(to_json(value))
