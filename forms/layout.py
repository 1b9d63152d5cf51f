"""The tree of values that a form's components make: contexts, lists of rows, and fields as leaves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .components import Component, DynamicList, Field, Group
from .values import ABSENT, same


@dataclass(frozen=True, slots=True)
class Context:
    """A context: its entries by name."""

    entries: dict[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of rows, all alike."""

    component: DynamicList
    row: Context


Node = Context | Rows | Field


def lay_out(components: tuple[Component, ...], taken: Callable[[Component], None]) -> Context:
    """Return the tree of values of components that share a scope.

    Calls `taken` with a component whose place another one has, or that lies below or above another field.
    """
    context = Context()
    for component in in_scope(components):
        node: Node = component if isinstance(component, Field) else Rows(component, lay_out(component.children, taken))
        holder = _holder(context, component.slot)
        if holder is None or component.slot[-1] in holder.entries:
            taken(component)
        else:
            holder.entries[component.slot[-1]] = node
    return context


def _holder(context: Context, slot: tuple[str, ...]) -> Context | None:
    for name in slot[:-1]:
        inner = context.entries.setdefault(name, Context())
        if not isinstance(inner, Context):
            return None
        context = inner
    return context


def in_scope(components: tuple[Component, ...]) -> Iterator[Field | DynamicList]:
    """Yield the fields and lists of a scope: those in groups too, those in rows not."""
    for component in components:
        if isinstance(component, Group):
            yield from in_scope(component.children)
        elif isinstance(component, Field | DynamicList):
            yield component


def without_echoes(layout: Context, submission: Mapping[str, object], variables: object) -> dict[str, object]:
    """Return the submission without entries the form does not have and the variables have with the same value.

    So what `completed` added may come back. The form's own level is not looked at: what is unknown there stays unknown.
    """
    return {
        name: _inner(layout.entries.get(name), entry, _entry(variables, name)) for name, entry in submission.items()
    }


def _inner(node: Node | None, value: object, variable: object) -> object:
    if isinstance(node, Context) and isinstance(value, Mapping):
        known = {name: entry for name, entry in value.items() if not _is_echo(node, name, entry, variable)}
        return without_echoes(node, known, variable)
    if isinstance(node, Rows) and node.component.is_fixed and isinstance(value, list):
        rows = variable if isinstance(variable, list) else []
        before = [*rows[: len(value)], *[ABSENT] * (len(value) - len(rows))]
        return [_inner(node.row, row, old) for row, old in zip(value, before, strict=True)]
    return value


def _is_echo(context: Context, name: str, entry: object, variable: object) -> bool:
    return name not in context.entries and same(entry, _entry(variable, name))


def _entry(variable: object, name: str) -> object:
    return variable.get(name, ABSENT) if isinstance(variable, Mapping) else ABSENT


def completed(layout: Context, values: Mapping[str, object], variables: Mapping[str, object]) -> dict[str, object]:
    """Return values in which contexts, and rows that cannot move, keep what else the variables have in them."""
    return {name: _merged(layout.entries.get(name), value, _entry(variables, name)) for name, value in values.items()}


def _merged(node: Node | None, value: object, variable: object) -> object:
    if isinstance(node, Context) and isinstance(value, dict) and isinstance(variable, Mapping):
        rest = {name: entry for name, entry in variable.items() if name not in value}
        return completed(node, value, variable) | rest
    if isinstance(node, Rows) and node.component.is_fixed and isinstance(value, list) and isinstance(variable, list):
        kept = [_merged(node.row, row, old) for row, old in zip(value, variable, strict=False)]
        return kept + value[len(kept) :]
    return value


def laid_over(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Return the entries of both, those above where both have one; contexts entry by entry, lists whole."""
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        if isinstance(value, Mapping) and isinstance(under, Mapping):
            merged[name] = laid_over(under, value)
        else:
            merged[name] = value
    return merged
