"""An expression ready to be evaluated, and the two ways to get one from text."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from engine.wording import Bilingual

from . import calls, loops, nodes, operators, paths
from .budget import MAX_EXPRESSION_LENGTH
from .builtins import BUILTINS
from .compilation import Compilation
from .environment import Environment
from .errors import BudgetExceeded, FeelError, FeelSyntaxError
from .names import NameTable
from .nodes import Node
from .office import OFFICE_FUNCTIONS
from .parser import Parser
from .runtime import Run, with_room
from .types import FeelType

_FORMS: Mapping[type[Node], Any] = {
    nodes.Literal: paths.literal,
    nodes.Name: paths.name,
    nodes.Path: paths.path,
    nodes.ListOf: paths.list_of,
    nodes.ContextOf: paths.context_of,
    nodes.InstanceOf: paths.instance_of,
    nodes.Interval: operators.interval,
    nodes.HalfLine: operators.half_line,
    nodes.Arithmetic: operators.arithmetic,
    nodes.Negation: operators.negation,
    nodes.Comparison: operators.comparison,
    nodes.Between: operators.between,
    nodes.Membership: operators.membership,
    nodes.Logic: operators.logic,
    nodes.Conditional: operators.conditional,
    nodes.UnaryTests: operators.unary_tests,
    nodes.Loop: loops.loop,
    nodes.Quantified: loops.quantified,
    nodes.Filter: loops.filtered,
    nodes.Call: calls.call,
    nodes.Definition: calls.definition,
}
_MAX_RAW_LENGTH = 8 * MAX_EXPRESSION_LENGTH
"""Characters before normalisation, which may join several to one."""

_PILE_OF_MARKS = re.compile(rb"[^\0]{31}")
"""More combining marks in a row than Unicode's Stream-Safe Text Format allows (UAX 15, section 13)."""

_HALF_PAIR = re.compile("[\ud800-\udfff]")
_NO_CHARACTER = Bilingual("ký tự hỏng: nửa cặp thay thế", "a broken character: half of a surrogate pair")
_TOO_MANY_MARKS = Bilingual("quá 30 dấu chồng lên một chữ", "more than 30 marks stand on one letter")
_FEW_PARTS = 1_000
"""Lists and contexts in a result up to which they are counted without asking whether they are shared."""

_LONG_WEIGHT = 60
"""Nodes from which on an expression may take long even without loops, by doubling what it makes."""

_LOOPS = (nodes.Loop, nodes.Quantified, nodes.Filter, nodes.Definition)
_TOO_DEEP = Bilingual("biểu thức lồng quá sâu", "the expression is nested too deeply")


class Expression:
    """A compiled expression; it holds no state between evaluations and may be shared by threads.

    `text` is the source in NFC. `reads` are the root variables it may read; those in `possible_reads` may instead be
    fields of a filter's items. `calls` are the functions it calls by name. `tree` is the syntax tree.
    """

    __slots__ = ("_closure", "_depth", "_is_long", "calls", "possible_reads", "reads", "text", "tree")

    def __init__(self, text: str, tree: Node, names: Iterable[str]) -> None:
        compilation = Compilation(text, frozenset(names), _FORMS)
        self.text = text
        self.tree = tree
        self._closure = compilation.compile(tree, None)
        self._depth = tree.depth
        self._is_long = tree.weight > _LONG_WEIGHT or any(isinstance(node, _LOOPS) for node in nodes.walk(tree))
        found = compilation.reads
        self.reads = frozenset(found.certain | found.possible)
        self.possible_reads = frozenset(found.possible - found.certain)
        self.calls = frozenset(found.calls)

    def __repr__(self) -> str:
        """Show the source."""
        return f"Expression({self.text!r})"

    def evaluate(self, scope: Mapping[str, object], environment: Environment) -> object:
        """Return the value in a scope; wrong types give None and a warning in the environment.

        Raise `FeelError`: `BudgetExceeded`, `UnknownFunction`, or what an office function refuses. Lists and contexts
        in the result may be the scope's own: change none of them.
        """
        run = Run(scope, environment, self._depth)
        try:
            result = with_room(self._closure, run) if self._is_long else self._closure(run)
        except FeelError as error:
            error.placed(self.text)
            raise
        except RecursionError:
            raise BudgetExceeded(_TOO_DEEP).placed(self.text) from None
        finally:
            environment.spent += environment.budget.steps - run.left
        if type(result) is list or type(result) is dict:
            _check_size(result, environment.budget.result_size, self.text)
        return result


def parse(text: str, *, names: Iterable[str] = (), types: Mapping[str, FeelType] | None = None) -> Expression:
    """Read an expression (without the leading `=` of the BPMN dialect).

    `names` are names in scope that are several words or hold operators; they win over built-in functions. `types` are
    named types for `instance of`. Raise `FeelSyntaxError` with the place.
    """
    return _read(text, names, types or {}, Parser.whole_expression)


def parse_unary_tests(
    text: str, *, names: Iterable[str] = (), types: Mapping[str, FeelType] | None = None
) -> Expression:
    """Read the cell of a decision table: it evaluates to true or false in a scope that holds the input as `?`.

    Without `?` in the scope (form-js's conditions) the input is null, and the test `true` passes.

    Raise `FeelSyntaxError` with the place.
    """
    return _read(text, names, types or {}, Parser.whole_tests)


def _read(text: str, names: Iterable[str], types: Mapping[str, FeelType], form: Callable[[Parser], Node]) -> Expression:
    source = text[:MAX_EXPRESSION_LENGTH]
    try:
        if len(text) > _MAX_RAW_LENGTH:
            raise _too_long(len(text))
        source = _composed(text)
        known = [_composed(name) for name in names]
        if len(source) > MAX_EXPRESSION_LENGTH:
            raise _too_long(len(source))
        tree = form(Parser(source, known, types, _function_names(), _offered()))
        return Expression(source, tree, known)
    except FeelError as error:
        error.placed(source)
        raise
    except RecursionError:
        raise FeelSyntaxError(_TOO_DEEP).placed(source) from None


def _composed(text: str) -> str:
    """Return the text in NFC; refuse halves of characters, and piles of marks: they take the square of their height."""
    if text.isascii():
        return text
    half = _HALF_PAIR.search(text)
    if half is not None:
        raise FeelSyntaxError(_NO_CHARACTER, position=half.start())
    pile = _PILE_OF_MARKS.search(bytes(map(unicodedata.combining, text)))
    if pile is not None:
        raise FeelSyntaxError(_TOO_MANY_MARKS, position=pile.start())
    return unicodedata.normalize("NFC", text)


def _too_long(length: int) -> FeelSyntaxError:
    return FeelSyntaxError(
        Bilingual(
            f"biểu thức dài {length} ký tự, tối đa {MAX_EXPRESSION_LENGTH}",
            f"the expression has {length} characters, at most {MAX_EXPRESSION_LENGTH} are allowed",
        ),
        position=MAX_EXPRESSION_LENGTH,
    )


@cache
def _offered() -> tuple[str, ...]:
    return (*BUILTINS, *OFFICE_FUNCTIONS, calls.IS_DEFINED)


@cache
def _function_names() -> NameTable:
    return NameTable(_offered())


def _check_size(result: object, limit: int, text: str) -> None:
    """Refuse a result of more values than the limit, however cleverly its parts are shared."""
    found: list[Any] = [result]
    count = 0
    for value in found:
        parts = value if type(value) is list else value.values()
        count += len(parts)
        found += [part for part in parts if type(part) is list or type(part) is dict]
        if len(found) > _FEW_PARTS:
            count = _size_of_shared(result, limit)
            break
    if count > limit:
        raise BudgetExceeded(
            Bilingual(f"kết quả có hơn {limit} giá trị", f"the result has more than {limit} values")
        ).placed(text)


def _size_of_shared(result: object, limit: int) -> int:
    """Return how many values there are, or some number above the limit; a part that several share is read once."""
    sizes: dict[int, int] = {}
    waiting: list[Any] = [result]
    while waiting:
        value = waiting[-1]
        parts = value if type(value) is list else value.values()
        inner = [part for part in parts if type(part) is list or type(part) is dict]
        unknown = [part for part in inner if id(part) not in sizes]
        if unknown:
            waiting += unknown
            continue
        waiting.pop()
        size = sizes[id(value)] = len(parts) + sum([sizes[id(part)] for part in inner])
        if size > limit:
            return size
    return sizes[id(result)]
