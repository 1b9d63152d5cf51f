"""Built-in functions that turn text into values and back (DMN 1.5, 10.3.4.1)."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from engine.feel import nodes, numbers, temporal, text
from engine.feel.arithmetic import negate
from engine.feel.comparison import order
from engine.feel.errors import FeelSyntaxError, Unfit
from engine.feel.lexer import tokenize
from engine.feel.names import NameTable
from engine.feel.numbers import Number
from engine.feel.parser import Parser
from engine.feel.runtime import Run
from engine.feel.values import Range

from .registry import DEAR, builtin

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@builtin("string(from: any)", takes_run=True, cost=DEAR)
def string(run: Run, value: object) -> str | None:
    """Return the value as text; null stays null."""
    return None if value is None else text.shown(run, value)


@builtin("number(from: any)", takes_run=True, cost=DEAR)
def number_from(run: Run, value: object) -> Number:
    """Return the number that a text with a decimal point spells."""
    return number(text.shown(run, value), None, None)


@builtin("number(from: string, grouping separator: string?, decimal separator: string?)", cost=DEAR)
def number(spelled: str, grouping: str | None, point: str | None) -> Number:
    """Return the number that a text spells with these separators."""
    if grouping not in {None, " ", ".", ","} or point not in {None, ".", ","}:
        raise Unfit("dấu phân cách chỉ là “ ”, “.” hoặc “,”", "a separator is “ ”, “.” or “,”")
    if grouping is not None and grouping == (point or "."):
        raise Unfit("hai dấu phân cách phải khác nhau", "the two separators must differ")
    bare = spelled.replace(grouping, "") if grouping else spelled
    bare = bare.replace(point, ".") if point else bare
    if not _NUMBER.fullmatch(bare):
        raise Unfit(f"“{spelled[:40]}” không phải là số", f"“{spelled[:40]}” is no number")
    return numbers.guarded(numbers.CONTEXT.plus, numbers.CONTEXT.create_decimal(bare))


_MAX_RANGE_LENGTH = 200
_MAX_RANGE_TOKENS = 24
_RANGE_COST, _LETTER_COST = 300, 8
_REFUSED_RANGE_COST = 2_000
"""Steps for reading a range, and for finding out why a text is none."""

_LITERAL_CALLS: Mapping[str, Callable[[str], object]] = {
    "date": temporal.read_date,
    "time": temporal.read_time,
    "date and time": temporal.read_date_and_time,
    "duration": temporal.read_duration,
}


@cache
def _literal_names() -> NameTable:
    return NameTable(_LITERAL_CALLS)


@builtin("range(from: string)", takes_run=True)
def range_from(run: Run, spelled: str) -> Range:
    """Return the range that a text such as `[1..10)` spells; its ends are literals."""
    if len(spelled) > _MAX_RANGE_LENGTH:
        raise _no_range(spelled)
    run.spend(_RANGE_COST + _LETTER_COST * len(spelled))
    temporal.spend_on_zone(run.spend, spelled)
    try:
        if len(tokenize(spelled)) > _MAX_RANGE_TOKENS:
            raise _no_range(spelled)
        tree = Parser(spelled, (), {}, _literal_names(), ()).whole_expression()
    except FeelSyntaxError as error:
        run.spend(_REFUSED_RANGE_COST)
        raise Unfit(*error.text) from error
    if not isinstance(tree, nodes.Interval):
        raise _no_range(spelled)
    start, end = _end_value(tree.start, spelled), _end_value(tree.end, spelled)
    if order(run, start, end) > 0:
        raise Unfit("khoảng ngược: đầu lớn hơn cuối", "the range is upside down: it starts above its end")
    return Range(start, end, tree.start_included, tree.end_included)


def _end_value(node: nodes.Node, spelled: str) -> object:
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negation) and isinstance(node.operand, nodes.Literal):
        return negate(node.operand.value)
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and len(node.arguments) == 1:
        read = _LITERAL_CALLS.get(node.function.name)
        argument = node.arguments[0]
        if read is not None and isinstance(argument, nodes.Literal) and isinstance(argument.value, str):
            return read(argument.value)
    raise _no_range(spelled)


def _no_range(spelled: str) -> Unfit:
    return Unfit(f"“{spelled[:40]}” không phải là khoảng giá trị", f"“{spelled[:40]}” is no range")
