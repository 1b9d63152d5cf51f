"""The types of `instance of`, of function parameters and of DMN's item definitions (DMN 1.5, 10.3.2.9)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import cast

from .temporal import MIDNIGHT
from .values import Function, Range, kind_of

SIMPLE_TYPES = (
    "Any",
    "Null",
    "number",
    "string",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
    "list",
    "context",
    "range",
    "function",
)
TYPE_ALIASES: Mapping[str, str] = {
    "day time duration": "days and time duration",
    "year month duration": "years and months duration",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "dateTime": "date and time",
    "any": "Any",
}


_PART_COST = 4


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type: its kind, and what a list, range, context or function of that type is made of.

    `parts` holds the element type of a list or range, or the parameter types of a function followed by its result.
    """

    kind: str
    parts: tuple["FeelType", ...] = ()
    fields: Mapping[str, "FeelType"] = field(default_factory=dict)

    def accepts(self, value: object, spend: Callable[[int], None] | None = None) -> bool:
        """Tell whether the value is an instance of the type; null is one of no type but Null.

        `spend` is told how many parts are looked at.
        """
        if value is None:
            return self.kind == "Null"
        if self.kind == "Any":
            return True
        return kind_of(value) == self.kind and self._accepts_parts(value, spend)

    def _accepts_parts(self, value: object, spend: Callable[[int], None] | None) -> bool:
        if self.kind == "list" and self.parts:
            items = cast("Sequence[object]", value)
            if not self.parts[0].parts and not self.parts[0].fields:
                if spend is not None:
                    spend(len(items) >> 1)
                items = list({type(item): item for item in items}.values())
            return self._accept_all([(self.parts[0], item) for item in items], spend)
        if self.kind == "range" and self.parts and isinstance(value, Range):
            return self._accept_all([(self.parts[0], value.start), (self.parts[0], value.end)], spend)
        if self.kind == "function" and self.parts and isinstance(value, Function):
            return value.parameters is None or len(value.parameters) == len(self.parts) - 1
        if self.fields:
            context = cast("Mapping[str, object]", value)
            if any(name not in context for name in self.fields):
                return False
            return self._accept_all([(kind, context[name]) for name, kind in self.fields.items()], spend)
        return True

    @staticmethod
    def _accept_all(pairs: Sequence[tuple["FeelType", object]], spend: Callable[[int], None] | None) -> bool:
        """Tell whether each value conforms to its type; null does to every type inside a structure."""
        if spend is not None:
            spend(_PART_COST * len(pairs))
        return all(value is None or kind.accepts(value, spend) for kind, value in pairs)


def coerced(value: object, kind: FeelType, spend: Callable[[int], None] | None = None) -> object:
    """Return the value as the type wants it (a single element for a list and back), or None if it cannot be.

    DMN 1.5, 10.3.2.9.4: implicit conversions; a date becomes midnight UTC where a date and time is wanted.
    """
    if value is None or kind.kind == "Null" or kind.accepts(value, spend):
        return value
    if kind.kind == "date and time" and type(value) is date:
        return datetime.combine(value, MIDNIGHT, UTC)
    if kind.kind == "list" and kind_of(value) != "list":
        return [value] if kind.accepts([value], spend) else None
    if isinstance(value, list) and len(value) == 1 and kind.accepts(value[0], spend):
        return cast("object", value[0])
    return None
