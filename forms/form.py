"""A compiled form."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from marshmallow import Schema

from engine import feel

from .checking import Check, dotted
from .components import Component, DynamicList, Field, Group, MultipleChoice
from .components.choices import Choice
from .expressions import Formula
from .layout import Context, Node, Rows, in_scope, laid_over
from .options import NO_OPTIONS, Options
from .rules import Bound
from .schema import compiled_schema
from .values import ABSENT, Path, at, copied

NO_VARIABLES: Mapping[str, object] = {}
"""What a start form knows."""


class FieldInfo(NamedTuple):
    """A field or a list of a form: the path of its value (rows not numbered), its label, form-js's type."""

    path: str
    label: str
    type: str


class Form:
    """One form, compiled once per deployed version; it holds no state and may be shared by threads."""

    def __init__(
        self,
        *,
        form_id: str,
        title: str | None,
        children: tuple[Component, ...],
        layout: Context,
        display_reads: frozenset[str],
    ) -> None:
        self.form_id = form_id
        self.title = title
        self.schema: type[Schema] = compiled_schema(layout)
        self._children = children
        self._layout = layout
        self._display_reads = display_reads
        self._loader = self.schema()

    @cached_property
    def fields(self) -> list[FieldInfo]:
        """All fields and lists, in the order of the form."""
        return list(_infos(self._children, ()))

    @cached_property
    def reads(self) -> frozenset[str]:
        """The variables that the form reads: under its keys, for its options, in its expressions and texts."""
        return self._whole_reads | frozenset(self._layout.entries)

    @cached_property
    def _whole_reads(self) -> frozenset[str]:
        return self._display_reads.union(*(_reads(one) for one in _all(self._children)))

    def check(
        self, submission: Mapping[str, object], *, variables: Mapping[str, object], environment: feel.Environment
    ) -> dict[str, object]:
        """Return the values to store, as JSON; refuses with `SubmissionInvalid` whatever the browser would refuse.

        `submission` is what form-js submits; `variables` are those visible at the task, untouched by this. A field not
        sent counts as not touched. The values have no hidden or disabled field, and a read-only one only for its
        default. A context (from keys with dots) keeps what else the variables have in it. Values returned pass again.
        """
        check = Check(self._children, self._layout, variables=variables, environment=environment)
        return check.values(submission, self._loader)

    def initial(self, variables: Mapping[str, object]) -> dict[str, object]:
        """Return what the browser needs of the variables to open the form, and nothing else of them.

        Variables that expressions or options read go whole; below a field's key only the field itself.
        """
        data = _projected(self._layout, variables)
        return data | {name: copied(variables[name]) for name in self._whole_reads if name in variables}

    def reopened(
        self, draft: Mapping[str, object], *, variables: Mapping[str, object], environment: feel.Environment
    ) -> dict[str, object]:
        """Return what the browser needs to open the form with a draft in it, as `initial` does without one.

        A draft is an unfinished submission within the limits of `forms.limits`; nothing of it is checked here. Fields
        that are read-only or computed hold what the variables say now, whatever the draft holds.
        """
        check = Check(self._children, self._layout, variables=variables, environment=environment)
        return laid_over(self.initial(variables), check.reopened(draft, self._loader))

    def summary(
        self, values: Mapping[str, object], variables: Mapping[str, object] = NO_VARIABLES
    ) -> list[tuple[str, str]]:
        """Return labels and texts to show submitted values without a form, in its order.

        What has no value is left out. Dates are dd/mm/yyyy, choices their labels; options that a variable holds are
        looked up in `variables`.
        """
        return list(_lines(self._children, values, variables, ""))


def _infos(components: tuple[Component, ...], prefix: Path) -> Iterator[FieldInfo]:
    for component in in_scope(components):
        path = (*prefix, *component.slot)
        yield FieldInfo(dotted(path), component.label, component.type)
        if isinstance(component, DynamicList):
            yield from _infos(component.children, path)


def _all(components: tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        yield component
        if isinstance(component, Group | DynamicList):
            yield from _all(component.children)


def _reads(component: Component) -> frozenset[str]:
    """Return the variables that a component's expressions and options read."""
    reads = set(component.reads)
    if isinstance(component, Choice) and component.source.variable is not None:
        reads.add(component.source.variable)
    for rule in component.rules if isinstance(component, Field) else ():
        if isinstance(rule, Bound) and isinstance(rule.limit, Formula):
            reads |= rule.limit.reads
    return frozenset(reads)


def _projected(context: Context, variables: object) -> dict[str, object]:
    """Return of a context only what the form has a field for."""
    found: dict[str, object] = {}
    for name, node in context.entries.items():
        value = at(variables, (name,))
        if value is not ABSENT:
            found[name] = _projection(node, value)
    return found


def _projection(node: Node, value: object) -> object:
    if isinstance(node, Context) and isinstance(value, Mapping):
        return _projected(node, value)
    if isinstance(node, Rows) and isinstance(value, list):
        return [_projected(node.row, row) for row in value]
    if value is None and isinstance(node, MultipleChoice):
        return []  # form-js adds what is ticked to what it has, and cannot add to null
    return copied(value) if isinstance(node, Field) else None


def _lines(
    components: tuple[Component, ...], values: object, variables: Mapping[str, object], before: str
) -> Iterator[tuple[str, str]]:
    for component in in_scope(components):
        value = at(values, component.slot)
        if value is ABSENT:
            continue
        if isinstance(component, Field):
            yield before + component.label, component.shown(value, _options(component, variables))
        elif isinstance(value, list):
            for number, row in enumerate(value, 1):
                yield from _lines(component.children, row, variables, f"{before}{component.label} {number} – ")


def _options(field: Field, variables: Mapping[str, object]) -> Options:
    return (field.source.at_opening(variables) or NO_OPTIONS) if isinstance(field, Choice) else NO_OPTIONS
