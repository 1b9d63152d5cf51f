"""Which fields show, which are locked, and what computed ones hold, once a submission is in: conditions settled.

form-js evaluates conditions while a person types; here they are evaluated round by round until nothing changes. As in
the browser, a hidden field counts with the value the form opened with, one below the form's own level with none.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine import feel
from engine.wording import Bilingual

from . import messages
from .components import Component, Computed, DynamicList, Field, Group, MultipleChoice, SingleChoice
from .components.base import Situation
from .expressions import Condition, Formula
from .layout import in_scope
from .options import NO_OPTIONS, Options, normalised
from .values import ABSENT, Path, at, copied, drop, put

MAX_STEPS = 2_000_000
"""Steps that the expressions of one round may take together: with many rows, each expression has fewer."""

MIN_STEPS = 500
"""Steps that one expression has at least."""

MAX_ROUNDS = 50
"""Rounds until the conditions of a form must have settled: the longest chain of fields that decide on one another."""


@dataclass(frozen=True, slots=True)
class Row:
    """A scope of values: the form itself, or one row of a list."""

    prefix: Path
    numbers: tuple[int, ...]
    scope: Mapping[str, object]
    values: Mapping[str, object]
    parent: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Place:
    """A field that shows, in the row where it does."""

    field: Field
    row: Row
    is_locked: bool

    @property
    def path(self) -> Path:
        """Where its value stands."""
        return (*self.row.prefix, *self.field.slot)


@dataclass(slots=True)
class Verdicts:
    """What one round decided. Places are named by the path of their row and their slot in it."""

    hidden: set[tuple[Path, tuple[str, ...]]] = field(default_factory=set)
    values: dict[tuple[Path, tuple[str, ...]], object] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    lists: list[tuple[DynamicList, Row]] = field(default_factory=list)
    problems: dict[Path, list[Bilingual]] = field(default_factory=dict)


class Inquiry:
    """The settling of one submission: what the form opened with, what came in, and who may be asked."""

    def __init__(
        self,
        components: tuple[Component, ...],
        variables: Mapping[str, object],
        before: Mapping[str, object],
        environment: feel.Environment,
    ) -> None:
        self._components = components
        self._variables = variables
        self._before = before
        self._granted = self._environment = environment
        self._submitted: Mapping[str, object] = {}
        self._options: dict[int, Options] = {}
        self._root: dict[str, object] = {}
        self.data: dict[str, object] = {}

    def settle(self, base: Mapping[str, object], submitted: Mapping[str, object]) -> Verdicts | None:
        """Evaluate all conditions until they agree; None when they never do. `data` holds the result."""
        self._submitted = submitted
        verdicts = Verdicts()
        for _ in range(MAX_ROUNDS):
            self.data = self._decided(base, verdicts)
            self._options = {}
            found = self._round()
            if found.hidden == verdicts.hidden and found.values == verdicts.values:
                return found
            verdicts = found
        return None

    def situation(self, row: Row) -> Situation:
        """Return what the check of a field may ask in its row; asking refuses with `FeelError`."""
        return Situation(
            ask=lambda formula: formula.value(row.scope, self._environment),
            options=lambda asked: self._options_of(asked, row),
            now=self._environment.now,
            zone=self._environment.zone,
        )

    def _decided(self, base: Mapping[str, object], verdicts: Verdicts) -> dict[str, object]:
        """Return the data with what a round decided: locked and computed values in, hidden ones out."""
        data: dict[str, object] = {name: copied(value) for name, value in base.items()}
        for (prefix, slot), value in verdicts.values.items():
            _put_at(data, prefix, slot, value)
        for prefix, slot in verdicts.hidden:
            row = at(data, prefix)
            if not prefix and len(slot) == 1:
                data[slot[0]] = copied(self._before[slot[0]])
            elif isinstance(row, dict):
                drop(row, slot)
        return data

    def _round(self) -> Verdicts:
        self._share_out()
        self._root = {**self._variables, **self.data}
        special: dict[str, object] = {"this": self._root, "parent": None, "i": []}
        scope = ChainMap(_underscored(special), self._root, special)
        verdicts = Verdicts()
        self._visit(self._components, Row((), (), scope, self._root, None), verdicts)
        return verdicts

    def _share_out(self) -> None:
        """Divide the steps among the rows, so that many rows take no longer than few."""
        budget = self._granted.budget
        steps = max(MIN_STEPS, min(budget.steps, MAX_STEPS // (1 + _items(self.data))))
        self._environment = replace(self._granted, budget=replace(budget, steps=steps))

    def _visit(self, components: tuple[Component, ...], row: Row, verdicts: Verdicts) -> None:
        for component in components:
            if self._holds(component, component.hide, row, verdicts):
                verdicts.hidden.update((row.prefix, one.slot) for one in in_scope((component,)))
            elif isinstance(component, Group):
                self._visit(component.children, row, verdicts)
            elif isinstance(component, DynamicList):
                verdicts.lists.append((component, row))
                for inner in self._rows(component, row):
                    self._visit(component.children, inner, verdicts)
            elif isinstance(component, Field):
                self._visit_field(component, row, verdicts)

    def _visit_field(self, component: Field, row: Row, verdicts: Verdicts) -> None:
        condition = component.readonly
        is_locked = self._holds(component, condition, row, verdicts) if isinstance(condition, Condition) else condition
        place = Place(component, row, is_locked or component.disabled)
        verdicts.places.append(place)
        key = (row.prefix, component.slot)
        if isinstance(component, Computed):
            verdicts.values[key] = self._evaluated(component, component.formula, row, verdicts)
        elif place.is_locked:
            verdicts.values[key] = self.before(place)
        elif isinstance(component, SingleChoice | MultipleChoice) and self._is_reopened(component, place):
            verdicts.values[key] = self._reopened(component, place, verdicts)

    def _reopened(self, component: SingleChoice | MultipleChoice, place: Place, verdicts: Verdicts) -> object:
        try:
            return component.opened(self.before(place), self.situation(place.row))
        except feel.FeelError:
            self._note(component, place.row, verdicts)
            return component.empty()

    def _is_reopened(self, component: SingleChoice | MultipleChoice, place: Place) -> bool:
        """Return whether nobody chose anything, and the options are known only now."""
        return component.source.formula is not None and at(self._submitted, place.path) is ABSENT

    def before(self, place: Place) -> object:
        """Return what the field opened with in this place."""
        value = at(self._before, place.path)
        return place.field.empty() if value is ABSENT else value

    def _rows(self, component: DynamicList, row: Row) -> Iterator[Row]:
        rows = at(self.data, (*row.prefix, *component.slot), [])
        around = _around(row)
        for index, values in enumerate(rows if isinstance(rows, list) else []):
            numbers = (*row.numbers, index + 1)
            special: dict[str, object] = {"this": values, "parent": around, "i": list(numbers)}
            scope = ChainMap(_underscored(special), self._root, special)
            yield Row((*row.prefix, *component.slot, index), numbers, scope, values, around)

    def _holds(self, component: Component, condition: Condition | None, row: Row, verdicts: Verdicts) -> bool:
        if condition is None:
            return False
        try:
            return condition.holds(row.scope, self._environment)
        except feel.FeelError:
            self._note(component, row, verdicts)
            return False

    def _evaluated(self, component: Field, formula: Formula, row: Row, verdicts: Verdicts) -> object:
        try:
            return formula.value(row.scope, self._environment)
        except feel.FeelError:
            self._note(component, row, verdicts)
            return None

    def _note(self, component: Component, row: Row, verdicts: Verdicts) -> None:
        slot = component.slot if isinstance(component, Field | DynamicList) else ()
        verdicts.problems[(*row.prefix, *slot)] = [messages.not_evaluated(component.label)]

    def _options_of(self, asked: Field, row: Row) -> Options:
        if not isinstance(asked, SingleChoice | MultipleChoice):
            return NO_OPTIONS
        if (known := self._options.get(id(asked))) is not None:
            return known
        formula = asked.source.formula
        if formula is None:
            options = asked.source.at_opening({**self._variables, **self._before}) or NO_OPTIONS
        else:
            options = normalised(formula.value(row.scope, self._environment))
        if formula is None or formula.is_same_in_every_row:
            self._options[id(asked)] = options
        return options


def _items(value: object) -> int:
    """Return how many items the lists in a value have together."""
    if isinstance(value, dict):
        return sum(_items(entry) for entry in value.values())
    return len(value) + sum(_items(item) for item in value) if isinstance(value, list) else 0


def _put_at(data: dict[str, object], prefix: Path, slot: tuple[str, ...], value: object) -> None:
    row = at(data, prefix)
    if isinstance(row, dict):
        put(row, slot, copied(value))


def _underscored(special: Mapping[str, object]) -> dict[str, object]:
    return {f"_{name}_": value for name, value in special.items()}


def _around(row: Row) -> dict[str, object]:
    """Return what a row sees as `parent`: the entries around it, and in turn their surroundings."""
    special: dict[str, object] = {"this": row.values, "parent": row.parent, "i": list(row.numbers)}
    return {**special, **row.values, **_underscored(special)}
