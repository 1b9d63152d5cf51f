"""Boxed expressions that are data or choice (DMN 1.5, 10.2): what a decision's logic is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.dmn.course import Course
from engine.dmn.failures import DecisionFailed
from engine.dmn.item_types import ItemType
from engine.dmn.scopes import Scope
from engine.feel import Expression, parse
from engine.wording import Bilingual

_ITEMS = parse("for each in domain return each")
_LISTED = parse("domain[true]")


class Boxed(Protocol):
    """A compiled boxed expression; it holds no state between evaluations."""

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return the value in a scope; raises `FeelError` or `DecisionFailed`."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal expression: FEEL text."""

    expression: Expression

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return what the text says."""
        return course.value(self.expression, scope)


@dataclass(frozen=True, slots=True)
class Broken:
    """An expression that could not be read; a finding says why."""

    name: str

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:  # noqa: ARG002 - as all of them
        """Refuse."""
        raise DecisionFailed(
            Bilingual(
                f"“{self.name}” còn thiếu hoặc có lỗi, hãy mở tệp trong trình soạn và sửa.",
                f"“{self.name}” is unfinished or has errors; open the file in the editor and mend it.",
            )
        )


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression whose value must conform to a type, or becomes null."""

    inner: Boxed
    type: ItemType
    what: Bilingual

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return the value as the type wants it."""
        return self.type.fitted(self.inner.evaluate(scope, course), course, self.what)


@dataclass(frozen=True, slots=True)
class Context:
    """Entries in order, each seeing those before it; `result` is what the whole is worth, else all entries are."""

    entries: Sequence[tuple[str, Boxed]]
    result: Boxed | None

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return the result, or the entries as a context."""
        values: dict[str, object] = {}
        inner = Scope(values, scope)
        for name, entry in self.entries:
            values[name] = entry.evaluate(inner, course)
        return values if self.result is None else self.result.evaluate(inner, course)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A boxed list."""

    items: Sequence[Boxed]

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return the values of the items."""
        return [item.evaluate(scope, course) for item in self.items]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of data: a list of contexts with the same names."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Boxed]]

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return a context a row."""
        return [
            {name: cell.evaluate(scope, course) for name, cell in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Conditional:
    """A boxed `if`: true chooses the first branch, false and null the other; anything else makes it null."""

    condition: Boxed
    chosen: Boxed
    other: Boxed

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return the branch's value."""
        answer = self.condition.evaluate(scope, course)
        if not _is_answer(answer, course):
            return None
        return (self.chosen if answer is True else self.other).evaluate(scope, course)


@dataclass(frozen=True, slots=True)
class ForEach:
    """A boxed `for`: the body for each element, which also sees the results so far as `partial`."""

    variable: str
    domain: Boxed
    body: Boxed

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return the list of results; null where there is no list to go over."""
        items = _items(self.domain, scope, course)
        if items is None:
            return None
        results: list[object] = []
        for item in items:
            course.spend(1 + len(results) // 16)
            results.append(self.body.evaluate(Scope({"partial": results.copy(), self.variable: item}, scope), course))
        return results


@dataclass(frozen=True, slots=True)
class Quantified:
    """A boxed `some`, decided by the first true, or `every`, by the first false.

    It is null where no condition decides and one is null, and where one is no boolean.
    """

    variable: str
    domain: Boxed
    condition: Boxed
    decisive: bool

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return true, false or null."""
        items = _items(self.domain, scope, course)
        if items is None:
            return None
        is_known = True
        for item in items:
            answer = self.condition.evaluate(Scope({self.variable: item}, scope), course)
            if answer is self.decisive:
                return self.decisive
            if not _is_answer(answer, course):
                return None
            is_known = is_known and answer is (not self.decisive)
        return not self.decisive if is_known else None


@dataclass(frozen=True, slots=True)
class Filter:
    """A boxed filter: the elements for which the match is true, seen as `item` and by their own fields.

    A single value counts as a list of one, as in FEEL's own filters.
    """

    domain: Boxed
    match: Boxed

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return the list of what matches."""
        items = course.value(_LISTED, {"domain": self.domain.evaluate(scope, course)})
        if not isinstance(items, list):
            return None
        return [item for item in items if self.match.evaluate(_inside(item, scope), course) is True]


def _is_answer(value: object, course: Course) -> bool:
    """Tell whether a condition's value is a boolean or null; remark on any other."""
    if value is None or isinstance(value, bool):
        return True
    course.warn("điều kiện phải là đúng/sai", "a condition must be a boolean")
    return False


def _inside(item: object, scope: Mapping[str, object]) -> Scope:
    fields = dict(item) if isinstance(item, Mapping) else {}
    return Scope({"item": item, **fields}, scope)


def _items(domain: Boxed, scope: Mapping[str, object], course: Course) -> list[object] | None:
    """Return the elements of a list or range; None where FEEL finds nothing to go over."""
    found = course.value(_ITEMS, {"domain": domain.evaluate(scope, course)})
    return found if isinstance(found, list) else None
