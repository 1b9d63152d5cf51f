"""Groups, dynamic lists and what only shows: components without a value of their own."""

from dataclasses import dataclass

from .base import Component


@dataclass(frozen=True, kw_only=True)
class Group(Component):
    """Components in a frame; its path, if it has one, is part of their slots already. The form itself is one."""

    children: tuple[Component, ...]


@dataclass(frozen=True, kw_only=True)
class DynamicList(Component):
    """A list of rows, each a scope of its own for the `children`.

    With `is_fixed` the rows are those the variables bring (or `repetitions` empty ones), neither more nor fewer.
    """

    slot: tuple[str, ...]
    children: tuple[Component, ...]
    repetitions: int = 1
    is_fixed: bool = False
