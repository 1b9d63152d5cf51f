"""Compile operators: logic of three values, comparison, arithmetic, ranges, `in`, `between` and unary tests."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.wording import Bilingual

from . import nodes
from .arithmetic import negate, operate
from .comparison import DIRECT, LONG_TEXT, ORDERED, compare, equal, passes, weigh
from .compilation import Compilation
from .errors import Unfit
from .nodes import Literal
from .numbers import CONTEXT, DIGITS, held
from .runtime import Closure, Frame, Place
from .scopes import Scope
from .values import Range, kind_name

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBERS = frozenset({int, Decimal})
_WHOLE_LIMIT = 10**DIGITS
_SIMPLE: Mapping[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], object]]] = {
    "+": (operator.add, CONTEXT.add),
    "-": (operator.sub, CONTEXT.subtract),
    "*": (operator.mul, CONTEXT.multiply),
}
_COST = 9
"""Steps of an operation that has to look for what it does, besides those of its node."""

_EXACT_COST = 3
"""Steps of an operation on decimals, besides those of its node."""

_Operation = Callable[[Frame, object, object], object]


def comparison(compilation: Compilation, node: nodes.Comparison, scope: Scope | None) -> Closure:
    """Compile `=`, `!=`, `<`, `<=`, `>` and `>=`: values of one type by Python itself, the rest by their kinds."""
    left, right = compilation.compile(node.left, scope), compilation.compile(node.right, scope)
    test, place = _TESTS[node.operator], compilation.place(node)
    is_equality = node.operator in {"=", "!="}
    direct = DIRECT if is_equality else ORDERED

    def compared(frame: Frame) -> object:
        one, other = left(frame), right(frame)
        kind = type(one)
        if kind is type(other) and kind in direct:
            if kind is str and len(one) > LONG_TEXT:  # type: ignore[arg-type]  # its type was just seen
                weigh(frame.run, one)  # type: ignore[arg-type]
            return test(one, other)
        if kind in _NUMBERS and type(other) in _NUMBERS:
            return test(one, other)
        if is_equality and (one is None or other is None):
            return test(one is None, other is None)
        return _compared_slowly(frame, node.operator, one, other, place)

    return compared


def _compared_slowly(frame: Frame, sign: str, left: object, right: object, place: Place) -> bool | None:
    frame.run.spend(_COST)
    try:
        if sign == "=":
            return equal(frame.run, left, right)
        if sign == "!=":
            return not equal(frame.run, left, right)
        return compare(frame.run, sign, left, right)
    except Unfit as error:
        frame.run.warn(place, error.text)
        return None


def logic(compilation: Compilation, node: nodes.Logic, scope: Scope | None) -> Closure:
    """Compile a chain of `and` or `or`: decided by the first false or true, else null if one is neither."""
    operands = [compilation.compile(operand, scope) for operand in node.operands]
    decisive = node.operator == "or"
    place = compilation.place(node)
    if len(operands) == 2:
        return _logic_of_two(operands[0], operands[1], decisive=decisive, place=place)

    def decided(frame: Frame) -> bool | None:
        known = True
        for operand in operands:
            value = operand(frame)
            if value is decisive:
                return decisive
            if value is not (not decisive):
                known = _is_boolean(frame, value, place)
        return not decisive if known else None

    return decided


def _logic_of_two(left: Closure, right: Closure, *, decisive: bool, place: Place) -> Closure:
    neutral = not decisive

    def decided(frame: Frame) -> bool | None:
        one = left(frame)
        if one is decisive:
            return decisive
        other = right(frame)
        if other is decisive:
            return decisive
        if one is neutral and other is neutral:
            return neutral
        _is_boolean(frame, one, place)
        _is_boolean(frame, other, place)
        return None

    return decided


def _is_boolean(frame: Frame, value: object, place: Place) -> bool:
    """Tell whether the value is a boolean; remark on one that is neither that nor null."""
    if value is None or value is True or value is False:
        return value is not None
    kind = kind_name(value)
    frame.run.warn(place, Bilingual(f"cần đúng/sai, nhưng nhận {kind.vi}", f"a boolean is wanted, but {kind.en} came"))
    return False


def arithmetic(compilation: Compilation, node: nodes.Arithmetic, scope: Scope | None) -> Closure:
    """Compile `+ - * / **`: two operands, or a chain of them from left to right."""
    chain = node.chain()
    closure = compilation.compile(chain[0].left, scope)
    operations = [
        (compilation.compile(each.right, scope), _operation(each.operator, compilation.place(each))) for each in chain
    ]
    if len(operations) > 1:
        return _chained(closure, operations)
    right, operation = operations[0]
    return lambda frame: operation(frame, closure(frame), right(frame))


def _chained(first: Closure, operations: list[tuple[Closure, _Operation]]) -> Closure:
    def computed(frame: Frame) -> object:
        value = first(frame)
        for right, operation in operations:
            value = operation(frame, value, right(frame))
        return value

    return computed


def _operation(sign: str, place: Place) -> _Operation:
    """Return the operation; sums, differences and products of numbers are taken at once, by Python itself if whole."""
    if sign not in _SIMPLE:
        return lambda frame, one, other: _operated(frame, sign, one, other, place)
    quick, exact = _SIMPLE[sign]

    def operation(frame: Frame, one: object, other: object) -> object:
        if type(one) is int and type(other) is int:
            result = quick(one, other)
            return result if -_WHOLE_LIMIT < result < _WHOLE_LIMIT else held(result)
        if type(one) in _NUMBERS and type(other) in _NUMBERS:
            frame.run.left -= _EXACT_COST
            try:
                return exact(one, other)
            except ArithmeticError:
                return _operated(frame, sign, one, other, place)
        return _operated(frame, sign, one, other, place)

    return operation


def _operated(frame: Frame, sign: str, one: object, other: object, place: Place) -> object:
    """Return what the operator gives, whatever kinds they are; remark on what it does not take."""
    run = frame.run
    run.left -= _COST
    try:
        return operate(run, sign, one, other)
    except Unfit as error:
        run.warn(place, error.text)
        return None


def negation(compilation: Compilation, node: nodes.Negation, scope: Scope | None) -> Closure:
    """Compile the unary minus."""
    operand, place = compilation.compile(node.operand, scope), compilation.place(node)

    def negated(frame: Frame) -> object:
        value = operand(frame)
        if type(value) is int:
            return -value
        frame.run.spend(_COST)
        try:
            return negate(value)
        except Unfit as error:
            frame.run.warn(place, error.text)
            return None

    return negated


def interval(compilation: Compilation, node: nodes.Interval, scope: Scope | None) -> Closure:
    """Compile `[a..b]`; the ends must be of one kind, or null."""
    start, end = compilation.compile(node.start, scope), compilation.compile(node.end, scope)
    start_included, end_included = node.start_included, node.end_included
    if isinstance(node.start, Literal) and isinstance(node.end, Literal):
        constant = Range(node.start.value, node.end.value, start_included, end_included)
        return lambda _frame: constant

    def made(frame: Frame) -> Range:
        frame.run.spend(_COST)
        return Range(start(frame), end(frame), start_included, end_included)

    return made


def half_line_range(sign: str, end: object) -> Range:
    """Return the range that an operator and its operand stand for."""
    if sign in {"<", "<="}:
        return Range(None, end, start_included=False, end_included=sign == "<=", operator=sign)
    if sign in {">", ">="}:
        return Range(end, None, start_included=sign == ">=", end_included=False, operator=sign)
    return Range(end, end, start_included=sign == "=", end_included=sign == "=", operator=sign)


def half_line(compilation: Compilation, node: nodes.HalfLine, scope: Scope | None) -> Closure:
    """Compile `< a` and its like."""
    sign = node.operator
    if isinstance(node.operand, Literal):
        constant = half_line_range(sign, node.operand.value)
        return lambda _frame: constant
    operand = compilation.compile(node.operand, scope)
    return lambda frame: half_line_range(sign, operand(frame))


def between(compilation: Compilation, node: nodes.Between, scope: Scope | None) -> Closure:
    """Compile `value between low and high`: `value >= low and value <= high`."""
    value, low, high = (compilation.compile(part, scope) for part in node.children())
    place = compilation.place(node)

    def lies_between(frame: Frame) -> bool | None:
        middle, least, most = value(frame), low(frame), high(frame)
        kind = type(middle)
        if kind is type(least) is type(most) and kind in ORDERED and kind is not str:
            return least <= middle <= most  # type: ignore[no-any-return, operator]  # one ordered type, just seen
        if kind in _NUMBERS and type(least) in _NUMBERS and type(most) in _NUMBERS:
            return least <= middle <= most  # type: ignore[no-any-return, operator]  # numbers, just seen
        above = _compared_slowly(frame, ">=", middle, least, place)
        below = _compared_slowly(frame, "<=", middle, most, place)
        if above is False or below is False:
            return False
        return True if above and below else None

    return lies_between


def membership(compilation: Compilation, node: nodes.Membership, scope: Scope | None) -> Closure:
    """Compile `value in test`: true if one test passes, null if none does and one says nothing."""
    value = compilation.compile(node.value, scope)
    tests = [compilation.compile(test, scope) for test in node.tests]
    place = compilation.place(node)

    def passed(frame: Frame) -> bool | None:
        tried = value(frame)
        answer: bool | None = False
        for test in tests:
            one = _passes(frame, tried, test(frame), place)
            if one:
                return True
            answer = None if one is None else answer
        return answer

    return passed


def _passes(frame: Frame, value: object, test: object, place: Place) -> bool | None:
    try:
        return passes(frame.run, value, test)
    except Unfit as error:
        frame.run.warn(place, error.text)
        return None


def conditional(compilation: Compilation, node: nodes.Conditional, scope: Scope | None) -> Closure:
    """Compile `if`: only true chooses the first branch."""
    condition, chosen, other = (compilation.compile(part, scope) for part in node.children())
    place = compilation.place(node)

    def decided(frame: Frame) -> object:
        value = condition(frame)
        if value is True:
            return chosen(frame)
        if value is not False:
            _is_boolean(frame, value, place)
        return other(frame)

    return decided


def unary_tests(compilation: Compilation, node: nodes.UnaryTests, scope: Scope | None) -> Closure:
    """Compile a cell: true if one test passes; a test that speaks of `?` passes when it is true (10.3.2.7 rule 7)."""
    if not node.tests:
        return lambda _frame: True
    tests = [_unary_test(compilation, test, scope) for test in node.tests]
    negated = node.negated

    def passed(frame: Frame) -> bool:
        return any(test(frame) for test in tests) is not negated

    return passed


def _literal_test(wanted: object, place: Place) -> Callable[[Frame], bool]:
    """Compile the test for equality with a constant; without an input to compare with, true and false stand alone."""

    def passed(frame: Frame) -> bool:
        if isinstance(wanted, bool) and "?" not in frame.scope:
            return wanted
        return _passes(frame, frame.scope.get("?"), wanted, place) is True

    return passed


def _unary_test(compilation: Compilation, node: nodes.Node, scope: Scope | None) -> Callable[[Frame], bool]:
    test, place = compilation.compile(node, scope), compilation.place(node)
    if isinstance(node, Literal):
        return _literal_test(node.value, place)
    if any(isinstance(part, nodes.Name) and part.name == "?" for part in nodes.walk(node)):
        return lambda frame: test(frame) is True

    def passed(frame: Frame) -> bool:
        tried, wanted = frame.scope.get("?"), test(frame)
        if type(tried) is type(wanted) and type(tried) in DIRECT:
            return tried == wanted
        if wanted is True or wanted is False:
            return wanted
        return _passes(frame, tried, wanted, place) is True

    return passed
