"""What a decision table makes of the rules that hit (DMN 1.5, 8.2.8)."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from engine.dmn.columns import is_point, key_of
from engine.dmn.course import Course
from engine.dmn.failures import RulesConflict
from engine.feel import Expression, constant_tests, parse
from engine.wording import Bilingual


class HitPolicy(StrEnum):
    """How several rules that hit are reconciled."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"

    @property
    def is_ordered_by_output(self) -> bool:
        """Tell whether the order of the outputs' allowed values decides."""
        return self in {HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER}

    @property
    def gives_one(self) -> bool:
        """Tell whether the result is one rule's, not a list."""
        return self in {HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST}


AGGREGATORS: Mapping[str, Expression] = {
    "SUM": parse("sum(outputs)"),
    "MIN": parse("min(outputs)"),
    "MAX": parse("max(outputs)"),
    "COUNT": parse("count(outputs)"),
}
_ALL_EQUAL = parse("every each in outputs satisfies each = outputs[1]")

Fired = tuple[int, Sequence[object]]
"""The number of a rule that hit, and its outputs."""


class Priorities:
    """The order of one output's allowed values, the most important first."""

    def __init__(self, allowed: Expression) -> None:
        tests = (constant_tests(allowed) or ((), False))[0]
        self._places = {key_of(test): place for place, test in reversed(list(enumerate(tests))) if is_point(test)}
        self._last = len(tests)

    def place(self, value: object) -> int:
        """Return where a value stands; values that are not listed stand last."""
        return self._places.get(key_of(value), self._last) if is_point(value) else self._last


def hits_of(
    policy: HitPolicy, fired: list[Fired], priorities: Sequence[Priorities | None], course: Course
) -> list[Fired]:
    """Return the rules that make the result, in their order; raises `RulesConflict`."""
    return _POLICIES[policy](fired, priorities, course)


def _unique(fired: list[Fired], _priorities: object, _course: Course) -> list[Fired]:
    if len(fired) > 1:
        numbers = ", ".join(str(number) for number, _ in fired)
        raise RulesConflict(
            Bilingual(
                f"Các dòng {numbers} cùng khớp, nhưng bảng chỉ cho phép một dòng khớp (UNIQUE).",
                f"The rules {numbers} all hit, but the hit policy UNIQUE allows one.",
            )
        )
    return fired


def _any(fired: list[Fired], _priorities: object, course: Course) -> list[Fired]:
    outputs = [list(values) for _, values in fired]
    if len(fired) > 1 and course.value(_ALL_EQUAL, {"outputs": outputs}) is not True:
        numbers = ", ".join(str(number) for number, _ in fired)
        raise RulesConflict(
            Bilingual(
                f"Các dòng {numbers} cùng khớp nhưng cho kết quả khác nhau (ANY).",
                f"The rules {numbers} hit with different outputs under the hit policy ANY.",
            )
        )
    return fired


def _by_output(fired: list[Fired], priorities: Sequence[Priorities | None], _course: Course) -> list[Fired]:
    def places(rule: Fired) -> list[int]:
        return [0 if order is None else order.place(value) for order, value in zip(priorities, rule[1], strict=True)]

    return sorted(fired, key=places)


_POLICIES: Mapping[HitPolicy, Callable[[list[Fired], Sequence[Priorities | None], Course], list[Fired]]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.ANY: _any,
    HitPolicy.FIRST: lambda fired, _priorities, _course: fired[:1],
    HitPolicy.PRIORITY: lambda fired, priorities, course: _by_output(fired, priorities, course)[:1],
    HitPolicy.OUTPUT_ORDER: _by_output,
    HitPolicy.RULE_ORDER: lambda fired, _priorities, _course: fired,
    HitPolicy.COLLECT: lambda fired, _priorities, _course: fired,
}
