"""The marshmallow schema of a form: types and the rules that are the same for every submission."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from engine.wording import Bilingual

from . import messages
from .components import Field, Refused
from .layout import Context, Node, Rows
from .rules import Rule


class FormSchema(Schema):
    """What all forms' schemas have: unknown entries are refused, errors are `Bilingual`.

    Nothing is required of an entry to be there at all: a field not sent is a field not touched, which `checking` knows
    how to judge. What is sent must fit.
    """

    class Meta:
        """Refuse what the form does not have."""

        unknown = RAISE

    error_messages = {"unknown": messages.UNKNOWN, "type": messages.NO_CONTEXT}  # type: ignore[dict-item] # noqa: RUF012 - marshmallow's own declaration; sentences in two languages pass through it


class Misfit(NamedTuple):
    """A value of the right kind that breaks a rule: conditions see it, as they do in the browser."""

    value: object


class ValueField(fields.Field[object]):
    """The value of one field."""

    def __init__(self, field: Field) -> None:
        fixed = [FixedRule(rule, field.label) for rule in field.rules if rule.is_fixed]
        super().__init__(validate=fixed, allow_none=True, metadata={"label": field.label, "type": field.type})
        self.field = field

    def deserialize(
        self, value: object, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> object:
        """Clean and check a value; null is the empty value and is checked like it."""
        if value is missing:
            return missing
        output = self._deserialize(value, attr, data, **kwargs)
        try:
            self._validate(output)
        except ValidationError as error:
            raise ValidationError(error.messages, valid_data=Misfit(output)) from error  # type: ignore[arg-type] # any
        return output

    def _deserialize(self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> object:
        del attr, data, kwargs
        try:
            return self.field.cleaned(value)
        except Refused as refused:
            raise ValidationError([refused.sentence]) from refused


class FixedRule:
    """A rule as marshmallow's validator."""

    def __init__(self, rule: Rule, label: str) -> None:
        self.rule = rule
        self.label = label

    def __call__(self, value: object) -> None:
        """Raise marshmallow's error when the rule finds a problem."""
        if (problem := self.rule.problem(value, self.label, None)) is not None:
            raise ValidationError([problem])


class ContextField(fields.Field[dict[str, object]]):
    """A context below the form, from keys with dots or groups with a path; null is an empty one."""

    def __init__(self, context: Context) -> None:
        super().__init__(allow_none=True)
        self.schema = compiled_schema(context)()

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """Load the entries."""
        del attr, data, kwargs
        if value is missing:
            return missing
        return self.schema.load({} if value is None else value)


class RowsField(fields.Field[list[dict[str, object]]]):
    """The rows of a dynamic list; null, which JSON makes of a row without fields, is an empty row."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(allow_none=True)
        self.label = rows.component.label
        self.row = ContextField(rows.row)

    def deserialize(
        self, value: object, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """Load row by row; a row that fails stands in the valid data with what of it is valid."""
        del attr, data, kwargs
        if value is missing:
            return missing
        if not isinstance(value, list | None):
            raise ValidationError([messages.wrong_kind(self.label, "một danh sách", "a list")])
        rows: list[object] = []
        errors: dict[int, object] = {}
        for index, row in enumerate(value or []):
            try:
                rows.append(self.row.deserialize(row))
            except ValidationError as error:
                errors[index] = error.messages
                rows.append(error.valid_data or {})
        if errors:
            raise ValidationError(errors, valid_data=rows)
        return rows


def compiled_schema(context: Context) -> type[Schema]:
    """Return the schema class of a context.

    The attributes have a prefix, so that no key can hide one of marshmallow's own.
    """
    return FormSchema.from_dict({f"entry_{name}": _field(name, node) for name, node in context.entries.items()})


def _field(name: str, node: Node) -> fields.Field[Any]:
    made: fields.Field[Any]
    if isinstance(node, Context):
        made = ContextField(node)
    elif isinstance(node, Rows):
        made = RowsField(node)
    else:
        made = ValueField(node)
    made.data_key = made.attribute = name
    return made


def loaded(schema: Schema, submission: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, list[Bilingual]]]:
    """Return what of a submission has the right kind, and the sentences about what is wrong by path."""
    found: dict[str, list[Bilingual]] = {}
    try:
        fitting: Any = schema.load(submission)
    except ValidationError as error:
        _flatten(error.messages, "", found)
        fitting = error.valid_data
    return fitting or {}, found


def _flatten(node: object, path: str, found: dict[str, list[Bilingual]]) -> None:
    if isinstance(node, dict):
        for name, entry in node.items():
            step = "" if name == "_schema" else str(name)
            _flatten(entry, ".".join(part for part in (path, step) if part), found)
    elif isinstance(node, list):
        found.setdefault(path, []).extend(node)
