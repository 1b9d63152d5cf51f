"""Turning a syntax tree into closures: the walk that the compilers of the single forms share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .nodes import Node
from .runtime import Closure, Place
from .scopes import Reads, Scope


@dataclass(frozen=True, slots=True)
class Compilation:
    """The compilation of one expression.

    `handlers` has one compiler for each class of node; `names` are the scope's names that a built-in function of the
    same name may not hide.
    """

    text: str
    names: frozenset[str]
    handlers: Mapping[type[Node], "Handler"]
    reads: Reads = field(default_factory=Reads)

    def compile(self, node: Node, scope: Scope | None) -> Closure:
        """Return the closure that evaluates the node in frames of this scope."""
        return self.handlers[type(node)](self, node, scope)

    def place(self, node: Node) -> Place:
        """Return where the node stands, for warnings and errors."""
        return Place(self.text, node.at)


Handler = Callable[[Compilation, "Node", Scope | None], Closure]
