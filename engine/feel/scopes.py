"""Which variable a name means, found out while compiling: local ones by their place, the rest from the root scope."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

ITEM = "item"
"""What the element under test is called inside a filter."""


class Found(NamedTuple):
    """Where a name is looked for: item scopes that may have such a field, then a local scope or the root.

    Both are given as the number of frames to go outwards; `local` is None for the root.
    """

    items: tuple[int, ...]
    local: int | None


@dataclass(slots=True)
class Reads:
    """What an expression reads from the root scope and calls, gathered while compiling."""

    certain: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Scope:
    """A local scope: the names it binds (None for a filter's item, whose fields nobody knows yet).

    It is captured when a function is defined inside: the function remembers the frame it was made in, so that each
    round of a loop needs a frame of its own.
    """

    parent: "Scope | None"
    names: set[str] | None
    used: set[str] = field(default_factory=set)
    is_captured: bool = False

    def bind(self, name: str) -> bool:
        """Bind one more name; tell whether it was free."""
        names = set() if self.names is None else self.names
        is_free = name not in names
        self.names = names | {name}
        return is_free


def binding(parent: Scope | None, names: Iterable[str]) -> Scope:
    """Return a scope that binds names."""
    return Scope(parent, set(names))


def item(parent: Scope | None) -> Scope:
    """Return the scope of a filter's item."""
    return Scope(parent, None)


def capture(scope: Scope | None) -> None:
    """Note that a function remembers frames of this scope and of those around it."""
    while scope is not None:
        scope.is_captured = True
        scope = scope.parent


def find(scope: Scope | None, name: str) -> Found:
    """Return where a name is to be looked for, from the innermost scope outwards."""
    items: list[int] = []
    hops = 0
    while scope is not None:
        if scope.names is None:
            items.append(hops)
            if name == ITEM:
                return Found(tuple(items), None)
        elif name in scope.names:
            scope.used.add(name)
            return Found(tuple(items), hops)
        scope = scope.parent
        hops += 1
    return Found(tuple(items), None)
