"""The syntax tree of an expression: one class for each form of DMN 1.5, 10.3.1.2."""

from collections.abc import Iterator as Walk
from dataclasses import dataclass, field

from engine.wording import Bilingual

from .budget import MAX_SYNTAX_DEPTH
from .errors import FeelSyntaxError
from .types import FeelType


@dataclass(slots=True, eq=False)
class Node:
    """A part of an expression: where it starts, how many levels it has, how many nodes it counts."""

    at: int
    depth: int = field(init=False, default=1)
    weight: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        """Measure the node and refuse a tree that is too deep to be walked."""
        for child in self.children():
            self.weight += child.weight
            if child.depth >= self.depth:
                self.depth = child.depth + 1
        if self.depth > MAX_SYNTAX_DEPTH:
            raise too_deep(self.at)

    def children(self) -> tuple["Node", ...]:
        """Return the parts this one is made of, in the order of the text."""
        return ()


def too_deep(position: int) -> FeelSyntaxError:
    """Return the refusal of an expression nested more deeply than `MAX_SYNTAX_DEPTH`."""
    return FeelSyntaxError(
        Bilingual(
            f"biểu thức lồng quá {MAX_SYNTAX_DEPTH} tầng – hãy tách thành nhiều biểu thức",
            f"the expression is nested more than {MAX_SYNTAX_DEPTH} levels deep – split it",
        ),
        position=position,
    )


@dataclass(slots=True, eq=False)
class Literal(Node):
    """A number, string, boolean, null or temporal value written out."""

    value: object

    def __post_init__(self) -> None:
        """Leave the measures at one: there is nothing below."""


@dataclass(slots=True, eq=False)
class Name(Node):
    """A variable, or a function used as a value."""

    name: str

    def __post_init__(self) -> None:
        """Leave the measures at one: there is nothing below."""


@dataclass(slots=True, eq=False)
class ListOf(Node):
    """A list written out: `[a, b]`."""

    items: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        """Return the items."""
        return self.items


@dataclass(slots=True, eq=False)
class ContextOf(Node):
    """A context written out: `{key: value}`; later entries see the earlier ones."""

    keys: tuple[str, ...]
    values: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        """Return the values."""
        return self.values


@dataclass(slots=True, eq=False)
class Interval(Node):
    """A range between two ends: `[a..b]`, `(a..b)`, `]a..b[`."""

    start: Node
    end: Node
    start_included: bool
    end_included: bool

    def children(self) -> tuple[Node, ...]:
        """Return both ends."""
        return (self.start, self.end)


@dataclass(slots=True, eq=False)
class HalfLine(Node):
    """A range given by an operator: `< 10`, `>= 10`, `= 10`, `!= 10`."""

    operator: str
    operand: Node

    def children(self) -> tuple[Node, ...]:
        """Return the operand."""
        return (self.operand,)


@dataclass(slots=True, eq=False)
class Arithmetic(Node):
    """`+`, `-`, `*`, `/` or `**` of two operands; a long chain leans to the left and is evaluated in one go."""

    operator: str
    left: Node
    right: Node

    def __post_init__(self) -> None:
        """Measure the node and refuse a tree that is too deep; a chain is one level."""
        left = self.left.depth + (type(self.left) is not Arithmetic)
        self.depth = max(left, self.right.depth + 1)
        self.weight = 1 + self.left.weight + self.right.weight
        if self.depth > MAX_SYNTAX_DEPTH:
            raise too_deep(self.at)

    def chain(self) -> list["Arithmetic"]:
        """Return the operations of the chain that ends here, in the order of the text."""
        operations = [self]
        while isinstance(operations[-1].left, Arithmetic):
            operations.append(operations[-1].left)
        return operations[::-1]

    def children(self) -> tuple[Node, ...]:
        """Return both operands."""
        return (self.left, self.right)


@dataclass(slots=True, eq=False)
class Negation(Node):
    """The arithmetic `-` before an operand."""

    operand: Node

    def children(self) -> tuple[Node, ...]:
        """Return the operand."""
        return (self.operand,)


@dataclass(slots=True, eq=False)
class Comparison(Node):
    """`=`, `!=`, `<`, `<=`, `>` or `>=` of two operands."""

    operator: str
    left: Node
    right: Node

    def children(self) -> tuple[Node, ...]:
        """Return both operands."""
        return (self.left, self.right)


@dataclass(slots=True, eq=False)
class Between(Node):
    """`value between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node

    def children(self) -> tuple[Node, ...]:
        """Return value, low and high."""
        return (self.value, self.low, self.high)


@dataclass(slots=True, eq=False)
class Membership(Node):
    """`value in test` or `value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        """Return the value and the tests."""
        return (self.value, *self.tests)


@dataclass(slots=True, eq=False)
class Logic(Node):
    """A chain of `and`, or a chain of `or`."""

    operator: str
    operands: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        """Return the operands."""
        return self.operands


@dataclass(slots=True, eq=False)
class Conditional(Node):
    """`if condition then chosen else other`."""

    condition: Node
    chosen: Node
    other: Node

    def children(self) -> tuple[Node, ...]:
        """Return condition and both branches."""
        return (self.condition, self.chosen, self.other)


@dataclass(slots=True, eq=False)
class Iterator(Node):
    """`name in domain`, or `name in domain..end`."""

    name: str
    domain: Node
    end: Node | None

    def children(self) -> tuple[Node, ...]:
        """Return the domain's parts."""
        return (self.domain,) if self.end is None else (self.domain, self.end)


@dataclass(slots=True, eq=False)
class Loop(Node):
    """`for … in … return body`."""

    iterators: tuple[Iterator, ...]
    body: Node

    def children(self) -> tuple[Node, ...]:
        """Return the iterators and the body."""
        return (*self.iterators, self.body)


@dataclass(slots=True, eq=False)
class Quantified(Node):
    """`some … satisfies condition` or `every … satisfies condition`."""

    quantifier: str
    iterators: tuple[Iterator, ...]
    condition: Node

    def children(self) -> tuple[Node, ...]:
        """Return the iterators and the condition."""
        return (*self.iterators, self.condition)


@dataclass(slots=True, eq=False)
class Definition(Node):
    """`function(a: type, b) body`."""

    parameters: tuple[str, ...]
    types: tuple[FeelType | None, ...]
    body: Node

    def children(self) -> tuple[Node, ...]:
        """Return the body."""
        return (self.body,)


@dataclass(slots=True, eq=False)
class Call(Node):
    """`function(a, b)` or `function(a: 1, b: 2)`; `names` is empty for positional arguments."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]

    def children(self) -> tuple[Node, ...]:
        """Return the function and its arguments."""
        return (self.function, *self.arguments)


@dataclass(slots=True, eq=False)
class Path(Node):
    """`base.name`."""

    base: Node
    name: str

    def children(self) -> tuple[Node, ...]:
        """Return the base."""
        return (self.base,)


@dataclass(slots=True, eq=False)
class Filter(Node):
    """`base[condition]` or `base[index]`."""

    base: Node
    condition: Node

    def children(self) -> tuple[Node, ...]:
        """Return base and condition."""
        return (self.base, self.condition)


@dataclass(slots=True, eq=False)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: FeelType

    def children(self) -> tuple[Node, ...]:
        """Return the value."""
        return (self.value,)


@dataclass(slots=True, eq=False)
class UnaryTests(Node):
    """The tests of a decision table's cell; no tests at all stand for `-`, which everything passes."""

    tests: tuple[Node, ...]
    negated: bool

    def children(self) -> tuple[Node, ...]:
        """Return the tests."""
        return self.tests


def walk(node: Node) -> Walk[Node]:
    """Yield the node and everything below it, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children()))
