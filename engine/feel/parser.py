"""Read tokens into a syntax tree (DMN 1.5, 10.3.1.2), by precedence climbing; names of several words by the scope."""

from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn

from engine.wording import Bilingual

from . import nodes
from .budget import MAX_SYNTAX_DEPTH
from .cursor import OPEN, Cursor
from .errors import FeelSyntaxError, Unfit
from .lexer import Token, TokenKind
from .names import KEYWORDS, PROPERTIES, NameTable
from .nodes import Node
from .numbers import read_number
from .temporal import read_temporal
from .type_parser import parse_type
from .types import FeelType

_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER = range(1, 7)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_LEVELS: Mapping[str, int] = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys((*_COMPARISONS, "between", "in"), _COMPARISON),
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "**": _POWER,
}
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}
_NO_OPERAND = frozenset({")", "]", "}", ",", ":", ".", "..", "+", "*", "/", "**"}) | _COMPARISONS
_NO_OPERAND_WORDS = KEYWORDS - {"if", "for", "some", "every", "function", "true", "false", "null"}
_PROPERTY_TABLE = NameTable(PROPERTIES)
_MAX_ITERATORS = 10
_VALUE_KINDS = (TokenKind.NUMBER, TokenKind.STRING)
_ENDS = frozenset({",", ")", "]", "}", "+", "-", "*", "/", "**", "and", "or", "then", "else"}) | _COMPARISONS
"""What ends a number or string at once: it is no part of it, as `.`, `[`, `(`, `instance` and `..` might be."""

_POSTFIX = frozenset({".", "[", "("})
_MIXED = Bilingual("tham số hoặc đều có tên, hoặc đều không", "arguments are either all named or all without names")
_VALUE = Bilingual("cần một giá trị", "a value is expected")


class Parser(Cursor):
    """Reads one expression; `functions` knows the names of several words that FEEL and the office define."""

    def __init__(
        self,
        text: str,
        names: Iterable[str],
        types: Mapping[str, FeelType],
        functions: NameTable,
        offered: Iterable[str],
    ) -> None:
        super().__init__(text, names)
        self.functions = functions
        self.suggestions = tuple(offered)
        self.types = types
        self._nesting = 0
        self._interval_nesting = -1

    def whole_expression(self) -> Node:
        """Return the tree of the whole text; refuse what is left over."""
        tree = self.expression()
        self._expect_end()
        return tree

    def whole_tests(self) -> Node:
        """Return the tree of a decision table's cell: `-`, tests, or `not(tests)`."""
        start = self.token.start
        if self.token.kind is TokenKind.END or (self.sees("-") and self.tokens[1].kind is TokenKind.END):
            return nodes.UnaryTests(start, (), negated=False)
        negated = self.sees("not") and self.parentheses.get(1, OPEN).end == len(self.tokens) - 2
        if negated:
            self.index += 2
        tests = [self._test()]
        while self.accept(","):
            tests.append(self._test())
        if negated:
            self.expect(")")
        self._expect_end()
        return nodes.UnaryTests(start, tuple(tests), negated=negated)

    def _expect_end(self) -> None:
        if self.token.kind is not TokenKind.END:
            raise self.unexpected(Bilingual("biểu thức đã đủ ở đây", "the expression is complete here"))

    def expression(self, level: int = _OR) -> Node:
        """Return the tree of the operators that bind at least as tightly as `level`."""
        left = self._operand()
        while True:
            token = self.tokens[self.index]
            found = _LEVELS.get(token.word, 0)
            if found < level:
                return left
            self.index += 1
            left = self._operation(left, token, found)

    def _operation(self, left: Node, token: Token, level: int) -> Node:
        if level <= _AND:
            operands = [left, self.expression(level + 1)]
            while self.accept(token.text):
                operands.append(self.expression(level + 1))
            return nodes.Logic(token.start, token.text, tuple(operands))
        if token.text == "between":
            low = self.expression(_SUM)
            self.expect("and")
            return nodes.Between(token.start, left, low, self.expression(_SUM))
        if token.text == "in":
            return nodes.Membership(token.start, left, self._tests_of_in())
        right = self.expression(level + 1)
        if level == _COMPARISON:
            return nodes.Comparison(token.start, token.text, left, right)
        return nodes.Arithmetic(token.start, token.text, left, right)

    def _tests_of_in(self) -> tuple[Node, ...]:
        if not (self.sees("(") and self.parentheses.get(self.index, OPEN).has_comma):
            return (self._test(_SUM),)
        self.take()
        tests = [self._test()]
        while self.expect(",", ")").text == ",":
            tests.append(self._test())
        return tuple(tests)

    def _test(self, level: int = _OR) -> Node:
        """Return a positive unary test: `< 5`, a range or an expression."""
        operator = self.tokens[self.index]
        if operator.word in _COMPARISONS:
            self.index += 1
            return nodes.HalfLine(operator.start, operator.word, self.expression(_SUM))
        return self.expression(level)

    def _operand(self) -> Node:
        token = self.tokens[self.index]
        if token.kind in _VALUE_KINDS and self.tokens[self.index + 1].word in _ENDS:
            self.index += 1
            return nodes.Literal(token.start, self._literal(token))
        self._nesting += 1
        if self._nesting > MAX_SYNTAX_DEPTH:
            raise nodes.too_deep(token.start)
        minuses: list[Token] = []
        while self.sees("-"):
            minuses.append(self.take())
        operand = self._postfix(self._primary())
        for minus in reversed(minuses):
            operand = nodes.Negation(minus.start, operand)
        while self.sees("instance"):
            start = self.take().start
            self.expect("of")
            operand = nodes.InstanceOf(start, operand, parse_type(self, self.types))
        self._nesting -= 1
        return operand

    def _postfix(self, base: Node) -> Node:
        while True:
            token = self.tokens[self.index]
            if token.word not in _POSTFIX:
                return base
            start = token.start
            if self.accept("."):
                base = nodes.Path(start, base, self._path_name())
            elif self.sees("[") and not self._closes_interval(base):
                self.take()
                condition = self._inside()
                self.expect("]")
                base = nodes.Filter(start, base, condition)
            elif token.word == "(":
                base = self._call(base)
            else:
                return base

    def _inside(self) -> Node:
        """Return an expression between brackets: the end of an interval around it does not concern it."""
        outer, self._interval_nesting = self._interval_nesting, -1
        tree = self.expression()
        self._interval_nesting = outer
        return tree

    def _closes_interval(self, base: Node) -> bool:
        """Tell whether a `[` closes `[a..b[`: nothing filters a literal, and a filter starts with an operand."""
        if self._interval_nesting != self._nesting:
            return False
        after = self.tokens[self.index + 1]
        if isinstance(base, nodes.Literal) or after.kind is TokenKind.END:
            return True
        words = _NO_OPERAND if after.kind is TokenKind.SYMBOL else _NO_OPERAND_WORDS
        return after.kind in {TokenKind.SYMBOL, TokenKind.NAME} and after.text in words

    def _path_name(self) -> str:
        for table in (self.known, _PROPERTY_TABLE):
            found = table.longest_at(self.tokens, self.index)
            if found is not None:
                self.index += found[1]
                return found[0]
        if self.token.kind is not TokenKind.NAME:
            raise self.unexpected(Bilingual("cần tên trường sau dấu chấm", "a name is expected after the point"))
        return self.take().text

    def _call(self, function: Node) -> Node:
        start = self.expect("(").start
        if isinstance(function, nodes.Name):
            start = function.at
        if self.accept(")"):
            return nodes.Call(start, function, (), ())
        names: list[str] = []
        arguments: list[Node] = []
        while True:
            name = self._argument_name()
            if arguments and (name is not None) is not bool(names):
                raise self.unexpected(_MIXED)
            if name is not None:
                names.append(name)
            arguments.append(self._inside())
            if self.expect(",", ")").text == ")":
                return nodes.Call(start, function, tuple(arguments), tuple(names))

    def _argument_name(self) -> str | None:
        name = self.name_run(":")
        if name is not None:
            self.expect(":")
        return name

    def _primary(self) -> Node:
        token = self.token
        if token.kind is TokenKind.NAME:
            return self._word(token)
        if token.kind is TokenKind.SYMBOL:
            return self._bracketed(token)
        if token.kind is TokenKind.END:
            raise self.unexpected(_VALUE)
        self.take()
        return nodes.Literal(token.start, self._literal(token))

    def _literal(self, token: Token) -> object:
        try:
            if token.kind is TokenKind.NUMBER:
                return read_number(token.text)
            return read_temporal(token.text) if token.kind is TokenKind.TEMPORAL else token.text
        except Unfit as error:
            raise FeelSyntaxError(error.text, position=token.start) from error
        except ArithmeticError as error:
            text = Bilingual("số này quá lớn", "this number is too large")
            raise FeelSyntaxError(text, position=token.start) from error

    def _word(self, token: Token) -> Node:
        known = self.known.longest_at(self.tokens, self.index)
        offered = self.functions.longest_at(self.tokens, self.index)
        if offered is not None and (known is None or offered[1] > known[1]) and self._is_function(offered[1]):
            known = offered
        if known is not None:
            self.index += known[1]
            return nodes.Name(token.start, known[0])
        if token.text not in KEYWORDS:
            self.take()
            return nodes.Name(token.start, token.text)
        form = _FORMS.get(token.text)
        if token.text in _CONSTANTS:
            self.take()
            return nodes.Literal(token.start, _CONSTANTS[token.text])
        if form is None:
            raise self.unexpected(_VALUE)
        self.take()
        return form(self, token.start)

    def _is_function(self, count: int) -> bool:
        """Tell whether the words are meant as a function: called, or no operator is among them."""
        words = self.tokens[self.index : self.index + count]
        return self.tokens[self.index + count].text == "(" or not any(word.text in KEYWORDS for word in words)

    def _bracketed(self, token: Token) -> Node:
        if self.accept("("):
            return self._parenthesis(token.start)
        if self.accept("["):
            return self._list(token.start)
        if self.accept("]"):
            start = self._inside()
            self.expect("..")
            return self._interval(token.start, start, start_included=False)
        if self.accept("{"):
            return self._context(token.start)
        raise self.unexpected(_VALUE)

    def _parenthesis(self, at: int) -> Node:
        outer, self._interval_nesting = self._interval_nesting, -1
        inner = self._test()
        self._interval_nesting = outer
        if self.accept(".."):
            return self._interval(at, inner, start_included=False)
        self.expect(")")
        return inner

    def _list(self, at: int) -> Node:
        if self.accept("]"):
            return nodes.ListOf(at, ())
        outer, self._interval_nesting = self._interval_nesting, -1
        items = [self._test()]
        if self.accept(".."):
            self._interval_nesting = outer
            return self._interval(at, items[0], start_included=True)
        while self.expect(",", "]").text == ",":
            items.append(self._test())
        self._interval_nesting = outer
        return nodes.ListOf(at, tuple(items))

    def _interval(self, at: int, start: Node, *, start_included: bool) -> Node:
        outer, self._interval_nesting = self._interval_nesting, self._nesting + 1
        end = self.expression(_SUM)
        self._interval_nesting = outer
        closing = self.expect("]", ")", "[")
        return nodes.Interval(at, start, end, start_included, closing.text == "]")

    def _context(self, at: int) -> Node:
        keys: dict[str, None] = {}
        values: list[Node] = []
        while not self.accept("}"):
            if keys:
                self.expect(",")
            token = self.token
            key = self.take().text if token.kind is TokenKind.STRING else self.name_run(":")
            if key is None or key in keys:
                self.index = self.tokens.index(token)
                self._refuse_key(key)
            self.expect(":")
            keys[self.declare(key)] = None
            values.append(self._inside())
        return nodes.ContextOf(at, tuple(keys), tuple(values))

    def _refuse_key(self, key: str | None) -> NoReturn:
        if key is None:
            raise self.unexpected(Bilingual("cần tên trường và dấu “:”", "a key and “:” are expected"))
        raise self.unexpected(Bilingual(f"trường “{key}” đã có", f"the key “{key}” is there already"))

    def conditional(self, at: int) -> Node:
        """Return the rest of `if … then … else …`."""
        condition = self._inside()
        self.expect("then")
        chosen = self._inside()
        self.expect("else")
        return nodes.Conditional(at, condition, chosen, self._inside())

    def loop(self, at: int) -> Node:
        """Return the rest of `for … in … return …`."""
        iterators = self._iterators()
        self.expect("return")
        return nodes.Loop(at, iterators, self._inside())

    def quantified(self, at: int) -> Node:
        """Return the rest of `some … satisfies …` or `every … satisfies …`."""
        quantifier = self.tokens[self.index - 1].text
        iterators = self._iterators()
        self.expect("satisfies")
        return nodes.Quantified(at, quantifier, iterators, self._inside())

    def _iterators(self) -> tuple[nodes.Iterator, ...]:
        iterators = [self._iterator()]
        while self.accept(","):
            iterators.append(self._iterator())
        if len(iterators) > _MAX_ITERATORS:
            text = Bilingual(f"quá {_MAX_ITERATORS} biến lặp", f"more than {_MAX_ITERATORS} iterators")
            raise FeelSyntaxError(text, position=iterators[-1].at)
        return tuple(iterators)

    def _iterator(self) -> nodes.Iterator:
        at = self.token.start
        name = self.name_run("in")
        if name is None:
            raise self.unexpected(Bilingual("cần “<tên> in <danh sách>”", "“<name> in <list>” is expected"))
        self.expect("in")
        domain = self._inside()
        end = self._inside() if self.accept("..") else None
        return nodes.Iterator(at, self.declare(name), domain, end)

    def definition(self, at: int) -> Node:
        """Return the rest of `function(…) …`; external ones are refused, they would leave the language."""
        self.expect("(")
        names: dict[str, None] = {}
        types: list[FeelType | None] = []
        while not self.accept(")"):
            if names:
                self.expect(",")
            name = self.name_run(":", ",", ")")
            if name is None or name in names:
                raise self.unexpected(Bilingual("cần tên tham số mới", "a new parameter name is expected"))
            names[self.declare(name)] = None
            types.append(parse_type(self, self.types) if self.accept(":") else None)
        if self.sees("external"):
            raise self.unexpected(Bilingual("không dùng hàm bên ngoài", "external functions are not allowed"))
        return nodes.Definition(at, tuple(names), tuple(types), self._inside())


_FORMS: Mapping[str, Callable[[Parser, int], Node]] = {
    "if": Parser.conditional,
    "for": Parser.loop,
    "some": Parser.quantified,
    "every": Parser.quantified,
    "function": Parser.definition,
}
