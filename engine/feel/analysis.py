"""What can be said about an expression without evaluating it."""

from collections.abc import Collection

from . import nodes
from .arithmetic import negate
from .builtins import BUILTINS
from .calls import IS_DEFINED, unknown_function
from .errors import Unfit, UnknownFunction
from .expression import Expression
from .office import OFFICE_FUNCTIONS
from .operators import half_line_range
from .values import Range

_NONE = object()


def constant_tests(expression: Expression) -> tuple[tuple[object, ...], bool] | None:
    """Return what a decision table's cell tests for, and whether the tests are negated; None if it must be evaluated.

    The tests are constant values and ranges; no tests at all mean that every input passes. A table indexes such cells
    and finds its overlaps and gaps by them.
    """
    tree = expression.tree
    if not isinstance(tree, nodes.UnaryTests):
        return None
    tests = tuple(_constant(test) for test in tree.tests)
    return None if any(test is _NONE for test in tests) else (tests, tree.negated)


def unknown_functions(expression: Expression, offered: Collection[str] = ()) -> list[UnknownFunction]:
    """Return a refusal, with its place, for each function called that neither FEEL nor the office nor `offered` has."""
    known = {*BUILTINS, *OFFICE_FUNCTIONS, IS_DEFINED, *offered}
    unknown = expression.calls - known
    return [
        unknown_function(node.function.name).placed(expression.text, node.at)
        for node in nodes.walk(expression.tree)
        if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and node.function.name in unknown
    ]


def _constant(node: nodes.Node) -> object:
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negation):
        return _negated(_constant(node.operand))
    if isinstance(node, nodes.HalfLine):
        end = _constant(node.operand)
        return _NONE if end is _NONE else half_line_range(node.operator, end)
    if isinstance(node, nodes.Interval):
        start, end = _constant(node.start), _constant(node.end)
        if start is not _NONE and end is not _NONE:
            return Range(start, end, node.start_included, node.end_included)
    return _NONE


def _negated(value: object) -> object:
    try:
        return _NONE if value is _NONE else negate(value)
    except Unfit:
        return _NONE
