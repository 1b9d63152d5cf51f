"""The check of one submission: limits, types, conditions, rules, and the values that are kept."""

from collections.abc import Iterator, Mapping

from marshmallow import Schema

from engine import feel
from engine.wording import Bilingual

from . import messages
from .components import Component, Computed, Field
from .components.base import Situation
from .components.choices import Choice
from .errors import SubmissionInvalid
from .expressions import Formula
from .layout import Context, Node, Rows, completed, without_echoes
from .limits import strangeness
from .opening import opened, overlaid
from .options import Options
from .schema import loaded
from .settling import Inquiry, Place, Verdicts
from .values import ABSENT, Path, at, copied, put

Errors = dict[str, list[Bilingual]]


class Check:
    """One submission against one form, for one caller's variables and environment."""

    def __init__(
        self,
        components: tuple[Component, ...],
        layout: Context,
        *,
        variables: Mapping[str, object],
        environment: feel.Environment,
    ) -> None:
        self._components = components
        self._layout = layout
        self._variables = variables
        self._known: dict[int, Options | None] = {}
        self._opening = Situation(
            ask=_nothing, options=self._options_at_opening, now=environment.now, zone=environment.zone
        )
        self._before = opened(components, variables, self._opening)
        self._inquiry = Inquiry(components, variables, self._before, environment)
        self._submitted: Mapping[str, object] = {}

    def values(self, submission: Mapping[str, object], schema: Schema) -> dict[str, object]:
        """Return the cleaned values; refuses with `SubmissionInvalid`, keyed by path."""
        if (strange := strangeness(submission)) is not None:
            raise SubmissionInvalid({strange[0]: [strange[1]]})
        self._submitted = without_echoes(self._layout, submission, self._variables)
        fitting, misfits = loaded(schema, self._submitted)
        base = overlaid(self._components, self._before, fitting, self._opening)
        verdicts = self._inquiry.settle(base, self._submitted)
        if verdicts is None:
            raise SubmissionInvalid({"": [messages.CIRCLE]})
        if errors := self._errors(verdicts, misfits):
            raise SubmissionInvalid(errors)
        return completed(self._layout, self._kept(verdicts), self._variables)

    def reopened(self, draft: Mapping[str, object], schema: Schema) -> Mapping[str, object]:
        """Return what the form holds with an unfinished submission in it, right or wrong; locked fields keep theirs."""
        self._submitted = without_echoes(self._layout, draft, self._variables)
        fitting, _misfits = loaded(schema, self._submitted)
        base = overlaid(self._components, self._before, fitting, self._opening)
        verdicts = self._inquiry.settle(base, self._submitted)
        return self._before if verdicts is None else self._inquiry.data

    def _options_at_opening(self, field: Field) -> Options | None:
        if not isinstance(field, Choice):
            return None
        if id(field) not in self._known:
            self._known[id(field)] = field.source.at_opening(self._variables)
        return self._known[id(field)]

    def _errors(self, verdicts: Verdicts, misfits: Errors) -> Errors:
        errors: Errors = {dotted(path): sentences for path, sentences in verdicts.problems.items()}
        for place in verdicts.places:
            path = dotted(place.path)
            if path not in errors and (found := self._problems(place, misfits.get(path, []))):
                errors[path] = [messages.in_row(one, place.row.numbers) for one in found]
        for path, sentence in self._wrong_lists(verdicts):
            errors.setdefault(path, []).append(sentence)
        hidden = [dotted((*prefix, *slot)) for prefix, slot in verdicts.hidden]
        for path, sentences in misfits.items():
            is_hidden = any(f"{path}.".startswith(f"{one}.") for one in hidden)
            if not is_hidden and not isinstance(_node(self._layout, path), Field):
                errors.setdefault(path, []).extend(sentences)
        return errors

    def _problems(self, place: Place, misfits: list[Bilingual]) -> list[Bilingual]:
        """Return what is wrong with one field that shows; `misfits` is what its schema said of the value sent."""
        field = place.field
        if field.disabled or isinstance(field, Computed):
            return []
        if misfits and not place.is_locked:
            return misfits
        situation = self._inquiry.situation(place.row)
        value = at(self._inquiry.data, place.path)
        try:
            found = [rule.problem(value, field.label, situation.ask) for rule in field.rules]
            unfit = [] if place.is_locked else field.misfits(value, situation, before=self._inquiry.before(place))
        except feel.FeelError:
            return [messages.not_evaluated(field.label)]
        return [problem for problem in found if problem is not None] + unfit

    def _wrong_lists(self, verdicts: Verdicts) -> Iterator[tuple[str, Bilingual]]:
        """Yield the lists whose rows were to stay as they are and did not."""
        for component, row in verdicts.lists:
            path = (*row.prefix, *component.slot)
            sent, kept = at(self._submitted, path), at(self._inquiry.data, path)
            if component.is_fixed and isinstance(sent, list) and isinstance(kept, list) and len(sent) != len(kept):
                yield dotted(path), messages.in_row(messages.row_count(component.label, len(kept)), row.numbers)

    def _kept(self, verdicts: Verdicts) -> dict[str, object]:
        """Return the values of all fields that show, those left out that the variables keep."""
        kept: dict[str, object] = {}
        for component, row in verdicts.lists:
            rows = at(self._inquiry.data, (*row.prefix, *component.slot))
            _put(kept, row.prefix, component.slot, [{} for _ in rows] if isinstance(rows, list) else [])
        for place in verdicts.places:
            value = at(self._inquiry.data, place.path)
            if not place.field.disabled and not (place.is_locked and self._is_kept_by_variables(place, value)):
                _put(kept, place.row.prefix, place.field.slot, copied(value))
        return kept

    def _is_kept_by_variables(self, place: Place, value: object) -> bool:
        """Return whether a locked field has nothing to say: only a default that no variable has yet is new."""
        if isinstance(place.field, Computed):
            return False
        return at(self._variables, place.path) is not ABSENT or value == place.field.empty()


def dotted(path: Path) -> str:
    """Write a path as the key of its errors."""
    return ".".join(map(str, path))


def _put(kept: dict[str, object], prefix: Path, slot: tuple[str, ...], value: object) -> None:
    row = at(kept, prefix)
    if isinstance(row, dict):
        put(row, slot, value)


def _node(layout: Context, path: str) -> Node | None:
    """Return what the form has at a path."""
    node: Node | None = layout
    for step in path.split("."):
        if isinstance(node, Rows) and step.isdigit():
            node = node.row
        elif isinstance(node, Context):
            node = node.entries.get(step)
        else:
            return None
    return node


def _nothing(formula: Formula) -> object:
    """Answer nothing: before a form is open there is no scope to evaluate in."""
    del formula
    return None
