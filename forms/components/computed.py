"""The expression component: a value nobody types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from forms.expressions import Formula
from forms.messages import spoken
from forms.options import Options
from forms.values import copied, exact_number

from .base import Field


@dataclass(frozen=True, kw_only=True)
class Computed(Field):
    """A value the server evaluates itself; what the client says of it is not looked at."""

    formula: Formula

    kind: ClassVar[str] = "computed"

    @property
    def reads(self) -> frozenset[str]:
        """The variables on which it depends whether the component shows, can be edited, or has its value."""
        return super().reads | self.formula.reads

    def cleaned(self, value: object) -> object:
        """Return any value as it is."""
        return copied(value)

    def shown(self, value: object, options: Options) -> str:
        """Return texts and numbers as they read, lists joined by commas."""
        if isinstance(value, bool):
            return "Có" if value else "Không"
        if isinstance(value, list):
            return ", ".join(self.shown(item, options) for item in value)
        if isinstance(value, Mapping):
            return ", ".join(f"{name}: {self.shown(entry, options)}" for name, entry in value.items())
        number = exact_number(value)
        return super().shown(value, options) if number is None else spoken(number)
